"""The time, as something handed in, so that tests can move it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

Clock = Callable[[], datetime]
"""Gives the present moment, in UTC."""

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def system_clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def china_day(moment: datetime) -> str:
    """The calendar day in China, such as 2026-03-01."""
    return moment.astimezone(CHINA).date().isoformat()
