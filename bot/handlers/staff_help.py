"""/start and /help for staff: who they are here, and what they can do."""

from collections.abc import Mapping, Sequence

from bot.commands import read_command
from bot.handlers import my_drafts, review, start
from bot.liaison_words import command_words
from bot.messages import Choice, Replies, Reply
from bot.reminder_texts import SINGLE
from bot.reviews import desks
from bot.rights import who
from bot.turn import Turn
from item_store.people import ROLES, Person, Right

LIAISON: Mapping[Right, Sequence[str]] = {
    Right.REPORT: ("my_tasks", "receipt", "contacts", "replace", "feed", "bulletin_month"),
    Right.MANAGE_STAFF: ("plans", "bind", "unbind", "greeting", "extensions", "deliveries", "unit", "units"),
}


def wants(turn: Turn) -> bool:
    """The commands, from somebody who has signed in; in an open draft 帮助 belongs to the field."""
    if not turn.session.task.get("staff") or turn.incoming.group:
        return False
    return start.wants(turn) or (not turn.session.task.get("draft") and _asks_help(turn))


def _asks_help(turn: Turn) -> bool:
    command = None if turn.action else read_command(turn.text)
    return command is not None and command.name == "help"


async def handle(turn: Turn) -> Replies:
    """Roles and commands; citizens, and those whose roles were taken away, get what citizens get."""
    person = await who(turn)
    if person is None or not person.grants:
        turn.session.task = {}
        return await start.handle(turn)
    return [await overview(turn, person)]


async def overview(turn: Turn, person: Person) -> Reply:
    """A line a role, then the commands, then the draft that is open."""
    lines = [turn.say("staff.hello", name=person.name)]
    for grant in person.grants:
        role = ROLES.get(grant.role)
        unit = await my_drafts.unit_name(turn, grant.unit)
        lines.append(turn.say("staff.role", unit=unit, role=role.title if role else grant.role))
    lines.append(turn.say("staff.commands"))
    lines += _liaison(turn, person)
    return Reply("\n".join(lines), choices=await _choices(turn, person))


def _liaison(turn: Turn, person: Person) -> list[str]:
    """The words of liaison work, as far as the person's rights go."""
    buttons = "、".join(turn.say(f"reminder.button.{verb}") for verb in SINGLE)
    return [
        turn.say(
            f"staff.liaison.{right}",
            words="、".join(command_words(names, turn.texts.locale)),
            buttons=buttons,
        )
        for right, names in LIAISON.items()
        if person.units_with(right)
    ]


async def _choices(turn: Turn, person: Person) -> tuple[Choice, ...]:
    deciding = (review.list_button(turn),) if desks(person) else ()
    if not person.units_with(Right.FILL):
        return deciding
    going_on = turn.session.task.get("draft")
    draft = await turn.services.store.load_draft(going_on) if going_on else None
    first = (my_drafts.open_button(turn, draft),) if draft else ()
    return (*deciding, *first, my_drafts.new_button(turn), my_drafts.list_button(turn))
