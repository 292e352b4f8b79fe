"""How people tell of a thing without its name: words/sayings/ lists ways to say each official wording.

All sayings of one wording are pooled, and a question is compared with each pool by the characters and pairs
of characters they share (BM25); a story needs no saying like it, only the words such stories are told in.
"""

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from knowledge import words

SATURATION = 1.5
LENGTH_SHARE = 0.4
"""BM25's k1 and b; the best of a few tried on stories that were not among the sayings."""

NOT_WORD = re.compile(r"[\W_a-z]")
"""Letters are left out: typed pinyin is like other typed pinyin in its letters alone."""


@dataclass(frozen=True, slots=True)
class Saying:
    """An official wording, in its variants, and how well the question fits what people say for it."""

    wordings: tuple[str, ...]
    share: float


class Pools:
    """For every character and pair, the pools it is in and its weight there, in one flat array."""

    def __init__(self, rows: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
        read = list(rows)
        self.wordings = [wordings for wordings, _ in read]
        counts = [Counter(grams_of([*wordings, *said])) for wordings, said in read]
        sizes = np.array([sum(count.values()) for count in counts], dtype=np.float32)
        length = sizes / max(1.0, float(sizes.mean()) if len(sizes) else 1.0)
        slack = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length)
        numbers: dict[str, int] = {}
        grams, rows_of, times = array("i"), array("i"), array("f")
        for row, count in enumerate(counts):
            for gram, number in count.items():
                grams.append(numbers.setdefault(gram, len(numbers)))
                rows_of.append(row)
                times.append(number)
        order = np.argsort(np.asarray(grams), kind="stable")
        self._numbers = numbers
        self._starts = np.searchsorted(np.asarray(grams)[order], np.arange(len(numbers) + 1))
        self._rows = np.asarray(rows_of, dtype=np.int32)[order]
        often = np.asarray(times, dtype=np.float32)[order]
        self._weights = often / (often + slack[self._rows]) if len(often) else often

    def nearest(self, text: str, limit: int) -> list[Saying]:
        """The best wordings first; the score is a share of what all the question's characters could reach."""
        scores, reachable = np.zeros(len(self.wordings), dtype=np.float32), 0.0
        for number in {self._numbers[gram] for gram in grams_of([text]) if gram in self._numbers}:
            part = slice(*self._starts[number : number + 2])
            rarity = math.log(1 + len(self.wordings) / (part.stop - part.start))
            scores[self._rows[part]] += rarity * self._weights[part]
            reachable += rarity
        best = np.argsort(-scores)[:limit]
        return [Saying(self.wordings[row], float(scores[row]) / reachable) for row in best if scores[row] > 0]


def nearest(text: str, limit: int = 5) -> tuple[Saying, ...]:
    """The official wordings whose sayings are most like the text."""
    return tuple(_services().nearest(text, limit))


def outside(text: str, limit: int = 3) -> tuple[Saying, ...]:
    """The kinds of message that no item answers, each with one of its messages, most like the text first."""
    return tuple(_outside().nearest(text, limit))


def wordings() -> list[str]:
    """All official wordings, in their variants."""
    return [wording for variants in _services().wordings for wording in variants]


def taught() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each line's official wordings and what people say."""
    for stem in _files():
        yield from _rows(stem) if "outside" not in stem else ()


@cache
def _services() -> Pools:
    """One pool for each wording, whichever files it stands in."""
    together: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for wordings, said in taught():
        before = together.get(wordings[0], ((), ()))
        together[wordings[0]] = (tuple(dict.fromkeys(before[0] + wordings)), before[1] + said)
    return Pools(together.values())


@cache
def _outside() -> Pools:
    """Messages of a kind differ too much to be pooled: each is compared for itself."""
    rows = [row for stem in _files() if "outside" in stem for row in _rows(stem)]
    return Pools((kind, (message,)) for kind, messages in rows for message in messages)


def _files() -> list[str]:
    return sorted(path.stem for path in words.FOLDER.glob("sayings/*.txt"))


def _rows(stem: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for line in words.lines(f"sayings/{stem}"):
        wordings, *said = (part.strip() for part in line.split("|"))
        yield tuple(wordings.split(" / ")), tuple(said)


def grams_of(texts: Iterable[str]) -> Iterator[str]:
    """Characters and pairs of neighbours, with repetition."""
    for text in texts:
        plain = NOT_WORD.sub("", text.casefold())
        yield from plain
        yield from (plain[start : start + 2] for start in range(len(plain) - 1))
