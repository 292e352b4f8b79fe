"""Which reminders a day calls for; pure: the tasks, the day and the calendar are given."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from item_store.calendar import Calendar, Day, shipped_calendar
from item_store.deadline_reader import read_deadline
from item_store.deadline_shapes import After, Cycle, Deadline, UnreadableDeadline
from item_store.due_days import DueDay, Events, Ground, days_due
from item_store.tasks import Plan, Schedule, Task

__all__ = [
    "Deadline",
    "DueDay",
    "Events",
    "Occurrence",
    "ReminderKind",
    "ReminderStage",
    "TaskReminders",
    "UnreadableDeadline",
    "between",
    "due",
    "due_days",
    "of_day",
    "read_deadline",
    "reminders_of",
]


class ReminderKind(StrEnum):
    START = "start"
    BEFORE = "before"
    ON = "on"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class ReminderStage:
    """Where a reminder stands to its due day, in working days."""

    kind: ReminderKind
    days: int = 0

    def __str__(self) -> str:
        return f"{self.kind}-{self.days}" if self.days else str(self.kind)


# Thousands of tasks share few due days: their stages are worked out once a call.
Known = dict[tuple[date, date | None, Cycle | None, date | None], tuple[tuple[ReminderStage, Day], ...]]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A reminder to be given on a day; its id never changes and no other has it."""

    day: DueDay
    stage: ReminderStage
    on: date
    role: str
    provisional: bool = False

    @property
    def id(self) -> str:
        return f"{self.day.id}:{self.stage}"

    @property
    def task(self) -> Task:
        return self.day.task

    @property
    def due(self) -> date:
        return self.day.due


@dataclass(frozen=True, slots=True)
class TaskReminders:
    """A row of a plan with all its reminders of a year, and the events its dates still wait for."""

    task: Task
    deadline: Deadline
    reminders: tuple[Occurrence, ...]
    waits_for: tuple[str, ...] = ()


def due(
    tasks: Iterable[Task],
    today: date,
    schedule: Schedule,
    calendar: Calendar | None = None,
    events: Events | None = None,
) -> list[Occurrence]:
    """Every reminder that falls on the day, whoever still owes; the longest overdue first."""
    return between(tasks, today, today, schedule, calendar, events=events)


def between(
    tasks: Iterable[Task],
    first: date,
    last: date,
    schedule: Schedule,
    calendar: Calendar | None = None,
    *,
    events: Events | None = None,
) -> list[Occurrence]:
    """Every reminder of a stretch of days, as after an outage; by day, the longest overdue first."""
    ground = Ground(schedule, calendar or shipped_calendar(), events or {})
    reach = _reach(schedule)
    early, late = first - reach, last + reach
    known: Known = {}
    found = [
        reminder
        for task in tasks
        for day in days_due(task, ground, early, late)
        if early <= day.due <= late or (day.starts and early <= day.starts <= late)
        for reminder in _reminders(day, ground, known)
        if first <= reminder.on <= last
    ]
    return sorted(found, key=lambda reminder: (reminder.on, reminder.due, reminder.id))


def of_day(day: DueDay, schedule: Schedule, calendar: Calendar | None = None) -> list[Occurrence]:
    """Every reminder of one due day, be it the document's own or one that an extension set."""
    return list(_reminders(day, Ground(schedule, calendar or shipped_calendar(), {}), {}))


def due_days(
    task: Task,
    first: date,
    last: date,
    schedule: Schedule,
    calendar: Calendar | None = None,
    *,
    events: Events | None = None,
) -> list[DueDay]:
    """The days within a stretch by which something of the task is due, for bulletins and calendar feeds."""
    ground = Ground(schedule, calendar or shipped_calendar(), events or {})
    return [day for day in days_due(task, ground, first, last) if first <= day.due <= last]


def reminders_of(
    plan: Plan, year: int, calendar: Calendar | None = None, events: Events | None = None
) -> list[TaskReminders]:
    """Every row of a plan, with all reminders a year brings if the work stays undone."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = []
    for task in plan.all_tasks:
        read = task.read_deadline()
        if isinstance(read, Deadline):  # a plan with any other row was refused when it was made
            reminders = between([task], first, last, plan.schedule, calendar, events=events)
            rows.append(TaskReminders(task, read, tuple(reminders), _waits_for(task, read, events or {})))
    return rows


def _waits_for(task: Task, read: Deadline, events: Events) -> tuple[str, ...]:
    named = (part.shape.event for part in read.parts if isinstance(part.shape, After))
    return tuple(event for event in named if (task.key, event) not in events and (event or not task.starts))


def _reach(schedule: Schedule) -> timedelta:
    """How far from a due day its reminders may fall, with the longest holidays in between."""
    rhythms = (schedule.once, *schedule.recurring.values())
    furthest = max((days for rhythm in rhythms for days in (*rhythm.before, *rhythm.after)), default=0)
    return timedelta(days=2 * furthest + 21)


def _reminders(day: DueDay, ground: Ground, known: Known) -> Iterator[Occurrence]:
    alike = (day.due, day.starts, day.cycle, day.task.starts)
    if alike not in known:
        known[alike] = tuple(_stages(day, ground))
    for stage, at in known[alike]:
        late = stage.days if stage.kind is ReminderKind.AFTER else 0
        yield Occurrence(day, stage, at.date, ground.schedule.role(late), at.provisional)


def _stages(day: DueDay, ground: Ground) -> Iterator[tuple[ReminderStage, Day]]:
    """Each stage with its working day; a due day on which nobody works is spoken of on the one before."""
    rhythm, calendar = ground.schedule.rhythm(day.cycle), ground.calendar
    last_chance = calendar.working_day_on_or_before(day.due)
    begins = calendar.add_working_days(day.starts, 0) if day.starts else None
    if begins and begins.date < last_chance.date:
        yield ReminderStage(ReminderKind.START), begins
    for days in rhythm.before:
        at = calendar.add_working_days(last_chance.date, -days)
        if (not begins or at.date > begins.date) and (not day.task.starts or at.date >= day.task.starts):
            yield ReminderStage(ReminderKind.BEFORE, days), at
    if rhythm.on_day:
        yield ReminderStage(ReminderKind.ON), last_chance
    for days in rhythm.after:
        yield ReminderStage(ReminderKind.AFTER, days), calendar.add_working_days(day.due, days)
