"""Staff: who a person is, which roles they hold in which unit, and what a role allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import yaml

from item_store.units import Unit

ROLES_FILE = Path(__file__).with_name("roles.yaml")

TRIES = 5
"""Wrong codes one identity may enter within TRIES_WITHIN."""

TRIES_WITHIN = timedelta(hours=1)


class Right(StrEnum):
    """What can be allowed."""

    FILL = "fill"
    SUBMIT = "submit"
    SIGN_OFF = "sign_off"
    REVIEW = "review"
    CODE = "code"
    PUBLISH = "publish"
    REPORT = "report"
    MANAGE_STAFF = "manage_staff"
    READ_USES = "read_uses"
    TEACH = "teach"


class Reach(StrEnum):
    """Which units a role counts in, seen from the unit it was given for."""

    OWN = "own"
    BELOW = "below"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Role:
    """One row of ROLES."""

    name: str
    title: str
    rights: frozenset[Right]
    reach: Reach

    def counts_in(self, given_for: str, chain: Sequence[str]) -> bool:
        """`chain` is the unit in question and those competent above it."""
        if self.reach is Reach.ALL:
            return True
        return given_for in (chain if self.reach is Reach.BELOW else chain[:1])


def _load() -> dict[str, Role]:
    rows = yaml.safe_load(ROLES_FILE.read_text(encoding="utf-8"))
    return {
        name: Role(name, row["title"], frozenset(map(Right, row["rights"])), Reach(row["reach"]))
        for name, row in rows.items()
    }


ROLES: Mapping[str, Role] = _load()


class UnknownRoleError(ValueError):
    """There is no such role; the roles are named in item_store/roles.yaml."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role somebody holds in a unit."""

    unit: str
    role: str


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff; identities are written channel:sender."""

    id: str
    name: str
    grants: tuple[Grant, ...] = ()
    identities: tuple[str, ...] = ()

    def may(self, right: Right, chain: Sequence[str]) -> bool:
        """Whether any role allows this in the unit that `chain` begins with; a role that is no longer known
        allows nothing."""
        roles = ((ROLES.get(grant.role), grant.unit) for grant in self.grants)
        return any(role and right in role.rights and role.counts_in(unit, chain) for role, unit in roles)

    def units_with(self, right: Right) -> tuple[str, ...]:
        """The units that a role with this right was given for, each once."""
        held = (grant.unit for grant in self.grants if self.may(right, (grant.unit,)))
        return tuple(dict.fromkeys(held))


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time code, kept as its hash; with a `person` it binds one more identity to them."""

    code_hash: str
    expires_at: datetime
    made_by: str
    name: str = ""
    grants: tuple[Grant, ...] = ()
    person: str = ""


def grants_of(unit: str, roles: Sequence[str]) -> tuple[Grant, ...]:
    """These roles in a unit. Raises UnknownRoleError."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise UnknownRoleError(", ".join(unknown))
    return tuple(Grant(unit, role) for role in dict.fromkeys(roles))


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The identity now belongs to this person."""

    person: Person


class CodeProblem(StrEnum):
    """Why a code binds nothing."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    TOO_MANY = "too_many"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """Nothing was bound."""

    why: CodeProblem


def refusal(
    invitation: Invitation | None, used: bool, bound_to: str | None, when: datetime
) -> CodeProblem | None:
    """Why this code cannot bind an identity that belongs to `bound_to` now; None when it can."""
    if invitation is None:
        return CodeProblem.UNKNOWN
    if used:
        return CodeProblem.USED
    if invitation.expires_at <= when:
        return CodeProblem.EXPIRED
    if invitation.person and bound_to not in (None, invitation.person):
        return CodeProblem.BOUND
    return None


@dataclass(frozen=True, slots=True)
class Use:
    """A right that was used or refused."""

    person: str
    identity: str
    right: str
    unit: str
    about: str
    allowed: bool
    at: datetime


class PeopleContract(Protocol):
    async def put_unit(self, unit: Unit) -> None:
        """Add a unit, or change the one with this id."""

    async def unit(self, unit_id: str) -> Unit | None: ...

    async def units(self) -> Sequence[Unit]: ...

    async def invite(self, invitation: Invitation) -> None: ...

    async def redeem(self, code_hash: str, identity: str) -> Redeemed | RefusedCode:
        """Use up a code, once on any replica; a wrong one counts against the identity."""

    async def person_of(self, identity: str) -> Person | None: ...

    async def people(self) -> Sequence[Person]: ...

    async def revoke(self, person: str, unit: str = "", role: str = "") -> int:
        """Take away roles, all that are not set apart by unit and role; says how many."""

    async def unbind(self, identity: str) -> bool: ...

    async def note_use(self, use: Use) -> None: ...

    async def uses(self, limit: int = 100) -> Sequence[Use]:
        """Newest first."""
