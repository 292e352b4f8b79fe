"""登录: a one-time code binds this channel to a member of staff; more channels by a code of their own."""

from datetime import timedelta

from bot.commands import Command, read_command
from bot.handlers import my_drafts, review
from bot.messages import Choice, Replies, Reply
from bot.reviews import desks
from bot.rights import identity, who
from bot.turn import Turn
from item_store.one_time_codes import hash_of, new_code
from item_store.people import Invitation, Person, Redeemed, Right

NAMES = ("sign_in", "sign_out", "link")
LINK_LASTS = timedelta(minutes=30)


def wants(turn: Turn) -> bool:
    """Its words and buttons."""
    return _command(turn) is not None


def _command(turn: Turn) -> Command | None:
    if turn.action:
        name = turn.action.get("do", "")
        return Command(name) if name in NAMES else None
    command = read_command(turn.text)
    return command if command and command.name in NAMES else None


async def handle(turn: Turn) -> Replies:
    """Sign in or out, or make a code for another channel."""
    command = _command(turn) or Command("")
    if turn.incoming.group:
        return [Reply(turn.say("staff.not_in_groups"))]
    match command.name:
        case "sign_in":
            return await sign_in(turn, command.title)
        case "link":
            return await link(turn)
    return await sign_out(turn)


async def sign_in(turn: Turn, code: str) -> Replies:
    """Redeem the code, or say what is wrong with it."""
    if not code.strip():
        return [Reply(turn.say("staff.how_to_sign_in"), choices=my_drafts.going_on(turn))]
    outcome = await turn.services.store.redeem(hash_of(code), identity(turn))
    if not isinstance(outcome, Redeemed):
        return [Reply(turn.say(f"staff.code.{outcome.why}"), choices=my_drafts.going_on(turn))]
    turn.session.task = {"staff": outcome.person.id}
    return [await welcome(turn, outcome.person)]


async def welcome(turn: Turn, person: Person) -> Reply:
    """Who one is now, and what one can do."""
    units = dict.fromkeys(grant.unit for grant in person.grants)
    names = "、".join([await my_drafts.unit_name(turn, unit) for unit in units])
    text = turn.say("staff.signed_in", name=person.name, units=names)
    choices: tuple[Choice, ...] = (review.list_button(turn),) if desks(person) else ()
    if person.units_with(Right.FILL):
        choices += (my_drafts.new_button(turn), my_drafts.list_button(turn))
    return Reply(text, choices=choices)


async def link(turn: Turn) -> Replies:
    """A code that binds another channel to the same person."""
    person = await who(turn)
    if person is None:
        return [Reply(turn.say("staff.not_allowed"))]
    code, now = new_code(), turn.services.clock()
    invitation = Invitation(hash_of(code), now + LINK_LASTS, person.id, person.name, (), person.id)
    await turn.services.store.invite(invitation)
    minutes = int(LINK_LASTS.total_seconds() // 60)
    return [Reply(turn.say("staff.link", code=code, minutes=minutes), choices=my_drafts.going_on(turn))]


async def sign_out(turn: Turn) -> Replies:
    """Forget who speaks on this channel."""
    known = await turn.services.store.unbind(identity(turn))
    turn.session.task = {}
    return [Reply(turn.say("staff.signed_out" if known else "staff.not_signed_in"))]
