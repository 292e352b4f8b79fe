"""Deliveries and plain records on dicts: the twin of store_deliveries and store_records."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from item_store.contract import Clock
from item_store.deliveries import Delivery, DeliveryState, NewDelivery, Swept
from item_store.outcomes import Conflict, Saved
from item_store.records import Kept, R, Record, content_of

BEGUN = (DeliveryState.SENDING, DeliveryState.UNCERTAIN)
SETTLED_BY_STAFF = (DeliveryState.UNCERTAIN, DeliveryState.FAILED)


class MemoryRecords:
    _clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self._records: dict[tuple[str, str], tuple[dict[str, Any], int]] = {}

    async def kept(self, kind: type[R], key: str) -> Kept[R] | None:
        found = self._records.get((kind.table, key))
        return Kept(kind.model_validate(found[0]), found[1]) if found else None

    async def all_kept(self, kind: type[R], under: str = "") -> Sequence[Kept[R]]:
        found = sorted(self._records.items())
        return [
            Kept(kind.model_validate(content), version)
            for (table, key), (content, version) in found
            if table == kind.table and key.startswith(under)
        ]

    async def kept_of(self, kind: type[R], keys: Sequence[str]) -> Sequence[Kept[R]]:
        found = [await self.kept(kind, key) for key in sorted(set(keys))]
        return [each for each in found if each]

    async def keep(self, record: Record, version: int) -> Saved | Conflict:
        place = (record.table, record.key)
        standing = self._records[place][1] if place in self._records else 0
        if standing != version:
            return Conflict(standing)
        self._records[place] = (content_of(record), version + 1)
        return Saved(version + 1)

    async def drop(self, kind: type[R], key: str) -> bool:
        return self._records.pop((kind.table, key), None) is not None


class MemoryDeliveries:
    _clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self._deliveries: dict[int, Delivery] = {}
        self._known: set[tuple[str, str, str]] = set()
        self._numbers = count(1)

    async def plan_deliveries(self, rows: Sequence[NewDelivery]) -> int:
        before = len(self._known)
        for row in rows:
            name = (row.occurrence, row.recipient, row.stage)
            if name not in self._known:
                self._known.add(name)
                self._add(row)
        return len(self._known) - before

    def _add(self, row: NewDelivery) -> None:
        number = next(self._numbers)
        self._deliveries[number] = Delivery(
            number,
            *(row.occurrence, row.recipient, row.stage, row.not_before, row.urgency, dict(row.data)),
            *(row.state, row.why, "", 0, None, None),
        )

    async def claim_deliveries(
        self, batch: str, lease: timedelta, held_back: Sequence[str] = ()
    ) -> Sequence[Delivery]:
        now = self._clock()
        ready = [
            row
            for row in self._where(DeliveryState.WAITING)
            if row.not_before <= now and not _is_held(row.recipient, held_back)
        ]
        first = min(ready, key=lambda row: (row.urgency, row.not_before, row.id), default=None)
        mine = [row for row in ready if first and row.recipient == first.recipient]
        return self._change(mine, state=DeliveryState.CLAIMED, batch=batch, lease_until=now + lease)

    async def begin_sending(self, batch: str, recipient: str) -> Sequence[Delivery]:
        held = self._where(DeliveryState.CLAIMED, _of(batch, recipient))
        return [self._change([row], state=DeliveryState.SENDING, tries=row.tries + 1)[0] for row in held]

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
        mine = [row for kind in BEGUN for row in self._where(kind, _of(batch, recipient))]
        mine = [row for row in mine if not only or row.id in only]
        now = self._clock()
        values: dict[str, Any] = {"state": state, "why": why}
        if state is DeliveryState.SENT:
            values["sent_at"] = now
        if state is DeliveryState.WAITING:
            values |= {"not_before": now + wait, "batch": ""}
        return len(self._change(mine, **values))

    async def sweep_deliveries(self) -> Swept:
        now = self._clock()

        def is_over(row: Delivery) -> bool:
            return row.lease_until is not None and row.lease_until < now

        again = self._change(
            self._where(DeliveryState.CLAIMED, is_over), state=DeliveryState.WAITING, batch=""
        )
        begun = self._where(DeliveryState.SENDING, is_over)
        unknown = self._change(begun, state=DeliveryState.UNCERTAIN, why="delivery.no_word")
        return Swept(len(again), len(unknown))

    async def cancel_deliveries(self, occurrence: str, why: str) -> int:
        waits = self._where(DeliveryState.WAITING, lambda row: row.occurrence == occurrence)
        return len(self._change(waits, state=DeliveryState.CANCELLED, why=why))

    async def move_deliveries(self, old: str, new: str) -> int:
        unsent = (DeliveryState.WAITING, DeliveryState.FAILED)
        here = [row for kind in unsent for row in self._where(kind, lambda row: row.recipient == old)]
        double = [row for row in here if (row.occurrence, new, row.stage) in self._known]
        moved = [row for row in here if row not in double]
        self._change(double, state=DeliveryState.CANCELLED, why="delivery.moved")
        self._known |= {(row.occurrence, new, row.stage) for row in moved}
        self._known -= {(row.occurrence, old, row.stage) for row in moved}
        return len(self._change(moved, state=DeliveryState.WAITING, recipient=new, batch="", why=""))

    async def send_again(self, delivery_id: int) -> bool:
        values = {"state": DeliveryState.WAITING, "batch": "", "why": "", "not_before": self._clock()}
        return self._settle(delivery_id, values)

    async def dismiss(self, delivery_id: int) -> bool:
        return self._settle(delivery_id, {"state": DeliveryState.CANCELLED, "why": "delivery.settled"})

    def _settle(self, delivery_id: int, values: dict[str, Any]) -> bool:
        row = self._deliveries.get(delivery_id)
        return bool(row and row.state in SETTLED_BY_STAFF and self._change([row], **values))

    async def deliveries(
        self,
        states: Sequence[DeliveryState] = (),
        occurrence: str = "",
        batch: str = "",
        limit: int = 1000,
        units: Sequence[str] = (),
    ) -> Sequence[Delivery]:
        rows = [
            row
            for row in self._deliveries.values()
            if _is_meant(row, states, units)
            and row.occurrence.startswith(occurrence)
            and (not batch or row.batch == batch)
        ]
        return sorted(rows, key=_order)[:limit]

    async def count_deliveries(self, states: Sequence[DeliveryState] = (), units: Sequence[str] = ()) -> int:
        return sum(_is_meant(row, states, units) for row in self._deliveries.values())

    async def delivery(self, delivery_id: int) -> Delivery | None:
        return self._deliveries.get(delivery_id)

    def _where(
        self, state: DeliveryState, holds: Callable[[Delivery], bool] = lambda row: True
    ) -> list[Delivery]:
        return sorted(
            (row for row in self._deliveries.values() if row.state is state and holds(row)), key=_order
        )

    def _change(self, rows: Sequence[Delivery], **values: Any) -> list[Delivery]:
        changed = [replace(row, **values) for row in rows]
        self._deliveries |= {row.id: row for row in changed}
        return changed


def _order(row: Delivery) -> tuple[int, int]:
    return row.urgency, row.id


def _of(batch: str, recipient: str) -> Callable[[Delivery], bool]:
    return lambda row: row.batch == batch and row.recipient == recipient


def _is_meant(row: Delivery, states: Sequence[DeliveryState], units: Sequence[str]) -> bool:
    of_units = not units or row.data.get("unit", units[0]) in units
    return (not states or row.state in states) and of_units


def _is_held(recipient: str, held_back: Sequence[str]) -> bool:
    beginnings = tuple(name if name.endswith(":") else f"{name}/" for name in held_back)
    return recipient in held_back or recipient.startswith(beginnings)
