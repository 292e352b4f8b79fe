"""What a group reads: one reminder with its buttons, or a digest of several; texts and no decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.messages import DELIVERED, Choice, Reply
from bot.texts import Texts
from item_store.calendar import Calendar
from item_store.deliveries import Delivery
from item_store.owing import Standing
from item_store.tasks import Plan, Task
from item_store.units import Unit

SINGLE = ("acknowledge", "done", "extend", "hand_over", "later")
SEVERAL = ("acknowledge", "each")
DECIDE = ("grant_extension", "refuse_extension")
SHOWN = 20
"""Reminders a digest lists; the others are counted."""

BUTTON_CHANNELS = frozenset({"telegram"})


@dataclass(frozen=True, slots=True)
class Reminder:
    """One delivery with the plan's row it speaks of."""

    row: Delivery
    plan: Plan
    task: Task
    unit: str

    @property
    def due(self) -> date:
        return date.fromisoformat(self.row.data["due"])

    @property
    def due_id(self) -> str:
        return str(self.row.data["due_id"])


@dataclass(frozen=True, slots=True)
class Wording:
    """What texts depend on besides the reminders."""

    texts: Texts
    calendar: Calendar
    units: Mapping[str, Unit]
    today: date
    greeting: str = ""

    def unit(self, unit: str) -> str:
        return self.units[unit].name if unit in self.units else unit


def reminder_of(row: Delivery, plans: Mapping[str, Plan]) -> Reminder | None:
    """The row of the plan; None when the plan or the row is gone."""
    plan = plans.get(row.data.get("plan", ""))
    tasks = plan.all_tasks if plan else ()
    task = next((task for task in tasks if task.number == row.data.get("task")), None)
    return Reminder(row, plan, task, row.data["unit"]) if plan and task else None


def still_owed(reminder: Reminder, standing: Standing) -> bool:
    """Nobody is reminded of what was finished, handed over or put off since it was planned."""
    state = standing.state(reminder.due_id, reminder.unit)
    return state.owes and not state.until


def compose(reminders: Sequence[Reminder], wording: Wording, batch: str, recipient: str) -> Reply:
    """One message for all reminders of a recipient."""
    single = len(reminders) == 1
    told = _single(reminders[0], wording) if single else _digest(reminders, wording)
    has_buttons = recipient.partition(":")[0] in BUTTON_CHANNELS
    hint = "" if has_buttons else wording.texts.say("reminder.reply_elsewhere")
    text = "\n".join(filter(None, (wording.greeting, told, hint)))
    verbs = (SINGLE if single else SEVERAL) if has_buttons else ()
    return Reply(text, choices=tuple(button(wording.texts, batch, verb) for verb in verbs))


def request(row: Delivery, wording: Wording, batch: str, recipient: str) -> Reply:
    """A request for more time, with the two answers to it."""
    data, say = row.data, wording.texts.say
    text = say("extension.asked", **{**data, "unit": wording.unit(data["unit"])})
    if recipient.partition(":")[0] not in BUTTON_CHANNELS:
        return Reply(f"{text}\n{say('reminder.reply_elsewhere')}")
    choices = (
        Choice(say(f"tasks.{verb}"), {}, f"{DELIVERED}{batch}:{verb}-{row.id}", False) for verb in DECIDE
    )
    return Reply(text, choices=tuple(choices))


def button(texts: Texts, batch: str, verb: str) -> Choice:
    """A button that needs no session: anybody in the group may press it, on any replica."""
    label = texts.say(f"reminder.button.{verb}")
    return Choice(label, {"do": "remind", "verb": verb, "batch": batch}, f"{DELIVERED}{batch}:{verb}", False)


def when(reminder: Reminder, wording: Wording) -> str:
    """How far the due day is, counted on the day it is said."""
    due, today, say = reminder.due, wording.today, wording.texts.say
    if reminder.row.data.get("stage") == "start" and today < due:
        return say("reminder.when.start")
    days = wording.calendar.working_days_between(today, due)
    if today == due or (today < due and days == 0):
        return say("reminder.when.on")
    if today < due:
        return say("reminder.when.before", days=days)
    return say("reminder.when.after", days=max(1, -days))


def work_of(task: Task, what: str) -> str:
    return f"{task.work}（{what}）" if what else task.work


def _single(reminder: Reminder, wording: Wording) -> str:
    text = wording.texts.say(
        "reminder.single",
        unit=wording.unit(reminder.unit),
        when=when(reminder, wording),
        work=work_of(reminder.task, reminder.row.data.get("what", "")),
        deadline=reminder.task.deadline,
        due=reminder.due.isoformat(),
        plan=reminder.plan.title,
        number=reminder.task.number,
    )
    provisional = _provisional([reminder], wording)
    return "\n".join(filter(None, (_catch_up([reminder], wording), text, provisional)))


def _digest(reminders: Sequence[Reminder], wording: Wording) -> str:
    say = wording.texts.say
    units = "、".join(dict.fromkeys(wording.unit(each.unit) for each in reminders))
    lines = [_line(number, each, wording, reminders) for number, each in enumerate(reminders[:SHOWN], 1)]
    more = say("reminder.more", count=len(reminders) - SHOWN) if len(reminders) > SHOWN else ""
    heading = say("reminder.digest", units=units, count=len(reminders), day=wording.today.isoformat())
    catch_up, provisional = _catch_up(reminders, wording), _provisional(reminders, wording)
    return "\n".join(filter(None, (catch_up, heading, *lines, more, provisional)))


def _line(number: int, reminder: Reminder, wording: Wording, all_: Sequence[Reminder]) -> str:
    several = len({each.unit for each in all_}) > 1
    return wording.texts.say(
        "reminder.line_of_unit" if several else "reminder.line",
        number=number,
        unit=wording.unit(reminder.unit),
        when=when(reminder, wording),
        work=work_of(reminder.task, reminder.row.data.get("what", "")),
        deadline=reminder.task.deadline,
    )


def _catch_up(reminders: Sequence[Reminder], wording: Wording) -> str:
    missed = any(_planned(each.row) < wording.today for each in reminders)
    return wording.texts.say("reminder.catch_up") if missed else ""


def _planned(row: Delivery) -> date:
    return date.fromisoformat(row.data.get("on", "9999-12-31"))


def _provisional(reminders: Sequence[Reminder], wording: Wording) -> str:
    years = sorted({each.due.year for each in reminders if each.row.data.get("provisional")})
    return wording.texts.say("reminder.provisional", years="、".join(map(str, years))) if years else ""
