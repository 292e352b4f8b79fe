"""Staff and units in the database: invitations used once, roles revoked at once, every use on record."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from item_store.contract import Clock
from item_store.database import writing
from item_store.people import (
    TRIES,
    TRIES_WITHIN,
    CodeProblem,
    Grant,
    Invitation,
    Person,
    Redeemed,
    RefusedCode,
    Use,
    refusal,
)
from item_store.tables import code_tries, grants, identities, invitations, people, units, uses
from item_store.units import Unit, UnitKind


class SqlPeople:
    _engine: AsyncEngine
    _clock: Clock

    async def put_unit(self, unit: Unit) -> None:
        values = asdict(unit)
        async with writing(self._engine) as connection:
            changed = await connection.execute(update(units).where(units.c.id == unit.id).values(**values))
            if not changed.rowcount:
                await connection.execute(insert(units).values(**values))

    async def unit(self, unit_id: str) -> Unit | None:
        found = await self._units(select(units).where(units.c.id == unit_id))
        return found[0] if found else None

    async def units(self) -> Sequence[Unit]:
        return await self._units(select(units).order_by(units.c.id))

    async def _units(self, query: Select[Any]) -> Sequence[Unit]:
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [Unit(**{**row._mapping, "kind": UnitKind(row.kind)}) for row in rows]

    async def invite(self, invitation: Invitation) -> None:
        row = asdict(invitation)
        async with writing(self._engine) as connection:
            await connection.execute(insert(invitations).values(**row))

    async def redeem(self, code_hash: str, identity: str) -> Redeemed | RefusedCode:
        try:
            async with writing(self._engine) as connection:
                outcome = await self._redeem(connection, code_hash, identity)
        except IntegrityError:
            # The identity was bound by another code at the same moment.
            return RefusedCode(CodeProblem.BOUND)
        if isinstance(outcome, CodeProblem):
            return RefusedCode(outcome)
        async with self._engine.connect() as connection:
            return Redeemed((await _people(connection, [outcome]))[0])

    async def _redeem(self, connection: AsyncConnection, code_hash: str, identity: str) -> str | CodeProblem:
        """The id of the person, or why not. The code's row stays locked until the transaction ends."""
        now = self._clock()
        lately = select(func.count()).where(
            code_tries.c.identity == identity, code_tries.c.at > now - TRIES_WITHIN
        )
        if (await connection.execute(lately)).scalar_one() >= TRIES:
            return CodeProblem.TOO_MANY
        query = select(invitations).where(invitations.c.code_hash == code_hash).with_for_update()
        row = (await connection.execute(query)).first()
        invitation = _invitation(row._mapping) if row else None
        bound_to = await _person_id(connection, identity)
        why = refusal(invitation, bool(row and row.used_at), bound_to, now)
        if why or invitation is None:
            await connection.execute(insert(code_tries).values(identity=identity, at=now))
            return why or CodeProblem.UNKNOWN
        used = {"used_at": now, "used_by": identity}
        await connection.execute(
            update(invitations).where(invitations.c.code_hash == code_hash).values(**used)
        )
        return await self._bind(connection, invitation, identity, bound_to)

    async def _bind(
        self, connection: AsyncConnection, invitation: Invitation, identity: str, bound_to: str | None
    ) -> str:
        now = self._clock()
        person = bound_to or invitation.person
        if not person:
            person = uuid4().hex
            await connection.execute(insert(people).values(id=person, name=invitation.name, created_at=now))
        if not bound_to:
            await connection.execute(insert(identities).values(identity=identity, person=person, at=now))
        held = {(g.unit, g.role) for g in (await _people(connection, [person]))[0].grants}
        new = [g for g in dict.fromkeys(invitation.grants) if (g.unit, g.role) not in held]
        rows = [{"person": person, "at": now, "by": invitation.made_by, **asdict(grant)} for grant in new]
        if rows:
            await connection.execute(insert(grants), rows)
        return person

    async def person_of(self, identity: str) -> Person | None:
        async with self._engine.connect() as connection:
            person = await _person_id(connection, identity)
            return (await _people(connection, [person]))[0] if person else None

    async def people(self) -> Sequence[Person]:
        async with self._engine.connect() as connection:
            ids = (await connection.execute(select(people.c.id))).scalars().all()
            return sorted(await _people(connection, ids), key=lambda person: (person.name, person.id))

    async def revoke(self, person: str, unit: str = "", role: str = "") -> int:
        query = delete(grants).where(grants.c.person == person)
        query = query.where(grants.c.unit == unit) if unit else query
        query = query.where(grants.c.role == role) if role else query
        async with writing(self._engine) as connection:
            return (await connection.execute(query)).rowcount

    async def unbind(self, identity: str) -> bool:
        query = delete(identities).where(identities.c.identity == identity)
        async with writing(self._engine) as connection:
            return bool((await connection.execute(query)).rowcount)

    async def note_use(self, use: Use) -> None:
        async with writing(self._engine) as connection:
            await connection.execute(insert(uses).values(**asdict(use)))

    async def uses(self, limit: int = 100) -> Sequence[Use]:
        async with self._engine.connect() as connection:
            rows = (await connection.execute(select(uses).order_by(uses.c.id.desc()).limit(limit))).all()
        return tuple(
            Use(row.person, row.identity, row.right, row.unit, row.about, row.allowed, row.at) for row in rows
        )


def _invitation(row: Any) -> Invitation:
    held = tuple(Grant(**grant) for grant in row["grants"])
    return Invitation(row["code_hash"], row["expires_at"], row["made_by"], row["name"], held, row["person"])


async def _person_id(connection: AsyncConnection, identity: str) -> str | None:
    query = select(identities.c.person).where(identities.c.identity == identity)
    return (await connection.execute(query)).scalar()


async def _people(connection: AsyncConnection, ids: Sequence[str]) -> list[Person]:
    """In the order of the ids."""
    rows = await connection.execute(select(people.c.id, people.c.name).where(people.c.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    held: dict[str, list[Grant]] = defaultdict(list)
    for row in await connection.execute(
        select(grants).where(grants.c.person.in_(ids)).order_by(grants.c.unit, grants.c.role)
    ):
        held[row.person].append(Grant(row.unit, row.role))
    bound: dict[str, list[str]] = defaultdict(list)
    for row in await connection.execute(
        select(identities).where(identities.c.person.in_(ids)).order_by(identities.c.identity)
    ):
        bound[row.person].append(row.identity)
    return [Person(i, names[i], tuple(held[i]), tuple(bound[i])) for i in ids if i in names]
