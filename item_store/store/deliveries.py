"""Deliveries in the database: each step is one short transaction, so that any may be the last."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, not_, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from item_store.contract import Clock
from item_store.database import writing
from item_store.deliveries import Delivery, DeliveryState, NewDelivery, Swept
from item_store.tables.liaison import deliveries as table

INSERTED_AT_ONCE = 50
"""Rows of one transaction; few enough that an answer to a citizen never waits for it."""

REST = 0.004
"""Seconds between two of them."""

CLAIM_TRIES = 5
"""Looks for a message to claim when another replica is always quicker."""

UNSENT = (DeliveryState.WAITING, DeliveryState.FAILED)


class SqlDeliveries:
    _engine: AsyncEngine
    _clock: Clock

    async def plan_deliveries(self, rows: Sequence[NewDelivery]) -> int:
        make = postgresql_insert if self._engine.dialect.name == "postgresql" else sqlite_insert
        query = make(table).on_conflict_do_nothing().returning(table.c.id)
        added = 0
        for start in range(0, len(rows), INSERTED_AT_ONCE):
            values = [_values(row) for row in rows[start : start + INSERTED_AT_ONCE]]
            # A transaction each, so that others may write in between.
            async with writing(self._engine) as connection:
                added += len((await connection.execute(query, values)).all())
            await asyncio.sleep(REST)
        return added

    async def claim_deliveries(
        self, batch: str, lease: timedelta, held_back: Sequence[str] = ()
    ) -> Sequence[Delivery]:
        now = self._clock()
        ready = and_(table.c.state == DeliveryState.WAITING, table.c.not_before <= now, _free(held_back))
        values = {"state": DeliveryState.CLAIMED, "batch": batch, "lease_until": now + lease}
        for _ in range(CLAIM_TRIES):
            # Chosen before the transaction: while the many that wait are looked through, others may write.
            recipient = await self._most_urgent(ready)
            if recipient is None:
                break
            async with writing(self._engine) as connection:
                own = and_(ready, table.c.recipient == recipient)
                if self._engine.dialect.name == "sqlite":
                    claimed = await _change(connection, own, values)
                    if claimed:
                        return claimed
                    continue
                # Rows that another replica is just claiming are left to it.
                mine = select(table.c.id).where(own)
                ids = (await connection.execute(mine.with_for_update(skip_locked=True))).scalars().all()
                if ids:
                    return await _change(connection, table.c.id.in_(ids), values)
        return []

    async def _most_urgent(self, ready: ColumnElement[bool]) -> str | None:
        query = select(table.c.recipient).where(ready).limit(1)
        query = query.order_by(table.c.urgency, table.c.not_before, table.c.id)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar()

    async def begin_sending(self, batch: str, recipient: str) -> Sequence[Delivery]:
        held = and_(table.c.batch == batch, table.c.state == DeliveryState.CLAIMED)
        values = {"state": DeliveryState.SENDING, "tries": table.c.tries + 1}
        async with writing(self._engine) as connection:
            return await _change(connection, and_(held, table.c.recipient == recipient), values)

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
        # A claim that was given up for lost, but whose worker lives, may still say what came of it.
        begun = table.c.state.in_((DeliveryState.SENDING, DeliveryState.UNCERTAIN))
        mine = and_(table.c.batch == batch, table.c.recipient == recipient, begun)
        mine = and_(mine, table.c.id.in_(only)) if only else mine
        now = self._clock()
        values: dict[str, Any] = {"state": state, "why": why}
        if state is DeliveryState.SENT:
            values["sent_at"] = now
        if state is DeliveryState.WAITING:
            values |= {"not_before": now + wait, "batch": ""}
        async with writing(self._engine) as connection:
            return (await connection.execute(update(table).where(mine).values(**values))).rowcount

    async def sweep_deliveries(self) -> Swept:
        over = table.c.lease_until < self._clock()
        claimed = and_(table.c.state == DeliveryState.CLAIMED, over)
        begun = and_(table.c.state == DeliveryState.SENDING, over)
        again = {"state": DeliveryState.WAITING, "batch": ""}
        unknown = {"state": DeliveryState.UNCERTAIN, "why": "delivery.no_word"}
        async with writing(self._engine) as connection:
            waiting = (await connection.execute(update(table).where(claimed).values(**again))).rowcount
            uncertain = (await connection.execute(update(table).where(begun).values(**unknown))).rowcount
        return Swept(waiting, uncertain)

    async def cancel_deliveries(self, occurrence: str, why: str) -> int:
        waits = and_(table.c.occurrence == occurrence, table.c.state == DeliveryState.WAITING)
        values = {"state": DeliveryState.CANCELLED, "why": why}
        async with writing(self._engine) as connection:
            return (await connection.execute(update(table).where(waits).values(**values))).rowcount

    async def move_deliveries(self, old: str, new: str) -> int:
        there = table.alias()
        known = and_(
            there.c.recipient == new,
            there.c.occurrence == table.c.occurrence,
            there.c.stage == table.c.stage,
        )
        here = and_(table.c.recipient == old, table.c.state.in_(UNSENT))
        double = select(there.c.id).where(known).exists()
        dropped = {"state": DeliveryState.CANCELLED, "why": "delivery.moved"}
        moved = {"state": DeliveryState.WAITING, "recipient": new, "batch": "", "why": ""}
        async with writing(self._engine) as connection:
            await connection.execute(update(table).where(here, double).values(**dropped))
            return (await connection.execute(update(table).where(here).values(**moved))).rowcount

    async def send_again(self, delivery_id: int) -> bool:
        values = {"state": DeliveryState.WAITING, "batch": "", "why": "", "not_before": self._clock()}
        return await self._settle(delivery_id, values)

    async def dismiss(self, delivery_id: int) -> bool:
        return await self._settle(delivery_id, {"state": DeliveryState.CANCELLED, "why": "delivery.settled"})

    async def _settle(self, delivery_id: int, values: dict[str, Any]) -> bool:
        open_ = table.c.state.in_((DeliveryState.UNCERTAIN, DeliveryState.FAILED))
        async with writing(self._engine) as connection:
            query = update(table).where(table.c.id == delivery_id, open_).values(**values)
            return bool((await connection.execute(query)).rowcount)

    async def deliveries(
        self,
        states: Sequence[DeliveryState] = (),
        occurrence: str = "",
        batch: str = "",
        limit: int = 1000,
        units: Sequence[str] = (),
    ) -> Sequence[Delivery]:
        query = select(table).where(_meant(states, units)).order_by(table.c.urgency, table.c.id).limit(limit)
        query = query.where(table.c.batch == batch) if batch else query
        if occurrence:
            query = query.where(table.c.occurrence.startswith(occurrence, autoescape=True))
        async with self._engine.connect() as connection:
            return [_delivery(row) for row in await connection.execute(query)]

    async def count_deliveries(self, states: Sequence[DeliveryState] = (), units: Sequence[str] = ()) -> int:
        query = select(func.count()).select_from(table).where(_meant(states, units))
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one()

    async def delivery(self, delivery_id: int) -> Delivery | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(table).where(table.c.id == delivery_id))).first()
        return _delivery(row) if row else None


async def _change(
    connection: AsyncConnection, where: ColumnElement[bool], values: dict[str, Any]
) -> list[Delivery]:
    rows = await connection.execute(update(table).where(where).values(**values).returning(*table.c))
    return sorted((_delivery(row) for row in rows), key=lambda row: (row.urgency, row.id))


def _meant(states: Sequence[DeliveryState], units: Sequence[str]) -> ColumnElement[bool]:
    unit = table.c.data["unit"].as_string()
    of_states = table.c.state.in_(states) if states else true()
    return and_(of_states, or_(unit.is_(None), unit.in_(units)) if units else true())


def _free(held_back: Sequence[str]) -> ColumnElement[bool]:
    channels = [name for name in held_back if name.endswith(":")]
    single = [name for name in held_back if not name.endswith(":")]
    blocked = [
        table.c.recipient.startswith(name, autoescape=True)
        for name in (*channels, *(f"{chat}/" for chat in single))
    ]
    return not_(or_(table.c.recipient.in_(single), *blocked))


def _values(row: NewDelivery) -> dict[str, Any]:
    return {
        "occurrence": row.occurrence,
        "recipient": row.recipient,
        "stage": row.stage,
        "not_before": row.not_before,
        "urgency": row.urgency,
        "data": dict(row.data),
        "state": row.state,
        "why": row.why,
        "batch": "",
        "tries": 0,
    }


def _delivery(row: Row[Any]) -> Delivery:
    content = dict(row._mapping)
    return Delivery(**{**content, "state": DeliveryState(row.state)})
