"""What people want done, learned from the sayings: of 「烧了，再弄一张」 that it asks for a replacement.

A naive Bayes over characters and pairs: each saying teaches the family of action that its official wording
names, whatever the thing is. A family with few sayings is not learned.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge import kept, sayings
from knowledge.counting import Counts
from knowledge.lexicon import for_names
from knowledge.text import plain

Floats = NDArray[np.float32]
FEWEST_SAYINGS = 60
FEWEST_GRAMS = 4
SLACK = 5.0
"""A family is taken to use each gram as often as all do, for so many sayings more than it has."""
LEAST, MOST = -0.5, 1.5
"""One gram says no more than this against or for a family."""
WARMTH = 1.5
"""Grams of one text repeat each other: their sum is worth less."""

UNNAMED = 1 << 62
"""Stands for a wording without a family that was learned."""


class Deeds:
    """How much each gram speaks for each family."""

    def __init__(self, made: kept.Arrays) -> None:
        self.families, self._known, self._speaks = made["families"], made["known"], made["speaks"]

    def likely(self, text: str) -> Floats:
        """The probability of each family."""
        rows = sayings.places_in(self._known, text)
        sums = self._speaks[rows].sum(axis=0, dtype=np.float32) / WARMTH
        shares = np.exp(sums - sums.max(initial=0.0))
        return np.asarray(shares / max(float(shares.sum()), 1e-9), dtype=np.float32)

    def of_names(self, likely: Floats, actions: NDArray[np.int64]) -> Floats:
        """How probable what each name does is: the likeliest of the families that the name is of."""
        learned = int(self.families[self.families != UNNAMED].sum())
        bits = np.where(actions & learned, actions & learned, UNNAMED)
        shares = ((bits[:, None] & self.families) != 0) * likely
        return np.asarray(shares.max(axis=1, initial=0.0), dtype=np.float32)


def learned(counts: Counts) -> kept.Arrays:
    """What every gram that is not too rare says for each family that is not too small."""
    often = counts.often.sum(axis=1)
    known = often >= FEWEST_GRAMS
    large = counts.only(counts.texts >= FEWEST_SAYINGS)
    share = often[known][:, None] / max(1, int(counts.texts.sum()))
    likely = (large.often[known] + SLACK * share) / (large.texts + SLACK)
    speaks = np.clip(np.log(likely / share), LEAST, MOST).astype(np.float16)
    return {"families": large.labels, "known": counts.grams[known], "speaks": speaks}


@cache
def deeds() -> Deeds:
    """Learned from all sayings, once."""
    return Deeds(kept.arrays("deeds", lambda: learned(counted())))


def counted() -> Counts:
    """The sayings, counted by the families of action that their official wordings name."""
    return Counts.of(_by_family())


def _by_family() -> list[tuple[int, str]]:
    taught = []
    for wordings, said in sayings.taught():
        actions = 0
        for wording in wordings:
            actions |= for_names().fold(plain(wording)).actions
        families = [one.bit for one in for_names().actions.values() if one.bit & actions] or [UNNAMED]
        taught += [(family, saying) for family in families for saying in said]
    return taught
