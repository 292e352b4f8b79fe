"""认领任务: an upper item changed; take its shared elements over into one's own, or let them be."""

from bot.commands import read_review
from bot.handlers import adjust_item, my_drafts
from bot.messages import Card, Choice, Line, Replies, Reply, Section
from bot.prompts import cut
from bot.rights import permitted, who
from bot.turn import Turn
from item_store.adjustments import CHANGE
from item_store.cases import ClaimTask
from item_store.differences import Difference, LineKind
from item_store.item import Item
from item_store.people import Person, Right
from item_store.sharing import shared_differences, with_shared

OWN = ("claims", "claim_look", "claim_take", "claim_leave")


def wants(turn: Turn) -> bool:
    """Its words and buttons, outside an open draft."""
    if turn.incoming.group:
        return False
    if turn.action:
        return turn.action.get("do") in OWN
    command = read_review(turn.text)
    return command is not None and command.name == "claims" and not turn.session.task.get("draft")


async def handle(turn: Turn) -> Replies:
    """Only for those who fill in for the unit."""
    person = await who(turn)
    if person is None or not person.units_with(Right.FILL):
        return [Reply(turn.say("staff.not_allowed"))]
    turn.session.task["staff"] = person.id
    tasks = [t for unit in person.units_with(Right.FILL) for t in await turn.services.store.claim_tasks(unit)]
    do = turn.action.get("do", "claims")
    if do == "claims":
        return [_listing(turn, tasks)]
    task = next((t for t in tasks if t.lower_id == turn.action["item"]), None)
    if task is None:
        return [Reply(turn.say("claims.gone"))]
    return [_look(turn, task)] if do == "claim_look" else await _settle(turn, person, task, do)


def _listing(turn: Turn, tasks: list[ClaimTask]) -> Reply:
    if not tasks:
        return Reply(turn.say("claims.none"))
    latest = {task.lower_id: task for task in tasks}
    choices = [
        Choice(cut(_name(turn, task.lower_id)), {"do": "claim_look", "item": task.lower_id})
        for task in latest.values()
    ]
    return Reply(turn.say("claims.list", count=len(latest)), choices=tuple(choices))


def _name(turn: Turn, item_id: str) -> str:
    item = turn.services.catalogue.item(item_id)
    return item.name if item else item_id


def _look(turn: Turn, task: ClaimTask) -> Reply:
    upper, lower = (turn.services.catalogue.item(i) for i in (task.upper_id, task.lower_id))
    leave = Choice(turn.say("claims.leave"), {"do": "claim_leave", "item": task.lower_id}, numbered=False)
    if upper is None or lower is None:
        return Reply(turn.say("claims.upper_gone", name=_name(turn, task.lower_id)), choices=(leave,))
    found = shared_differences(upper, lower)
    if not found:
        return Reply(turn.say("claims.same", name=lower.name), choices=(leave,))
    take = Choice(turn.say("claims.take"), {"do": "claim_take", "item": task.lower_id}, numbered=False)
    lines = tuple(Line(_new(d), d.field.title, (Line(_old(d), turn.say("review.before")),)) for d in found)
    card = Card(lower.name, (Section(turn.say("claims.changed"), lines),))
    return Reply(card=card, choices=(take, leave))


def _new(difference: Difference) -> str:
    return "\n".join(line.text for line in difference.lines if line.kind is not LineKind.OLD) or "—"


def _old(difference: Difference) -> str:
    return "；".join(difference.before) or "—"


async def _settle(turn: Turn, person: Person, task: ClaimTask, do: str) -> Replies:
    if await permitted(turn, Right.SUBMIT, task.unit, f"item:{task.lower_id}") is None:
        return [Reply(turn.say("staff.not_allowed"))]
    upper, lower = (turn.services.catalogue.item(i) for i in (task.upper_id, task.lower_id))
    await turn.services.store.settle_claim(task.lower_id, task.upper_id, person.id)
    if do == "claim_leave" or upper is None or lower is None:
        return [Reply(turn.say("claims.left"))]
    return await my_drafts.show(turn, await _draft(turn, person, task, with_shared(upper, lower)))


async def _draft(turn: Turn, person: Person, task: ClaimTask, item: Item) -> str:
    basis = turn.say("claims.basis", name=item.name, version=task.upper_version)
    adjustment = {"item": task.lower_id, "change": CHANGE, "reason": "catalog", "basis": basis}
    data = adjust_item.draft_data(item, task.unit, person, adjustment)
    draft = await turn.services.store.create_draft(task.unit, {**data, "source_item": task.upper_id})
    return draft.id
