"""Sessions of conversations and the messages already seen, in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from item_store.audit import Told
from item_store.contract import Clock, Conflict, Data, Saved, StoredSession
from item_store.database import writing
from item_store.store.audit import note
from item_store.tables import seen_messages, sessions


class SqlSessions:
    _engine: AsyncEngine
    _clock: Clock

    async def load_session(self, person: str) -> StoredSession | None:
        query = select(sessions.c.data, sessions.c.version).where(sessions.c.person == person)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return StoredSession(row.data, row.version) if row else None

    async def save_session(
        self, person: str, data: Data, version: int, said: Sequence[Told] = ()
    ) -> Saved | Conflict:
        values = {"data": dict(data), "version": version + 1, "updated_at": self._clock()}
        same = and_(sessions.c.person == person, sessions.c.version == version)
        try:
            async with writing(self._engine) as connection:
                if not version:
                    await connection.execute(insert(sessions).values(person=person, **values))
                    await note(connection, said)
                    return Saved(1)
                if (await connection.execute(update(sessions).where(same).values(**values))).rowcount:
                    await note(connection, said)
                    return Saved(version + 1)
        except IntegrityError:
            pass  # Somebody began the same session first.
        standing = await self.load_session(person)
        return Conflict(standing.version if standing else 0)

    async def forget_sessions_before(self, when: datetime) -> int:
        async with writing(self._engine) as connection:
            return (await connection.execute(delete(sessions).where(sessions.c.updated_at < when))).rowcount

    async def first_time(self, channel: str, message_id: str) -> bool:
        row = {"channel": channel, "message_id": message_id, "at": self._clock()}
        try:
            async with writing(self._engine) as connection:
                await connection.execute(insert(seen_messages).values(**row))
        except IntegrityError:
            return False
        return True

    async def forget_messages_before(self, when: datetime) -> int:
        async with writing(self._engine) as connection:
            return (await connection.execute(delete(seen_messages).where(seen_messages.c.at < when))).rowcount
