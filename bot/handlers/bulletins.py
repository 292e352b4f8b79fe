"""日扫描 … 年考核 on demand, with page and Excel; 日历订阅 and its revoking."""

from bot import addresses, bulletin_texts, liaison, reporting
from bot.liaison_words import Said, said
from bot.messages import Replies, Reply
from bot.turn import Turn
from item_store.deadline_shapes import Cycle
from item_store.people import Person, Right
from item_store.tasks import Plan

BULLETIN = "bulletin_"
NAMES = ("feed", "revoke")


def wants(turn: Turn) -> bool:
    """Its words."""
    command = said(turn)
    return command is not None and (command.name in NAMES or command.name.startswith(BULLETIN))


async def handle(turn: Turn) -> Replies:
    """For staff, outside groups: what is told there comes by the plan."""
    person = await reporting.staff(turn)
    if person is None or turn.incoming.group:
        return [Reply(turn.say("staff.not_allowed"))]
    command = said(turn) or Said("")
    if command.name == "feed":
        return [await _feed(turn, person)]
    if command.name == "revoke":
        count = await addresses.revoke_all(turn.services, person.id)
        return [Reply(turn.say("feed.revoked", count=count))]
    return await _bulletins(turn, person, Cycle(command.name.removeprefix(BULLETIN)), command.rest)


async def _bulletins(turn: Turn, person: Person, kind: Cycle, name: str) -> Replies:
    """Of every running plan, or of the one named; with a page for operators."""
    running = [kept.record.plan for kept in await liaison.running_plans(turn.services.store)]
    plans = [plan for plan in running if name in ("", plan.name, plan.title)]
    if not plans:
        return [Reply(turn.say("bulletin.no_plan"))]
    return [await _bulletin(turn, person, kind, plan) for plan in plans]


async def _bulletin(turn: Turn, person: Person, kind: Cycle, plan: Plan) -> Reply:
    today = liaison.today(turn.services)
    told = await bulletin_texts.build(turn.services, plan, kind, today)
    text = bulletin_texts.message(told, turn.texts)
    if person.units_with(Right.MANAGE_STAFF):
        about = f"{plan.name}:{kind}:{today.isoformat()}"
        path = await addresses.new_address(turn.services, addresses.BULLETIN, (), about, person.id)
        text += "\n" + turn.say("bulletin.page", address=_whole(turn, path))
    return Reply(text, file=bulletin_texts.workbook(told, turn.texts))


async def _feed(turn: Turn, person: Person) -> Reply:
    """One address for all units the person answers for."""
    units = await reporting.units_of(turn, person, Right.REPORT)
    if not units:
        return Reply(turn.say("staff.not_allowed"))
    path = await addresses.new_address(turn.services, addresses.FEED, units, person.name, person.id)
    return Reply(turn.say("feed.address", address=_whole(turn, path)))


def _whole(turn: Turn, path: str) -> str:
    base = turn.services.settings.public_url
    return (str(base).rstrip("/") if base else "") + path
