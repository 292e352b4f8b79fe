"""ItemStore: what every store can do; the rest of the program sees only this."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from item_store.audit import SYSTEM, AuditContract, Told
from item_store.cases import CaseContract
from item_store.deliveries import DeliveryContract
from item_store.files import FileContract
from item_store.item import Item
from item_store.learning import LearningContract
from item_store.outcomes import Conflict as Conflict  # noqa: PLC0414 - part of the contract
from item_store.outcomes import Saved as Saved  # noqa: PLC0414
from item_store.people import PeopleContract
from item_store.records import RecordContract
from item_store.register import RegisterContract

Clock = Callable[[], datetime]
Data = Mapping[str, Any]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Published:
    """A new version stands."""

    item: Item


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The published version already says just this."""

    item: Item


@dataclass(frozen=True, slots=True)
class Withdrawn:
    item_id: str
    version: int


@dataclass(frozen=True, slots=True)
class NotPublished:
    item_id: str


class ChangeKind(StrEnum):
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    SWITCHED = "switched"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Change:
    """One publication or withdrawal, or a switch or learned alias (both of version 0).

    Sequences rise without ever being filled in below a seen one.
    """

    sequence: int
    item_id: str
    version: int
    kind: ChangeKind
    at: datetime


class ItemContract(Protocol):
    async def publish(self, item: Item, by: str = SYSTEM) -> Published | Unchanged:
        """Append a version that never changes again; the store gives its number and date."""

    async def publish_many(self, items: Sequence[Item], by: str = SYSTEM) -> Sequence[Published | Unchanged]:
        """All of them, or none when the store fails; each id at most once."""

    async def withdraw(self, item_id: str, by: str = SYSTEM) -> Withdrawn | NotPublished: ...

    async def published(self, item_id: str) -> Item | None: ...

    async def published_count(self) -> int: ...

    async def published_digests(self) -> Mapping[str, str]:
        """Item id → digest of the content that is published."""

    def all_published(self) -> AsyncIterator[Item]:
        """In the order of ids."""

    async def version(self, item_id: str, version: int) -> Item | None: ...

    async def history(self, item_id: str) -> Sequence[Item]:
        """Every version, oldest first, withdrawn or not."""

    async def changes_since(self, sequence: int, limit: int = 1000) -> Sequence[Change]: ...

    async def sequence(self) -> int:
        """Of the last change; 0 where there was none."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    data: Data
    version: int


class SessionContract(Protocol):
    async def load_session(self, person: str) -> StoredSession | None: ...

    async def save_session(
        self, person: str, data: Data, version: int, said: Sequence[Told] = ()
    ) -> Saved | Conflict:
        """`version` is the one loaded, 0 for a new one; what was said is kept with it or not at all."""

    async def forget_sessions_before(self, when: datetime) -> int: ...

    async def first_time(self, channel: str, message_id: str) -> bool:
        """Whether this message is seen for the first time, on any replica."""

    async def forget_messages_before(self, when: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question that found no answer, without personal data, for staff to look at."""

    text: str
    outcome: str
    candidates: tuple[str, ...]
    at: datetime
    channel: str


class QuestionContract(Protocol):
    async def keep_question(
        self, text: str, outcome: str, candidates: Sequence[str], when: datetime, channel: str
    ) -> None: ...

    async def kept_questions(self, limit: int = 100) -> Sequence[KeptQuestion]:
        """Newest first."""


class DraftState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Draft:
    """`owner` is the unit it is written for."""

    id: str
    owner: str
    data: Data
    version: int
    updated_at: datetime
    state: DraftState = DraftState.OPEN


class DraftContract(Protocol):
    async def create_draft(self, owner: str, data: Data) -> Draft: ...

    async def create_drafts(self, owner: str, rows: Sequence[Data]) -> int: ...

    async def load_draft(self, draft_id: str) -> Draft | None: ...

    async def save_draft(self, draft_id: str, data: Data, version: int) -> Saved | Conflict:
        """Only while it is open."""

    async def submit_draft(self, draft_id: str, data: Data, version: int) -> Saved | Conflict:
        """Save for the last time: a submitted draft is changed and deleted no more."""

    async def drafts_of(self, owner: str) -> Sequence[Draft]:
        """Last changed first."""

    async def open_drafts(self) -> Mapping[tuple[str, str], int]:
        """How many are not submitted, or came back, by owner and template."""

    async def delete_draft(self, draft_id: str) -> bool: ...


class ItemStore(
    ItemContract,
    SessionContract,
    QuestionContract,
    DraftContract,
    PeopleContract,
    FileContract,
    AuditContract,
    RegisterContract,
    CaseContract,
    RecordContract,
    DeliveryContract,
    LearningContract,
    Protocol,
):
    async def close(self) -> None: ...
