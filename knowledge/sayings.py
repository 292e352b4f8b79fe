"""How people tell of a thing without its name: words/sayings/ lists ways to say each official wording.

All sayings of one wording are pooled, and a question is compared with each pool by the characters and pairs
of characters they share (BM25); a story needs no saying like it, only the words such stories are told in.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import kept, words
from knowledge.text import plain

SATURATION = 1.5
LENGTH_SHARE = 0.4
"""BM25's k1 and b; the best of a few tried on stories that were not among the sayings."""

NOT_WORD = re.compile(r"[\W_a-z]")
"""Letters are left out: typed pinyin is like other typed pinyin in its letters alone."""


Pool = tuple[tuple[str, ...], tuple[str, ...]]
"""Official wordings, and what people say for them."""
BETWEEN = " / "
"""Stands between the variants of a wording."""
BETWEEN_SAYINGS = "|"
CHARACTER_BITS = 21
NOTHING = np.zeros(0, dtype=np.int64)
CALLS = "emergency_"
"""Kinds of message that begin so are calls for help; what follows is the number to call."""
OVER = "over"
"""The kind of what speaks of danger that is past, or is asked about: it only teaches what is no call."""


@dataclass(frozen=True, slots=True)
class Saying:
    """An official wording, in its variants, and how well the question fits what people say for it."""

    wordings: tuple[str, ...]
    share: float


class Pools:
    """For every character and pair, the pools it is in and its weight there, in one flat array."""

    def __init__(self, made: kept.Arrays) -> None:
        self.wordings = [tuple(joined.split(BETWEEN)) for joined in made["wordings"].tolist()]
        self._grams, self._starts = made["grams"], made["starts"]
        self._rows, self._weights = made["rows"], made["weights"]

    def nearest(self, text: str, limit: int) -> list[Saying]:
        """The best wordings first; the score is a share of what all the question's characters could reach."""
        places = places_in(self._grams, text)
        starts, lengths = self._starts[places], self._starts[places + 1] - self._starts[places]
        rarity = np.log1p(len(self.wordings) / lengths)
        listed = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        weights = self._weights[listed] * np.repeat(rarity, lengths)
        scores = np.bincount(self._rows[listed], weights, minlength=len(self.wordings))
        best = [row for row in highest(scores, limit).tolist() if scores[row] > 0]
        return [Saying(self.wordings[row], float(scores[row] / rarity.sum())) for row in best]


def _weighed(pools: Sequence[Pool]) -> kept.Arrays:
    """BM25's weight of every gram in every pool it is in, gram by gram."""
    counted = [np.unique(_grams_of_all([*w, *said]), return_counts=True) for w, said in pools]
    grams = np.concatenate([grams for grams, _ in counted] or [NOTHING])
    times = np.concatenate([times for _, times in counted] or [NOTHING]).astype(np.float32)
    rows = np.repeat(np.arange(len(pools), dtype=np.int32), [len(grams) for grams, _ in counted])
    sizes = np.array([times.sum() for _, times in counted], dtype=np.float32)
    length = sizes / max(1.0, float(sizes.mean()) if len(sizes) else 1.0)
    slack = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length)
    order = np.argsort(grams, kind="stable")
    known, starts = np.unique(grams[order], return_index=True)
    weights = (times / (times + slack[rows]))[order] if len(grams) else times
    return {
        "wordings": np.array([BETWEEN.join(wordings) for wordings, _ in pools], dtype=np.str_),
        "grams": known,
        "starts": np.append(starts, len(grams)),
        "rows": rows[order].astype(np.uint16),
        "weights": weights,
    }


def nearest(text: str, limit: int = 5) -> tuple[Saying, ...]:
    """The official wordings whose sayings are most like the text."""
    return tuple(_services().nearest(text, limit))


def outside(text: str, limit: int = 3) -> tuple[Saying, ...]:
    """The kinds of message that no item answers, each with one of its messages, most like the text first."""
    return tuple(_outside().nearest(text, limit))


def said(wordings: tuple[str, ...]) -> list[str]:
    """What people say for a wording, only letters, digits and characters."""
    row = _said().get(wordings[0])
    return row.split(BETWEEN_SAYINGS) if row else []


def wordings() -> list[str]:
    """All official wordings, in their variants."""
    return [wording for variants in _services().wordings for wording in variants]


def taught() -> Iterator[Pool]:
    """Each line's official wordings and what people say."""
    for stem in _files():
        yield from _rows(stem) if "outside" not in stem else ()


def some() -> Iterator[str]:
    """Every third of what people say: enough to count by, where reading all takes too long."""
    yield from islice((one for _, said in taught() for one in said), None, None, 3)


def beyond() -> Iterator[tuple[str, str]]:
    """Every message that no item answers, with its kind."""
    for stem in _files():
        for (kind, *_), messages in _rows(stem) if "outside" in stem else ():
            yield from ((kind, message) for message in messages)


@cache
def _said() -> dict[str, str]:
    """Joined, as a string for each saying would take four times the memory."""
    rows = kept.text("said.txt", _joined).read_text(encoding="utf8").splitlines()
    return dict(row.split(BETWEEN_SAYINGS, maxsplit=1) for row in rows)


def _joined() -> str:
    return "\n".join(BETWEEN_SAYINGS.join([w[0], *map(plain, said)]) for w, said in pooled() if said)


@cache
def _services() -> Pools:
    """Reckoned once and kept, so that the sayings themselves are not read at every start."""
    return Pools(kept.arrays("sayings", lambda: _weighed(pooled())))


def pooled() -> list[Pool]:
    """One pool for each wording, whichever files it stands in."""
    together: dict[str, Pool] = {}
    for wordings, said in taught():
        before = together.get(wordings[0], ((), ()))
        together[wordings[0]] = (tuple(dict.fromkeys(before[0] + wordings)), before[1] + said)
    return list(together.values())


def stamp(pools: Sequence[Pool]) -> str:
    """Changes with any of the wordings and sayings."""
    return hashlib.sha256(repr(pools).encode()).hexdigest()[:16]


@cache
def _outside() -> Pools:
    """Messages of a kind differ too much to be pooled: each is compared for itself."""
    rows = (row for row in beyond() if not row[0].startswith((CALLS, OVER)))
    return Pools(kept.arrays("outside", lambda: _weighed([((kind,), (message,)) for kind, message in rows])))


def _files() -> list[str]:
    return sorted(path.stem for path in words.FOLDER.glob("sayings/*.txt"))


def _rows(stem: str) -> Iterator[Pool]:
    for line in words.lines(f"sayings/{stem}"):
        wordings, *said = (part.strip() for part in line.split("|"))
        yield tuple(wordings.split(BETWEEN)), tuple(said)


def highest(scores: NDArray[Any], limit: int) -> NDArray[np.int64]:
    """The places of so many of the highest scores, the highest first."""
    some = np.argpartition(-scores, min(limit, len(scores) - 1))[:limit] if len(scores) else NOTHING
    return some[np.argsort(-scores[some])]


def grams_of(text: str) -> NDArray[np.int64]:
    """Characters and pairs of neighbours, with repetition, as numbers."""
    plain = NOT_WORD.sub("", text.casefold())
    characters = np.frombuffer(plain.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    return np.concatenate([characters, characters[:-1] << CHARACTER_BITS | characters[1:]])


def places_in(known: NDArray[np.int64], text: str) -> NDArray[np.int64]:
    """Where the characters and pairs of a text stand among sorted ones, each once; unknown ones nowhere."""
    asked = _distinct_grams(text)
    places = np.searchsorted(known, asked)
    return places[known[np.minimum(places, len(known) - 1)] == asked] if len(known) else places[:0]


@lru_cache(maxsize=64)
def _distinct_grams(text: str) -> NDArray[np.int64]:
    """Many look up the same message one after the other."""
    return np.unique(grams_of(text))


def _grams_of_all(texts: Iterable[str]) -> NDArray[np.int64]:
    return np.concatenate([grams_of(text) for text in texts])
