"""Plain records kept by a key, each saved only over the version that was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from item_store.calendar.notices import ChangedDay, HolidayNotice
from item_store.outcomes import Conflict, Saved
from item_store.tasks import Plan

MAX_KEY = 300


class Record(BaseModel):
    """`table` names where its kind is kept; the key is unique there."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    table: ClassVar[str]

    @property
    def key(self) -> str:
        raise NotImplementedError


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Kept(Generic[R]):
    """A record and the version that stands."""

    record: R
    version: int


class StartedPlan(Record):
    """A plan whose reminders go out; the days up to `looked_until` are planned for delivery."""

    table: ClassVar[str] = "plans"
    plan: Plan
    started_by: str
    looked_until: date
    ended: bool = False

    @property
    def key(self) -> str:
        return self.plan.name


class TaskState(Record):
    """How far one unit is with one due day of a task; a unit owes until it is done or handed over."""

    table: ClassVar[str] = "task_states"
    due_id: str
    unit: str
    done_on: date | None = None
    handed_to: str = ""
    until: date | None = None
    asked_until: date | None = None
    asked_from: str = ""
    acknowledged_on: date | None = None
    quiet_until: date | None = None
    note: str = ""
    file: str = ""
    by: str = ""
    at: datetime | None = None

    @property
    def key(self) -> str:
        return f"{self.due_id}@{self.unit}"

    @property
    def owes(self) -> bool:
        return self.done_on is None and not self.handed_to


class TaskEvent(Record):
    """The day something came about from which a task's time counts (报送后5日内)."""

    table: ClassVar[str] = "task_events"
    task: str
    event: str
    day: date
    by: str

    @property
    def key(self) -> str:
        return f"{self.task}:{self.event}"


class Group(Record):
    """A conversation bound to units; the address is channel:rest, and may hold a webhook's secret."""

    table: ClassVar[str] = "liaison_groups"
    address: str
    name: str
    units: tuple[str, ...]
    bound_by: str
    webhook: str = Field(default="", repr=False)
    secret: str = Field(default="", repr=False)
    closed: str = ""
    greeting: str = ""

    @property
    def key(self) -> str:
        return self.address


class BindCode(Record):
    """Binds the group in which it is typed to units, once."""

    table: ClassVar[str] = "bind_codes"
    code_hash: str
    units: tuple[str, ...]
    made_by: str
    expires_at: datetime
    used_in: str = ""

    @property
    def key(self) -> str:
        return self.code_hash


class Contact(Record):
    """One row of a unit's receipt: who can be reached in which capacity."""

    table: ClassVar[str] = "contacts"
    unit: str
    role: str
    name: str
    position: str = ""
    phone: str = ""
    remark: str = ""
    person: str = ""

    @property
    def key(self) -> str:
        return f"{self.unit}/{self.role}/{self.name}"


class Address(Record):
    """An address nobody can guess, kept as its hash: of a calendar feed or a bulletin page."""

    table: ClassVar[str] = "addresses"
    token_hash: str
    kind: str
    units: tuple[str, ...]
    about: str
    made_by: str
    revoked: bool = False

    @property
    def key(self) -> str:
        return self.token_hash


class FeedEvent(Record):
    """What a calendar was told of a due day last, so that its sequence rises with every change."""

    table: ClassVar[str] = "feed_events"
    due_id: str
    unit: str
    day: date
    summary: str
    description: str = ""
    sequence: int = 0
    cancelled: bool = False
    changed_at: datetime | None = None

    @property
    def key(self) -> str:
        return f"{self.unit}@{self.due_id}"


class CalendarYear(Record):
    """A published notice of holidays that was imported."""

    table: ClassVar[str] = "calendar_years"
    year: int
    days: tuple[tuple[date, bool, str], ...]
    title: str
    address: str
    by: str

    @property
    def key(self) -> str:
        return str(self.year)

    @property
    def notice(self) -> HolidayNotice:
        days = tuple(ChangedDay(*day) for day in self.days)
        return HolidayNotice(self.year, days, self.title, self.address)


RECORDS: tuple[type[Record], ...] = (
    StartedPlan,
    TaskState,
    TaskEvent,
    Group,
    BindCode,
    Contact,
    Address,
    FeedEvent,
    CalendarYear,
)


def calendar_year(notice: HolidayNotice, by: str) -> CalendarYear:
    days = tuple((day.date, day.rests, day.festival) for day in notice.days)
    return CalendarYear(year=notice.year, days=days, title=notice.title, address=notice.address, by=by)


class RecordContract(Protocol):
    async def kept(self, kind: type[R], key: str) -> Kept[R] | None: ...

    async def kept_of(self, kind: type[R], keys: Sequence[str]) -> Sequence[Kept[R]]:
        """Those of these keys that there are."""

    async def all_kept(self, kind: type[R], under: str = "") -> Sequence[Kept[R]]:
        """Those whose keys begin so, in the order of keys."""

    async def keep(self, record: Record, version: int) -> Saved | Conflict:
        """`version` is the one that was read, 0 for a new record."""

    async def drop(self, kind: type[R], key: str) -> bool: ...


def content_of(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json")
