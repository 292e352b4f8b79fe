"""Messages owed to recipients, each planned once, claimed with a lease, and never sent twice in silence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol


class DeliveryState(StrEnum):
    """`sending` without a word on what came of it, once its lease is over, is `uncertain`."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """Something to tell; an occurrence, a recipient and a stage together name it for ever.

    The lower the urgency, the sooner it leaves. `data` says what it is about, JSON-able.
    """

    occurrence: str
    recipient: str
    stage: str
    not_before: datetime
    urgency: int = 50
    data: Mapping[str, Any] = field(default_factory=dict)
    state: DeliveryState = DeliveryState.WAITING
    why: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row as it stands; `batch` joins those that left, or will leave, as one message."""

    id: int
    occurrence: str
    recipient: str
    stage: str
    not_before: datetime
    urgency: int
    data: Mapping[str, Any]
    state: DeliveryState
    why: str
    batch: str
    tries: int
    lease_until: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Swept:
    """What was found with its lease over: not begun, so it waits again; begun, so nobody knows."""

    waiting: int
    uncertain: int


class DeliveryContract(Protocol):
    async def plan_deliveries(self, rows: Sequence[NewDelivery]) -> int:
        """Add those that are not known yet; says how many were new."""

    async def claim_deliveries(
        self, batch: str, lease: timedelta, held_back: Sequence[str] = ()
    ) -> Sequence[Delivery]:
        """All that waits for the recipient of the most urgent row.

        `held_back` are chats with their topics, or whole channels with their colon, that must wait.
        """

    async def begin_sending(self, batch: str, recipient: str) -> Sequence[Delivery]:
        """Mark, right before sending, what is still held by this claim; only that may be sent."""

    async def end_sending(
        self,
        batch: str,
        recipient: str,
        state: DeliveryState,
        *,
        why: str = "",
        wait: timedelta = timedelta(),
        only: Sequence[int] = (),
    ) -> int:
        """What came of all of it, or of `only` some: sent, failed, uncertain, cancelled, or waiting again."""

    async def sweep_deliveries(self) -> Swept: ...

    async def cancel_deliveries(self, occurrence: str, why: str) -> int:
        """Those that still wait."""

    async def move_deliveries(self, old: str, new: str) -> int:
        """What is not sent goes to another address; what waits there already stays single."""

    async def send_again(self, delivery_id: int) -> bool:
        """Let an uncertain or failed one wait anew; somebody has decided so."""

    async def dismiss(self, delivery_id: int) -> bool:
        """Somebody knows that an uncertain one arrived, or that a failed one is settled."""

    async def deliveries(
        self,
        states: Sequence[DeliveryState] = (),
        occurrence: str = "",
        batch: str = "",
        limit: int = 1000,
        units: Sequence[str] = (),
    ) -> Sequence[Delivery]:
        """By urgency and age; empty criteria stand for all, an occurrence for those that begin so.

        What concerns no unit counts as every unit's.
        """

    async def count_deliveries(
        self, states: Sequence[DeliveryState] = (), units: Sequence[str] = ()
    ) -> int: ...

    async def delivery(self, delivery_id: int) -> Delivery | None: ...
