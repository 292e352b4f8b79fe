"""Asked at the end of a story."""

from tests.questions.judging import misses, score, wrongly_sure
from tests.questions.sheets import rows

LOWEST = 0.8
KNOWN_MISSES: set[str] = set()


def test_most_are_understood() -> None:
    assert score(rows("story")) >= LOWEST


def test_the_known_misses_are_still_all_there_are() -> None:
    assert misses(rows("story")) == KNOWN_MISSES


def test_hardly_any_is_answered_wrongly() -> None:
    assert len(wrongly_sure(rows("story"))) <= 0.02 * len(rows("story"))
