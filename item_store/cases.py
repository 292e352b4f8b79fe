"""Cases: submitted drafts on their way through a chain, as the stores keep them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from item_store.adjustments import Grounds
from item_store.audit import Act
from item_store.item import Item
from item_store.outcomes import Conflict, Saved
from item_store.register import Notice
from item_store.workflow import Action, Opinion, Progress, Remark

Data = Mapping[str, Any]
NO_GROUNDS = Grounds()


@dataclass(frozen=True, slots=True)
class Case:
    """`progress` says where it stands, `remarks` what is to be mended; `opinions` are all ever given."""

    id: str
    template: str
    change: str
    chain: str
    draft_id: str
    item_id: str
    record: Data
    progress: Progress
    opened_at: datetime
    grounds: Grounds = NO_GROUNDS
    opinions: tuple[Opinion, ...] = ()
    remarks: tuple[Remark, ...] = ()
    effective_at: datetime | None = None
    due: date | None = None
    version: int = 0

    @property
    def name(self) -> str:
        return str(self.record.get("name", ""))

    @property
    def unit(self) -> str:
        return self.progress.units[0]

    @property
    def item(self) -> Item:
        """What is proposed, as an item."""
        return Item.from_record(self.record)

    def at(self, progress: Progress) -> "Case":
        return replace(self, progress=progress)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A case in few words: whose it is, of which template, where it stands, and since when."""

    unit: str
    template: str
    at: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """The draft that a case is made of, as it is handed over."""

    draft_id: str
    data: Data
    version: int


@dataclass(frozen=True, slots=True)
class Step:
    """What goes with a change of a case, all in one transaction or not at all.

    `waiting` is who is to decide next: (role, unit), an empty unit for any.
    """

    acts: tuple[Act, ...] = ()
    waiting: tuple[tuple[str, str], ...] = ()
    submission: Submission | None = None
    reopened: Data | None = None
    publish: Item | None = None
    withdraw: bool = False
    effective_at: datetime | None = None
    by: str = ""
    codes: tuple[str, ...] = ()
    upper: str = ""
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeTaken:
    """Somebody gave this code to another item first."""

    code: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a queue."""

    case_id: str
    name: str
    unit: str
    at: str
    chain: str
    change: str
    role: str
    due: date | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Queue:
    rows: tuple[Waiting, ...]
    total: int
    late: int


@dataclass(frozen=True, slots=True)
class ZeroReport:
    unit: str
    period: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """An upper item changed; `kind` is published or withdrawn."""

    lower_id: str
    upper_id: str
    upper_version: int
    unit: str
    kind: str
    at: datetime


class CaseContract(Protocol):
    async def save_case(self, case: Case, step: Step) -> Saved | Conflict | CodeTaken:
        """A new case has version 0; else the version is the one that was read."""

    async def case(self, case_id: str) -> Case | None: ...

    async def case_of_draft(self, draft_id: str) -> Case | None: ...

    async def cases_of_unit(self, unit: str, limit: int = 50) -> Sequence[Case]:
        """Last opened first."""

    async def handed_in(self) -> Sequence[HandedIn]:
        """All cases there are, oldest first."""

    async def queue(
        self, desks: Sequence[tuple[str, str]], today: date, offset: int = 0, limit: int = 50
    ) -> Queue:
        """What waits for these roles and units, the most pressing first."""

    async def given_codes(self) -> Sequence[str]:
        """Every code that was ever given or published."""

    async def basic_code_of(self, name: str, item_type: str) -> str:
        """The basic code an item of this name and type has anywhere; empty for none."""

    async def report_zero(self, unit: str, period: str, by: str) -> bool:
        """Whether it is the first for this period."""

    async def zero_reports(self, period: str = "") -> Sequence[ZeroReport]: ...

    async def claim_tasks(self, unit: str) -> Sequence[ClaimTask]:
        """What the unit has not looked at yet, oldest first."""

    async def settle_claim(self, lower_id: str, upper_id: str, by: str) -> int: ...

    async def synchronised(self) -> Mapping[str, str]:
        """Item id → digest when it was last taken over from the authoritative register."""

    async def synchronise(self, taken: Sequence[Item], withdrawn: Sequence[str], by: str) -> None:
        """Publish and withdraw as the register says, and remember that it said so; all or nothing."""


def progress_data(progress: Progress) -> dict[str, Any]:
    """The columns of a case that its progress fills."""
    return {
        "unit": progress.units[0],
        "units": list(progress.units),
        "at": progress.at,
        "authors": sorted(progress.authors),
        "heard": [opinion_data(opinion) for opinion in progress.opinions],
        "resume_at": progress.resume_at,
    }


def opinion_data(opinion: Opinion) -> dict[str, Any]:
    return {
        "stage": opinion.stage,
        "role": opinion.role,
        "person": opinion.person,
        "action": opinion.action,
        "remarks": remarks_data(opinion.remarks),
    }


def opinion_of(data: Data) -> Opinion:
    return Opinion(
        data["stage"], data["role"], data["person"], Action(data["action"]), remarks_of(data["remarks"])
    )


def remarks_data(remarks: Sequence[Remark]) -> list[dict[str, str]]:
    return [{"field": remark.field, "text": remark.text} for remark in remarks]


def remarks_of(data: Sequence[Mapping[str, str]]) -> tuple[Remark, ...]:
    return tuple(Remark(row["field"], row["text"]) for row in data)
