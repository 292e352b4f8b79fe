"""Proposals and learned aliases in the database; what is decided reaches every replica by the changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from item_store.contract import ChangeKind, Clock
from item_store.database import LEARNING_LOCK, PUBLICATION_LOCK, take_lock, writing
from item_store.learning import (
    Accepted,
    Hint,
    LearnedAlias,
    NotWaiting,
    Proposal,
    ProposalState,
    Refused,
    accept_acts,
    refuse_act,
    revoke_acts,
)
from item_store.store.audit import append
from item_store.tables import changes
from item_store.tables.learning import alias_proposal_marks as marks
from item_store.tables.learning import alias_proposals as table
from item_store.tables.learning import learned_aliases as aliases

IN_FORCE = aliases.c.revoked_at.is_(None)
COUNTS = {"people": 0, "chosen": 0, "corrected": 0, "unanswered": 0}


class SqlLearning:
    _engine: AsyncEngine
    _clock: Clock

    async def note_hint(self, hint: Hint, readable_from: int) -> None:
        same = and_(table.c.key == hint.key, table.c.item_id == hint.item_id)
        async with writing(self._engine) as connection:
            await take_lock(connection, LEARNING_LOCK)
            row = (await connection.execute(select(table).where(same))).first()
            if row and row.state != ProposalState.WAITING:
                return
            number = row.number if row else await _begin(connection, hint, self._clock())
            people = await _people(connection, number, hint.mark)
            words = (row.words if row else "") or (hint.words if people >= readable_from else "")
            counted = {hint.heard.value: table.c[hint.heard.value] + 1, "people": people, "words": words}
            changed = update(table).where(table.c.number == number)
            await connection.execute(changed.values(**counted, last_at=self._clock()))

    async def proposals(self, people: int, limit: int = 100) -> Sequence[Proposal]:
        known = and_(table.c.state == ProposalState.WAITING, table.c.people >= people, table.c.words != "")
        times = table.c.chosen + table.c.corrected + table.c.unanswered
        order = (table.c.people.desc(), times.desc(), table.c.number)
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(table).where(known).order_by(*order).limit(limit))
            return [_proposal(row) for row in rows]

    async def proposal(self, number: int) -> Proposal | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(table).where(table.c.number == number))).first()
        return _proposal(row) if row else None

    async def accept_proposal(
        self, number: int, alias: str, item_ids: Sequence[str], by: str
    ) -> Accepted | NotWaiting:
        async with writing(self._engine) as connection:
            await take_lock(connection, PUBLICATION_LOCK)
            if not await _decide(connection, number, ProposalState.ACCEPTED):
                return NotWaiting(number)
            standing = and_(IN_FORCE, aliases.c.alias == alias, aliases.c.item_id.in_(item_ids))
            known = set((await connection.execute(select(aliases.c.item_id).where(standing))).scalars())
            row = {"alias": alias, "proposal": number, "by": by, "since": self._clock()}
            rows = [{"item_id": item_id, **row} for item_id in item_ids if item_id not in known]
            if rows:
                await connection.execute(insert(aliases), rows)
            await self._tell(connection, item_ids)
            await append(connection, self._clock, accept_acts(number, alias, item_ids, by))
        return Accepted(alias, tuple(item_ids))

    async def refuse_proposal(self, number: int, by: str) -> Refused | NotWaiting:
        async with writing(self._engine) as connection:
            if not await _decide(connection, number, ProposalState.REFUSED):
                return NotWaiting(number)
            await append(connection, self._clock, [refuse_act(number, by)])
        return Refused(number)

    async def learned_aliases(self, item_ids: Sequence[str] | None = None) -> Sequence[LearnedAlias]:
        wanted = IN_FORCE if item_ids is None else and_(IN_FORCE, aliases.c.item_id.in_(item_ids))
        query = select(aliases).where(wanted)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        known = [LearnedAlias(row.item_id, row.alias, row.by, row.since) for row in rows]
        # Databases order Chinese text differently.
        return sorted(known, key=lambda learned: (learned.alias, learned.item_id))

    async def revoke_alias(self, alias: str, by: str) -> Sequence[str]:
        same = and_(IN_FORCE, aliases.c.alias == alias)
        async with writing(self._engine) as connection:
            await take_lock(connection, PUBLICATION_LOCK)
            item_ids = sorted((await connection.execute(select(aliases.c.item_id).where(same))).scalars())
            ended = update(aliases).where(same).values(revoked_by=by, revoked_at=self._clock())
            await connection.execute(ended)
            await self._tell(connection, item_ids)
            await append(connection, self._clock, revoke_acts(alias, item_ids, by))
        return item_ids

    async def forget_proposals_before(self, when: datetime) -> int:
        old = and_(table.c.state == ProposalState.WAITING, table.c.last_at < when)
        async with writing(self._engine) as connection:
            await take_lock(connection, LEARNING_LOCK)
            numbers = select(table.c.number).where(old)
            await connection.execute(delete(marks).where(marks.c.number.in_(numbers)))
            return (await connection.execute(delete(table).where(old))).rowcount

    async def _tell(self, connection: AsyncConnection, item_ids: Sequence[str]) -> None:
        """Let every replica look at these items again."""
        change = {"version": 0, "kind": ChangeKind.LEARNED, "at": self._clock()}
        if item_ids:
            await connection.execute(insert(changes), [{"item_id": each, **change} for each in item_ids])


async def _begin(connection: AsyncConnection, hint: Hint, now: datetime) -> int:
    row = {"key": hint.key, "item_id": hint.item_id, "words": "", "state": ProposalState.WAITING, **COUNTS}
    made = insert(table).values(**row, last_at=now).returning(table.c.number)
    number: int = (await connection.execute(made)).scalar_one()
    return number


async def _people(connection: AsyncConnection, number: int, mark: str) -> int:
    """How many people used the words, the one of this mark among them."""
    of_proposal = marks.c.number == number
    known = select(marks.c.mark).where(of_proposal, marks.c.mark == mark)
    if (await connection.execute(known)).first() is None:
        await connection.execute(insert(marks).values(number=number, mark=mark))
    return (await connection.execute(select(func.count()).select_from(marks).where(of_proposal))).scalar_one()


async def _decide(connection: AsyncConnection, number: int, state: ProposalState) -> bool:
    await take_lock(connection, LEARNING_LOCK)
    waiting = and_(table.c.number == number, table.c.state == ProposalState.WAITING)
    if not (await connection.execute(update(table).where(waiting).values(state=state))).rowcount:
        return False
    await connection.execute(delete(marks).where(marks.c.number == number))
    return True


def _proposal(row: Row[Any]) -> Proposal:
    counts = (row.people, row.chosen, row.corrected, row.unanswered)
    return Proposal(row.number, row.words, row.item_id, *counts, ProposalState(row.state), row.last_at)
