"""绑定群: a group belongs to units from then on, by a one-time code typed in it or by its webhook."""

import secrets
from datetime import timedelta

from bot import reporting
from bot.liaison_words import Said, said
from bot.messages import Replies, Reply
from bot.robots import channel_of
from bot.turn import Turn
from item_store.audit import Act
from item_store.contract import Conflict
from item_store.one_time_codes import hash_of, new_code
from item_store.owing import named
from item_store.people import Person, Right
from item_store.records import BindCode, Group

NAMES = ("bind", "unbind", "greeting")
COMMANDS = ("/bind", "/unbind", "/greeting")
"""Those that a group may be given without naming the bot."""

CODE_LASTS = timedelta(minutes=30)
GREETING = 60
"""Characters of the words before a reminder."""


def wants(turn: Turn) -> bool:
    """Its words."""
    command = said(turn)
    return command is not None and command.name in NAMES


async def handle(turn: Turn) -> Replies:
    """Only operators of the units; each in the group itself, or in private for a code or a webhook."""
    command = said(turn) or Said("bind")
    person = await reporting.staff(turn)
    units = await reporting.units_of(turn, person, Right.MANAGE_STAFF) if person else []
    if person is None or not units:
        return [Reply(turn.say("bind.not_allowed"))]
    if turn.incoming.group:
        return [await _in_group(turn, command, person, units)]
    if command.name != "bind":
        return [Reply(turn.say("bind.in_group_only"))]
    return [await _in_private(turn, command.rest, person, units)]


async def _in_group(turn: Turn, command: Said, person: Person, units: list[str]) -> Reply:
    address = f"{turn.incoming.channel}:{turn.incoming.group}"
    if command.name == "bind":
        return await _redeem(turn, command.rest, address, person, units)
    kept = await turn.services.store.kept(Group, address)
    if kept is None or not set(kept.record.units) <= set(units):
        return Reply(turn.say("bind.not_bound"))
    if command.name == "unbind":
        await turn.services.store.drop(Group, address)
        await _record(turn, person, "unbind", address)
        return Reply(turn.say("bind.unbound"))
    greeting = command.rest[:GREETING]
    await turn.services.store.keep(kept.record.model_copy(update={"greeting": greeting}), kept.version)
    return Reply(turn.say("bind.greeting" if greeting else "bind.no_greeting", greeting=greeting))


async def _redeem(turn: Turn, text: str, address: str, person: Person, units: list[str]) -> Reply:
    """Use the code up first: of two groups with one code only one is bound."""
    store, now = turn.services.store, turn.services.clock()
    kept = await store.kept(BindCode, hash_of(text)) if text else None
    if kept is None or kept.record.used_in or kept.record.expires_at <= now:
        return Reply(turn.say("bind.wrong_code"))
    if not set(kept.record.units) <= set(units):
        return Reply(turn.say("bind.not_allowed"))
    used = await store.keep(kept.record.model_copy(update={"used_in": address}), kept.version)
    if isinstance(used, Conflict):
        return Reply(turn.say("bind.wrong_code"))
    before = await store.kept(Group, address)
    bound = tuple(dict.fromkeys([*(before.record.units if before else ()), *kept.record.units]))
    group = Group(address=address, name=address, units=bound, bound_by=person.id)
    await store.keep(group, before.version if before else 0)
    await _record(turn, person, "bind", address)
    return Reply(turn.say("bind.bound", units=await _names(turn, bound)))


async def _in_private(turn: Turn, text: str, person: Person, units: list[str]) -> Reply:
    """绑定群 names gives a code; with a webhook behind the names the group is bound at once."""
    known = {unit.id: unit for unit in await turn.services.store.units() if unit.id in units}
    words = text.replace("、", " ").split()
    webhook = next((word for word in words if "://" in word), "")
    names = words[: words.index(webhook)] if webhook else words
    found = named(names, known)
    if not found.units or found.unknown:
        return Reply(turn.say("bind.how", unknown="、".join(found.unknown) or turn.say("bind.no_units")))
    if webhook:
        secret = next(iter(words[words.index(webhook) + 1 :]), "")
        return await _webhook(turn, person, found.units, webhook, secret)
    code = new_code()
    lasts = turn.services.clock() + CODE_LASTS
    await turn.services.store.keep(
        BindCode(code_hash=hash_of(code), units=found.units, made_by=person.id, expires_at=lasts), 0
    )
    minutes = int(CODE_LASTS.total_seconds() // 60)
    return Reply(turn.say("bind.code", code=code, units=await _names(turn, found.units), minutes=minutes))


async def _webhook(turn: Turn, person: Person, units: tuple[str, ...], webhook: str, secret: str) -> Reply:
    channel = channel_of(webhook)
    if not channel:
        return Reply(turn.say("bind.unknown_webhook"))
    address = f"{channel}:{secrets.token_hex(8)}"
    group = Group(
        address=address, name=channel, units=units, bound_by=person.id, webhook=webhook, secret=secret
    )
    await turn.services.store.keep(group, 0)
    await _record(turn, person, "bind", address)
    kind = turn.say(f"bind.channel.{channel}")
    return Reply(turn.say("bind.webhook", kind=kind, units=await _names(turn, units)))


async def _record(turn: Turn, person: Person, action: str, address: str) -> None:
    await turn.services.store.record([Act(person.id, action, f"group:{address}")])


async def _names(turn: Turn, units: tuple[str, ...]) -> str:
    names = {unit.id: unit.name for unit in await turn.services.store.units()}
    return "、".join(names.get(unit, unit) for unit in units)
