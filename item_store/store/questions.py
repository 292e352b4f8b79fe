"""Questions that found no answer, kept in the database for staff."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from item_store.contract import KeptQuestion
from item_store.database import writing
from item_store.tables import kept_questions


class SqlQuestions:
    _engine: AsyncEngine

    async def keep_question(
        self, text: str, outcome: str, candidates: Sequence[str], when: datetime, channel: str
    ) -> None:
        row = {
            "text": text,
            "outcome": outcome,
            "candidates": list(candidates),
            "at": when,
            "channel": channel,
        }
        async with writing(self._engine) as connection:
            await connection.execute(insert(kept_questions).values(**row))

    async def kept_questions(self, limit: int = 100) -> Sequence[KeptQuestion]:
        order = (kept_questions.c.at.desc(), kept_questions.c.id.desc())
        async with self._engine.connect() as connection:
            rows = (await connection.execute(select(kept_questions).order_by(*order).limit(limit))).all()
        return tuple(
            KeptQuestion(row.text, row.outcome, tuple(row.candidates), row.at, row.channel) for row in rows
        )
