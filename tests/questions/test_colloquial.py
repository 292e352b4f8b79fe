"""Asked as people talk."""

from tests.questions.judging import misses, score, wrongly_sure
from tests.questions.sheets import rows

LOWEST = 0.9
KNOWN_MISSES: set[str] = set()


def test_most_are_understood() -> None:
    assert score(rows("colloquial")) >= LOWEST


def test_the_known_misses_are_still_all_there_are() -> None:
    assert misses(rows("colloquial")) == KNOWN_MISSES


def test_hardly_any_is_answered_wrongly() -> None:
    assert len(wrongly_sure(rows("colloquial"))) <= 0.02 * len(rows("colloquial"))
