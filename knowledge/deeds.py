"""What people want done, learned from the sayings: of 「烧了，再弄一张」 that it asks for a replacement.

A naive Bayes over characters and pairs: each saying teaches the family of action that its official wording
names, whatever the thing is. A family with few sayings is not learned.
"""

from collections import Counter
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge import sayings
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

    def __init__(self, taught: list[tuple[int, str]]) -> None:
        grams = [(family, set(sayings.grams_of([said]))) for family, said in taught]
        often = Counter(gram for _, said in grams for gram in said)
        known = {gram: n for n, gram in enumerate(g for g, count in often.items() if count >= FEWEST_GRAMS)}
        total = Counter(family for family, _ in taught)
        self.families = np.array(sorted(f for f, n in total.items() if n >= FEWEST_SAYINGS), dtype=np.int64)
        columns = {family: n for n, family in enumerate(self.families.tolist())}
        counts = np.zeros((len(known), len(self.families)))
        for family, said in grams:
            if family in columns:
                counts[[known[gram] for gram in said if gram in known], columns[family]] += 1
        share = np.array([often[gram] for gram in known])[:, None] / max(1, len(taught))
        sizes = np.array([total[family] for family in self.families.tolist()])
        likely = (counts + SLACK * share) / (sizes + SLACK)
        self._known = known
        self._speaks = np.clip(np.log(likely / share), LEAST, MOST).astype(np.float32)

    def likely(self, text: str) -> Floats:
        """The probability of each family."""
        rows = [self._known[gram] for gram in set(sayings.grams_of([text])) if gram in self._known]
        sums = self._speaks[rows].sum(axis=0) / WARMTH
        shares = np.exp(sums - sums.max(initial=0.0))
        return np.asarray(shares / max(float(shares.sum()), 1e-9), dtype=np.float32)

    def of_names(self, likely: Floats, actions: NDArray[np.int64]) -> Floats:
        """How probable what each name does is: the likeliest of the families that the name is of."""
        learned = int(self.families[self.families != UNNAMED].sum())
        bits = np.where(actions & learned, actions & learned, UNNAMED)
        shares = ((bits[:, None] & self.families) != 0) * likely
        return np.asarray(shares.max(axis=1, initial=0.0), dtype=np.float32)


@cache
def deeds() -> Deeds:
    """Learned from all sayings, once."""
    taught = []
    for wordings, said in sayings.taught():
        actions = 0
        for wording in wordings:
            actions |= for_names().fold(plain(wording)).actions
        families = [one.bit for one in for_names().actions.values() if one.bit & actions] or [UNNAMED]
        taught += [(family, saying) for family in families for saying in said]
    return Deeds(taught)
