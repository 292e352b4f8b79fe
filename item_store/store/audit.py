"""The audit in the database: lines are written in the transaction of the act they tell of."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from item_store.audit import PAGE, Act, AuditHead, AuditLine, next_lines
from item_store.contract import Clock
from item_store.database import AUDIT_LOCK, take_lock, writing
from item_store.tables.review import audit_head, audit_lines


class SqlAudit:
    _engine: AsyncEngine
    _clock: Clock

    async def record(self, acts: Sequence[Act]) -> None:
        async with writing(self._engine) as connection:
            await append(connection, self._clock, acts)

    async def audit_lines(self, after: int = 0, limit: int = PAGE) -> Sequence[AuditLine]:
        query = select(audit_lines).where(audit_lines.c.sequence > after)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(audit_lines.c.sequence).limit(limit))
            return [
                AuditLine(r.sequence, r.at, Act(r.by, r.action, r.subject, r.details), r.previous, r.seal)
                for r in rows
            ]

    async def audit_head(self) -> AuditHead:
        async with self._engine.connect() as connection:
            return await _head(connection)


async def append(connection: AsyncConnection, clock: Clock, acts: Sequence[Act]) -> None:
    """Add lines for this transaction, as the last thing it does: everybody waits for this lock."""
    if not acts:
        return
    await take_lock(connection, AUDIT_LOCK)
    lines = next_lines(await _head(connection), clock(), acts)
    await connection.execute(insert(audit_lines), [_row(line) for line in lines])
    last = lines[-1]
    await connection.execute(update(audit_head).values(sequence=last.sequence, seal=last.seal))


async def _head(connection: AsyncConnection) -> AuditHead:
    row = (await connection.execute(select(audit_head))).one()
    return AuditHead(row.sequence, row.seal)


def _row(line: AuditLine) -> dict[str, object]:
    act = line.act
    return {
        "sequence": line.sequence,
        "at": line.at,
        "by": act.by,
        "action": act.action,
        "subject": act.subject,
        "details": dict(act.details),
        "previous": line.previous,
        "seal": line.seal,
    }
