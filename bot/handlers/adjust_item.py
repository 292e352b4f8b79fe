"""调整事项: change or cancel a published item, from a reason of the list and its basis."""

from collections.abc import Mapping
from typing import Any

from bot.commands import read_review
from bot.drafts import new_data
from bot.handlers import my_drafts, review
from bot.messages import Choice, Replies, Reply
from bot.reviews import review as reviewing
from bot.rights import permitted, who
from bot.turn import Turn
from item_store.adjustments import CANCEL, CHANGE, reasons_for
from item_store.cases import Submission
from item_store.contract import Draft
from item_store.figures import is_catalog_alone
from item_store.item import Item
from item_store.people import Person, Right
from item_store.reviewing import Decided
from item_store.templates import TEMPLATES
from item_store.workflow import Refused

OWN = ("adjust", "adjust_how", "adjust_why")
KEPT = ("item", "unit", "template", "change")
IMPLEMENTATION, CATALOG = "implementation", "catalog"


def wants(turn: Turn) -> bool:
    """Its words and buttons, and the basis that was asked for."""
    if turn.incoming.group:
        return False
    if turn.action:
        return turn.action.get("do") in OWN
    if turn.text and turn.session.task.get("adjust", {}).get("reason"):
        return True
    command = read_review(turn.text)
    return command is not None and command.name == "adjust" and not turn.session.task.get("draft")


async def handle(turn: Turn) -> Replies:
    """Which item, what with it, why, and by what basis; then the draft or the case."""
    person = await who(turn)
    if person is None or not person.units_with(Right.SUBMIT):
        return [Reply(turn.say("staff.not_allowed"))]
    turn.session.task["staff"] = person.id
    do = turn.action.get("do", "")
    if do in ("adjust_how", "adjust_why"):
        return [_next(turn, turn.action)]
    asked = turn.session.task.get("adjust", {})
    if not do and asked.get("reason"):
        return await begin(turn, asked, turn.text)
    return [await which(turn, person)]


async def which(turn: Turn, person: Person) -> Reply:
    """The item just spoken of, when it belongs to a unit of this person."""
    item = turn.services.catalogue.item(turn.action.get("item") or turn.session.context.get("item", ""))
    if item is None:
        return Reply(turn.say("adjust.which"))
    unit = await _unit_of(turn, person, item)
    if not unit:
        return Reply(turn.say("adjust.not_yours", name=item.name, agency=item.text("agency")))
    base = {"do": "adjust_how", "item": item.id, "unit": unit}
    choices = [
        Choice(turn.say(f"adjust.{template}.{change}"), {**base, "template": template, "change": change})
        for template in lists_of(item)
        for change in (CHANGE, CANCEL)
    ]
    return Reply(turn.say("adjust.how", name=item.name), choices=tuple(choices))


def lists_of(item: Item) -> tuple[str, ...]:
    """The lists that an item stands in; one without a word of how it is handled is in the catalog alone."""
    return (CATALOG,) if is_catalog_alone(item) else (IMPLEMENTATION, CATALOG)


async def _unit_of(turn: Turn, person: Person, item: Item) -> str:
    """The unit of this person that has the item; empty for none."""
    for unit_id in person.units_with(Right.SUBMIT):
        name = await my_drafts.unit_name(turn, unit_id)
        if name in (item.text("agency"), item.source):
            return unit_id
    return ""


def _next(turn: Turn, action: Mapping[str, str]) -> Reply:
    if action["do"] == "adjust_how":
        kept = {key: action[key] for key in KEPT}
        choices = [
            Choice(reason.title, {**kept, "do": "adjust_why", "reason": reason.id})
            for reason in reasons_for(action["template"], action["change"])
        ]
        return Reply(turn.say("adjust.why"), choices=tuple(choices))
    turn.session.task["adjust"] = {key: action[key] for key in (*KEPT, "reason")}
    return Reply(turn.say("adjust.basis"))


async def begin(turn: Turn, asked: Mapping[str, str], basis: str) -> Replies:
    """A draft of the item as it stands, to be changed; a cancellation is submitted at once."""
    turn.session.task.pop("adjust", None)
    item = turn.services.catalogue.item(asked["item"])
    person = await permitted(turn, Right.SUBMIT, asked["unit"], f"item:{asked['item']}")
    if item is None or person is None:
        return [Reply(turn.say("staff.not_allowed"))]
    adjustment = {key: asked[key] for key in ("item", "change", "reason")} | {"basis": basis.strip()}
    data = draft_data(item, asked["unit"], person, adjustment, asked["template"])
    draft = await turn.services.store.create_draft(asked["unit"], data)
    if asked["change"] == CHANGE:
        return await my_drafts.show(turn, draft.id)
    return [await _submit(turn, draft, person, item)]


def draft_data(
    item: Item, unit: str, person: Person, adjustment: Mapping[str, Any], template: str = IMPLEMENTATION
) -> dict[str, Any]:
    """A draft that says what the item says; its codes stay the coder's."""
    record = item.record()
    asked = [field.key for field in TEMPLATES[template].asked]
    values = {key: record[key] for key in asked if key in record}
    skipped = [key for key in asked if key not in record]
    data = new_data(template, unit, person, values)
    return {**data, "answered": list(values), "skipped": skipped, "adjustment": dict(adjustment)}


async def _submit(turn: Turn, draft: Draft, person: Person, item: Item) -> Reply:
    submission = Submission(draft.id, draft.data, draft.version)
    outcome = await reviewing(turn.services).submit(submission, draft.owner, person)
    if isinstance(outcome, Decided):
        return Reply(turn.say("adjust.submitted", name=item.name))
    if isinstance(outcome, Refused):
        return Reply(review.refused(turn, outcome))
    return Reply(turn.say("submit.no_chain"))
