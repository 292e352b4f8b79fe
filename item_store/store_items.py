"""Items in the database: versions that are only appended, which one stands, and the list of changes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from item_store.contract import (
    Change,
    ChangeKind,
    Clock,
    NotPublished,
    Published,
    Unchanged,
    Withdrawn,
)
from item_store.database import PUBLICATION_LOCK, take_lock, writing
from item_store.fields import FIELDS
from item_store.item import Item
from item_store.tables import changes, item_versions, items

BATCH = 500
STANDING = and_(items.c.id == item_versions.c.id, items.c.current_version == item_versions.c.version)


class SqlItems:
    _engine: AsyncEngine
    _clock: Clock

    async def publish(self, item: Item) -> Published | Unchanged:
        return (await self.publish_many([item]))[0]

    async def publish_many(self, new: Sequence[Item]) -> Sequence[Published | Unchanged]:
        outcomes: list[Published | Unchanged] = []
        async with writing(self._engine) as connection:
            # One publisher at a time, so that sequences become visible in their order.
            await take_lock(connection, PUBLICATION_LOCK)
            for start in range(0, len(new), BATCH):
                outcomes += await self._publish_batch(connection, new[start : start + BATCH])
        return outcomes

    async def _publish_batch(
        self, connection: AsyncConnection, batch: Sequence[Item]
    ) -> list[Published | Unchanged]:
        query = select(items).where(items.c.id.in_([item.id for item in batch]))
        standing = {row.id: row for row in await connection.execute(query)}
        now, outcomes = self._clock(), list[Published | Unchanged]()
        for item in batch:
            row = standing.get(item.id)
            if row and row.current_version and row.digest == item.digest:
                outcomes.append(Unchanged(item.published(row.current_version, now)))
            else:
                outcomes.append(Published(item.published(row.last_version + 1 if row else 1, now)))
        await _append(connection, [outcome.item for outcome in outcomes if isinstance(outcome, Published)])
        unchanged = [outcome.item for outcome in outcomes if isinstance(outcome, Unchanged)]
        dates = await _dates(connection, unchanged)
        return [
            Unchanged(outcome.item.published(outcome.item.version, dates[outcome.item.id]))
            if isinstance(outcome, Unchanged)
            else outcome
            for outcome in outcomes
        ]

    async def withdraw(self, item_id: str) -> Withdrawn | NotPublished:
        async with writing(self._engine) as connection:
            await take_lock(connection, PUBLICATION_LOCK)
            query = select(items.c.current_version).where(items.c.id == item_id)
            version = (await connection.execute(query)).scalar()
            if version is None:
                return NotPublished(item_id)
            await connection.execute(update(items).where(items.c.id == item_id).values(current_version=None))
            change = {
                "item_id": item_id,
                "version": version,
                "kind": ChangeKind.WITHDRAWN,
                "at": self._clock(),
            }
            await connection.execute(insert(changes), [change])
        return Withdrawn(item_id, version)

    async def published(self, item_id: str) -> Item | None:
        return await self._one(select(item_versions).join(items, STANDING).where(items.c.id == item_id))

    async def version(self, item_id: str, version: int) -> Item | None:
        chosen = and_(item_versions.c.id == item_id, item_versions.c.version == version)
        return await self._one(select(item_versions).where(chosen))

    async def _one(self, query: Select[Any]) -> Item | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return _item(row) if row else None

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
                yield _item(row)
            if len(rows) < BATCH:
                return
            last = rows[-1].id

    async def history(self, item_id: str) -> Sequence[Item]:
        query = select(item_versions).where(item_versions.c.id == item_id).order_by(item_versions.c.version)
        async with self._engine.connect() as connection:
            return [_item(row) for row in await connection.execute(query)]

    async def changes_since(self, sequence: int, limit: int = 1000) -> Sequence[Change]:
        query = select(changes).where(changes.c.sequence > sequence).order_by(changes.c.sequence).limit(limit)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [Change(row.sequence, row.item_id, row.version, ChangeKind(row.kind), row.at) for row in rows]

    async def sequence(self) -> int:
        async with self._engine.connect() as connection:
            return int((await connection.execute(select(func.max(changes.c.sequence)))).scalar() or 0)


async def _append(connection: AsyncConnection, published: Sequence[Item]) -> None:
    if not published:
        return
    await connection.execute(insert(item_versions), [_row(item) for item in published])
    standing = [{"item": item.id, "current": item.version, "digest": item.digest} for item in published]
    first = [row for row in standing if row["current"] == 1]
    later = [row for row in standing if row["current"] != 1]
    if first:
        await connection.execute(_NEW_ITEM, first)
    if later:
        await connection.execute(_NEXT_VERSION, later)
    await connection.execute(insert(changes), [_change(item) for item in published])


_NEW_ITEM = insert(items).values(
    id=bindparam("item"), current_version=bindparam("current"), last_version=bindparam("current")
)
_NEXT_VERSION = (
    update(items)
    .where(items.c.id == bindparam("item"))
    .values(current_version=bindparam("current"), last_version=bindparam("current"))
)


async def _dates(connection: AsyncConnection, unchanged: Sequence[Item]) -> dict[str, datetime]:
    query = select(item_versions.c.id, item_versions.c.published_at).join(items, STANDING)
    ids = [item.id for item in unchanged]
    rows = await connection.execute(query.where(items.c.id.in_(ids))) if ids else ()
    return {row.id: row.published_at for row in rows}


def _change(item: Item) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "version": item.version,
        "kind": ChangeKind.PUBLISHED,
        "at": item.published_at,
    }


def _row(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {"id": item.id, "version": item.version, "region": item.region}
    row |= {"aliases": list(item.aliases), "source": item.source, "published_at": item.published_at}
    for field in FIELDS:
        value = item.values.get(field.key)
        row[field.key] = None if value is None else field.kind.record(value)
    return row


def _item(row: Row[Any]) -> Item:
    return Item.from_record(dict(row._mapping))
