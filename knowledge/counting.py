"""How often characters and pairs stand in texts of each label: what naive Bayes reckons with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.sayings import CHARACTER_BITS, NOTHING, grams_of

GRAM_BITS = 2 * CHARACTER_BITS


@dataclass(frozen=True, slots=True)
class Counts:
    """For each gram, in how many texts of each label it stands; a gram counts once in a text."""

    grams: NDArray[np.int64]
    labels: NDArray[np.int64]
    often: NDArray[np.int32]
    texts: NDArray[np.int64]

    @classmethod
    def of(cls, taught: Sequence[tuple[int, str]]) -> "Counts":
        """Counted from labels and texts."""
        said = [grams_of(text) for _, text in taught]
        # Number and gram in one, as pairs of characters leave room above.
        place = np.repeat(np.arange(len(said)), [len(grams) for grams in said])
        once = np.sort(np.concatenate([*said, NOTHING]) | place << GRAM_BITS)
        once = once[np.diff(once, prepend=-1) > 0]
        place, each = once >> GRAM_BITS, once & ((1 << GRAM_BITS) - 1)
        grams, which = np.unique(each, return_inverse=True)
        labels, column, texts = np.unique(
            np.array([label for label, _ in taught], dtype=np.int64), return_inverse=True, return_counts=True
        )
        often = np.bincount(which * len(labels) + column[place], minlength=len(grams) * len(labels))
        return cls(grams, labels, often.reshape(len(grams), len(labels)).astype(np.int32), texts)

    def only(self, wanted: NDArray[np.bool_]) -> "Counts":
        """The labels that are wanted."""
        return Counts(self.grams, self.labels[wanted], self.often[:, wanted], self.texts[wanted])

    def at(self, grams: NDArray[np.int64]) -> NDArray[np.int32]:
        """The counts of other grams, by label; zero for those that stand nowhere."""
        places = np.minimum(np.searchsorted(self.grams, grams), len(self.grams) - 1)
        return np.where((self.grams[places] == grams)[:, None], self.often[places], 0)
