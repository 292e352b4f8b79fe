"""Candidates for questions with known answers, as knowledge/judging.py sees them: its trees grow on these."""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.fitting import Floats, boosted
from knowledge.index import Index
from knowledge.judging import NAMES, SIGNS, signs
from knowledge.ranking import by_names, rank
from knowledge.reading import read
from knowledge.scope import outside
from knowledge.sets import FOLDS, Lines, is_right, right_answers, topic_of
from knowledge.trees import Trees

ABSENT = 0.15
"""How much a question counts whose item is taken away, beside the question as it is."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The best candidates of many messages, a row each: the signs, whether right, and of which message."""

    rows: NDArray[np.float32]
    right: NDArray[np.bool_]
    weight: Floats
    fold: NDArray[np.int64]
    message: NDArray[np.int64]

    @classmethod
    def together(cls, parts: "Sequence[Judged]") -> "Judged":
        """All parts one after the other, messages numbered on."""
        ends = np.cumsum([0, *(int(part.message.max(initial=-1)) + 1 for part in parts)])
        message = np.concatenate([part.message + end for part, end in zip(parts, ends, strict=False)])
        rows, right, weight, fold = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("rows", "right", "weight", "fold")
        )
        return cls(rows, right, weight, fold, message)

    def some(self, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.bool_], Floats]:
        """What trees are fitted on."""
        return self.rows[wanted], self.right[wanted], self.weight[wanted]

    def best(self, likely: Floats) -> NDArray[np.int64]:
        """The row of the likeliest candidate of every message."""
        order = np.lexsort((-likely, self.message))
        return order[np.diff(self.message[order], prepend=-1) > 0]


def judged(index: Index, questions: Lines, share: float) -> Judged:
    """The candidates for each question that is not known at once for none; topics are wholly in one fold.

    Each question with an answer is taken a second time as if its item were not on record: then none is right.
    """
    often = Counter(topic_of(question) for question in questions)
    rows, right, weight, fold = [], [], [], []
    for question in questions:
        asked, gold, topic = read(question["question"]), right_answers(question), topic_of(question)
        ranked = rank(asked, index) if asked.content and not outside(asked) else []
        others = [one for one in ranked if not is_right(one.entry, gold)] if gold else []
        counts = share * (often[topic] ** -0.5 if gold else 1.0)
        for first, times in ((by_names(ranked, NAMES), 1.0), (by_names(others, NAMES), ABSENT)):
            if first:
                rows.append(signs(asked, first))
                right.append([is_right(one.entry, gold) for one in first])
                weight.append(counts * times)
                fold.append(zlib.crc32((topic or question["question"]).encode()) % FOLDS)
    sizes = [len(some) for some in right]
    return Judged(
        np.concatenate([np.zeros((0, len(SIGNS)), np.float32), *rows]),
        np.array([one for some in right for one in some], bool),
        np.repeat(np.array(weight), sizes),
        np.repeat(np.array(fold), sizes),
        np.repeat(np.arange(len(sizes)), sizes),
    )


def told_apart(every: Judged) -> Floats:
    """What trees tell of candidates on whose topics they were not fitted."""
    likely = np.zeros(len(every.right))
    for fold in np.unique(every.fold):
        inside = every.fold == fold
        trees = Trees.of(boosted(*every.some(~inside)))
        likely[inside] = trees.probabilities(every.rows[inside])
    return likely
