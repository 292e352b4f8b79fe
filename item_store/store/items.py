"""Items in the database: versions that are only appended, which one stands, and the list of changes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from item_store.audit import SYSTEM
from item_store.contract import (
    Change,
    ChangeKind,
    Clock,
    NotPublished,
    Published,
    Unchanged,
    Withdrawn,
)
from item_store.database import writing
from item_store.item import Item
from item_store.store.audit import append
from item_store.store.publication import BATCH, STANDING, item_of, publish_on, withdraw_on
from item_store.tables import changes, item_versions, items


class SqlItems:
    _engine: AsyncEngine
    _clock: Clock

    async def publish(self, item: Item, by: str = SYSTEM) -> Published | Unchanged:
        return (await self.publish_many([item], by))[0]

    async def publish_many(self, new: Sequence[Item], by: str = SYSTEM) -> Sequence[Published | Unchanged]:
        async with writing(self._engine) as connection:
            outcomes, acts = await publish_on(connection, self._clock, new, by)
            await append(connection, self._clock, acts)
        return outcomes

    async def withdraw(self, item_id: str, by: str = SYSTEM) -> Withdrawn | NotPublished:
        async with writing(self._engine) as connection:
            outcome, acts = await withdraw_on(connection, self._clock, item_id, by)
            await append(connection, self._clock, acts)
        return outcome

    async def published(self, item_id: str) -> Item | None:
        return await self._one(select(item_versions).join(items, STANDING).where(items.c.id == item_id))

    async def version(self, item_id: str, version: int) -> Item | None:
        chosen = and_(item_versions.c.id == item_id, item_versions.c.version == version)
        return await self._one(select(item_versions).where(chosen))

    async def _one(self, query: Select[Any]) -> Item | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return item_of(row) if row else None

    async def published_count(self) -> int:
        query = select(func.count()).where(items.c.current_version.is_not(None))
        async with self._engine.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def published_digests(self) -> Mapping[str, str]:
        query = select(items.c.id, items.c.digest).where(items.c.current_version.is_not(None))
        async with self._engine.connect() as connection:
            return {row.id: row.digest for row in await connection.execute(query)}

    async def all_published(self) -> AsyncIterator[Item]:
        """In pages by id, so that no reader holds a transaction open while it works."""
        last, query = "", select(item_versions).join(items, STANDING).order_by(items.c.id).limit(BATCH)
        while True:
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query.where(items.c.id > last))).all()
            for row in rows:
                yield item_of(row)
            if len(rows) < BATCH:
                return
            last = rows[-1].id

    async def history(self, item_id: str) -> Sequence[Item]:
        query = select(item_versions).where(item_versions.c.id == item_id).order_by(item_versions.c.version)
        async with self._engine.connect() as connection:
            return [item_of(row) for row in await connection.execute(query)]

    async def changes_since(self, sequence: int, limit: int = 1000) -> Sequence[Change]:
        query = select(changes).where(changes.c.sequence > sequence).order_by(changes.c.sequence).limit(limit)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [Change(row.sequence, row.item_id, row.version, ChangeKind(row.kind), row.at) for row in rows]

    async def sequence(self) -> int:
        async with self._engine.connect() as connection:
            return int((await connection.execute(select(func.max(changes.c.sequence)))).scalar() or 0)
