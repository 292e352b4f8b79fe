"""What units report of their tasks, written down with the right to do so, and told to whom it concerns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot import liaison
from bot.clock import CHINA
from bot.rights import identity
from bot.turn import Turn
from item_store.audit import Act
from item_store.contract import Conflict
from item_store.deadlines import ReminderKind, ReminderStage, due_days
from item_store.deliveries import NewDelivery
from item_store.due_days import DueDay
from item_store.owing import Standing
from item_store.people import Person, Right
from item_store.records import TaskState
from item_store.reminding import LOOK_BACK, Situation, occurrence_id, reminder_data
from item_store.units import chain

AHEAD = timedelta(days=92)
SAVE_TRIES = 5


@dataclass(frozen=True, slots=True)
class Duty:
    """One due day as it counts for one unit."""

    day: DueDay
    unit: str
    state: TaskState
    plan: str


async def staff(turn: Turn) -> Person | None:
    """The member of staff who speaks, in a group too: what is reported there is for all to see."""
    return await turn.services.store.person_of(identity(turn))


async def may(turn: Turn, person: Person, right: Right, unit: str) -> bool:
    units = {each.id: each for each in await turn.services.store.units()}
    return person.may(right, (unit,)) or person.may(right, chain(units, unit))


async def units_of(turn: Turn, person: Person, right: Right) -> list[str]:
    """Every unit in which the person has the right."""
    units = {each.id: each for each in await turn.services.store.units()}
    return [unit for unit in units if person.may(right, chain(units, unit))]


async def duties(turn: Turn, units: Iterable[str]) -> list[Duty]:
    """What the units owe now or before long, the longest due first."""
    wanted = set(units)
    found = []
    for kept in await liaison.running_plans(turn.services.store):
        situation = await liaison.situation(turn.services, kept.record.plan)
        found += [duty for duty in _open(situation, liaison.today(turn.services)) if duty.unit in wanted]
    return sorted(found, key=lambda duty: (duty.day.due, duty.day.id, duty.unit))


def _open(situation: Situation, today: date) -> Iterable[Duty]:
    plan, standing = situation.plan, situation.standing
    for task in plan.all_tasks:
        seen: set[str] = set()
        days = due_days(
            task,
            today - LOOK_BACK,
            today + AHEAD,
            plan.schedule,
            situation.calendar,
            events=situation.events,
        )
        for day in days:
            for unit, current in standing.owing(day, situation.registry.units):
                # Of what comes again, the next time to come is enough.
                if current.due < today or unit not in seen:
                    seen |= {unit} if current.due >= today else set()
                    yield Duty(current, unit, standing.state(current.id, unit), plan.name)


async def duty(turn: Turn, due_id: str, unit: str) -> Duty | None:
    """An open one by its name; None when it is finished, handed over or gone."""
    return next((each for each in await duties(turn, [unit]) if each.day.id == due_id), None)


async def change(turn: Turn, due_id: str, unit: str, edit: Callable[[TaskState], TaskState]) -> TaskState:
    """Save a change of a state, over whatever stands by now, with who and when."""
    store = turn.services.store
    person = await staff(turn)
    for _ in range(SAVE_TRIES):
        blank = TaskState(due_id=due_id, unit=unit)
        kept = await store.kept(TaskState, blank.key)
        before = kept.record if kept else blank
        by = {"by": person.name if person else "", "at": turn.services.clock()}
        after = edit(before).model_copy(update=by)
        if not isinstance(await store.keep(after, kept.version if kept else 0), Conflict):
            await _record(turn, person, before, after)
            return after
    raise RuntimeError("a task's state is changed by too many at once")


async def _record(turn: Turn, person: Person | None, before: TaskState, after: TaskState) -> None:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    changed = {key: value for key, value in new.items() if value != old[key] and key not in ("by", "at")}
    by = person.id if person else identity(turn)
    await turn.services.store.record([Act(by, "report", f"task:{after.key}", changed)])


async def finish(turn: Turn, due_id: str, unit: str, note: str = "", file: str = "") -> TaskState:
    """Done: nobody is reminded of it any more."""
    today = liaison.today(turn.services)

    def edit(state: TaskState) -> TaskState:
        return state.model_copy(
            update={"done_on": today, "note": note or state.note, "file": file or state.file}
        )

    after = await change(turn, due_id, unit, edit)
    await turn.services.store.cancel_deliveries(f"{due_id}@{unit}", "delivery.done")
    return after


async def hand_over(turn: Turn, found: Duty, to: str, note: str = "") -> None:
    """The other unit owes it from now on, and hears of it at once."""
    await change(
        turn,
        found.day.id,
        found.unit,
        lambda s: s.model_copy(update={"handed_to": to, "note": note or s.note}),
    )
    store = turn.services.store
    theirs = await store.kept(TaskState, f"{found.day.id}@{to}")
    if theirs and theirs.record.handed_to:
        # It comes back to a unit that had passed it on: somebody has to owe it.
        await change(turn, found.day.id, to, lambda s: s.model_copy(update={"handed_to": ""}))
    await store.cancel_deliveries(occurrence_id(found.day, found.unit), "delivery.handed_over")
    registry = await liaison.registry(store)
    await store.plan_deliveries(
        [_now(turn, found.day, to, address, "handed-over") for address in registry.addresses(to, "liaison")]
    )


async def grant(turn: Turn, due_id: str, unit: str) -> TaskState:
    """The extension that was asked for."""

    def edit(state: TaskState) -> TaskState:
        return state.model_copy(update={"until": state.asked_until, "asked_until": None})

    after = await change(turn, due_id, unit, edit)
    await turn.services.store.cancel_deliveries(f"{due_id}@{unit}", "delivery.extended")
    return after


async def refuse(turn: Turn, due_id: str, unit: str) -> TaskState:
    return await change(turn, due_id, unit, lambda s: s.model_copy(update={"asked_until": None}))


async def remind_later(turn: Turn, found: Duty, recipient: str, when: datetime) -> None:
    """The same reminder once more, to the same place."""
    row = _now(turn, found.day, found.unit, recipient, f"later-{when:%Y%m%d%H%M}")
    await turn.services.store.plan_deliveries(
        [
            NewDelivery(
                *(row.occurrence, row.recipient, row.stage),
                not_before=when,
                urgency=row.urgency,
                data={**row.data, "on": when.astimezone(CHINA).date().isoformat()},
            )
        ]
    )


def _now(turn: Turn, day: DueDay, unit: str, address: str, stage: str) -> NewDelivery:
    data = reminder_data(day, unit, ReminderStage(ReminderKind.ON))
    occurrence = occurrence_id(day, unit)
    return NewDelivery(occurrence, address, stage, turn.services.clock(), urgency=25, data=dict(data))


async def asked_extensions(turn: Turn) -> list[TaskState]:
    """Those nobody has decided on."""
    standing: Standing = await liaison.standing(turn.services.store)
    return [state for state in standing.states.values() if state.asked_until]
