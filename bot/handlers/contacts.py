"""回执, 通讯录, 更换联络员, 登记单位: who answers for which unit, and what passes to a successor."""

from collections.abc import Awaitable, Callable, Mapping

from bot import reporting
from bot.liaison_words import first_word, interrupts, is_word, kind_named, role_named, said
from bot.messages import Replies, Reply
from bot.turn import Turn
from item_store.audit import Act
from item_store.owing import named
from item_store.people import Person, Right
from item_store.receipt_workbook import UnreadableReceipt, read_receipt
from item_store.records import Contact
from item_store.units import Unit, UnitKind

NAMES = ("receipt", "contacts", "replace", "unit", "units")
FILLING = "receipt"
"""Where the session keeps the unit whose receipt is being filled in."""

COMPETENT = ("主管：", "主管:")


def wants(turn: Turn) -> bool:
    """Its words, and the rows of a receipt that is being filled in."""
    command = said(turn)
    if command is not None and command.name in NAMES:
        return True
    return FILLING in turn.session.task and not turn.action and not interrupts(turn)


async def handle(turn: Turn) -> Replies:
    """For those who report for a unit, or manage it."""
    person = await reporting.staff(turn)
    if person is None or turn.incoming.group:
        return [Reply(turn.say("staff.not_allowed"))]
    command = said(turn)
    if command is None or command.name not in VERBS:
        return [await _row(turn, person)]
    return [await VERBS[command.name](turn, person, command.rest)]


async def _own_units(turn: Turn, person: Person) -> dict[str, Unit]:
    ids = {
        unit
        for right in (Right.REPORT, Right.SUBMIT, Right.MANAGE_STAFF)
        for unit in await reporting.units_of(turn, person, right)
    }
    return {unit.id: unit for unit in await turn.services.store.units() if unit.id in ids}


async def _begin(turn: Turn, person: Person, name: str) -> Reply:
    own = await _own_units(turn, person)
    found = named([name], own).units if name else tuple(own)
    if len(found) != 1:
        return Reply(turn.say("receipt.which", units="、".join(unit.name for unit in own.values())))
    turn.session.task = {**turn.session.task, FILLING: found[0]}
    return Reply(turn.say("receipt.next", unit=own[found[0]].name))


async def _row(turn: Turn, person: Person) -> Reply:
    """工作人员 name position phone remark; or the form as a workbook."""
    unit = turn.session.task[FILLING]
    if unit not in await _own_units(turn, person):
        return Reply(turn.say("staff.not_allowed"))
    if is_word(turn, "cancel") or is_word(turn, "finish"):
        turn.session.task = {key: kept for key, kept in turn.session.task.items() if key != FILLING}
        return Reply(turn.say("receipt.finished", list=await _people(turn, unit)))
    if turn.incoming.file:
        return await _file(turn, person, unit)
    words = turn.text.split(maxsplit=4)
    role = role_named(words[0]) if words else ""
    if not role or len(words) < 4:
        return Reply(turn.say("receipt.form"))
    contact = Contact(
        unit=unit,
        role=role,
        name=words[1],
        position=words[2],
        phone=words[3],
        remark=words[4] if len(words) > 4 else "",
    )
    await _keep(turn, person, contact)
    return Reply(turn.say("receipt.kept", role=first_word("roles", role), name=contact.name))


async def _file(turn: Turn, person: Person, unit: str) -> Reply:
    assert turn.incoming.file  # noqa: S101 - the caller has looked
    read = read_receipt(turn.incoming.file.content, unit)
    if isinstance(read, UnreadableReceipt):
        return Reply(turn.say(read.why, limit=10))
    for contact in read.contacts:
        await _keep(turn, person, contact)
    return Reply(turn.say("receipt.read", count=len(read.contacts), list=await _people(turn, unit)))


async def _keep(turn: Turn, person: Person, contact: Contact) -> None:
    """Somebody of this name among the staff of the unit is the one who can be reached."""
    store = turn.services.store
    own = [p for p in await store.people() if any(g.unit == contact.unit for g in p.grants)]
    match = [p.id for p in own if p.name == contact.name]
    contact = contact.model_copy(update={"person": match[0] if len(match) == 1 else ""})
    kept = await store.kept(Contact, contact.key)
    await store.keep(contact, kept.version if kept else 0)
    await store.record([Act(person.id, "contact", f"unit:{contact.unit}", {"role": contact.role})])


async def _listing(turn: Turn, person: Person, rest: str) -> Reply:
    units = await turn.services.store.units()
    lists = [(unit.name, await _people(turn, unit.id)) for unit in units]
    lines = [turn.say("contacts.unit", unit=name, list=people) for name, people in lists if people]
    return Reply("\n".join([turn.say("contacts.list"), *lines]) if lines else turn.say("contacts.none"))


async def _people(turn: Turn, unit: str) -> str:
    kept = await turn.services.store.all_kept(Contact, f"{unit}/")
    rows = [
        turn.say(
            "contacts.row",
            role=first_word("roles", each.record.role),
            name=each.record.name,
            position=each.record.position,
            phone=each.record.phone,
        )
        for each in kept
    ]
    return "\n".join(rows)


async def _replace(turn: Turn, person: Person, text: str) -> Reply:
    """更换联络员 old new position phone: the rank passes on, with what is still owed named."""
    words = text.split()
    own = await _own_units(turn, person)
    kept = [
        each
        for unit in own
        for each in await turn.services.store.all_kept(Contact, f"{unit}/")
        if words and each.record.name == words[0]
    ]
    if len(words) < 4 or not kept:
        return Reply(turn.say("contacts.replace_form"))
    for each in kept:
        update = {"name": words[1], "position": words[2], "phone": words[3], "person": "", "remark": ""}
        await _keep(turn, person, each.record.model_copy(update=update))
        await turn.services.store.drop(Contact, each.record.key)
    units = {each.record.unit for each in kept}
    owed = await reporting.duties(turn, units)
    return Reply(turn.say("contacts.replaced", old=words[0], new=words[1], count=len(owed)))


async def _unit(turn: Turn, person: Person, text: str) -> Reply:
    """登记单位 name kind 主管：name; an enterprise reports through its competent unit."""
    words = text.split()
    units = {unit.id: unit for unit in await turn.services.store.units()}
    kind = kind_named(words[1]) if len(words) > 1 else ""
    competent = next(
        (word.removeprefix(mark) for word in words for mark in COMPETENT if word.startswith(mark)), ""
    )
    above = named([competent], units).units if competent else ()
    if not kind or (competent and len(above) != 1):
        return Reply(turn.say("units.form"))
    if not await _may_register(turn, person, above):
        return Reply(turn.say("staff.not_allowed"))
    known = named(words[:1], units).units
    unit = Unit(known[0] if known else words[0], words[0], UnitKind(kind), above[0] if above else "")
    await turn.services.store.put_unit(unit)
    await turn.services.store.record([Act(person.id, "unit", f"unit:{unit.id}", {"kind": kind})])
    return Reply(turn.say("units.kept", name=unit.name, kind=first_word("kinds", kind)))


async def _may_register(turn: Turn, person: Person, above: tuple[str, ...]) -> bool:
    """An operator, for units below their own."""
    own = await reporting.units_of(turn, person, Right.MANAGE_STAFF)
    return bool(own) and (not above or above[0] in own)


async def _units(turn: Turn, person: Person, rest: str) -> Reply:
    units = {unit.id: unit for unit in await turn.services.store.units()}
    lines = []
    for unit in units.values():
        above = units[unit.competent].name if unit.competent in units else ""
        key = "units.below" if above else "units.row"
        lines.append(turn.say(key, name=unit.name, kind=first_word("kinds", unit.kind), competent=above))
    return Reply("\n".join(lines) or turn.say("units.none"))


VERBS: Mapping[str, Callable[[Turn, Person, str], Awaitable[Reply]]] = {
    "receipt": _begin,
    "contacts": _listing,
    "replace": _replace,
    "unit": _unit,
    "units": _units,
}
