"""Sounds of characters: syllables without tones, folded so that what southern speakers mix up is one."""

import os
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, TypeVar

from knowledge import kept, sayings, tokens, words
from knowledge.lexicon import for_questions

_FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"), ("n", "l"))
SAID_OFTEN = 2
"""A word in so many of every third saying may be meant by pinyin; to cut them all takes too long."""
READ_ELSE = "着火", "找火"
"""What people in danger type that is not read as its characters usually are, and characters that are."""
FIRST_SIGN = ord("一")
"""Signs for syllables are characters, so that they are counted as those are."""
_PIECE = re.compile(r"[一-鿿]|[a-z]+")
_CHARACTER = re.compile(r"[一-鿿]+")
Sized = TypeVar("Sized", str, tuple[str, ...])


def folded(syllable: str) -> str:
    """zh and z, n and l, ing and in … as one."""
    head, tail = ("l" + syllable[1:], "") if syllable.startswith("n") else (syllable, "")
    for said, meant in _FOLDS[:6]:
        head = head.replace(said, meant)
    return head + tail


@cache
def syllable(character: str) -> str:
    """The folded usual reading of one character."""
    return folded("".join(_library().lazy_pinyin(character, errors="ignore")))


def reading(word: str) -> list[str]:
    """The syllables of a word as it is read, not folded."""
    return list(_library().lazy_pinyin(word, errors="ignore"))


class Sounds:
    """Known words by how they sound: for typed pinyin, for initials, and for same-sounding characters."""

    def __init__(self, known: list[str]) -> None:
        self.known_in_order = known
        self.known = set(known)
        self.by_sound: dict[tuple[str, ...], list[str]] = {}
        self.by_pinyin: dict[str, list[str]] = {}
        self.by_initials: dict[str, list[str]] = {}
        self.by_first: dict[str, list[str]] = {}
        self.by_last: dict[str, list[str]] = {}
        for word in known:
            self._add(word, reading(word))
        self.sizes_by_pair, self.sizes_by_sounds = _sizes(known), _sizes(self.by_sound)
        self.longest = max(map(len, self.by_pinyin), default=0)

    def _add(self, word: str, sounds: list[str]) -> None:
        if len(sounds) != len(word):
            return
        self.by_first.setdefault(word[0], []).append(word)
        self.by_last.setdefault(word[-1], []).append(word)
        self.by_sound.setdefault(tuple(map(folded, sounds)), []).append(word)
        self.by_pinyin.setdefault("".join(sounds), []).append(word)
        if len(word) > 2:
            self.by_initials.setdefault("".join(sound[0] for sound in sounds), []).append(word)


def _sizes(known: Iterable[Sized]) -> dict[Sized, set[int]]:
    """How long words are that begin so, by their first two characters or sounds."""
    sizes: dict[Sized, set[int]] = {}
    for word in known:
        sizes.setdefault(word[:2], set()).add(len(word))
    return sizes


@cache
def sounds() -> Sounds:
    """The listed words: official and everyday terms first, then the words of everyday questions."""
    listed = list(for_questions().entries)
    spoken = [word for line in words.lines("spoken") for word in line.split()]
    return Sounds(
        [word for word in dict.fromkeys([*spoken[:24], *listed, *spoken]) if _CHARACTER.fullmatch(word)]
    )


@cache
def spelled() -> Sounds:
    """The same, the words of official wordings, and those said often; made when pinyin is first typed."""
    official = {token for wording in sayings.wordings() for token in [wording, *tokens.cut(wording)]}
    often = tokens.often_said(_said, SAID_OFTEN)
    more = [word for word in (*often, *sorted(official)) if len(word) > 1 and _CHARACTER.fullmatch(word)]
    return Sounds(list(dict.fromkeys([*sounds().known_in_order, *more])))


@cache
def usual() -> dict[str, str]:
    """For each syllable the character that is said most often of those that are read so."""
    rows = kept.text("syllables.txt", _usual).read_text(encoding="utf8").splitlines()
    return dict(row.split() for row in rows)


def _usual() -> str:
    found: dict[str, str] = {}
    for character, _ in Counter("".join(_said())).most_common():
        if _CHARACTER.fullmatch(character):
            found.setdefault("".join(reading(character)), character)
    return "\n".join(f"{sound} {character}" for sound, character in found.items() if sound)


def heard(text: str) -> str:
    """One sign for each syllable, written in characters or in letters: what only sounds alike is the same."""
    pieces = _PIECE.findall(text.lower().replace(*READ_ELSE))
    sounds = (
        sound for piece in pieces for sound in (syllables(piece) if piece.isascii() else (syllable(piece),))
    )
    return "".join(chr(FIRST_SIGN + _places()[sound]) for sound in sounds if sound in _places())


@lru_cache(maxsize=4096)
def syllables(written: str) -> tuple[str, ...]:
    """The fewest syllables that letters can be read as; none where they are no pinyin."""
    best: list[tuple[str, ...] | None] = [(), *([None] * len(written))]
    for end in range(1, len(written) + 1):
        ways = [
            (*way, written[n:end])
            for n, way in enumerate(best[:end])
            if way is not None and written[n:end] in usual()
        ]
        best[end] = min(ways, key=len, default=None)
    return tuple(map(folded, best[-1] or ()))


@cache
def _places() -> dict[str, int]:
    return {sound: place for place, sound in enumerate(sorted(set(map(folded, usual()))))}


def _said() -> Iterator[str]:
    """Every third saying, and all messages that no item answers: somebody in danger types pinyin as well."""
    yield from sayings.some()
    yield from (message for _, message in sayings.beyond())


@cache
def _library() -> Any:
    """Without its table of phrases: 40 MB and half a second for readings that folding mostly makes one."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypinyin

    return pypinyin
