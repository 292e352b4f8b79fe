"""banshi staff: units, invitations by one-time code, who may do what, and taking it away."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.clock import system_clock
from bot.settings import Settings
from item_store.contract import ItemStore
from item_store.one_time_codes import hash_of, new_code
from item_store.people import ROLES, Invitation, UnknownRoleError, Use, grants_of
from item_store.units import Unit, UnitKind

BY = "command line"


class StaffCommandError(ValueError):
    """An argument names a unit, role or person that does not exist."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """invite, list, revoke, unit, uses; --db may stand before or after them."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--db", metavar="URL", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    whats = command.add_subparsers(dest="what", required=True, metavar="invite|list|revoke|unit|uses")
    invite = whats.add_parser("invite", parents=[common], help="print a one-time code for somebody")
    invite.add_argument("name", metavar="NAME", nargs="?", default="", help="the person's name")
    invite.add_argument("--unit", required=True, metavar="ID", help="the unit the roles are held in")
    invite.add_argument("--roles", required=True, metavar="ROLE,…", help=", ".join(ROLES))
    invite.add_argument("--days", type=int, default=7, help="days until the code expires (default 7)")
    unit = whats.add_parser("unit", parents=[common], help="add or change a reporting unit")
    unit.add_argument("id", metavar="ID")
    unit.add_argument("name", metavar="NAME")
    unit.add_argument("--kind", choices=[kind.value for kind in UnitKind], default=UnitKind.AGENCY.value)
    unit.add_argument("--competent", default="", metavar="ID", help="the unit it reports through")
    unit.add_argument("--region", default="", metavar="NAME")
    revoke = whats.add_parser("revoke", parents=[common], help="take roles away, at once")
    revoke.add_argument("person", metavar="PERSON", help="id as printed by list")
    revoke.add_argument("--unit", default="", metavar="ID", help="only in this unit")
    revoke.add_argument("--role", default="", metavar="ROLE", help="only this role")
    whats.add_parser("list", parents=[common], help="units, people, their roles and channels")
    whats.add_parser("uses", parents=[common], help="which rights were used or refused, newest first")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """One of the subcommands; a wrong argument is one line and exit code 2."""
    from item_store.store import open_store

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = await open_store(settings.database_url())
    try:
        return await WHATS[arguments.what](store, arguments)
    except UnknownRoleError as error:
        print(f"banshi: unknown role {error}; there are {', '.join(ROLES)}", file=sys.stderr)
        return 2
    except StaffCommandError as error:
        print(f"banshi: {error}", file=sys.stderr)
        return 2
    finally:
        await store.close()


async def invite(store: ItemStore, arguments: argparse.Namespace) -> int:
    unit = await store.unit(arguments.unit)
    if unit is None:
        raise StaffCommandError(f"unknown unit {arguments.unit}; add it with: banshi staff unit ID NAME")
    if arguments.days < 1:
        raise StaffCommandError("--days must be 1 or more")
    grants = grants_of(arguments.unit, [role.strip() for role in arguments.roles.split(",") if role.strip()])
    if not grants:
        raise StaffCommandError(f"--roles names no role; there are {', '.join(ROLES)}")
    code, until = new_code(), system_clock() + timedelta(days=arguments.days)
    name = arguments.name or unit.name + ROLES[grants[0].role].title
    await store.invite(Invitation(hash_of(code), until, BY, name, grants))
    await _note(store, "invite", arguments.unit, name)
    print(code)
    return 0


async def add_unit(store: ItemStore, arguments: argparse.Namespace) -> int:
    if arguments.competent and await store.unit(arguments.competent) is None:
        raise StaffCommandError(f"unknown unit {arguments.competent}")
    kind = UnitKind(arguments.kind)
    await store.put_unit(Unit(arguments.id, arguments.name, kind, arguments.competent, arguments.region))
    await _note(store, "unit", arguments.id, arguments.name)
    return 0


async def revoke(store: ItemStore, arguments: argparse.Namespace) -> int:
    taken = await store.revoke(arguments.person, arguments.unit, arguments.role)
    if not taken:
        raise StaffCommandError(f"{arguments.person} holds no such role")
    await _note(store, "revoke", arguments.unit, arguments.person)
    print(f"roles taken away: {taken}")
    return 0


async def list_staff(store: ItemStore, arguments: argparse.Namespace) -> int:
    for unit in await store.units():
        print(f"{unit.id}\t{unit.name}\t{unit.kind}\t{unit.competent}\t{unit.region}")
    for person in await store.people():
        roles = ", ".join(f"{grant.unit}:{grant.role}" for grant in person.grants) or "-"
        print(f"{person.id}\t{person.name}\t{roles}\t{', '.join(person.identities) or '-'}")
    return 0


async def uses(store: ItemStore, arguments: argparse.Namespace) -> int:
    for use in await store.uses():
        outcome = "allowed" if use.allowed else "refused"
        told = (
            use.at.isoformat(timespec="seconds"),
            use.person,
            use.identity,
            use.right,
            use.unit,
            use.about,
        )
        print("\t".join((*told, outcome)))
    return 0


async def _note(store: ItemStore, what: str, unit: str, about: str) -> None:
    """Whoever has the command line has all rights; what they do is on record all the same."""
    use = Use("", BY, f"manage_staff.{what}", unit, about[:200], True, system_clock())
    await store.note_use(use)


What = Callable[[ItemStore, argparse.Namespace], Awaitable[int]]

WHATS: Mapping[str, What] = {
    "invite": invite,
    "list": list_staff,
    "revoke": revoke,
    "unit": add_unit,
    "uses": uses,
}
