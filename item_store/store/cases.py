"""Cases in the database: a decision, what it publishes and its audit are one transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from item_store.adjustments import Grounds
from item_store.audit import Act
from item_store.cases import (
    Case,
    CodeTaken,
    HandedIn,
    Queue,
    Step,
    Submission,
    Waiting,
    opinion_data,
    opinion_of,
    progress_data,
    remarks_data,
    remarks_of,
)
from item_store.contract import Clock, DraftState
from item_store.database import PUBLICATION_LOCK, take_lock, writing
from item_store.outcomes import Conflict, Saved
from item_store.store.audit import append
from item_store.store.codes import take_code
from item_store.store.publication import publish_on, put_notices, withdraw_on
from item_store.store.register import schedule_on
from item_store.tables import drafts
from item_store.tables.review import case_waiting, cases, item_links
from item_store.workflow import Progress


class SqlCases:
    _engine: AsyncEngine
    _clock: Clock

    async def save_case(self, case: Case, step: Step) -> Saved | Conflict | CodeTaken:
        try:
            async with writing(self._engine) as connection:
                await self._save_case(connection, case, step)
        except _Refused as refused:
            return refused.outcome
        except IntegrityError:
            # Somebody opened the same case first.
            return Conflict(1)
        return Saved(case.version + 1)

    async def _save_case(self, connection: AsyncConnection, case: Case, step: Step) -> None:
        if step.publish or step.withdraw or step.codes:
            await take_lock(connection, PUBLICATION_LOCK)
        await _write(connection, case)
        await self._save_case_draft(connection, case, step)
        for code in step.codes:
            if not await take_code(connection, code, case.name, step.by, self._clock()):
                raise _Refused(CodeTaken(code))
        acts = [*step.acts, *await self._put_case_in_force(connection, case, step)]
        await _wait(connection, case, step)
        await put_notices(connection, self._clock(), step.notices)
        await append(connection, self._clock, acts)

    async def _save_case_draft(self, connection: AsyncConnection, case: Case, step: Step) -> None:
        if step.submission:
            await _submit(connection, step.submission, self._clock())
        if step.reopened is not None:
            values = {"data": dict(step.reopened), "state": DraftState.OPEN, "updated_at": self._clock()}
            await connection.execute(
                update(drafts)
                .where(drafts.c.id == case.draft_id)
                .values(**values, version=drafts.c.version + 1)
            )

    async def _put_case_in_force(self, connection: AsyncConnection, case: Case, step: Step) -> list[Act]:
        if not step.publish and not step.withdraw:
            return []
        if step.upper:
            link = {"lower_id": case.item_id, "upper_id": step.upper, "unit": case.unit}
            await connection.execute(delete(item_links).where(item_links.c.lower_id == case.item_id))
            await connection.execute(insert(item_links).values(**link))
        if step.effective_at and step.effective_at > self._clock():
            scheduled = (case.item_id, step.publish, step.effective_at, step.by)
            return [(await schedule_on(connection, *scheduled))[1]]
        if step.publish:
            return (await publish_on(connection, self._clock, [step.publish], step.by))[1]
        return (await withdraw_on(connection, self._clock, case.item_id, step.by))[1]

    async def case(self, case_id: str) -> Case | None:
        return await self._one_case(select(cases).where(cases.c.id == case_id))

    async def case_of_draft(self, draft_id: str) -> Case | None:
        query = select(cases).where(cases.c.draft_id == draft_id)
        return await self._one_case(query.order_by(cases.c.opened_at.desc()))

    async def _one_case(self, query: Select[Any]) -> Case | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(query.limit(1))).first()
        return _case(row) if row else None

    async def cases_of_unit(self, unit: str, limit: int = 50) -> Sequence[Case]:
        query = select(cases).where(cases.c.unit == unit).order_by(cases.c.opened_at.desc(), cases.c.id)
        async with self._engine.connect() as connection:
            return [_case(row) for row in await connection.execute(query.limit(limit))]

    async def handed_in(self) -> Sequence[HandedIn]:
        query = select(cases.c.unit, cases.c.template, cases.c.at, cases.c.opened_at)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(cases.c.opened_at))
            return [HandedIn(*row) for row in rows]

    async def queue(
        self, desks: Sequence[tuple[str, str]], today: date, offset: int = 0, limit: int = 50
    ) -> Queue:
        if not desks:
            return Queue((), 0, 0)
        mine = or_(*(_desk(role, unit) for role, unit in desks))
        counted = select(func.count(case_waiting.c.case_id.distinct())).where(mine)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_page(mine, offset, limit))).all()
            total = (await connection.execute(counted)).scalar_one()
            late = (await connection.execute(counted.where(case_waiting.c.due < today))).scalar_one()
        return Queue(tuple(_waiting(row) for row in rows), int(total), int(late))


def _page(mine: ColumnElement[bool], offset: int, limit: int) -> Select[Any]:
    """The ids of a page first, over the narrow table, so that records are read for one page only."""
    page = (
        select(
            case_waiting.c.case_id,
            func.min(case_waiting.c.role).label("role"),
            func.min(case_waiting.c.due).label("due"),
        )
        .where(mine)
        .group_by(case_waiting.c.case_id)
        .order_by(func.min(case_waiting.c.due), case_waiting.c.case_id)
        .offset(offset)
        .limit(limit)
        .subquery()
    )
    columns = (cases.c.id, cases.c.name, cases.c.unit, cases.c.at, cases.c.chain, cases.c.change)
    return (
        select(*columns, page.c.role, page.c.due, cases.c.opened_at)
        .join(page, page.c.case_id == cases.c.id)
        .order_by(page.c.due, cases.c.id)
    )


class _Refused(Exception):  # noqa: N818 - carries an outcome out of the transaction, not a failure
    def __init__(self, outcome: Conflict | CodeTaken) -> None:
        super().__init__()
        self.outcome = outcome


def _desk(role: str, unit: str) -> ColumnElement[bool]:
    return and_(case_waiting.c.role == role, case_waiting.c.unit == unit)


async def _write(connection: AsyncConnection, case: Case) -> None:
    row = _row(case)
    if not case.version:
        await connection.execute(insert(cases).values(**row))
        return
    same = and_(cases.c.id == case.id, cases.c.version == case.version)
    if not (await connection.execute(update(cases).where(same).values(**row))).rowcount:
        query = select(cases.c.version).where(cases.c.id == case.id)
        raise _Refused(Conflict(int((await connection.execute(query)).scalar() or 0)))


async def _submit(connection: AsyncConnection, submission: Submission, now: datetime) -> None:
    same = and_(
        drafts.c.id == submission.draft_id,
        drafts.c.version == submission.version,
        drafts.c.state == DraftState.OPEN,
    )
    values = {"data": dict(submission.data), "version": submission.version + 1, "updated_at": now}
    changed = update(drafts).where(same).values(**values, state=DraftState.SUBMITTED)
    if not (await connection.execute(changed)).rowcount:
        query = select(drafts.c.version).where(drafts.c.id == submission.draft_id)
        raise _Refused(Conflict(int((await connection.execute(query)).scalar() or 0)))


async def _wait(connection: AsyncConnection, case: Case, step: Step) -> None:
    await connection.execute(delete(case_waiting).where(case_waiting.c.case_id == case.id))
    rows = [{"case_id": case.id, "role": role, "unit": unit, "due": case.due} for role, unit in step.waiting]
    if rows:
        await connection.execute(insert(case_waiting), rows)


def _row(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "template": case.template,
        "change": case.change,
        "reason": {"reason": case.grounds.reason, "basis": case.grounds.basis},
        "chain": case.chain,
        "draft_id": case.draft_id,
        "item_id": case.item_id,
        "name": case.name,
        "record": dict(case.record),
        "opinions": [opinion_data(opinion) for opinion in case.opinions],
        "remarks": remarks_data(case.remarks),
        "effective_at": case.effective_at,
        "opened_at": case.opened_at,
        "due": case.due,
        "version": case.version + 1,
        **progress_data(case.progress),
    }


def _case(row: Row[Any]) -> Case:
    progress = Progress(
        row.at,
        tuple(row.units),
        frozenset(row.authors),
        tuple(opinion_of(data) for data in row.heard),
        row.resume_at,
        coded=bool(row.record.get("basic_code")),
    )
    return Case(
        row.id,
        row.template,
        row.change,
        row.chain,
        row.draft_id,
        row.item_id,
        row.record,
        progress,
        row.opened_at,
        Grounds(**row.reason),
        tuple(opinion_of(data) for data in row.opinions),
        remarks_of(row.remarks),
        row.effective_at,
        row.due,
        row.version,
    )


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        row.id, row.name, row.unit, row.at, row.chain, row.change, row.role, row.due, row.opened_at
    )
