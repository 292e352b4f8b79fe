"""Asks the questions of a sheet and judges what they come to."""

from functools import cache

from knowledge.answering import Choose, Found, answer
from knowledge.outcomes import Outcome
from tests.questions.sheets import index

Rows = list[tuple[str, str]]


@cache
def asked(question: str) -> Outcome:
    return answer(question, index())


def is_right(question: str, name: str) -> bool:
    """Found at once, or among the few that are offered; where two items are right, " / " stands between."""
    outcome = asked(question)
    offered = outcome.options if isinstance(outcome, Choose) else ()
    items = (outcome.item,) if isinstance(outcome, Found) else offered
    right = name.split(" / ")
    return any((entry := index().get(item)) is not None and entry.name in right for item in items)


def misses(rows: Rows) -> set[str]:
    return {question for question, name in rows if not is_right(question, name)}


def wrongly_sure(rows: Rows) -> set[str]:
    """Questions answered outright with another item."""
    return {question for question in misses(rows) if isinstance(asked(question), Found)}


def score(rows: Rows) -> float:
    return 1 - len(misses(rows)) / len(rows)
