"""Cuts a text into words with jieba, on a small dictionary of our own beside the common words of its own."""

import logging
import os
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import words
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
    _tokenizer()
    folder = _private_folder()
    path = folder / "pairs.npy"
    if not path.exists():
        with _general().open(encoding="utf8") as lines:
            found = sorted({_pair(word) for line in lines if len(word := line.split(" ", 1)[0]) == 2})
        part = folder / f"pairs.{os.getpid()}.npy"
        np.save(part, np.array(found, dtype=np.uint64))
        part.replace(path)
    return np.asarray(np.load(path, allow_pickle=False))


def often_said(texts: Callable[[], Iterable[str]], least: int) -> list[str]:
    """Words that stand in so many places of the texts, most often first; counted once for these lists."""
    path = _private_folder() / f"said-{least}.txt"
    if not path.exists():
        count = Counter(word for text in texts() for word in cut(text))
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text("\n".join(word for word, n in count.most_common() if n >= least), encoding="utf8")
        part.replace(path)
    return path.read_text(encoding="utf8").splitlines()


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
    folder = _private_folder()
    tokenizer = _jieba().Tokenizer(dictionary=str(_dictionary(folder, _general())))
    tokenizer.tmp_dir = str(folder)
    tokenizer.initialize()
    return tokenizer


@cache
def stock_tokenizer() -> Any:
    """jieba with its own dictionary alone."""
    tokenizer = _jieba().Tokenizer()
    tokenizer.tmp_dir = str(_private_folder())
    tokenizer.initialize()
    return tokenizer


def _private_folder() -> Path:
    """jieba reads its cache back as code would be: nobody else may write where it lies."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "banshi" / f"words-{words.stamp()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="banshi-words-"))
    return folder


def _dictionary(folder: Path, general: Path) -> Path:
    """The common general words and all listed ones, as a dictionary file made once for these words."""
    path = folder / "dictionary.txt"
    if path.exists():
        return path
    rows = {word: f"{word} 2000" for word in for_questions().entries if len(word) > 1 and " " not in word}
    with general.open(encoding="utf8") as lines:
        for line in lines:
            word, frequency, *_ = line.split(" ")
            if int(frequency) >= COMMON or len(word) == 1:
                rows.setdefault(word, f"{word} {frequency}")
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text("\n".join(rows.values()) + "\n", encoding="utf8")
    part.replace(path)
    return path
