"""Mere talk told from what wants something: learned from both, and shipped as it was learned from these."""

from knowledge import talk
from knowledge.talk import Talk
from knowledge.training import trained_on_talk

WHO = "我你他她爸妈哥姐"
SPOKEN = [f"{one}的居住证终于拿到手了，高兴" for one in WHO] * 5
WANTED = [f"{one}的居住证掉江里头了" for one in WHO]
ASKED = [f"{one}的居住证怎么办" for one in WHO]


def test_the_words_around_a_thing_tell_whether_it_is_wanted() -> None:
    learned = Talk(dict(trained_on_talk(SPOKEN, WANTED, ASKED)))
    passing, lost = learned.weigh("婆婆的身份证终于拿到手了"), learned.weigh("婆婆的身份证掉江里头了")
    assert passing > 0 > lost
    assert learned.weigh("婆婆的身份证怎么办") < 0


def test_what_is_unknown_weighs_as_all_do() -> None:
    learned = Talk(dict(trained_on_talk(SPOKEN, WANTED, ASKED)))
    assert learned.weigh("qqq") == learned.weigh("")


def test_it_was_trained_on_these_words() -> None:
    retrain = "talk or wishes have changed: run python -m knowledge.training"
    assert talk.talk().stamp == talk.stamp(talk.spoken(), talk.wanted()), retrain


def test_calls_for_help_want_something() -> None:
    assert talk.talk().weigh("楼上着火了快来人") < 0
