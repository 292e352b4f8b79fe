"""Cuts a text into words with jieba, on a small dictionary of our own beside the common words of its own."""

import logging
import os
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from knowledge import words
from knowledge.lexicon import for_questions

COMMON = 400
"""Words of jieba's dictionary seen less often than this are left out: 35 MB instead of 91."""


def cut(text: str) -> list[str]:
    """The words of a text, without spaces."""
    return [word for word in _tokenizer().lcut(text) if not word.isspace()]


def is_word(text: str) -> bool:
    """Whether the dictionary holds the text as one word."""
    return bool(_tokenizer().FREQ.get(text))


@cache
def _tokenizer() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba

    jieba.setLogLevel(logging.WARNING)
    folder = _private_folder()
    tokenizer = jieba.Tokenizer(dictionary=str(_dictionary(folder, Path(jieba.__file__).parent / "dict.txt")))
    tokenizer.tmp_dir = str(folder)
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
