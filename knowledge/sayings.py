"""How people tell of a thing without its name: words/sayings/ lists ways to say each official wording.

All sayings of one wording are pooled, and a question is compared with each pool by the characters and
pairs of them they share (BM25); so a story needs no saying like it, only the words such stories are told in.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from knowledge import words

SATURATION = 1.5
LENGTH_SHARE = 0.4
"""BM25's k1 and b; the best of a few tried on stories that were not among the sayings."""

NOT_WORD = re.compile(r"\W")


@dataclass(frozen=True, slots=True)
class Saying:
    """An official wording, in its variants, and how well the question fits what people say for it."""

    wordings: tuple[str, ...]
    score: float


class Pools:
    """For every character and pair, the pools it is in and its weight there, in one flat array."""

    def __init__(self, rows: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
        read = list(rows)
        self.wordings = [wordings for wordings, _ in read]
        counts = [Counter(_grams([*wordings, *said])) for wordings, said in read]
        sizes = np.array([sum(count.values()) for count in counts], dtype=np.float32)
        length = sizes / max(1.0, float(sizes.mean()) if len(sizes) else 1.0)
        slack = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length)
        places = sorted(
            (gram, row, times) for row, count in enumerate(counts) for gram, times in count.items()
        )
        self._rows = np.array([row for _, row, _ in places], dtype=np.int32)
        times = np.array([number for _, _, number in places], dtype=np.float32)
        self._weights = times / (times + slack[self._rows]) if places else times
        self._slices = _slices([gram for gram, _, _ in places])

    def nearest(self, text: str, limit: int) -> list[Saying]:
        """The best wordings first; the score is a share of what all the question's characters could reach."""
        found = [self._slices[gram] for gram in dict.fromkeys(_grams([text])) if gram in self._slices]
        scores, reachable = np.zeros(len(self.wordings), dtype=np.float32), 0.0
        for part in found:
            rarity = math.log(1 + len(self.wordings) / (part.stop - part.start))
            scores[self._rows[part]] += rarity * self._weights[part]
            reachable += rarity
        best = np.argsort(-scores)[:limit]
        return [Saying(self.wordings[row], float(scores[row]) / reachable) for row in best if scores[row] > 0]


@dataclass(frozen=True, slots=True)
class Outside:
    """The kind of messages no item answers that a text is most like, and how much more than any service."""

    kind: str = ""
    lead: float = -1.0


def split(found: list[Saying]) -> tuple[tuple[Saying, ...], Outside]:
    """Sayings of services apart from those of what no item answers, whose wording is a kind."""
    inside = tuple(saying for saying in found if not saying.wordings[0].isascii())
    outside = [saying for saying in found if saying.wordings[0].isascii()]
    if not outside:
        return inside, Outside()
    highest = max((saying.score for saying in inside), default=0.0)
    return inside, Outside(outside[0].wordings[0], outside[0].score - highest)


def nearest(text: str, limit: int = 5) -> list[Saying]:
    """The official wordings whose sayings are most like the text."""
    return pools().nearest(text, limit)


@cache
def pools() -> Pools:
    """All sayings, read once."""
    return Pools(_rows())


def _rows() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for path in sorted(words.FOLDER.glob("sayings/*.txt")):
        for line in words.lines(f"sayings/{path.stem}"):
            wordings, *said = (part.strip() for part in line.split("|"))
            yield tuple(wordings.split(" / ")), tuple(said)


def _grams(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        plain = NOT_WORD.sub("", text.casefold())
        yield from plain
        yield from (plain[start : start + 2] for start in range(len(plain) - 1))


def _slices(grams: list[str]) -> dict[str, slice]:
    """Where each gram's places are in the sorted list."""
    starts = [at for at, gram in enumerate(grams) if at == 0 or gram != grams[at - 1]]
    ends = [*starts[1:], len(grams)]
    return {grams[start]: slice(start, end) for start, end in zip(starts, ends, strict=True)}
