"""A person who sends too fast is told so, and is heard again a minute later."""

from datetime import UTC, datetime, timedelta

from bot.throttle import Throttle


def test_the_limit_is_per_person_and_per_minute() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    throttle = Throttle(2, lambda: now)
    assert [throttle.allows("a"), throttle.allows("a"), throttle.allows("a"), throttle.allows("b")] == [
        True,
        True,
        False,
        True,
    ]
    now += timedelta(seconds=61)
    assert throttle.allows("a")
