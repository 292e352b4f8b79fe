"""发送情况: what may not have arrived, with 再发一次, and what could not be sent at all."""

from collections.abc import Sequence

from bot import reporting
from bot.liaison_words import said
from bot.messages import Choice, Replies, Reply
from bot.turn import Turn
from item_store.audit import Act
from item_store.contract import ItemStore
from item_store.deliveries import Delivery, DeliveryState
from item_store.people import Person, Right

BUTTONS = ("send_again", "it_arrived")
SHOWN = 10
OPEN = (DeliveryState.UNCERTAIN, DeliveryState.FAILED)


def wants(turn: Turn) -> bool:
    """Its words and buttons."""
    command = said(turn)
    return (command is not None and command.name == "deliveries") or turn.action.get("do") in BUTTONS


async def handle(turn: Turn) -> Replies:
    """For operators: nothing uncertain is ever sent again but by one of them."""
    person = await reporting.staff(turn)
    units = await reporting.units_of(turn, person, Right.MANAGE_STAFF) if person else []
    if person is None or not units:
        return [Reply(turn.say("staff.not_allowed"))]
    if turn.action:
        return [await _settle(turn, person, units)]
    return await _listing(turn, units)


async def _listing(turn: Turn, units: list[str]) -> Replies:
    store = turn.services.store
    waiting = await store.count_deliveries([DeliveryState.WAITING])
    open_ = await store.count_deliveries(OPEN, units)
    names = {unit.id: unit.name for unit in await store.units()}
    shown = await open_deliveries(store, units)
    return [
        Reply(turn.say("sent.counts", waiting=waiting, open=open_)),
        *(_row(turn, row, names) for row in shown),
    ]


async def open_deliveries(store: ItemStore, units: Sequence[str]) -> Sequence[Delivery]:
    """What those who answer for these units have to decide on next: uncertain, or not sent at all."""
    return await store.deliveries(OPEN, units=units, limit=SHOWN)


def _concerns(row: Delivery, units: Sequence[str]) -> bool:
    return row.data.get("unit", units[0]) in units


def _row(turn: Turn, row: Delivery, names: dict[str, str]) -> Reply:
    unit = row.data.get("unit", "")
    text = turn.say(
        f"sent.{row.state}",
        unit=names.get(unit, unit) or row.recipient,
        task=row.data.get("due_id", row.occurrence),
        stage=row.stage,
        why=turn.say(row.why) if turn.texts.knows(row.why) else row.why,
    )
    choices = (Choice(turn.say(f"sent.button.{verb}"), {"do": verb, "row": str(row.id)}) for verb in BUTTONS)
    return Reply(text, choices=tuple(choices))


async def _settle(turn: Turn, person: Person, units: list[str]) -> Reply:
    store, number, verb = turn.services.store, int(turn.action["row"]), turn.action["do"]
    row = await store.delivery(number)
    if row is None or not _concerns(row, units):
        return Reply(turn.say("staff.not_allowed"))
    done = await (store.send_again if verb == "send_again" else store.dismiss)(number)
    if not done:
        return Reply(turn.say("sent.settled_already"))
    await store.record([Act(person.id, verb, f"delivery:{number}", {"occurrence": row.occurrence})])
    return Reply(turn.say(f"sent.{verb}"))
