"""From what a person typed to plain simplified text: width, script, emoji, punctuation, politeness."""

import re
import unicodedata
from functools import cache
from typing import Any

from knowledge.words import pairs, pattern

LONGEST = 2000
_INVISIBLE = re.compile("[\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2064\\ufe00-\\ufe0f\\ufeff]")
_NOT_TEXT = re.compile(r"[^\w\s，。？！；：、,.?!;:()（）《》〈〉“”‘’\"'/+\-*#%@{}$\[\]…~～·—]")
_PAUSE = re.compile(r"[\s，,、；;：:。.？?！!…~～·—()（）\[\]{}《》〈〉“”‘’\"'/]+")
_STOP = re.compile(r"[。？?！!；;\n]+")
_LAUGHTER = re.compile(r"(.)\1{3,}")


def tidy(text: str) -> str:
    """Full width to half, traditional to simplified, no emoji or invisible marks, single spaces."""
    flat = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    flat = _NOT_TEXT.sub(" ", _INVISIBLE.sub("", flat))
    flat = _LAUGHTER.sub(r"\1\1", flat) if not flat.isdigit() else flat
    return " ".join(simplify(flat).split())


def simplify(text: str) -> str:
    """Traditional characters and the words of Hong Kong and Taiwan to simplified ones."""
    return str(_converter().convert(text)) if _needs_converting(text) else text


def plain(text: str) -> str:
    """Only letters, digits and characters: what names are compared by."""
    return _PAUSE.sub("", text)


def clauses(text: str) -> list[str]:
    """The parts between commas, stops and spaces, in order."""
    return [part for part in _PAUSE.split(text) if part]


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _STOP.split(text) if part.strip()]


def without_courtesy(text: str) -> str:
    """The question without greetings, thanks and phrases of asking."""
    return " ".join(pattern("courtesy").sub(" ", text).split())


def standard(text: str) -> str:
    """Dialect words to the standard language."""
    table = _dialect()
    return table[0].sub(lambda match: table[1][match.group()], text)


@cache
def _dialect() -> tuple[re.Pattern[str], dict[str, str]]:
    words = {said: meant for meant, variants in pairs("dialect") for said in variants}
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"), words


@cache
def _converter() -> Any:
    from opencc import OpenCC  # loads its tables: only when traditional text comes

    return OpenCC("t2s")


def _needs_converting(text: str) -> bool:
    """Simplified text nearly always fits GB2312; only what does not is handed to the converter."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False
