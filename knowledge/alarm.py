"""Whether somebody is in danger, learned from calls for help beside all that people ask of items.

A naive Bayes over characters and pairs: it weighs all the words of a message, where patterns know only those
that somebody thought of.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import kept, sayings
from knowledge.counting import Counts
from knowledge.deeds import counted
from knowledge.sayings import CALLS

Floats = NDArray[np.float32]
SLACK = 1.0
"""Calls are taken to use each gram as often as all messages do, for so many calls more than there are."""
FEWEST_GRAMS = 2
LEAST, MOST = -1.5, 2.5
"""One gram says no more than this against or for danger."""
OTHERS = 0.5
"""How much messages that are neither calls nor for items count, beside what is asked of items."""
CERTAIN, SURE, LIKELY = 20.0, 13.0, 10.0
"""From so much a message is a call for help: whatever it says besides, where an item may be meant, and where
none is; in natural logarithms of odds. Too soon is better than too late."""


class Alarm:
    """How much each gram speaks for danger, and how often calls to each number have it."""

    def __init__(self, made: kept.Arrays) -> None:
        self._services: list[str] = made["services"].tolist()
        self._known, self._speaks, self._serves = made["known"], made["speaks"], made["serves"]

    def weigh(self, text: str) -> float:
        """What speaks for danger, in natural logarithms of odds."""
        return float(self._speaks[sayings.places_in(self._known, text)].sum())

    def service(self, text: str, least: float = SURE) -> str:
        """The number to call, or empty where it is no call for help."""
        if self.weigh(text) < least:
            return ""
        likely = self._serves[sayings.places_in(self._known, text)].sum(axis=0)
        return self._services[int(np.argmax(likely))]


def learned(items: Counts, messages: Sequence[tuple[str, str]]) -> kept.Arrays:
    """What every gram says for danger, beside what is asked of items and messages of other kinds."""
    services = sorted({kind.removeprefix(CALLS) for kind, _ in messages if kind.startswith(CALLS)})
    columns = {f"{CALLS}{service}": n for n, service in enumerate(services)}
    said = Counts.of([(columns.get(kind, len(columns)), message) for kind, message in messages])
    known = np.union1d(items.grams, said.grams)
    often, asked = said.at(known), items.at(known).sum(axis=1)
    total = asked + often.sum(axis=1)
    share = total / max(1, int(items.texts.sum() + said.texts.sum()))
    is_call = said.labels < len(columns)
    calls = _likely(often[:, is_call].sum(axis=1), said.texts[is_call].sum(), share)
    inside = _likely(asked, items.texts.sum(), share)
    beside = _likely(often[:, ~is_call].sum(axis=1), said.texts[~is_call].sum(), share)
    speaks = np.clip(np.log(calls / np.maximum(inside, OTHERS * beside)), LEAST, MOST)
    telling = (total >= FEWEST_GRAMS) & (speaks != 0)
    each = _likely(often[telling][:, is_call], said.texts[is_call], share[telling][:, None])
    return {
        "services": np.array(services),
        "known": known[telling],
        "speaks": speaks[telling].astype(np.float32),
        "serves": np.log(each).astype(np.float32),
    }


def _likely(
    often: NDArray[np.integer[Any]], texts: np.int64 | NDArray[np.int64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    return (often + SLACK * share) / (texts + SLACK)


@cache
def alarm() -> Alarm:
    """Learned once."""
    return Alarm(kept.arrays("alarm", lambda: learned(counted(), list(sayings.beyond()))))
