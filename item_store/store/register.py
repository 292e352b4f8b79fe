"""The register over time in the database: as-of reads, the schedule, switches, followers, notices."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, Select, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from item_store.audit import SYSTEM, Act
from item_store.contract import ChangeKind, Clock, Published
from item_store.database import PUBLICATION_LOCK, take_lock, writing
from item_store.item import Item
from item_store.register import (
    NothingBefore,
    NothingNamedError,
    Notice,
    RolledBack,
    Scheduled,
    Switch,
)
from item_store.standing import schedule_act, switch_act
from item_store.store.audit import append
from item_store.store.publication import BATCH, item_of, publish_on, withdraw_on
from item_store.tables import changes, item_versions, items
from item_store.tables.review import followers, notices, schedule, switches

STANDS = changes.c.kind.in_((ChangeKind.PUBLISHED, ChangeKind.WITHDRAWN))


class SqlRegister:
    _engine: AsyncEngine
    _clock: Clock

    async def published_as_of(self, item_id: str, moment: datetime) -> Item | None:
        query = _as_of(moment).where(item_versions.c.id == item_id)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return item_of(row) if row else None

    async def register_as_of(self, moment: datetime) -> AsyncIterator[Item]:
        last = ""
        while True:
            query = _as_of(moment, after=last).order_by(item_versions.c.id).limit(BATCH)
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
            for row in rows:
                yield item_of(row)
            if len(rows) < BATCH:
                return
            last = rows[-1].id

    async def roll_back(self, item_id: str, by: str, version: int = 0) -> RolledBack | NothingBefore:
        async with writing(self._engine) as connection:
            await take_lock(connection, PUBLICATION_LOCK)
            earlier = await _earlier(connection, item_id, version)
            if earlier is None:
                return NothingBefore(item_id)
            (outcome,), acts = await publish_on(connection, self._clock, [earlier], by)
            if not isinstance(outcome, Published):
                return NothingBefore(item_id)
            acts.append(Act(by, "roll_back", f"item:{item_id}", {"restored": earlier.version}))
            await append(connection, self._clock, acts)
        return RolledBack(outcome.item, earlier.version)

    async def schedule(self, item_id: str, item: Item | None, effective_at: datetime, by: str) -> Scheduled:
        async with writing(self._engine) as connection:
            scheduled, act = await schedule_on(connection, item_id, item, effective_at, by)
            await append(connection, self._clock, [act])
        return scheduled

    async def scheduled(self) -> Sequence[Scheduled]:
        query = select(schedule).where(schedule.c.state == "waiting")
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(schedule.c.effective_at, schedule.c.id))
            return [_scheduled(row) for row in rows]

    async def cancel_scheduled(self, schedule_id: str, by: str) -> bool:
        waits = and_(schedule.c.id == schedule_id, schedule.c.state == "waiting")
        async with writing(self._engine) as connection:
            done = (
                await connection.execute(update(schedule).where(waits).values(state="cancelled"))
            ).rowcount
            if done:
                await append(connection, self._clock, [Act(by, "cancel_schedule", f"schedule:{schedule_id}")])
        return bool(done)

    async def take_effect(self) -> Sequence[str]:
        due = select(schedule).where(schedule.c.state == "waiting", schedule.c.effective_at <= self._clock())
        async with self._engine.connect() as connection:
            if (await connection.execute(due.limit(1))).first() is None:
                return ()
        async with writing(self._engine) as connection:
            await take_lock(connection, PUBLICATION_LOCK)
            rows = (await connection.execute(due.order_by(schedule.c.effective_at, schedule.c.id))).all()
            acts: list[Act] = []
            for row in rows:
                acts += await self._take_effect(connection, _scheduled(row))
            await append(connection, self._clock, acts)
        return tuple(row.item_id for row in rows)

    async def _take_effect(self, connection: AsyncConnection, due: Scheduled) -> list[Act]:
        done = update(schedule).where(schedule.c.id == due.id).values(state="done")
        await connection.execute(done)
        if due.item is None:
            return (await withdraw_on(connection, self._clock, due.item_id, due.by))[1]
        return (await publish_on(connection, self._clock, [due.item], due.by))[1]

    async def switch_off(self, switch: Switch) -> None:
        if not switch.item_id and not switch.aspect:
            raise NothingNamedError
        async with writing(self._engine) as connection:
            await self._switched(connection, switch.item_id, switch.aspect)
            row = {"item_id": switch.item_id, "aspect": switch.aspect, "notice": switch.notice}
            dated = row | {"by": switch.by or SYSTEM}
            await connection.execute(insert(switches).values(**dated, since=self._clock()))
            await append(connection, self._clock, [switch_act(switch)])

    async def switch_on(self, item_id: str, aspect: str, by: str) -> bool:
        async with writing(self._engine) as connection:
            if not await self._switched(connection, item_id, aspect):
                return False
            act = Act(by, "switch_on", f"switch:{item_id}:{aspect}")
            await append(connection, self._clock, [act])
        return True

    async def _switched(self, connection: AsyncConnection, item_id: str, aspect: str) -> bool:
        """Take away the switch that stands, and let every replica look again."""
        await take_lock(connection, PUBLICATION_LOCK)
        same = and_(switches.c.item_id == item_id, switches.c.aspect == aspect)
        stood = (await connection.execute(delete(switches).where(same))).rowcount
        change = {"item_id": item_id, "version": 0, "kind": ChangeKind.SWITCHED, "at": self._clock()}
        await connection.execute(insert(changes), [change])
        return bool(stood)

    async def switches(self) -> Sequence[Switch]:
        query = select(switches).order_by(switches.c.item_id, switches.c.aspect)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query)
            return [Switch(row.notice, row.item_id, row.aspect, row.by, row.since) for row in rows]

    async def follow(self, item_id: str, person: str) -> bool:
        row = {"item_id": item_id, "person": person, "since": self._clock()}
        try:
            async with writing(self._engine) as connection:
                await connection.execute(insert(followers).values(**row))
        except IntegrityError:
            return False
        return True

    async def unfollow(self, item_id: str, person: str) -> bool:
        same = and_(followers.c.item_id == item_id, followers.c.person == person)
        async with writing(self._engine) as connection:
            return bool((await connection.execute(delete(followers).where(same))).rowcount)

    async def followed_by(self, person: str) -> Sequence[str]:
        query = select(followers.c.item_id).where(followers.c.person == person).order_by(followers.c.item_id)
        async with self._engine.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def waiting_notices(self, limit: int = 100) -> Sequence[Notice]:
        query = select(notices).where(notices.c.state == "waiting").order_by(notices.c.id).limit(limit)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query)
            return [Notice(r.key, r.person, r.phrase, r.details, r.at) for r in rows]

    async def take_notices(self, keys: Sequence[str]) -> int:
        mine = and_(notices.c.key.in_(keys), notices.c.state == "waiting")
        async with writing(self._engine) as connection:
            return (await connection.execute(update(notices).where(mine).values(state="taken"))).rowcount


async def schedule_on(
    connection: AsyncConnection, item_id: str, item: Item | None, effective_at: datetime, by: str
) -> tuple[Scheduled, Act]:
    scheduled = Scheduled(uuid4().hex, item_id, item, effective_at, by)
    record = item.record() if item else None
    row = {"id": scheduled.id, "item_id": item_id, "record": record, "effective_at": effective_at}
    await connection.execute(insert(schedule).values(**row, by=by, state="waiting"))
    return scheduled, schedule_act(scheduled)


def _as_of(moment: datetime, after: str = "") -> Select[Any]:
    """Versions whose publication was the last thing that had happened to their item by then."""
    latest = (
        select(func.max(changes.c.sequence).label("sequence"))
        .where(changes.c.at <= moment, changes.c.item_id > after, STANDS)
        .group_by(changes.c.item_id)
        .subquery()
    )
    standing = and_(item_versions.c.id == changes.c.item_id, item_versions.c.version == changes.c.version)
    return (
        select(item_versions)
        .join(changes, standing)
        .join(latest, latest.c.sequence == changes.c.sequence)
        .where(changes.c.kind == ChangeKind.PUBLISHED)
    )


async def _earlier(connection: AsyncConnection, item_id: str, version: int) -> Item | None:
    """The version to restore: the named one, else the one before what stands, or a withdrawn item's last."""
    row = (await connection.execute(select(items).where(items.c.id == item_id))).first()
    if row is None:
        return None
    wanted = version or (row.current_version - 1 if row.current_version else row.last_version)
    chosen = and_(item_versions.c.id == item_id, item_versions.c.version == wanted)
    found = (await connection.execute(select(item_versions).where(chosen))).first()
    return item_of(found) if found else None


def _scheduled(row: Row[Any]) -> Scheduled:
    item = Item.from_record(row.record) if row.record else None
    return Scheduled(row.id, row.item_id, item, row.effective_at, row.by)
