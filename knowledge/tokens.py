"""Cuts a text into words with jieba, on a small dictionary of our own beside the common words of its own."""

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import kept
from knowledge.lexicon import for_questions

COMMON = 400
"""Words of jieba's dictionary seen less often than this are left out: 35 MB instead of 91."""

COMMON_CHARACTER = 20_000
"""A character seen as often by itself is a word."""


def cut(text: str, spaces: bool = False) -> list[str]:
    """The words of a text; spaces among them only where asked for."""
    return [word for word in _tokenizer().lcut(text) if spaces or not word.isspace()]


def is_word(text: str) -> bool:
    """Whether it is a word; of two characters also one that is too rare for the dictionary in memory."""
    if len(text) != 2:
        return bool(_tokenizer().FREQ.get(text))
    pairs, pair = _pairs(), _pair(text)
    place = int(np.searchsorted(pairs, pair))
    return place < len(pairs) and int(pairs[place]) == pair


def is_common(character: str) -> bool:
    """Whether one character is often a word by itself."""
    return int(_tokenizer().FREQ.get(character) or 0) > COMMON_CHARACTER


@cache
def _pairs() -> NDArray[np.uint64]:
    """Every word of two characters that jieba knows, as sorted numbers: half a megabyte."""
    return np.asarray(kept.arrays("pairs", _read_pairs)["pairs"])


def _read_pairs() -> dict[str, NDArray[np.uint64]]:
    with _general().open(encoding="utf8") as lines:
        found = sorted({_pair(word) for line in lines if len(word := line.split(" ", 1)[0]) == 2})
    return {"pairs": np.array(found, dtype=np.uint64)}


def often_said(texts: Callable[[], Iterable[str]], least: int) -> list[str]:
    """Words that stand in so many places of the texts, most often first; counted once for these lists."""

    def counted() -> str:
        count = Counter(word for text in texts() for word in cut(text))
        return "\n".join(word for word, n in count.most_common() if n >= least)

    return kept.text(f"said-{least}.txt", counted).read_text(encoding="utf8").splitlines()


def _pair(word: str) -> int:
    return (ord(word[0]) << 21) | ord(word[1])


def _general() -> Path:
    return Path(_jieba().__file__).parent / "dict.txt"


@cache
def _jieba() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba

    library: Any = jieba
    library.setLogLevel(logging.WARNING)
    return library


@cache
def _tokenizer() -> Any:
    tokenizer = _jieba().Tokenizer(dictionary=str(kept.text("dictionary.txt", _dictionary)))
    tokenizer.tmp_dir = str(kept.folder())
    tokenizer.initialize()
    return tokenizer


@cache
def stock_tokenizer() -> Any:
    """jieba with its own dictionary alone."""
    tokenizer = _jieba().Tokenizer()
    tokenizer.tmp_dir = str(kept.folder())
    tokenizer.initialize()
    return tokenizer


def _dictionary() -> str:
    """The common general words and all listed ones, as rows of a dictionary file."""
    rows = {word: f"{word} 2000" for word in for_questions().entries if len(word) > 1 and " " not in word}
    with _general().open(encoding="utf8") as lines:
        for line in lines:
            word, frequency, *_ = line.split(" ")
            if int(frequency) >= COMMON or len(word) == 1:
                rows.setdefault(word, f"{word} {frequency}")
    return "\n".join(rows.values()) + "\n"
