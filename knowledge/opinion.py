"""A second opinion on which official wording is meant: a linear classifier trained on the sayings.

Characters and pairs of characters are summed to one short vector, from which every wording's probability is
read, as in fastText (Joulin et al., Bag of Tricks for Efficient Text Classification, 2017). The pools of
sayings (knowledge/sayings.py) know which words go with a wording, this knows which words tell wordings apart:
where both name the same item, it is hardly ever wrong. `python -m knowledge.training` makes it.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from knowledge import words
from knowledge.sayings import BETWEEN, Saying, highest, places_in

FILE = words.FOLDER / "opinion.npz"
NAMES = 10_000
"""So many names are kept as they were read, at half a kilobyte each: the same ones come again and again."""
Floats = NDArray[np.float32]


class Opinion:
    """For every gram a vector, and for every wording."""

    def __init__(self, made: dict[str, NDArray[np.generic]]) -> None:
        self.wordings = [tuple(joined.split(BETWEEN)) for joined in made["wordings"].tolist()]
        self._rows = {wordings: row for row, wordings in enumerate(self.wordings)}
        self._grams = made["grams"].astype(np.int64)
        self._vectors, self._scales = made["vectors"], made["scales"].astype(np.float32)
        self._classes = made["classes"].astype(np.float32)
        self._names: dict[str, Floats] = {}
        self.stamp = str(made["stamp"])

    def likely(self, text: str, limit: int) -> list[Saying]:
        """The likeliest wordings, likeliest first, each with its probability; none if no gram is known."""
        told = self._told(text)
        if not told.any():
            return []
        logits = told @ self._classes.T
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        return [Saying(self.wordings[row], float(shares[row])) for row in highest(shares, limit)]

    def agreement(self, likely: Sequence[Saying], texts: Sequence[str]) -> Floats:
        """How far each text is taken for one of these wordings, the likeliest of both at 1."""
        if not likely:
            return np.zeros(len(texts), dtype=np.float32)
        rows = [self._rows[saying.wordings] for saying in likely]
        shares = np.array([saying.share for saying in likely], dtype=np.float32) / likely[0].share
        told, likeliest = self._of_names(texts)
        beside = np.exp(told @ self._classes[rows].T - likeliest) * told.any(axis=1, keepdims=True)
        return np.asarray((beside * shares).max(axis=1), dtype=np.float32)

    def _of_names(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """The vectors of some names, and in a column what the likeliest wording of each has."""
        known = {text: seen for text in texts if (seen := self._names.get(text)) is not None}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            told = np.stack([*map(self._told, new)])
            each = np.column_stack([told, (told @ self._classes.T).max(axis=1)])
            known |= zip(new, each, strict=True)
            if len(self._names) >= NAMES:
                self._names.clear()
            self._names.update(zip(new, each, strict=True))
        every = np.stack([known[text] for text in texts])
        return every[:, :-1], every[:, -1:]

    def _told(self, text: str) -> Floats:
        """The vector of a text; nothing but zeros if no gram is known."""
        rows = places_in(self._grams, text)
        told = self._scales[rows] @ self._vectors[rows].astype(np.float32)
        return np.asarray(told / np.sqrt(np.float32(len(rows) or 1)))


@cache
def opinion() -> Opinion:
    """Read once; from then on this process multiplies in one thread.

    Products as small as ours gain nothing by a second one, and wait for it where the other core is busy.
    """
    threadpool_limits(1, user_api="blas")  # type: ignore[no-untyped-call]
    with np.load(FILE, allow_pickle=False) as made:
        return Opinion(dict(made))


def likely(text: str, limit: int = 6) -> tuple[Saying, ...]:
    """The official wordings that the text most probably asks for."""
    return tuple(opinion().likely(text, limit))
