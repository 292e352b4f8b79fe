"""The days by which something of a task is due, from its deadline, the calendar and what has come about."""

import calendar as months
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from item_store.calendar import Calendar
from item_store.deadline_shapes import (
    MONTHS_IN,
    After,
    Cycle,
    DeadlinePart,
    Every,
    InSequence,
    OnDate,
    Ongoing,
    Period,
    Shape,
    UnreadableDeadline,
)
from item_store.tasks import Schedule, Task

FRIDAY = 4
Events = Mapping[tuple[str, str], date]  # (task key, event) → the day it came about


@dataclass(frozen=True, slots=True)
class DueDay:
    """One day by which one part of a task is due; a recurring task has many."""

    task: Task
    part: int
    what: str
    due: date
    cycle: Cycle | None = None
    starts: date | None = None

    @property
    def id(self) -> str:
        return f"{self.task.key}:{self.part}:{self.due:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class Ground:
    """What dates depend on besides the task."""

    schedule: Schedule
    calendar: Calendar
    events: Events


def days_due(task: Task, ground: Ground, first: date, last: date) -> Iterator[DueDay]:
    """Every due day that comes once, and of those that come again the ones in the stretch of days."""
    read = task.read_deadline()
    if isinstance(read, UnreadableDeadline):
        return
    for number, part in enumerate(read.parts, start=1):
        for day in _dates(task, part.shape, ground, first, last):
            yield _due_day(task, number, part, day, ground.schedule)


def _due_day(task: Task, number: int, part: DeadlinePart, day: date, schedule: Schedule) -> DueDay:
    every = _cycle_of(part.shape, schedule)
    starts = part.shape.start if isinstance(part.shape, Period) else None
    return DueDay(task, number, part.what, day, every.cycle if every else None, starts)


def _cycle_of(shape: Shape, schedule: Schedule) -> Every | None:
    match shape:
        case Every():
            return shape
        case Ongoing():
            return schedule.cycle_of("ongoing")
        case InSequence():
            return schedule.cycle_of("in_sequence")
    return None


def _dates(task: Task, shape: Shape, ground: Ground, first: date, last: date) -> Iterable[date]:
    match shape:
        case OnDate(day):
            return (day,)
        case Period(_, end):
            return (end,)
        case After():
            return _after_event(task, shape, ground)
    every = _cycle_of(shape, ground.schedule)
    since = shape.since if isinstance(shape, Ongoing) else None
    start = max(filter(None, (first, task.starts, since)))
    end = min(filter(None, (last, task.ends)))
    days = _recurring(every, start, end, ground.calendar) if every else ()
    return (day for day in days if start <= day <= end)


def _after_event(task: Task, shape: After, ground: Ground) -> tuple[date, ...]:
    """The day the term ends; none while nobody has said that the event came about."""
    begun = ground.events.get((task.key, shape.event)) or (None if shape.event else task.starts)
    if begun is None:
        return ()
    if shape.working:
        return (ground.calendar.add_working_days(begun, shape.days).date,)
    return (begun + timedelta(days=shape.days),)


def _recurring(every: Every, first: date, last: date, calendar: Calendar) -> Iterator[date]:
    if every.cycle is Cycle.DAY:
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        yield from (day for day in days if calendar.is_working_day(day))
    elif every.cycle is Cycle.WEEK:
        yield from _weekly(every, first, last, calendar)
    else:
        yield from _by_months(every, first, last)


def _weekly(every: Every, first: date, last: date, calendar: Calendar) -> Iterator[date]:
    """The day of each week; a week in which nobody works up to that day is left out."""
    weekday = FRIDAY if every.weekday is None else every.weekday
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        day = monday + timedelta(days=weekday)
        if calendar.working_day_on_or_before(day).date >= monday:
            yield day
        monday += timedelta(days=7)


def _by_months(every: Every, first: date, last: date) -> Iterator[date]:
    """The day of each cycle of months; where the month is too short, its last."""
    step = MONTHS_IN[every.cycle]
    for start in range(first.year * 12, (last.year + 1) * 12, step):
        year, month = divmod(start + (every.month or step) - 1, 12)
        length = months.monthrange(year, month + 1)[1]
        yield date(year, month + 1, min(every.day or length, length))
