"""How sure the best candidate is, and so what to do: answer, let the person choose, or find nothing."""

import json
from dataclasses import dataclass
from functools import cache
from math import exp

import numpy as np

from knowledge import scope, words
from knowledge.lexicon import for_names
from knowledge.outcomes import Candidate
from knowledge.ranking import FEATURES, Scored
from knowledge.reading import Question
from knowledge.text import plain

OPTIONS = 5
IN_A_ROW = 2
"""So many times the person is asked to choose before the likeliest is answered or nothing is."""
EVEN = 0.5
THIRD = 0.3
STANDS = 0.8
"""From here an item is offered, though not answered, against words of grievance or of another matter."""
WHOLE, MOST = 0.99, 0.6
"""Shares of the characters and of the pairs asked for that a name has when it says all of it."""
TAKEN = (
    "chars_of_question", "pairs_of_question", "concepts_of_question", "chars_of_name", "pairs_of_name",
    "ratio", "partial_ratio", "added_ratio", "added_exact",
    "told_ratio", "told_first", "told_margin", "told_share", "deed", "action_fits", "action_differs",
    "action_only_in_name", "marks_only_in_name", "exact", "enforcement",
)  # fmt: skip
SIGNS = (
    "constant",
    "score",
    "gap",
    "second_gap",
    "long",
    "doubtful",
    "backed",
    "backed_gap",
    "told",
    "told_lead",
    "beyond",
    "beyond_squared",
    "aspects",
    *TAKEN,
)
WIDEST = 5.0
"""A gap this wide is as good as any wider one."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability an item is answered, and from which it is offered."""

    found: float
    found_backed: float
    offered: float
    despite_doubt: float
    despite_nearness: float


def signs(question: Question, ranked: list[Scored]) -> list[float]:
    """What confidence is read from: how well the best fits, how far behind others are, the kind of text."""
    best = ranked[0]
    others = [one for one in ranked[1:] if one.entry.name != best.entry.name]
    gaps = [min(best.score - one.score, WIDEST) for one in others[:2]]
    first, second = [*gaps, WIDEST, WIDEST][:2]
    of = dict(zip(FEATURES, best.features.tolist(), strict=True))
    backed = max(of["added_exact"], of["exact"])
    about = [
        float(np.log1p(len(question.content))),
        float(bool(scope.doubtful(question))),
        backed,
        backed * first,
        *_telling(question),
        float(bool(question.aspects)),
    ]
    return [1.0, best.score, first, second, *about, *(of[sign] for sign in TAKEN)]


def _telling(question: Question) -> list[float]:
    """How well sayings fit the question, and how well messages do that no item answers."""
    told = [saying.share for saying in question.told[:2]]
    first, second = [*told, 0.0, 0.0][:2]
    near = scope.nearness(question)
    return [first, first - second, near, near**2]


def confidence(question: Question, ranked: list[Scored]) -> float:
    """The probability that the best candidate is what was meant."""
    if not ranked:
        return 0.0
    return _logistic(
        sum(weight * sign for weight, sign in zip(_weights(), signs(question, ranked), strict=True))
    )


def is_sure(question: Question, ranked: list[Scored], sure: float) -> bool:
    """Whether to answer outright; less is asked where a rule or the very name speaks for the best."""
    limits = thresholds()
    if scope.outside(question):
        return False
    if _is_named(ranked[0]):
        return sure >= min(limits.found_backed, EVEN)
    if scope.grieves(question):
        return False
    if scope.is_near(question) and not _is_backed(ranked[0]):
        return sure >= limits.despite_nearness
    if scope.doubtful(question):
        return sure >= limits.despite_doubt
    return sure >= (limits.found_backed if _is_backed(ranked[0]) else limits.found)


def is_offered(ranked: list[Scored], sure: float) -> bool:
    """Whether the candidates are worth being shown at all."""
    return sure >= thresholds().offered or _is_backed(ranked[0]) or _says_it_all(ranked[0])


def stands_doubt(question: Question, ranked: list[Scored]) -> bool:
    """Whether an item fits so well that it is offered though the message sounds like no question for one."""
    return _stands(question, ranked, THIRD)


def stands_firm(question: Question, ranked: list[Scored]) -> bool:
    """Whether an item fits so well that it is offered though the message has the words of another matter."""
    accuses = bool(ranked) and scope.accuses(question, ranked[0].entry.name)
    return not accuses and _stands(question, ranked, EVEN)


def _stands(question: Question, ranked: list[Scored], least: float) -> bool:
    """Surely; or likely, where a rule or the very name speaks for it or nothing beyond the items is near."""
    if not ranked:
        return False
    sure = confidence(question, ranked)
    spoken_for = _is_backed(ranked[0]) or not scope.is_near(question)
    return sure >= STANDS or _says_it_all(ranked[0]) or (spoken_for and sure >= least)


def likeness(question: Question, ranked: list[Scored]) -> str:
    """The kind of what no item answers that the message is like, where no item fits; else empty."""
    sure = confidence(question, ranked)
    if sure >= EVEN or (ranked and (_is_backed(ranked[0]) or _says_it_all(ranked[0]))):
        return ""
    grieved = scope.grievance(question) if sure < THIRD else ""
    return scope.likely(question) or grieved


def _is_named(scored: Scored) -> bool:
    """Whether the message is the very name, or one of the aliases, of the item."""
    return bool(_feature(scored, "exact"))


def _says_it_all(scored: Scored) -> bool:
    """Whether all that was asked stands in the name: a bare topic, that other matters may have as well."""
    return _feature(scored, "chars_of_question") >= WHOLE and _feature(scored, "pairs_of_question") >= MOST


def _is_backed(scored: Scored) -> bool:
    return bool(_feature(scored, "added_exact") or _feature(scored, "exact"))


def _feature(scored: Scored, name: str) -> float:
    return float(scored.features[FEATURES.index(name)])


def candidates(ranked: list[Scored], sure: float) -> tuple[Candidate, ...]:
    """The best five, items of one name counted once; the others share what the best one leaves."""
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


def in_place(ranked: list[Scored], region: str) -> list[Scored]:
    """Of items with one name, the one of the place first; other places' own items come after all else."""
    if not region:
        return ranked
    near = [one for one in ranked if not one.entry.region or _covers(one.entry.region, region)]
    return near + [one for one in ranked if one not in near] if near else ranked


def same_name(ranked: list[Scored]) -> list[Scored]:
    """The best item and those that differ from it only by place."""
    best = ranked[0].entry
    return [one for one in ranked if one.entry.name == best.name]


def differ_by_action(question: Question, ranked: list[Scored]) -> list[Scored]:
    """The best item and its siblings of other actions, where only the thing was said; else none."""
    if question.aspects or question.actions or _is_named(ranked[0]):
        return []
    bare = _without_action(ranked[0].entry.name)
    names = {one.entry.name: one for one in reversed(ranked) if _without_action(one.entry.name) == bare}
    return list(reversed(names.values())) if len(names) > 1 else []


def splits(options: list[Scored]) -> str:
    """What sets the options apart best: place, who asks, what is done, or which thing."""
    entries = [one.entry for one in options]
    if len({entry.name for entry in entries}) == 1:
        return "region" if len({entry.region for entry in entries}) > 1 else "situation"
    bare = {_without_action(entry.name) for entry in entries}
    if len(bare) == 1:
        return "action"
    if len({_common_start(entry.name) for entry in entries}) == 1:
        return "situation"
    audiences = {entry.audience for entry in entries}
    return "audience" if len(audiences) == len(entries) and () not in audiences else "item"


def _covers(region: str, place: str) -> bool:
    """Whether items of the region serve the place: it is the place, or lies around it."""
    return place.startswith(region) or region.endswith(place)


def _without_action(name: str) -> str:
    text = for_names().fold(plain(name)).text
    for action in for_names().actions.values():
        text = text.replace(action.label, "")
    return text


def _common_start(name: str) -> str:
    """What stands before the brackets: of 食品摊贩备案（变更） the 食品摊贩备案."""
    return name.split("（", maxsplit=1)[0].split("(", maxsplit=1)[0]


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
