"""Drafts in the database: two people on one draft never overwrite each other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from item_store.contract import Clock, Conflict, Data, Draft, DraftState, Saved
from item_store.database import writing
from item_store.standing import draft_act
from item_store.store.audit import append
from item_store.tables import drafts

OPEN = drafts.c.state == DraftState.OPEN


class SqlDrafts:
    _engine: AsyncEngine
    _clock: Clock

    async def create_draft(self, owner: str, data: Data) -> Draft:
        draft = self._new(owner, data)
        await self._insert([draft])
        return draft

    async def create_drafts(self, owner: str, rows: Sequence[Data]) -> int:
        await self._insert([self._new(owner, row) for row in rows])
        return len(rows)

    def _new(self, owner: str, data: Data) -> Draft:
        return Draft(uuid4().hex, owner, dict(data), 1, self._clock())

    async def _insert(self, new: Sequence[Draft]) -> None:
        rows = [
            {"id": d.id, "owner": d.owner, "data": d.data, "version": d.version, "updated_at": d.updated_at}
            for d in new
        ]
        if rows:
            async with writing(self._engine) as connection:
                await connection.execute(insert(drafts), rows)
                acts = [draft_act("enter", draft.id, draft.data, 1) for draft in new]
                await append(connection, self._clock, acts)

    async def load_draft(self, draft_id: str) -> Draft | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(drafts).where(drafts.c.id == draft_id))).first()
        return _draft(row) if row else None

    async def save_draft(self, draft_id: str, data: Data, version: int) -> Saved | Conflict:
        return await self._save(draft_id, data, version, DraftState.OPEN)

    async def submit_draft(self, draft_id: str, data: Data, version: int) -> Saved | Conflict:
        return await self._save(draft_id, data, version, DraftState.SUBMITTED)

    async def _save(self, draft_id: str, data: Data, version: int, state: DraftState) -> Saved | Conflict:
        same = and_(drafts.c.id == draft_id, drafts.c.version == version, OPEN)
        values = {"data": dict(data), "version": version + 1, "state": state, "updated_at": self._clock()}
        async with writing(self._engine) as connection:
            saved = (await connection.execute(update(drafts).where(same).values(**values))).rowcount
            act = draft_act("change", draft_id, data, version + 1)
            await append(connection, self._clock, [act] if saved else [])
        if saved:
            return Saved(version + 1)
        standing = await self.load_draft(draft_id)
        return Conflict(standing.version if standing else 0)

    async def drafts_of(self, owner: str) -> Sequence[Draft]:
        query = (
            select(drafts).where(drafts.c.owner == owner).order_by(drafts.c.updated_at.desc(), drafts.c.id)
        )
        async with self._engine.connect() as connection:
            return [_draft(row) for row in await connection.execute(query)]

    async def open_drafts(self) -> Mapping[tuple[str, str], int]:
        template = drafts.c.data["template"].as_string()
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(drafts.c.owner, template).where(OPEN))
            return Counter((owner, name or "") for owner, name in rows)

    async def delete_draft(self, draft_id: str) -> bool:
        async with writing(self._engine) as connection:
            gone = delete(drafts).where(drafts.c.id == draft_id, OPEN)
            deleted = (await connection.execute(gone)).rowcount
            await append(connection, self._clock, [draft_act("delete", draft_id, {}, 0)] if deleted else [])
        return bool(deleted)


def _draft(row: Row[Any]) -> Draft:
    return Draft(row.id, row.owner, row.data, row.version, row.updated_at, DraftState(row.state))
