"""Staff, units and files on dicts: the twin of store_people and store_files."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from item_store.contract import Clock
from item_store.files import StoredFile
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
from item_store.units import Unit


class MemoryPeople:
    _clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self._units: dict[str, Unit] = {}
        self._people: dict[str, Person] = {}
        self._invitations: dict[str, Invitation] = {}
        self._used_codes: set[str] = set()
        self._tries: list[tuple[str, datetime]] = []
        self._uses: list[Use] = []

    async def put_unit(self, unit: Unit) -> None:
        self._units[unit.id] = unit

    async def unit(self, unit_id: str) -> Unit | None:
        return self._units.get(unit_id)

    async def units(self) -> Sequence[Unit]:
        return [self._units[unit_id] for unit_id in sorted(self._units)]

    async def invite(self, invitation: Invitation) -> None:
        self._invitations[invitation.code_hash] = invitation

    async def redeem(self, code_hash: str, identity: str) -> Redeemed | RefusedCode:
        now = self._clock()
        if len([t for t in self._tries if t[0] == identity and t[1] > now - TRIES_WITHIN]) >= TRIES:
            return RefusedCode(CodeProblem.TOO_MANY)
        invitation, standing = self._invitations.get(code_hash), await self.person_of(identity)
        bound_to = standing.id if standing else None
        why = refusal(invitation, code_hash in self._used_codes, bound_to, now)
        if why or invitation is None:
            self._tries.append((identity, now))
            return RefusedCode(why or CodeProblem.UNKNOWN)
        self._used_codes.add(code_hash)
        person = standing or self._people.get(invitation.person) or Person(uuid4().hex, invitation.name)
        grants = tuple(sorted({*person.grants, *invitation.grants}, key=_order))
        identities = tuple(sorted({*person.identities, identity}))
        self._people[person.id] = replace(person, grants=grants, identities=identities)
        return Redeemed(self._people[person.id])

    async def person_of(self, identity: str) -> Person | None:
        return next((person for person in self._people.values() if identity in person.identities), None)

    async def people(self) -> Sequence[Person]:
        return sorted(self._people.values(), key=lambda person: (person.name, person.id))

    async def revoke(self, person: str, unit: str = "", role: str = "") -> int:
        standing = self._people.get(person)
        if standing is None:
            return 0
        kept = tuple(g for g in standing.grants if (unit and g.unit != unit) or (role and g.role != role))
        self._people[person] = replace(standing, grants=kept)
        return len(standing.grants) - len(kept)

    async def unbind(self, identity: str) -> bool:
        person = await self.person_of(identity)
        if person is None:
            return False
        kept = tuple(other for other in person.identities if other != identity)
        self._people[person.id] = replace(person, identities=kept)
        return True

    async def note_use(self, use: Use) -> None:
        self._uses.append(use)

    async def uses(self, limit: int = 100) -> Sequence[Use]:
        return tuple(self._uses[::-1][:limit])


def _order(grant: Grant) -> tuple[str, str]:
    return grant.unit, grant.role


class MemoryFiles:
    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, StoredFile] = {}

    async def put_file(self, file: StoredFile) -> None:
        self._files.setdefault(file.digest, file)

    async def file(self, digest: str) -> StoredFile | None:
        return self._files.get(digest)

    async def forget_files(self, unit: str, before: datetime) -> int:
        old = [digest for digest, file in self._files.items() if file.unit == unit and file.at < before]
        for digest in old:
            del self._files[digest]
        return len(old)
