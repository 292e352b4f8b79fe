"""The audit in the database: lines are written in the transaction of the act they tell of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from item_store.audit import PAGE, Act, AuditHead, AuditLine, Book, Told, Wanted, next_lines
from item_store.contract import Clock
from item_store.database import ANSWER_LOCK, AUDIT_LOCK, take_lock, writing
from item_store.tables.answers import answer_head, answer_lines, answers_unsealed
from item_store.tables.review import audit_head, audit_lines


@dataclass(frozen=True)
class _Shelf:
    """Where a book stands, and the lock of those who write in it."""

    lines: Table
    head: Table
    lock: int


SHELVES = {
    Book.ACTS: _Shelf(audit_lines, audit_head, AUDIT_LOCK),
    Book.ANSWERS: _Shelf(answer_lines, answer_head, ANSWER_LOCK),
}


class SqlAudit:
    _engine: AsyncEngine
    _clock: Clock

    async def record(self, acts: Sequence[Act]) -> None:
        async with writing(self._engine) as connection:
            await append(connection, self._clock, acts)

    async def audit_lines(
        self, after: int = 0, limit: int = PAGE, book: Book = Book.ACTS
    ) -> Sequence[AuditLine]:
        lines = SHELVES[book].lines
        query = select(lines).where(lines.c.sequence > after)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(lines.c.sequence).limit(limit))
            return [_line(row) for row in rows]

    async def audit_head(self, book: Book = Book.ACTS) -> AuditHead:
        async with self._engine.connect() as connection:
            return await _head(connection, SHELVES[book])

    async def audit_search(self, book: Book, wanted: Wanted) -> Sequence[AuditLine]:
        lines = SHELVES[book].lines
        query = select(lines).where(*_conditions(lines, wanted))
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(lines.c.sequence.desc()).limit(wanted.limit))
            return [_line(row) for row in rows]

    async def note_told(self, said: Sequence[Told]) -> None:
        async with writing(self._engine) as connection:
            await note(connection, said)

    async def seal_told(self, limit: int = PAGE) -> int:
        if not await self.unsealed():
            return 0
        async with writing(self._engine) as connection:
            await take_lock(connection, ANSWER_LOCK)
            query = select(answers_unsealed).order_by(answers_unsealed.c.id).limit(limit)
            rows = (await connection.execute(query)).all()
            await _write(connection, SHELVES[Book.ANSWERS], [Told(row.at, _act(row)) for row in rows])
            sealed = answers_unsealed.c.id.in_([row.id for row in rows])
            await connection.execute(delete(answers_unsealed).where(sealed))
        return len(rows)

    async def unsealed(self) -> int:
        query = select(func.count()).select_from(answers_unsealed)
        async with self._engine.connect() as connection:
            return int((await connection.execute(query)).scalar_one())


async def append(connection: AsyncConnection, clock: Clock, acts: Sequence[Act]) -> None:
    """Add lines for this transaction, as the last thing it does: everybody waits for this lock."""
    if not acts:
        return
    await take_lock(connection, AUDIT_LOCK)
    at = clock()
    await _write(connection, SHELVES[Book.ACTS], [Told(at, act) for act in acts])


async def note(connection: AsyncConnection, said: Sequence[Told]) -> None:
    """Keep what was told in this transaction, which waits for nobody else's."""
    if said:
        await connection.execute(
            insert(answers_unsealed), [{"at": told.at, **_act_row(told.act)} for told in said]
        )


async def _write(connection: AsyncConnection, shelf: _Shelf, said: Iterable[Told]) -> None:
    lines = next_lines(await _head(connection, shelf), said)
    if not lines:
        return
    await connection.execute(insert(shelf.lines), [_row(line) for line in lines])
    last = lines[-1]
    await connection.execute(update(shelf.head).values(sequence=last.sequence, seal=last.seal))


async def _head(connection: AsyncConnection, shelf: _Shelf) -> AuditHead:
    row = (await connection.execute(select(shelf.head))).one()
    return AuditHead(row.sequence, row.seal)


def _conditions(lines: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    named = {"by": wanted.by, "subject": wanted.subject}
    conditions = [lines.c[name] == value for name, value in named.items() if value]
    conditions += [lines.c.details["to"].as_string() == wanted.to] if wanted.to else []
    conditions += [lines.c.at >= wanted.since] if wanted.since else []
    return conditions + ([lines.c.at < wanted.until] if wanted.until else [])


def _line(row: Row[Any]) -> AuditLine:
    return AuditLine(row.sequence, row.at, _act(row), row.previous, row.seal)


def _act(row: Row[Any]) -> Act:
    return Act(row.by, row.action, row.subject, row.details)


def _act_row(act: Act) -> dict[str, object]:
    return {"by": act.by, "action": act.action, "subject": act.subject, "details": dict(act.details)}


def _row(line: AuditLine) -> dict[str, object]:
    sealed = {"sequence": line.sequence, "at": line.at, "previous": line.previous, "seal": line.seal}
    return {**sealed, **_act_row(line.act)}
