"""Candidates for questions with known answers, as knowledge/judging.py sees them: its trees grow on these."""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.entry import Entry
from knowledge.fitting import Floats, boosted
from knowledge.index import Index
from knowledge.judging import NAMES, SIGNS, signs
from knowledge.ranking import Scored, by_names, rank
from knowledge.reading import Question, read
from knowledge.scope import outside
from knowledge.sets import FOLDS, Lines, is_right, right_answers, topic_of
from knowledge.trees import Trees

COUNTS = 1.0, 0.5, 0.5, 0.5
"""What a question counts asked of the whole record, of the same without its items, of a small one that has
them, and of one that has not: no record has all items, and what it has not it must not be sure of."""
SMALL = 12
"""A small record has one of so many items."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The best candidates of many messages, a row each: its signs, whether right, and of what."""

    rows: NDArray[np.float32]
    right: NDArray[np.bool_]
    weight: Floats
    fold: NDArray[np.int64]
    message: NDArray[np.int64]
    record: NDArray[np.int64]

    @classmethod
    def together(cls, parts: "Sequence[Judged]") -> "Judged":
        """All parts one after the other, messages numbered on."""
        ends = np.cumsum([0, *(int(part.message.max(initial=-1)) + 1 for part in parts)])
        message = np.concatenate([part.message + end for part, end in zip(parts, ends, strict=False)])
        rows, right, weight, fold, record = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("rows", "right", "weight", "fold", "record")
        )
        return cls(rows, right, weight, fold, message, record)

    def some(self, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.bool_], Floats]:
        """What trees are fitted on."""
        return self.rows[wanted], self.right[wanted], self.weight[wanted]

    def best(self, likely: Floats) -> NDArray[np.int64]:
        """The row of the likeliest candidate of every message."""
        order = np.lexsort((-likely, self.message))
        return order[np.diff(self.message[order], prepend=-1) > 0]


def judged(index: Index, questions: Lines, share: float) -> Judged:
    """The candidates for each question that is not known at once for none; topics are wholly in one fold."""
    often = Counter(topic_of(question) for question in questions)
    records = _records(index)
    rows, right, weight, fold, record = [], [], [], [], []
    for question in questions:
        asked, gold, topic = read(question["question"]), right_answers(question), topic_of(question)
        counts = share * (often[topic] ** -0.5 if gold else 1.0)
        for number, first in enumerate(_versions(asked, gold, topic, records)):
            if first:
                rows.append(signs(asked, first))
                right.append([is_right(one.entry, gold) for one in first])
                weight.append(counts * COUNTS[number])
                fold.append(zlib.crc32((topic or question["question"]).encode()) % FOLDS)
                record.append(number)
    sizes = [len(some) for some in right]
    return Judged(
        np.concatenate([np.zeros((0, len(SIGNS)), np.float32), *rows]),
        np.array([one for some in right for one in some], bool),
        *(np.repeat(np.array(each), sizes) for each in (weight, fold, range(len(sizes)), record)),
    )


def _records(index: Index) -> list[Index]:
    """The whole record and the small ones, which items are in by their names."""
    parts: list[list[Entry]] = [[] for _ in range(SMALL)]
    for entry in index.entries():
        parts[_part(entry.name)].append(entry)
    return [index, *map(Index.build, parts)]


def _part(name: str) -> int:
    return zlib.crc32(name.encode()) % SMALL


def _versions(asked: Question, gold: set[str], topic: str, records: list[Index]) -> list[list[Scored]]:
    """The best few candidates by record, as many as COUNTS tells of; none where no item is sought at all."""
    whole, *small = records
    if not asked.content or outside(asked):
        return []
    part = _part(topic)
    ranked = [rank(asked, record) for record in (whole, small[part], small[(part + 1) % SMALL])]
    others = [one for one in ranked[0] if not is_right(one.entry, gold)] if gold else []
    return [by_names(some, NAMES) for some in (ranked[0], others, *ranked[1:])]


def told_apart(every: Judged) -> Floats:
    """What trees tell of candidates on whose topics they were not fitted."""
    likely = np.zeros(len(every.right))
    for fold in np.unique(every.fold):
        inside = every.fold == fold
        trees = Trees.of(boosted(*every.some(~inside)))
        likely[inside] = trees.probabilities(every.rows[inside])
    return likely
