"""What kind of message it is, learned from those that no item answers beside all that people ask of items.

A naive Bayes over characters and pairs, for calls for help, complaints, chat and the like: it weighs all the
words of a message, where patterns know only those that somebody thought of.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import kept, pinyin, sayings
from knowledge.counting import Counts
from knowledge.deeds import counted
from knowledge.sayings import CALLS, OVER

CALL = "call"
"""All calls for help together; which number to call is told apart afterwards."""
LEARNED = (CALL, "complaint", "chat", "elsewhere", "meta")
SLACK = 1.0
"""A kind is taken to use each gram as often as all messages do, for so many messages more than it has."""
FEWEST_GRAMS = 2
LEAST, MOST = -1.5, 2.5
"""One gram says no more than this against or for a kind."""
OTHERS = 0.5
"""How much messages of other kinds count, beside what is asked of items."""
CERTAIN, SURE, LIKELY = 20.0, 13.0, 8.0
"""From so much a message is a call for help: whatever it says besides, where an item may be meant, and where
none is; in natural logarithms of odds. Too soon is better than too late."""
BESIDE = 5.0
"""What speaks for another kind may outweigh a call for help by so much: complaints are excited as well."""
COMPLAINT = 16.0
PRESUMED = {"complaint": COMPLAINT, "elsewhere": 12.0, "chat": 4.0, "meta": 4.0}
"""From so much a message that no item fits is of the kind; complaints tell stories, as many questions do."""
Floats = NDArray[np.float64]


class Kinds:
    """How much each gram speaks for each kind, and how often calls to each number have it."""

    def __init__(self, made: kept.Arrays) -> None:
        self._services: list[str] = made["services"].tolist()
        self._known, self._speaks, self._serves = made["known"], made["speaks"], made["serves"]
        self._sums = lru_cache(maxsize=64)(self._summed)

    def weigh(self, text: str) -> dict[str, float]:
        """What speaks for each kind, in natural logarithms of odds."""
        return dict(zip(LEARNED, self._sums(text), strict=True))

    def _summed(self, text: str) -> list[float]:
        """Kept for the last few texts: one message is weighed at several steps."""
        rows = sayings.places_in(self._known, text)
        return [float(each) for each in self._speaks[rows].sum(axis=0, dtype=np.float32)]

    def service(self, text: str, least: float = SURE) -> str:
        """The number to call, or empty where it is no call for help."""
        if self.weigh(text)[CALL] < least or self.is_other(text):
            return ""
        likely = self._serves[sayings.places_in(self._known, text)].sum(axis=0, dtype=np.float32)
        return self._services[int(np.argmax(likely))]

    def is_other(self, text: str, beside: float = BESIDE) -> bool:
        """Whether so much more speaks for another kind than for a call for help."""
        weights = self.weigh(text)
        call = weights.pop(CALL)
        return call < max(weights.values()) - beside

    def presumed(self, text: str) -> str:
        """The kind of a message that no item fits, or empty."""
        weights = self.weigh(text)
        over = {kind: weights[kind] - least for kind, least in PRESUMED.items()}
        kind = max(over, key=lambda one: over[one])
        return kind if over[kind] >= 0 else ""


def learned(items: Counts, messages: Sequence[tuple[str, str]]) -> kept.Arrays:
    """What every gram says for each kind, beside what is asked of items and messages of other kinds."""
    names = sorted({kind for kind, _ in messages})
    said = Counts.of([(names.index(kind), message) for kind, message in messages])
    known = np.union1d(items.grams, said.grams)
    often, asked = said.at(known), items.at(known).sum(axis=1)
    total = asked + often.sum(axis=1)
    share = total / max(1, int(items.texts.sum() + said.texts.sum()))
    inside = _likely(asked, items.texts.sum(), share)
    is_call = np.array([name.startswith(CALLS) for name in names])
    speaks = []
    for kind in LEARNED:
        own = is_call if kind == CALL else np.array([name == kind for name in names])
        beside = ~own if kind == CALL else ~own & ~is_call & np.array([name != OVER for name in names])
        mine, theirs = (
            _likely(often[:, some].sum(axis=1), said.texts[some].sum(), share) for some in (own, beside)
        )
        speaks.append(np.clip(np.log(mine / np.maximum(inside, OTHERS * theirs)), LEAST, MOST))
    table = np.stack(speaks, axis=1)
    telling = (total >= FEWEST_GRAMS) & (table != 0).any(axis=1)
    each = _likely(often[telling][:, is_call], said.texts[is_call], share[telling][:, None])
    return {
        "services": np.array([name.removeprefix(CALLS) for name in names if name.startswith(CALLS)]),
        "known": known[telling],
        "speaks": table[telling].astype(np.float16),
        "serves": np.log(each).astype(np.float16),
    }


def _likely(often: NDArray[np.integer[Any]], texts: np.int64 | NDArray[np.int64], share: Floats) -> Floats:
    return np.asarray((often + SLACK * share) / (texts + SLACK))


@cache
def heard() -> Kinds:
    """The same, of how texts sound: what is mistyped, or typed in pinyin, sounds the same."""
    return Kinds(kept.arrays("kinds-heard", lambda: learned(_items_heard(), _messages_heard())))


def _items_heard() -> Counts:
    return Counts.of([(0, pinyin.heard(one)) for one in sayings.some()])


def _messages_heard() -> list[tuple[str, str]]:
    return [(kind, pinyin.heard(message)) for kind, message in sayings.beyond()]


@cache
def kinds() -> Kinds:
    """Learned once."""
    return Kinds(kept.arrays("kinds", lambda: learned(counted(), list(sayings.beyond()))))
