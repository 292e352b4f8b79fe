"""Whether a message only speaks of a thing or wants something of the office: learned from talk and wishes.

「居住证上周终于拿到手了」 names a service as questions do, 「居住证掉江里头了」 asks nothing in words and
wants one. A logistic regression over characters and pairs tells them apart by all the other words.
`python -m knowledge.training` makes it.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge import sayings, words
from knowledge.sayings import CALLS, places_in

FILE = words.FOLDER / "talk.npz"


class Talk:
    """How much each gram speaks for mere talk."""

    def __init__(self, made: dict[str, NDArray[np.generic]]) -> None:
        self._grams, self._speaks = made["grams"].astype(np.int64), made["speaks"].astype(np.float32)
        self._start = float(made["start"].astype(np.float64))
        self.stamp = str(made["stamp"])
        self._weights = lru_cache(maxsize=64)(self._weighed)

    def weigh(self, text: str) -> float:
        """The natural logarithm of the odds that the text wants nothing."""
        return self._weights(text)

    def _weighed(self, text: str) -> float:
        """Kept for the last few texts: one message is weighed at several steps."""
        return self._start + float(self._speaks[places_in(self._grams, text)].sum())


def spoken() -> list[str]:
    """What people say in passing."""
    return [*_listed("talk"), *(message for kind, message in sayings.beyond() if kind == "chat")]


def wanted() -> list[str]:
    """What asks nothing in words and wants something all the same: a service, or help."""
    return [*_listed("wish"), *(message for kind, message in sayings.beyond() if kind.startswith(CALLS))]


def stamp(spoken: Sequence[str], wanted: Sequence[str]) -> str:
    """Changes with any of these; what is asked is in the stamp of the opinion."""
    return sayings.stamp([(tuple(spoken), tuple(wanted))])


def _listed(kind: str) -> list[str]:
    rows = (line.split(" | ") for line in words.lines("talk"))
    return [message for head, *messages in rows if head == kind for message in messages]


@cache
def talk() -> Talk:
    """Read once."""
    with np.load(FILE, allow_pickle=False) as made:
        return Talk(dict(made))
