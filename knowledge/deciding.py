"""How sure the best candidate is, and what to do: answer, let the person choose, or say that nothing was found."""

import json
from dataclasses import dataclass
from functools import cache
from math import exp

import numpy as np

from knowledge import scope, words
from knowledge.outcomes import Candidate
from knowledge.ranking import FEATURES, Scored
from knowledge.reading import Question

OPTIONS = 5
TAKEN = (
    "chars_of_question", "pairs_of_question", "concepts_of_question", "chars_of_name", "pairs_of_name",
    "ratio", "partial_ratio", "added_ratio", "added_exact", "action_fits", "action_differs", "action_only_in_name",
    "marks_only_in_name", "exact", "enforcement",
)  # fmt: skip
SIGNS = ("constant", "score", "gap", "second_gap", "long", "doubtful", "backed", "backed_gap", *TAKEN)
WIDEST = 5.0
"""A gap this wide is as good as any wider one."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability an item is answered, and from which it is offered."""

    found: float
    found_backed: float
    offered: float
    despite_doubt: float


def signs(question: Question, ranked: list[Scored]) -> list[float]:
    """What confidence is read from: how well the best fits, how far the others are behind, what kind of text it is."""
    best = ranked[0]
    others = [one for one in ranked[1:] if one.entry.name != best.entry.name]
    gaps = [min(best.score - one.score, WIDEST) for one in others[:2]]
    first, second = [*gaps, WIDEST, WIDEST][:2]
    of = dict(zip(FEATURES, best.features.tolist(), strict=True))
    backed = max(of["added_exact"], of["exact"])
    about = [float(np.log1p(len(question.content))), float(bool(scope.doubtful(question.text))), backed, backed * first]
    return [1.0, best.score, first, second, *about, *(of[sign] for sign in TAKEN)]


def confidence(question: Question, ranked: list[Scored]) -> float:
    """The probability that the best candidate is what was meant."""
    if not ranked:
        return 0.0
    return _logistic(sum(weight * sign for weight, sign in zip(_weights(), signs(question, ranked), strict=True)))


def is_sure(question: Question, ranked: list[Scored], sure: float) -> bool:
    """Whether to answer outright; less is asked where a rule or the very name speaks for the best."""
    of = dict(zip(FEATURES, ranked[0].features.tolist(), strict=True))
    limits = thresholds()
    return sure >= (limits.found_backed if of["added_exact"] or of["exact"] else limits.found)


def candidates(ranked: list[Scored], sure: float) -> tuple[Candidate, ...]:
    """The best five, items of one name counted once; the others share what probability the best one leaves."""
    if not ranked:
        return ()
    seen: dict[str, Scored] = {}
    for one in ranked:
        seen.setdefault(one.entry.name, one)
    first, *rest = list(seen.values())[:OPTIONS]
    shares = np.exp([one.score for one in rest])
    left = np.minimum(sure, (1 - sure) * shares / max(float(shares.sum()), 1e-9))
    return tuple(
        Candidate(one.entry.id, one.entry.name, round(float(score), 4))
        for one, score in zip([first, *rest], [sure, *left], strict=True)
    )


@cache
def thresholds() -> Thresholds:
    return Thresholds(**_table()["thresholds"])


def splits(question: Question, options: list[Scored]) -> str:
    """What sets the options apart best."""
    if len({one.entry.name for one in options}) == 1:
        if len({one.entry.region for one in options}) > 1:
            return "region"
        if len({one.entry.audience for one in options}) > 1:
            return "audience"
        return "situation"
    return "item"


@cache
def _weights() -> tuple[float, ...]:
    table = _table()["confidence"]
    return tuple(table.get(sign, 0.0) for sign in SIGNS)


@cache
def _table() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = json.loads(
        (words.FOLDER / "weights.json").read_text(encoding="utf8")
    )
    return found


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(min(value, 30.0), -30.0)))
