"""Plain records in the database, a table for each kind."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from item_store.contract import Clock
from item_store.database import writing
from item_store.outcomes import Conflict, Saved
from item_store.records import Kept, R, Record, content_of
from item_store.tables.liaison import records

READ_AT_ONCE = 100
"""Records read without a pause."""


class SqlRecords:
    _engine: AsyncEngine
    _clock: Clock

    async def kept(self, kind: type[R], key: str) -> Kept[R] | None:
        table = records[kind.table]
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(table).where(table.c.key == key))).first()
        return Kept(kind.model_validate(row.content), row.version) if row else None

    async def all_kept(self, kind: type[R], under: str = "") -> Sequence[Kept[R]]:
        table = records[kind.table]
        query = select(table).order_by(table.c.key)
        if under:
            query = query.where(table.c.key.startswith(under, autoescape=True))
        # Databases compare letters in their own order, and some without regard to case.
        found = await self._read(kind, query)
        return sorted((each for each in found if each.record.key.startswith(under)), key=_key)

    async def kept_of(self, kind: type[R], keys: Sequence[str]) -> Sequence[Kept[R]]:
        table = records[kind.table]
        return await self._read(kind, select(table).where(table.c.key.in_(keys)).order_by(table.c.key))

    async def _read(self, kind: type[R], query: Select[Any]) -> list[Kept[R]]:
        found: list[Kept[R]] = []
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        for start in range(0, len(rows), READ_AT_ONCE):
            some = rows[start : start + READ_AT_ONCE]
            found += [Kept(kind.model_validate(row.content), row.version) for row in some]
            # Answers to citizens come in between.
            await asyncio.sleep(0)
        return found

    async def keep(self, record: Record, version: int) -> Saved | Conflict:
        table, key = records[record.table], record.key
        values = {"version": version + 1, "content": content_of(record), "updated_at": self._clock()}
        same = (table.c.key == key) & (table.c.version == version)
        query = (
            update(table).where(same).values(**values) if version else insert(table).values(key=key, **values)
        )
        try:
            async with writing(self._engine) as connection:
                saved = (await connection.execute(query)).rowcount
        except IntegrityError:
            saved = 0
        if saved:
            return Saved(version + 1)
        standing = await self.kept(type(record), key)
        return Conflict(standing.version if standing else 0)

    async def drop(self, kind: type[R], key: str) -> bool:
        table = records[kind.table]
        async with writing(self._engine) as connection:
            return bool((await connection.execute(delete(table).where(table.c.key == key))).rowcount)


def _key(kept: Kept[R]) -> str:
    return kept.record.key
