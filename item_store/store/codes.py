"""Codes, zero reports, claims and synchronisation with the authoritative register, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from item_store.audit import Act
from item_store.cases import ClaimTask, ZeroReport
from item_store.contract import Clock
from item_store.database import writing
from item_store.item import Item
from item_store.store.audit import append
from item_store.store.publication import STANDING, publish_on, withdraw_on
from item_store.tables import item_versions, items
from item_store.tables.review import claims, given_codes, synchronised, zero_reports


class SqlCodes:
    _engine: AsyncEngine
    _clock: Clock

    async def given_codes(self) -> Sequence[str]:
        given = select(given_codes.c.code)
        published = select(item_versions.c.basic_code).where(item_versions.c.basic_code.is_not(None))
        query = given.union(published)
        async with self._engine.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def basic_code_of(self, name: str, item_type: str) -> str:
        query = (
            select(func.min(item_versions.c.basic_code))
            .join(items, STANDING)
            .where(item_versions.c.name == name, item_versions.c.item_type == item_type)
        )
        async with self._engine.connect() as connection:
            return str((await connection.execute(query)).scalar() or "")

    async def report_zero(self, unit: str, period: str, by: str) -> bool:
        row = {"unit": unit, "period": period, "by": by, "at": self._clock()}
        try:
            async with writing(self._engine) as connection:
                await connection.execute(insert(zero_reports).values(**row))
                act = Act(by, "report_zero", f"unit:{unit}", {"period": period})
                await append(connection, self._clock, [act])
        except IntegrityError:
            return False
        return True

    async def zero_reports(self, period: str = "") -> Sequence[ZeroReport]:
        query = select(zero_reports).order_by(zero_reports.c.period, zero_reports.c.unit)
        if period:
            query = query.where(zero_reports.c.period == period)
        async with self._engine.connect() as connection:
            return [ZeroReport(r.unit, r.period, r.by, r.at) for r in await connection.execute(query)]

    async def claim_tasks(self, unit: str) -> Sequence[ClaimTask]:
        query = select(claims).where(claims.c.unit == unit, claims.c.state == "waiting")
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(claims.c.at, claims.c.lower_id))
            return [
                ClaimTask(r.lower_id, r.upper_id, abs(r.upper_version), r.unit, r.kind, r.at) for r in rows
            ]

    async def settle_claim(self, lower_id: str, upper_id: str, by: str) -> int:
        waits = and_(
            claims.c.lower_id == lower_id, claims.c.upper_id == upper_id, claims.c.state == "waiting"
        )
        async with writing(self._engine) as connection:
            settled = (await connection.execute(update(claims).where(waits).values(state="settled"))).rowcount
            if settled:
                act = Act(by, "settle_claim", f"item:{lower_id}", {"upper": upper_id})
                await append(connection, self._clock, [act])
        return settled

    async def synchronised(self) -> Mapping[str, str]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(synchronised))
            return {row.item_id: row.digest for row in rows}

    async def synchronise(self, taken: Sequence[Item], withdrawn: Sequence[str], by: str) -> None:
        async with writing(self._engine) as connection:
            _, acts = await publish_on(connection, self._clock, taken, by)
            for item_id in withdrawn:
                acts += (await withdraw_on(connection, self._clock, item_id, by))[1]
            gone = [item.id for item in taken] + list(withdrawn)
            for start in range(0, len(gone), 500):
                named = synchronised.c.item_id.in_(gone[start : start + 500])
                await connection.execute(delete(synchronised).where(named))
            now = self._clock()
            rows = [{"item_id": item.id, "digest": item.digest, "at": now} for item in taken]
            if rows:
                await connection.execute(insert(synchronised), rows)
            await append(connection, self._clock, acts)


async def take_code(connection: AsyncConnection, code: str, name: str, by: str, now: datetime) -> bool:
    """Keep a code for items of this name; one that another name has is not given again."""
    row = (await connection.execute(select(given_codes).where(given_codes.c.code == code))).first()
    if row is not None:
        return bool(row.name == name)
    published = select(item_versions.c.name).where(item_versions.c.basic_code == code).limit(20)
    names = set((await connection.execute(published)).scalars())
    if names and name not in names:
        return False
    await connection.execute(insert(given_codes).values(code=code, name=name, by=by, at=now))
    return True
