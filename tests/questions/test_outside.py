"""What no item answers: never answered with an item, and mostly known for what it is."""

from knowledge.answering import Emergency, Found, OutOfScope
from tests.questions.judging import asked
from tests.questions.sheets import rows

TALK = {"greeting", "thanks", "farewell", "human", "help"}
LOWEST = 0.9
KNOWN_MISSES: set[str] = set()


def _kind(question: str) -> str:
    outcome = asked(question)
    if isinstance(outcome, OutOfScope):
        return outcome.kind
    return "talk" if outcome.name in TALK else outcome.name


def test_none_is_answered_with_an_item() -> None:
    assert [question for question, _ in rows("outside") if isinstance(asked(question), Found)] == []


def test_danger_is_known() -> None:
    calls = [question for question, kind in rows("outside") if kind == "emergency"]
    missed = {question for question in calls if not isinstance(asked(question), Emergency)}
    assert missed == KNOWN_MISSES


def test_most_are_known_for_what_they_are() -> None:
    told = [(kind, _kind(question)) for question, kind in rows("outside")]
    assert sum(wanted == got for wanted, got in told) / len(told) >= LOWEST
