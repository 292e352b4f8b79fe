"""收到, 已完成, 延期申请, 转办, 稍后提醒: what a unit says to a reminder, in the group or by itself."""

from datetime import timedelta

from bot import extensions, liaison, reporting
from bot.kept_files import keep_file
from bot.liaison_words import interrupts, is_word
from bot.messages import DELIVERED, Choice, Replies, Reply
from bot.reminder_texts import SINGLE, work_of
from bot.reporting import Duty
from bot.turn import Turn
from item_store.deadline_shapes import Deadline, OnDate, Period
from item_store.deadlines import read_deadline
from item_store.deliveries import Delivery
from item_store.owing import named
from item_store.people import Right

ASKED = "report"
"""Where the session keeps what is being reported."""

LABEL = 18
LATER = {
    "hour": timedelta(hours=1),
    "afternoon": timedelta(hours=4),
    "day": timedelta(days=1),
    "three": timedelta(days=3),
}


def wants(turn: Turn) -> bool:
    """A button of a reminder, or the answer to what such a button asked."""
    if turn.incoming.choice.startswith(DELIVERED) or turn.action.get("do") == "remind":
        return True
    return ASKED in turn.session.task and not turn.action and not interrupts(turn)


async def handle(turn: Turn) -> Replies:
    """Check who speaks, then do what the button says."""
    if turn.incoming.choice.startswith(DELIVERED):
        return await _delivered(turn)
    if turn.action:
        action = turn.action
        found = await _duty(turn, action["due"], action["unit"])
        if isinstance(found, Reply):
            return [found]
        return await _do(turn, found, action["verb"], action.get("recipient", ""))
    return await _answer(turn)


async def _delivered(turn: Turn) -> Replies:
    """A button under a delivered message: its rows, as far as this person may speak for their units."""
    batch, _, verb = turn.incoming.choice.removeprefix(DELIVERED).partition(":")
    rows = [row for row in await turn.services.store.deliveries(batch=batch) if row.data.get("unit")]
    if not rows:
        return [Reply(turn.say("remind.gone"))]
    own = await _own(turn, rows)
    if not own:
        return [Reply(turn.say("remind.not_yours"))]
    if verb == "acknowledge":
        return [await _acknowledge(turn, own)]
    if verb == "each":
        return [await _each(turn, own)]
    found = await _duty(turn, own[0].data["due_id"], own[0].data["unit"])
    return [found] if isinstance(found, Reply) else await _do(turn, found, verb, own[0].recipient)


async def _own(turn: Turn, rows: list[Delivery]) -> list[Delivery]:
    person = await reporting.staff(turn)
    if person is None:
        return []
    units = set(await reporting.units_of(turn, person, Right.REPORT))
    return [row for row in rows if row.data["unit"] in units]


async def _duty(turn: Turn, due_id: str, unit: str) -> Duty | Reply:
    """What is still owed and this person may speak of, else why not."""
    person = await reporting.staff(turn)
    if person is None or not await reporting.may(turn, person, Right.REPORT, unit):
        return Reply(turn.say("remind.not_yours"))
    return await reporting.duty(turn, due_id, unit) or Reply(turn.say("remind.gone"))


async def _acknowledge(turn: Turn, rows: list[Delivery]) -> Reply:
    today = liaison.today(turn.services)
    for row in rows:
        due_id, unit = row.data["due_id"], row.data["unit"]
        await reporting.change(turn, due_id, unit, lambda s: s.model_copy(update={"acknowledged_on": today}))
    person = await reporting.staff(turn)
    return Reply(turn.say("remind.acknowledged", count=len(rows), name=person.name if person else ""))


async def _each(turn: Turn, rows: list[Delivery]) -> Reply:
    open_ = await reporting.duties(turn, {row.data["unit"] for row in rows})
    wanted = {(row.data["due_id"], row.data["unit"]): row.recipient for row in rows}
    choices = [
        open_button(turn, duty, wanted[duty.day.id, duty.unit])
        for duty in open_
        if (duty.day.id, duty.unit) in wanted
    ]
    return Reply(turn.say("remind.which" if choices else "remind.gone"), choices=tuple(choices))


def open_button(turn: Turn, duty: Duty, recipient: str = "") -> Choice:
    """Leads to one task with its five answers."""
    text = work_of(duty.day.task, duty.day.what)
    label = text if len(text) <= LABEL else text[: LABEL - 1] + "…"
    return Choice(label, _action(duty, "open", recipient))


def _action(duty: Duty, verb: str, recipient: str) -> dict[str, str]:
    return {"do": "remind", "verb": verb, "due": duty.day.id, "unit": duty.unit, "recipient": recipient}


async def _do(turn: Turn, duty: Duty, verb: str, recipient: str) -> Replies:
    if verb == "open":
        return [await show(turn, duty, recipient)]
    if verb == "acknowledge":
        today = liaison.today(turn.services)
        await reporting.change(
            turn, duty.day.id, duty.unit, lambda s: s.model_copy(update={"acknowledged_on": today})
        )
        return [Reply(turn.say("remind.acknowledged_one"))]
    if verb == "finish":
        return [await _finish(turn, duty.day.id, duty.unit)]
    if verb in LATER:
        return [await _later(turn, duty, verb, recipient)]
    if verb == "later":
        choices = [Choice(turn.say(f"remind.later.{name}"), _action(duty, name, recipient)) for name in LATER]
        return [Reply(turn.say("remind.later"), choices=tuple(choices))]
    return [_ask(turn, duty, verb)]


async def show(turn: Turn, duty: Duty, recipient: str = "") -> Reply:
    """One task, and what can be said to it."""
    units = {unit.id: unit.name for unit in await turn.services.store.units()}
    text = turn.say(
        "remind.task",
        unit=units.get(duty.unit, duty.unit),
        work=work_of(duty.day.task, duty.day.what),
        deadline=duty.day.task.deadline,
        due=duty.day.due.isoformat(),
    )
    choices = [Choice(turn.say(f"reminder.button.{verb}"), _action(duty, verb, recipient)) for verb in SINGLE]
    return Reply(text, choices=tuple(choices))


def _ask(turn: Turn, duty: Duty, verb: str) -> Reply:
    """Ask for the note, the day or the unit that the answer needs."""
    turn.session.task = {**turn.session.task, ASKED: _action(duty, verb, "")}
    if verb != "done":
        return Reply(turn.say(f"remind.ask.{verb}"))
    return Reply(
        turn.say("remind.ask.done"), choices=(Choice(turn.say("remind.finish"), _action(duty, "finish", "")),)
    )


def _forget(turn: Turn) -> None:
    turn.session.task = {key: kept for key, kept in turn.session.task.items() if key != ASKED}


async def _answer(turn: Turn) -> Replies:
    """What was typed or sent after a button had asked for it."""
    asked = turn.session.task[ASKED]
    if is_word(turn, "cancel"):
        _forget(turn)
        return [Reply(turn.say("remind.cancelled"))]
    found = await _duty(turn, asked["due"], asked["unit"])
    if isinstance(found, Reply):
        _forget(turn)
        return [found]
    match asked["verb"]:
        case "done":
            return [await _done(turn, found)]
        case "extend":
            return [await _extend(turn, found)]
    return [await _hand_over(turn, found)]


async def _done(turn: Turn, duty: Duty) -> Reply:
    if turn.incoming.file is None:
        return await _finish(turn, duty.day.id, duty.unit, turn.text)
    kept = await keep_file(turn, duty.unit)
    if kept.refused:
        return Reply(turn.say(kept.refused, **kept.details))
    return await _finish(turn, duty.day.id, duty.unit, turn.text or kept.name, kept.digest)


async def _finish(turn: Turn, due_id: str, unit: str, note: str = "", file: str = "") -> Reply:
    _forget(turn)
    state = await reporting.finish(turn, due_id, unit, note, file)
    return Reply(turn.say("remind.done", day=state.done_on))


async def _extend(turn: Turn, duty: Duty) -> Reply:
    """A day to come, and a reason behind it."""
    words = turn.text.split(maxsplit=1)
    read = read_deadline(words[0], liaison.today(turn.services).year) if words else None
    shape = read.parts[0].shape if isinstance(read, Deadline) else None
    day = shape.day if isinstance(shape, OnDate) else shape.end if isinstance(shape, Period) else None
    if day is None or day <= duty.day.due or len(words) < 2:
        return Reply(turn.say("remind.extend.unclear", due=duty.day.due.isoformat()))
    _forget(turn)
    await extensions.ask(turn, duty, day, words[1])
    return Reply(turn.say("remind.extend.asked", day=day.isoformat()))


async def _hand_over(turn: Turn, duty: Duty) -> Reply:
    units = {unit.id: unit for unit in await turn.services.store.units()}
    words = turn.text.split(maxsplit=1)
    found = named(words[:1], units)
    if len(found.units) != 1 or found.units[0] == duty.unit:
        return Reply(turn.say("remind.hand_over.unknown", name=words[0] if words else ""))
    _forget(turn)
    to = found.units[0]
    await reporting.hand_over(turn, duty, to, words[1] if len(words) > 1 else "")
    return Reply(turn.say("remind.hand_over.done", unit=units[to].name))


async def _later(turn: Turn, duty: Duty, verb: str, recipient: str) -> Reply:
    when = turn.services.clock() + LATER[verb]
    group, channel = turn.incoming.group, turn.incoming.channel
    place = recipient or f"{channel}:{group or turn.incoming.sender}"
    await reporting.remind_later(turn, duty, place, when)
    return Reply(turn.say("remind.later.set", when=turn.say(f"remind.later.{verb}")))
