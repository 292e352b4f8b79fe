"""The register over time: what stood on a day, what takes effect later, what is off, who follows what."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from item_store.item import Item


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The content of an earlier version stands again, as a new one."""

    item: Item
    restored: int


@dataclass(frozen=True, slots=True)
class NothingBefore:
    """There is no such earlier version to go back to."""

    item_id: str


@dataclass(frozen=True, slots=True)
class Scheduled:
    """`item` takes effect at a moment; without one the item is withdrawn then."""

    id: str
    item_id: str
    item: Item | None
    effective_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Switch:
    """An item, a kind of question or both, and what is said in its place; empty stands for all."""

    notice: str
    item_id: str = ""
    aspect: str = ""
    by: str = ""
    since: datetime | None = None

    def covers(self, item_id: str, aspect: str = "") -> bool:
        """Whether it keeps an aspect of an item from being answered; without one, the item as a whole."""
        return self.item_id in ("", item_id) and self.aspect in ("", aspect)


class NothingNamedError(ValueError):
    """A switch names an item, an aspect, or both; switching off everything at once is not meant."""


class Phrase(StrEnum):
    """What a notice says, in the catalogs."""

    ITEM_PUBLISHED = "notice.item_published"
    ITEM_CHANGED = "notice.item_changed"
    ITEM_WITHDRAWN = "notice.item_withdrawn"
    CASE_WAITS = "notice.case_waits"
    CASE_RETURNED = "notice.case_returned"
    CASE_PUBLISHED = "notice.case_published"
    CLAIM_WAITS = "notice.claim_waits"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell a person (an identity or a person's id); delivered elsewhere, once by its key."""

    key: str
    person: str
    phrase: str
    details: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


class RegisterContract(Protocol):
    async def published_as_of(self, item_id: str, moment: datetime) -> Item | None:
        """The version that stood then."""

    def register_as_of(self, moment: datetime) -> AsyncIterator[Item]:
        """Every item as it stood then, in the order of ids."""

    async def roll_back(self, item_id: str, by: str, version: int = 0) -> RolledBack | NothingBefore:
        """Let an earlier version's content stand again; by default the one before the last."""

    async def schedule(
        self, item_id: str, item: Item | None, effective_at: datetime, by: str
    ) -> Scheduled: ...

    async def scheduled(self) -> Sequence[Scheduled]:
        """What has not taken effect yet, soonest first."""

    async def cancel_scheduled(self, schedule_id: str, by: str) -> bool: ...

    async def take_effect(self) -> Sequence[str]:
        """Put in force what is due, once on any replica; the ids of the items."""

    async def switch_off(self, switch: Switch) -> None:
        """At once, on every replica. Raises NothingNamedError."""

    async def switch_on(self, item_id: str, aspect: str, by: str) -> bool: ...

    async def switches(self) -> Sequence[Switch]: ...

    async def follow(self, item_id: str, person: str) -> bool:
        """Whether it is new."""

    async def unfollow(self, item_id: str, person: str) -> bool: ...

    async def followed_by(self, person: str) -> Sequence[str]: ...

    async def waiting_notices(self, limit: int = 100) -> Sequence[Notice]:
        """Not yet taken over by delivery, oldest first."""

    async def take_notices(self, keys: Sequence[str]) -> int:
        """Delivery has taken these over; they wait no more."""
