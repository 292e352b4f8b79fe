"""延期申请: who may decide on a request for more time hears of it at once, and the asker of the decision."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import liaison, reporting
from bot.reporting import Duty
from bot.turn import Turn
from item_store.deliveries import DeliveryState, NewDelivery
from item_store.people import Right
from item_store.records import TaskState
from item_store.reminding import LIAISON, NO_ADDRESS, Registry
from item_store.units import chain

URGENCY = 35


async def ask(turn: Turn, duty: Duty, until: date, reason: str) -> TaskState:
    """Write the request down, and tell everybody who may decide on it."""
    update = {"asked_until": until, "note": reason, "asked_from": _place(turn)}
    state = await reporting.change(turn, duty.day.id, duty.unit, lambda s: s.model_copy(update=update))
    registry = await liaison.registry(turn.services.store)
    data = {
        "kind": "extension",
        "due_id": duty.day.id,
        "unit": duty.unit,
        "work": duty.day.task.work,
        "due": duty.day.due.isoformat(),
        "until": until.isoformat(),
        "reason": reason,
        "by": state.by,
    }
    found = [address for address in _deciding(registry, duty.unit) if address != state.asked_from]
    await _tell(turn, duty.day.id, f"extension-{until}", data, found)
    return state


def _deciding(registry: Registry, unit: str) -> list[str]:
    """Those with the right over the unit, and the groups of the units competent for it."""
    above = chain(registry.units, unit)
    people = [person for person in registry.people if person.may(Right.MANAGE_STAFF, above)]
    found = [address for person in people for address in registry.reachable(person)[:1]]
    found += [
        group.address for group in registry.groups if not group.closed and set(above[1:]) & set(group.units)
    ]
    return list(dict.fromkeys(found))


async def decide(turn: Turn, due_id: str, unit: str, granted: bool) -> TaskState:
    """Grant what was asked for, or not, and tell the asker."""
    store = turn.services.store
    duty, kept = await reporting.duty(turn, due_id, unit), await store.kept(TaskState, f"{due_id}@{unit}")
    asked_from = kept.record.asked_from if kept else ""
    asked = kept.record.asked_until if kept else None
    state = await (reporting.grant if granted else reporting.refuse)(turn, due_id, unit)
    registry = await liaison.registry(store)
    details = {
        "unit": registry.units[unit].name if unit in registry.units else unit,
        "work": duty.day.task.work if duty else due_id,
        "day": state.until.isoformat() if granted and state.until else "",
    }
    phrase = "extension.granted" if granted else "extension.refused"
    data = {"kind": "notice", "phrase": phrase, "details": details, "unit": unit}
    if asked_from != _place(turn):
        found = [asked_from] if asked_from.partition(":")[0] in registry.channels else []
        await _tell(turn, due_id, f"decided-{asked}", data, found or registry.addresses(unit, LIAISON))
    return state


def _place(turn: Turn) -> str:
    """Where this is said: in the group, or by the person alone."""
    return f"{turn.incoming.channel}:{turn.incoming.group or turn.incoming.sender}"


async def _tell(turn: Turn, due_id: str, what: str, data: Mapping[str, Any], addresses: list[str]) -> None:
    now, unit = turn.services.clock(), data["unit"]
    rows = [
        NewDelivery(
            occurrence=f"{due_id}@{unit}",
            recipient=address or f"unit:{unit}",
            stage=f"{what}-{now:%Y%m%d%H%M%S}",
            not_before=now,
            urgency=URGENCY,
            data=data,
            state=DeliveryState.WAITING if address else DeliveryState.FAILED,
            why="" if address else NO_ADDRESS,
        )
        for address in addresses or [""]
    ]
    await turn.services.store.plan_deliveries(rows)
