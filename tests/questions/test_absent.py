"""Services that are not on record: the nearest other item is never given for them."""

from knowledge.answering import Found
from tests.questions.judging import asked
from tests.questions.sheets import rows

KNOWN_MISSES: set[str] = set()


def test_none_is_answered_with_another_item() -> None:
    answered = {question for question, _ in rows("absent") if isinstance(asked(question), Found)}
    assert answered == KNOWN_MISSES
