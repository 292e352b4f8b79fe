"""What only speaks of a service, beside what wants one without asking: statements both."""

from knowledge.answering import Found
from tests.questions.judging import asked, misses, score, wrongly_sure
from tests.questions.sheets import lines, rows

LOWEST = 0.9
KNOWN_MISSES: set[str] = set()
KNOWN_ANSWERS = {"隔壁的宠物店听说动物诊疗许可终于批下来了"}


def test_talk_is_not_answered_with_an_item() -> None:
    assert {one for one in lines("talk") if isinstance(asked(one), Found)} == KNOWN_ANSWERS


def test_most_talk_is_known_as_such() -> None:
    kinds = [getattr(asked(one), "kind", "") for one in lines("talk")]
    assert kinds.count("chat") / len(kinds) >= 0.6


def test_wishes_are_understood_without_a_question() -> None:
    assert score(rows("statements")) >= LOWEST
    assert misses(rows("statements")) == KNOWN_MISSES
    assert wrongly_sure(rows("statements")) == set()
