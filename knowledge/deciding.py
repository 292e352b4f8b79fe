"""How sure the best candidate is, and so what to do: answer, let the person choose, or find nothing."""

import json
from dataclasses import dataclass
from functools import cache

from knowledge import scope, words
from knowledge.lexicon import for_names
from knowledge.outcomes import Candidate
from knowledge.places import covers
from knowledge.ranking import FEATURES, Scored, by_names
from knowledge.reading import Question
from knowledge.text import plain

OPTIONS = 5
IN_A_ROW = 2
"""So many times the person is asked to choose before the likeliest is answered or nothing is."""
EVEN = 0.5
CONCEIVABLE = 0.02
"""What is less probable than this share of the best was never meant, of 320 that were."""
TELLING, TELLING_ALL = 4, 12
"""Characters of content from which a message tells more than a heading does, and than a thing alone."""
TENTH, THIRD = 0.1, 0.3
STANDS = 0.8
"""From here an item is offered, though not answered, against words of grievance or of another matter."""
RULED = 0.6
"""From this likeness a name is of the kind that rules name."""
WHOLE, MOST = 0.99, 0.6
"""Shares of the characters and of the pairs asked for that a name has when it says all of it."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability an item is answered, and from which it is offered."""

    found: float
    found_asked: float
    rivalled: float
    offered: float
    despite_doubt: float
    despite_nearness: float
    despite_rules: float


def is_sure(question: Question, ranked: list[Scored]) -> bool:
    """Whether to answer outright: less is asked where the very name was said."""
    best = ranked[0]
    if scope.outside(question):
        return _is_backed(best) and best.sure >= thresholds().despite_doubt
    if _is_named(best):
        return best.sure >= EVEN
    return best.sure >= _least(question, ranked)


def _least(question: Question, ranked: list[Scored]) -> float:
    """From which probability the best is answered.

    More is asked of a bare topic, which may be another's heading, and the more the likelier the runner-up is.
    """
    best, limits = ranked[0], thresholds()
    if _is_ruled_otherwise(question, best):
        return limits.despite_rules
    if scope.is_near(question) and not _is_backed(best):
        return limits.despite_nearness
    if scope.doubtful(question) or scope.grieves(question):
        return limits.despite_doubt
    rival = max((one.sure for one in ranked if one.entry.name != best.entry.name), default=0.0)
    found = limits.found_asked if question.aspects or _is_backed(best) else limits.found
    return found + limits.rivalled * rival


def is_offered(ranked: list[Scored]) -> bool:
    """Whether the candidates are worth being shown at all."""
    return ranked[0].sure >= thresholds().offered


def conceivable(question: Question, ranked: list[Scored]) -> list[Scored]:
    """What is worth being shown beside the best: all for a word or two, else what somebody may have meant."""
    best, *others = by_names(ranked, OPTIONS)
    least = CONCEIVABLE * best.sure if len(question.content) >= TELLING else 0.0
    return [best, *(one for one in others if one.sure >= least)]


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
    best = ranked[0]
    spoken_for = _is_backed(best) or not scope.is_near(question)
    return best.sure >= STANDS or _says_it_all(best) or (spoken_for and best.sure >= least)


def likeness(question: Question, ranked: list[Scored]) -> str:
    """The kind of what no item answers that the message is like, where no item fits; else empty."""
    sure = ranked[0].sure if ranked else 0.0
    if sure < TENTH and scope.is_talk(question):
        return "chat"
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


def _is_ruled_otherwise(question: Question, scored: Scored) -> bool:
    """Whether rules name another thing, that is perhaps not on record, and the message does not say this."""
    other = bool(question.additions) and _feature(scored, "added_ratio") < RULED
    return other and not _is_backed(scored) and not _says_it_all(scored)


def _is_backed(scored: Scored) -> bool:
    return bool(_feature(scored, "added_exact") or _feature(scored, "exact"))


def _feature(scored: Scored, name: str) -> float:
    return float(scored.features[FEATURES.index(name)])


def candidates(ranked: list[Scored], most: float = 1.0) -> tuple[Candidate, ...]:
    """The best five, items of one name counted once; none likelier than the first or the most."""
    best = by_names(ranked, OPTIONS)
    most = min([most, *(one.sure for one in best[:1])])
    return tuple(Candidate(one.entry.id, one.entry.name, round(min(one.sure, most), 4)) for one in best)


@cache
def thresholds() -> Thresholds:
    """From the fitted file."""
    table = json.loads((words.FOLDER / "weights.json").read_text(encoding="utf8"))
    return Thresholds(**table["thresholds"])


def in_place(ranked: list[Scored], region: str) -> list[Scored]:
    """Of items with one name, the one of the place first; other places' own items come after all else."""
    if not region:
        return ranked
    return sorted(ranked, key=lambda one: bool(one.entry.region) and not covers(one.entry.region, region))


def same_name(ranked: list[Scored]) -> list[Scored]:
    """The best item and those that differ from it only by place."""
    best = ranked[0].entry
    return [one for one in ranked if one.entry.name == best.name]


def differ_by_action(question: Question, ranked: list[Scored]) -> list[Scored]:
    """The best item and its siblings of other actions, where only the thing was said; else none."""
    told = question.aspects or question.actions or len(question.content) >= TELLING_ALL
    if told or _is_named(ranked[0]):
        return []
    bare = _without_action(ranked[0].entry.name)
    siblings = by_names([one for one in ranked if _without_action(one.entry.name) == bare], len(ranked))
    return siblings if len(siblings) > 1 else []


def splits(options: list[Scored]) -> str:
    """What sets the options apart best: place, who asks, what is done, or which thing."""
    entries = [one.entry for one in options]
    if len(entries) == 1:
        return "item"
    if len({entry.name for entry in entries}) == 1:
        return "region" if len({entry.region for entry in entries}) > 1 else "situation"
    bare = {_without_action(entry.name) for entry in entries}
    if len(bare) == 1:
        return "action"
    if len({_common_start(entry.name) for entry in entries}) == 1:
        return "situation"
    served = [one for entry in entries for one in set(entry.audience)]
    apart = len(set(served)) == len(served) and all(entry.audience for entry in entries)
    return "audience" if apart else "item"


def _without_action(name: str) -> str:
    text = for_names().fold(plain(name)).text
    for action in for_names().actions.values():
        text = text.replace(action.label, "")
    return text


def _common_start(name: str) -> str:
    """What stands before the brackets: of 食品摊贩备案（变更） the 食品摊贩备案."""
    return name.split("（", maxsplit=1)[0].split("(", maxsplit=1)[0]
