"""The shapes a 完成时限 takes in official documents, each a small type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Cycle(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


MONTHS_IN = {Cycle.MONTH: 1, Cycle.QUARTER: 3, Cycle.HALF_YEAR: 6, Cycle.YEAR: 12}


@dataclass(frozen=True, slots=True)
class OnDate:
    """Done by a day: 5月11日前, 6月底前, 年底前."""

    day: date


@dataclass(frozen=True, slots=True)
class Period:
    """Done within a stretch of days: 4月11日至5月11日."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Ongoing:
    """持续推进: never finished; the plan says how often it is looked at."""

    since: date | None = None


@dataclass(frozen=True, slots=True)
class InSequence:
    """按时序推进: as the year goes on; the plan says how often it is looked at."""


@dataclass(frozen=True, slots=True)
class Every:
    """Comes again: 每月25日前, 每季度末, 周调度. No month or day means the end of the cycle."""

    cycle: Cycle
    day: int | None = None
    month: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class After:
    """Counts from an event, or from the task's start when none is named: 报送后5日内, 5个工作日内."""

    event: str
    days: int
    working: bool


Shape = OnDate | Period | Ongoing | InSequence | Every | After


@dataclass(frozen=True, slots=True)
class DeadlinePart:
    """One shape, and what is due then where the text says it (发布一批)."""

    shape: Shape
    what: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """What an official text asks for: its text, and its parts in order (mostly one)."""

    text: str
    parts: tuple[DeadlinePart, ...]


@dataclass(frozen=True, slots=True)
class UnreadableDeadline:
    """Why a text is no deadline: a phrase key, and the stretch of text it speaks of."""

    why: str
    details: Mapping[str, str] = field(default_factory=dict)
