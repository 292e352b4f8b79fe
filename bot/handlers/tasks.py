"""我的任务 and 延期申请: what a unit still owes, and what was asked of those who may grant it."""

from bot import extensions, liaison, reporting
from bot.handlers import remind
from bot.liaison_words import said
from bot.messages import DELIVERED, Choice, Replies, Reply
from bot.reminder_texts import DECIDE, work_of
from bot.reporting import Duty
from bot.turn import Turn
from item_store.people import Person, Right
from item_store.records import TaskState

NAMES = ("my_tasks", "extensions")
SHOWN = 15


def wants(turn: Turn) -> bool:
    """Its words and buttons."""
    command = said(turn)
    return (
        bool(_delivered(turn))
        or (command is not None and command.name in NAMES)
        or turn.action.get("do") in DECIDE
    )


async def handle(turn: Turn) -> Replies:
    """Only for staff, each for their units."""
    person = await reporting.staff(turn)
    if person is None:
        return [Reply(turn.say("staff.not_allowed"))]
    if turn.action or _delivered(turn):
        return [await _decide(turn, person)]
    command = said(turn)
    if command and command.name == "extensions":
        return await _extensions(turn, person)
    return [await _mine(turn, person)]


async def _mine(turn: Turn, person: Person) -> Reply:
    units = await reporting.units_of(turn, person, Right.REPORT)
    found = await reporting.duties(turn, units)
    if not found:
        return Reply(turn.say("tasks.none"))
    names = {unit.id: unit.name for unit in await turn.services.store.units()}
    lines = [_line(turn, number, duty, names) for number, duty in enumerate(found[:SHOWN], 1)]
    more = [turn.say("tasks.more", count=len(found) - SHOWN)] if len(found) > SHOWN else []
    text = "\n".join([turn.say("tasks.list", count=len(found)), *lines, *more])
    return Reply(text, choices=tuple(remind.open_button(turn, duty) for duty in found[:SHOWN]))


def _line(turn: Turn, number: int, duty: Duty, names: dict[str, str]) -> str:
    overdue = duty.day.due < liaison.today(turn.services)
    return turn.say(
        "tasks.overdue" if overdue else "tasks.line",
        number=number,
        unit=names.get(duty.unit, duty.unit),
        work=work_of(duty.day.task, duty.day.what),
        due=duty.day.due.isoformat(),
    )


async def _extensions(turn: Turn, person: Person) -> Replies:
    """Each request with its two buttons."""
    units = set(await reporting.units_of(turn, person, Right.MANAGE_STAFF))
    names = {unit.id: unit.name for unit in await turn.services.store.units()}
    asked = [state for state in await reporting.asked_extensions(turn) if state.unit in units]
    if not asked:
        return [Reply(turn.say("tasks.no_extensions"))]
    return [_asked(turn, state, names.get(state.unit, state.unit)) for state in asked[:SHOWN]]


def _asked(turn: Turn, state: TaskState, unit: str) -> Reply:
    text = turn.say(
        "tasks.extension", unit=unit, task=state.due_id, day=state.asked_until, reason=state.note, by=state.by
    )
    about = {"due": state.due_id, "unit": state.unit}
    return Reply(
        text,
        choices=tuple(Choice(turn.say(f"tasks.{verb}"), {"do": verb, **about}) for verb in DECIDE),
    )


async def _decide(turn: Turn, person: Person) -> Reply:
    verb, due_id, unit = await _about(turn)
    if not await reporting.may(turn, person, Right.MANAGE_STAFF, unit):
        return Reply(turn.say("staff.not_allowed"))
    kept = await turn.services.store.kept(TaskState, f"{due_id}@{unit}")
    if kept is None or kept.record.asked_until is None:
        return Reply(turn.say("tasks.decided_already"))
    granted = verb == "grant_extension"
    state = await extensions.decide(turn, due_id, unit, granted)
    return Reply(turn.say("tasks.granted", day=state.until) if granted else turn.say("tasks.refused"))


async def _about(turn: Turn) -> tuple[str, str, str]:
    """Verb, due day and unit of a button of the list, or of one under a delivered request."""
    verb, _, number = _delivered(turn).partition("-")
    if not verb:
        return turn.action["do"], turn.action["due"], turn.action["unit"]
    row = await turn.services.store.delivery(int(number)) if number.isdecimal() else None
    data = row.data if row and row.data.get("kind") == "extension" else {}
    return verb, data.get("due_id", ""), data.get("unit", "")


def _delivered(turn: Turn) -> str:
    """What a button under a delivered request says: the verb and the row."""
    choice = turn.incoming.choice
    said = choice.removeprefix(DELIVERED).partition(":")[2] if choice.startswith(DELIVERED) else ""
    return said if said.partition("-")[0] in DECIDE else ""
