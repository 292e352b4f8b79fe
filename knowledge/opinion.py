"""A second opinion on which official wording is meant: a linear classifier trained on the sayings.

Characters and pairs of characters are summed to one short vector, from which every wording's probability is
read, as in fastText (Joulin et al., Bag of Tricks for Efficient Text Classification, 2017). The pools of
sayings (knowledge/sayings.py) know which words go with a wording, this knows which words tell wordings apart:
where both name the same item, it is hardly ever wrong. `python -m knowledge.training` makes it.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge import words
from knowledge.sayings import BETWEEN, Saying, places_in

FILE = words.FOLDER / "opinion.npz"
Floats = NDArray[np.float32]


class Opinion:
    """For every gram a vector, and for every wording."""

    def __init__(self, made: dict[str, NDArray[np.generic]]) -> None:
        self.wordings = [tuple(joined.split(BETWEEN)) for joined in made["wordings"].tolist()]
        self._grams = made["grams"].astype(np.int64)
        self._vectors, self._scales = made["vectors"], made["scales"].astype(np.float32)
        self._classes = made["classes"].astype(np.float32)
        self.stamp = str(made["stamp"])

    def likely(self, text: str, limit: int) -> list[Saying]:
        """The likeliest wordings, likeliest first, each with its probability; none if no gram is known."""
        rows = places_in(self._grams, text)
        if not len(rows):
            return []
        told = self._scales[rows] @ self._vectors[rows].astype(np.float32) / np.sqrt(np.float32(len(rows)))
        logits = self._classes @ told
        shares = np.exp(logits - logits.max())
        best = np.argpartition(-shares, min(limit, len(shares) - 1))[:limit]
        shares /= shares.sum()
        return [Saying(self.wordings[row], float(shares[row])) for row in best[np.argsort(-shares[best])]]


@cache
def opinion() -> Opinion:
    with np.load(FILE, allow_pickle=False) as made:
        return Opinion(dict(made))


def likely(text: str, limit: int = 6) -> tuple[Saying, ...]:
    """The official wordings that the text most probably asks for."""
    return tuple(opinion().likely(text, limit))
