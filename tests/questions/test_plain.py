"""Asked plainly: the item is found or among the choices."""

from tests.questions.judging import misses, score, wrongly_sure
from tests.questions.sheets import rows

LOWEST = 0.95
KNOWN_MISSES: set[str] = set()


def test_most_are_understood() -> None:
    assert score(rows("plain")) >= LOWEST


def test_the_known_misses_are_still_all_there_are() -> None:
    assert misses(rows("plain")) == KNOWN_MISSES


def test_hardly_any_is_answered_wrongly() -> None:
    assert len(wrongly_sure(rows("plain"))) <= 0.02 * len(rows("plain"))
