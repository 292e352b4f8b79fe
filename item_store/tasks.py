"""Plans of work: stages, tasks and the schedule of their reminders, as plain data."""

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from item_store.deadline_reader import read_deadline
from item_store.deadline_shapes import Cycle, Deadline, Every, UnreadableDeadline

DoneBy = Literal[
    "submitted", "catalog", "implementation", "service_2016", "published", "zero_report", "receipt"
]
"""A first item handed in; a template's all, none sent back; all published; none to report; a receipt."""


class Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Stage(Plain):
    """A stretch of a plan: 第一阶段 清理优化."""

    number: int = Field(ge=1)
    title: str = Field(min_length=1)
    end: date
    start: date | None = None

    @model_validator(mode="after")
    def _start_comes_first(self) -> Self:
        if self.start and self.start > self.end:
            raise ValueError("stage.start_after_end")
        return self


class Task(Plain):
    """A row of a 任务分解表: what, who leads, who helps, and by when, in the document's words."""

    number: str = Field(min_length=1)
    work: str = Field(min_length=1)
    deadline: str = Field(min_length=1)
    lead: tuple[str, ...] = Field(min_length=1)
    cooperating: tuple[str, ...] = ()
    key_task: str = ""
    stage: int | None = None
    plan: str = ""
    year: int = 0
    starts: date | None = None
    ends: date | None = None
    done_by: tuple[DoneBy, ...] = ()
    """What a unit does with items that finishes the task by itself, any of them."""

    @property
    def key(self) -> str:
        """Unique over all plans; part of every reminder's id."""
        return f"{self.plan}/{self.number}"

    def read_deadline(self) -> Deadline | UnreadableDeadline:
        return read_deadline(self.deadline, self.year)


class Rhythm(Plain):
    """When one due day is spoken of: on the day, and so many working days before and after it."""

    before: tuple[int, ...] = ()
    on_day: bool = True
    after_every: int = Field(default=0, ge=0)
    after_until: int = Field(default=0, ge=0)

    @property
    def after(self) -> tuple[int, ...]:
        return (
            tuple(range(self.after_every, self.after_until + 1, self.after_every)) if self.after_every else ()
        )


class Escalation(Plain):
    """Who else hears of it once it is that many working days late."""

    role: str
    after: int = Field(ge=0)


class Schedule(Plain):
    """How a plan reminds: by kind of due day, how often what goes on is looked at, and who is told."""

    once: Rhythm = Rhythm(before=(7, 3, 1), after_every=2, after_until=20)
    recurring: dict[Cycle, Rhythm] = {
        Cycle.DAY: Rhythm(),
        Cycle.WEEK: Rhythm(after_every=1, after_until=2),
        Cycle.MONTH: Rhythm(before=(3, 1), after_every=2, after_until=6),
        Cycle.QUARTER: Rhythm(before=(7, 3, 1), after_every=2, after_until=10),
        Cycle.HALF_YEAR: Rhythm(before=(7, 3, 1), after_every=2, after_until=20),
        Cycle.YEAR: Rhythm(before=(7, 3, 1), after_every=2, after_until=20),
    }
    ongoing: str = "每季度末"
    in_sequence: str = "每月底"
    escalation: tuple[Escalation, ...] = (
        Escalation(role="liaison", after=0),
        Escalation(role="section_head", after=2),
        Escalation(role="leader", after=4),
        Escalation(role="supervision", after=6),
    )

    @model_validator(mode="after")
    def _what_goes_on_is_looked_at_again(self) -> Self:
        for name in ("ongoing", "in_sequence"):
            if self.cycle_of(name) is None:
                raise ValueError(f"schedule.not_recurring: {name}")
        if not self.escalation or self.escalation[0].after:
            raise ValueError("schedule.first_level_at_zero")
        return self

    def cycle_of(self, name: str) -> Every | None:
        """The cycle by which 持续推进 (ongoing) or 按时序推进 (in_sequence) is looked at."""
        read = read_deadline(getattr(self, name), 2000)
        shape = read.parts[0].shape if isinstance(read, Deadline) and len(read.parts) == 1 else None
        return shape if isinstance(shape, Every) else None

    def rhythm(self, cycle: Cycle | None) -> Rhythm:
        return self.recurring.get(cycle, self.once) if cycle else self.once

    def role(self, days_late: int) -> str:
        return [level.role for level in self.escalation if level.after <= days_late][-1]


class Plan(Plain):
    """A document's plan: its stages, its tasks, and what is supervised over and over."""

    name: str = Field(pattern="[a-z0-9-]+")
    title: str = Field(min_length=1)
    source: str = ""
    year: int = Field(ge=1949, le=2199)
    issued: date | None = None
    starts: date
    ends: date
    stages: tuple[Stage, ...] = ()
    tasks: tuple[Task, ...]
    supervision: tuple[Task, ...] = ()
    schedule: Schedule = Schedule()

    @property
    def all_tasks(self) -> tuple[Task, ...]:
        return self.tasks + self.supervision

    @model_validator(mode="after")
    def _rows_hold(self) -> Self:
        numbers = [task.number for task in self.all_tasks]
        for number in numbers:
            if numbers.count(number) > 1:
                raise ValueError(f"plan.same_number: {number}")
        for task in self.all_tasks:
            read = task.read_deadline()
            if isinstance(read, UnreadableDeadline):
                raise ValueError(f"{read.why}: {task.number} {task.deadline}")
            if task.stage and task.stage not in {stage.number for stage in self.stages}:
                raise ValueError(f"plan.no_such_stage: {task.number} {task.stage}")
        return self
