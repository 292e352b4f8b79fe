"""From the reminders that days call for to deliveries: to whom each goes, how urgent it is, and when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Any

from item_store.calendar import Calendar
from item_store.deadlines import Occurrence, ReminderKind, ReminderStage, between, due_days, of_day
from item_store.deliveries import DeliveryState, NewDelivery
from item_store.due_days import DueDay, Events
from item_store.owing import Standing
from item_store.people import Person
from item_store.records import Contact, Group
from item_store.tasks import Plan
from item_store.units import Unit

NO_ADDRESS = "delivery.no_address"
SUPERSEDED = "delivery.superseded"
LIAISON, SUPERVISION = "liaison", "supervision"
LOOK_BACK = timedelta(days=400)
"""How long ago something may have been due whose extension is still running."""


@dataclass(frozen=True)
class Registry:
    """Units, the groups bound to them, and who can be reached in which capacity."""

    units: Mapping[str, Unit]
    groups: Sequence[Group] = ()
    contacts: Sequence[Contact] = ()
    people: Sequence[Person] = ()
    channels: frozenset[str] = frozenset({"telegram"})
    """Those on which a person who did not just speak can be reached."""

    def addresses(self, unit: str, role: str) -> list[str]:
        """Where a level of a unit is reached; the group comes before its liaison."""
        if role == SUPERVISION:
            return self._of_supervision()
        groups = self._groups_of_units.get(unit, []) if role == LIAISON else []
        return groups or self._of_people(unit, role)

    @cached_property
    def _groups_of_units(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for group in self.groups:
            for unit in group.units if not group.closed else ():
                found.setdefault(unit, []).append(group.address)
        return found

    def _of_people(self, unit: str, role: str) -> list[str]:
        ids = {c.person for c in self.contacts if (c.unit, c.role) == (unit, role) and c.person}
        found = [
            p for p in self.people if p.id in ids or any((g.unit, g.role) == (unit, role) for g in p.grants)
        ]
        return [next(iter(own)) for person in found if (own := self.reachable(person))]

    def reachable(self, person: Person) -> list[str]:
        """Where a person can be told something they did not just ask for."""
        return [each for each in person.identities if each.partition(":")[0] in self.channels]

    def _of_supervision(self) -> list[str]:
        offices = {c.unit for c in self.contacts if c.role == SUPERVISION}
        groups = [g.address for g in self.groups if not g.closed and offices & set(g.units)]
        return groups + [a for unit in sorted(offices) for a in self._of_people(unit, SUPERVISION)]


@dataclass(frozen=True)
class Situation:
    """All that the reminders of one plan depend on."""

    plan: Plan
    registry: Registry
    calendar: Calendar
    standing: Standing = field(default_factory=Standing)
    events: Events = field(default_factory=dict)
    at: time = time(9)
    zone: tzinfo | None = None

    def moment(self, day: date) -> datetime:
        return datetime.combine(day, self.at, self.zone)


def reminders(situation: Situation, first: date, last: date) -> list[NewDelivery]:
    """What falls on a stretch of days; of a due day's stages that all fall on it only the last goes out."""
    return without_superseded(each_reminder(situation, first, last))


def each_reminder(situation: Situation, first: date, last: date) -> Iterator[NewDelivery]:
    """One after the other, for whoever has other things to do in between."""
    for unit, occurrence in _occurrences(situation, first, last):
        for address in _recipients(situation, occurrence, unit) or [""]:
            yield _delivery(situation, occurrence, unit, address)


def _occurrences(situation: Situation, first: date, last: date) -> Iterator[tuple[str, Occurrence]]:
    plan, standing, units = situation.plan, situation.standing, situation.registry.units
    found = between(plan.all_tasks, first, last, plan.schedule, situation.calendar, events=situation.events)
    for occurrence in found:
        for unit, current in standing.owing(occurrence.day, units):
            if current == occurrence.day and not _is_quiet(situation, current, unit, occurrence.on):
                yield unit, occurrence
    for unit, day in _extended(situation, last):
        for occurrence in of_day(day, plan.schedule, situation.calendar):
            if first <= occurrence.on <= last and not _is_quiet(situation, day, unit, occurrence.on):
                yield unit, occurrence


def _is_quiet(situation: Situation, day: DueDay, unit: str, on: date) -> bool:
    quiet = situation.standing.state(day.id, unit).quiet_until
    return quiet is not None and on < quiet


def _extended(situation: Situation, last: date) -> Iterator[tuple[str, DueDay]]:
    """Each unit that still owes something whose time was extended, with its new day."""
    granted = {state.due_id for state in situation.standing.states.values() if state.until}
    if not granted:
        return
    plan, seen = situation.plan, set()
    for task in plan.all_tasks:
        days = due_days(
            task,
            last - LOOK_BACK,
            last + LOOK_BACK,
            plan.schedule,
            situation.calendar,
            events=situation.events,
        )
        for day in (day for day in days if day.id in granted):
            for unit, current in situation.standing.owing(day, situation.registry.units):
                if current != day and (unit, current.id) not in seen:
                    seen.add((unit, current.id))
                    yield unit, current


def _recipients(situation: Situation, occurrence: Occurrence, unit: str) -> list[str]:
    """The unit's liaison, and each level above that hears of it by now."""
    late = _days_late(situation, occurrence, unit)
    levels = [level.role for level in situation.plan.schedule.escalation if level.after <= late]
    found = [address for role in levels for address in situation.registry.addresses(unit, role)]
    return list(dict.fromkeys(found))


def _days_late(situation: Situation, occurrence: Occurrence, unit: str) -> int:
    """Working days since it was due, or since the unit acknowledged that it is late."""
    if occurrence.stage.kind is not ReminderKind.AFTER:
        return 0
    acknowledged = situation.standing.state(occurrence.day.id, unit).acknowledged_on
    if acknowledged is None or acknowledged <= occurrence.due:
        return occurrence.stage.days
    return situation.calendar.working_days_between(acknowledged, occurrence.on)


def _delivery(situation: Situation, occurrence: Occurrence, unit: str, address: str) -> NewDelivery:
    return NewDelivery(
        occurrence=occurrence_id(occurrence.day, unit),
        recipient=address or f"unit:{unit}",
        stage=str(occurrence.stage),
        not_before=situation.moment(occurrence.on),
        urgency=urgency(occurrence.stage),
        data=reminder_data(occurrence.day, unit, occurrence.stage, occurrence.provisional)
        | {"on": occurrence.on.isoformat()},
        state=DeliveryState.WAITING if address else DeliveryState.FAILED,
        why="" if address else NO_ADDRESS,
    )


def occurrence_id(day: DueDay, unit: str) -> str:
    return f"{day.id}@{unit}"


def urgency(stage: ReminderStage) -> int:
    """The later something is, the sooner it leaves."""
    match stage.kind:
        case ReminderKind.AFTER:
            return max(1, 20 - stage.days)
        case ReminderKind.ON:
            return 25
        case ReminderKind.BEFORE:
            return 30 + min(stage.days, 25)
    return 60


def reminder_data(day: DueDay, unit: str, stage: ReminderStage, provisional: bool = False) -> dict[str, Any]:
    return {
        "kind": "reminder",
        "plan": day.task.plan,
        "task": day.task.number,
        "due_id": day.id,
        "due": day.due.isoformat(),
        "what": day.what,
        "unit": unit,
        "stage": stage.kind.value,
        "days": stage.days,
        "provisional": provisional,
    }


def without_superseded(rows: Iterable[NewDelivery]) -> list[NewDelivery]:
    """The earlier ones of a due day and recipient are kept as cancelled."""
    last: dict[tuple[str, str], NewDelivery] = {}
    kept = list(rows)
    for row in kept:
        place = (row.occurrence, row.recipient)
        if place not in last or last[place].not_before <= row.not_before:
            last[place] = row
    return [row if last[row.occurrence, row.recipient] is row else _superseded(row) for row in kept]


def _superseded(row: NewDelivery) -> NewDelivery:
    return NewDelivery(
        *(row.occurrence, row.recipient, row.stage, row.not_before, row.urgency, row.data),
        DeliveryState.CANCELLED,
        SUPERSEDED,
    )
