"""The pace: per channel, per recipient, and after a 429."""

import math

from bot.pace import Limit, Pace

LIMITS = {"telegram": Limit(10, 3)}


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_channel_rests_between_two_messages() -> None:
    seconds = Seconds()
    pace = Pace(seconds, LIMITS)
    assert pace.held_back() == []
    assert pace.wait() == math.inf
    pace.spend("telegram:1")
    assert pace.held_back() == ["telegram:"]
    assert math.isclose(pace.wait(), 0.1)
    seconds.now = 0.1
    assert pace.held_back() == []


def test_a_group_is_full_for_a_minute() -> None:
    seconds = Seconds()
    pace = Pace(seconds, LIMITS)
    for _ in range(3):
        pace.spend("telegram:-1")
        seconds.now += 1
    assert pace.held_back() == ["telegram:-1"]
    seconds.now = 60.5
    assert pace.held_back() == []


def test_long_digests_count_as_the_messages_they_are() -> None:
    seconds = Seconds()
    pace = Pace(seconds, LIMITS)
    pace.spend("telegram:-1", messages=3)
    assert math.isclose(pace.wait(), 0.3)
    seconds.now = 1
    assert pace.held_back() == ["telegram:-1"]


def test_one_refusal_holds_one_group_and_two_the_channel() -> None:
    seconds = Seconds()
    pace = Pace(seconds, LIMITS)
    pace.be_patient("telegram:-1", 30)
    assert pace.held_back() == ["telegram:-1"]
    pace.be_patient("telegram:-2", 40)
    assert set(pace.held_back()) == {"telegram:-1", "telegram:-2", "telegram:"}
    seconds.now = 40
    assert pace.held_back() == []


def test_reminders_make_room_for_answers_but_are_never_stopped_by_them() -> None:
    seconds = Seconds()
    pace = Pace(seconds, LIMITS)
    pace.spend("telegram:-1")
    pace.answer("telegram:7", messages=9)
    seconds.now = 0.2
    assert pace.held_back() == ["telegram:7", "telegram:"]
    assert math.isclose(pace.wait(), 0.3)
    seconds.now = 0.5
    assert "telegram:" not in pace.held_back()


def test_what_left_late_gives_its_time_back() -> None:
    seconds = Seconds()
    pace = Pace(seconds, LIMITS)
    pace.spend("telegram:-1")
    seconds.now = 0.13
    pace.spend("telegram:-2")
    assert math.isclose(pace.wait(), 0.07)


def test_topics_share_the_limit_of_their_group() -> None:
    seconds = Seconds()
    pace = Pace(seconds, LIMITS)
    for topic in (1, 2, 3):
        pace.spend(f"telegram:-1/{topic}")
        seconds.now += 1
    assert pace.held_back() == ["telegram:-1"]
