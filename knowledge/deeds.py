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
GRAM_BITS = 2 * sayings.CHARACTER_BITS

UNNAMED = 1 << 62
"""Stands for a wording without a family that was learned."""


class Deeds:
    """How much each gram speaks for each family."""

    def __init__(self, taught: list[tuple[int, str]]) -> None:
        said = [sayings.grams_of(text) for _, text in taught]
        # A gram counts once in a saying: number and gram in one, as pairs of characters leave room above.
        place = np.repeat(np.arange(len(said)), [len(grams) for grams in said])
        once = np.sort(np.concatenate([*said, sayings.NOTHING]) | place << GRAM_BITS)
        once = once[np.diff(once, prepend=-1) > 0]
        place, each = once >> GRAM_BITS, once & ((1 << GRAM_BITS) - 1)
        grams, which = np.unique(each, return_inverse=True)
        often = np.bincount(which, minlength=len(grams))
        known = often >= FEWEST_GRAMS
        total = Counter(family for family, _ in taught)
        self.families = np.array(sorted(f for f, n in total.items() if n >= FEWEST_SAYINGS), dtype=np.int64)
        columns = {family: n for n, family in enumerate(self.families.tolist())}
        # What was said for a family that is not learned goes into a column that is dropped.
        width = len(columns) + 1
        column = np.array([columns.get(family, width - 1) for family, _ in taught], dtype=np.int64)[place]
        counts = np.bincount(which * width + column, minlength=len(grams) * width)
        counts = counts.reshape(len(grams), width)[known, :-1]
        share = often[known][:, None] / max(1, len(taught))
        sizes = np.array([total[family] for family in self.families.tolist()])
        likely = (counts + SLACK * share) / (sizes + SLACK)
        self._known = grams[known]
        self._speaks = np.clip(np.log(likely / share), LEAST, MOST).astype(np.float32)

    def likely(self, text: str) -> Floats:
        """The probability of each family."""
        rows = sayings.places_in(self._known, text)
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
