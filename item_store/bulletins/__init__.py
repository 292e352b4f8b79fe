"""日扫描、周调度、月通报、季分析、年考核: who owed what in a period, on time or how late; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from item_store.deadline_shapes import MONTHS_IN, Cycle
from item_store.deadlines import due_days
from item_store.due_days import DueDay
from item_store.records import TaskState
from item_store.reminding import LOOK_BACK, SUPERVISION, Situation

KINDS = (Cycle.DAY, Cycle.WEEK, Cycle.MONTH, Cycle.QUARTER, Cycle.YEAR)
"""日扫描 … 年考核, by how often they come."""


class Standing(StrEnum):
    """How a unit stands with one due day; in the order of a bulletin."""

    OVERDUE = "overdue"
    LATE = "late"
    OPEN = "open"
    ON_TIME = "on_time"


@dataclass(frozen=True, slots=True)
class Line:
    """One unit and one due day; `days` are working days late."""

    unit: str
    day: DueDay
    standing: Standing
    days: int = 0
    state: TaskState | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the item store knows of a unit's work on items."""

    submitted: int = 0
    returned: int = 0
    published: int = 0
    zero_report: bool = False


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit's counts over the lines."""

    unit: str
    name: str
    counts: Mapping[Standing, int]
    latest: int = 0
    figures: Figures = Figures()

    @property
    def owed(self) -> int:
        return sum(self.counts.values())

    def count(self, standing: Standing) -> int:
        return self.counts.get(standing, 0)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What is told of one plan and period; `named` are the units late enough for supervision."""

    plan: str
    title: str
    kind: Cycle
    first: date
    last: date
    day: date
    lines: tuple[Line, ...] = ()
    units: tuple[UnitRow, ...] = ()
    named: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def count(self, standing: Standing) -> int:
        return sum(row.count(standing) for row in self.units)

    @property
    def owed(self) -> int:
        return sum(row.owed for row in self.units)

    def of(self, standing: Standing) -> list[Line]:
        """Lines that stand so, the longest late first."""
        found = [line for line in self.lines if line.standing is standing]
        return sorted(found, key=lambda line: (-line.days, line.day.due, line.unit))


def period(kind: Cycle, day: date) -> tuple[date, date]:
    """The day, week, month, quarter or year that a day lies in."""
    if kind is Cycle.DAY:
        return day, day
    if kind is Cycle.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    months = MONTHS_IN[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = date(first.year + (first.month - 1 + months) // 12, (first.month - 1 + months) % 12 + 1, 1)
    return first, after - timedelta(days=1)


def bulletin(
    situation: Situation, kind: Cycle, day: date, figures: Mapping[str, Figures] | None = None
) -> Bulletin:
    """What was due in the period up to the day, and what is overdue from before it."""
    first, last = period(kind, day)
    lines = tuple(_lines(situation, first, last, day))
    units = _unit_rows(situation, lines, figures or {})
    worst = next((e.after for e in situation.plan.schedule.escalation if e.role == SUPERVISION), 1)
    late = {line.unit for line in lines if line.standing is Standing.OVERDUE and line.days >= worst}
    names = {row.unit: row.name for row in units}
    return Bulletin(
        *(situation.plan.name, situation.plan.title, kind, first, last, day, lines, units),
        named=tuple(row.unit for row in units if row.unit in late),
        names=names,
    )


def _lines(situation: Situation, first: date, last: date, day: date) -> Iterator[Line]:
    plan, standing = situation.plan, situation.standing
    for task in plan.tasks:
        found = due_days(
            task, first - LOOK_BACK, last, plan.schedule, situation.calendar, events=situation.events
        )
        for due in found:
            for unit in standing.owners(due, situation.registry.units):
                line = _line(situation, standing.current(due, unit), unit, day)
                overdue = line.standing is Standing.OVERDUE
                if not (line.state and line.state.handed_to) and (first <= line.day.due <= last or overdue):
                    yield line


def _line(situation: Situation, due: DueDay, unit: str, day: date) -> Line:
    state, between = situation.standing.state(due.id, unit), situation.calendar.working_days_between
    if state.done_on and state.done_on <= day:
        late = state.done_on > due.due
        days = max(1, between(due.due, state.done_on)) if late else 0
        return Line(unit, due, Standing.LATE if late else Standing.ON_TIME, days, state)
    if due.due >= day:
        return Line(unit, due, Standing.OPEN, 0, state)
    return Line(unit, due, Standing.OVERDUE, max(1, between(due.due, day)), state)


def _unit_rows(
    situation: Situation, lines: tuple[Line, ...], figures: Mapping[str, Figures]
) -> tuple[UnitRow, ...]:
    rows = []
    for unit in dict.fromkeys([*(line.unit for line in lines), *figures]):
        own = [line for line in lines if line.unit == unit]
        counts = {kind: sum(line.standing is kind for line in own) for kind in Standing}
        known = situation.registry.units.get(unit)
        latest = max((line.days for line in own), default=0)
        rows.append(
            UnitRow(unit, known.name if known else unit, counts, latest, figures.get(unit, Figures()))
        )
    return tuple(sorted(rows, key=lambda row: (-row.count(Standing.OVERDUE), -row.latest, row.name)))
