"""下载: a draft, a unit's drafts or its published items as official workbooks, or an empty one to fill in."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import dialog, prompts
from bot.commands import read_command
from bot.drafts import Closed, open_draft, title_of
from bot.handlers import my_drafts
from bot.messages import Choice, File, Replies, Reply
from bot.rights import permitted, who
from bot.turn import Turn
from item_store.contract import Draft, DraftState
from item_store.draft_workbooks import LISTS, draft_item, workbook_of
from item_store.excel import TooLongForCellError
from item_store.item import Item
from item_store.people import Right

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHATS = ("empty", "drafts", "published")


def wants(turn: Turn) -> bool:
    """Its words and buttons."""
    if turn.incoming.group:
        return False
    if turn.action:
        return turn.action.get("do") == "download"
    command = read_command(turn.text)
    return command is not None and command.name == "download"


async def handle(turn: Turn) -> Replies:
    """The draft that is open; else one of a unit's lists."""
    person = await who(turn)
    if person is None or not person.units_with(Right.FILL):
        return [Reply(turn.say("staff.not_allowed"))]
    turn.session.task["staff"] = person.id
    if turn.action:
        return await of_unit(turn, turn.action)
    if turn.session.task.get("draft"):
        return await of_draft(turn, turn.session.task["draft"])
    choices = [choice for unit in person.units_with(Right.FILL) for choice in await _choices(turn, unit)]
    return [Reply(turn.say("download.which"), choices=tuple(choices))]


async def _choices(turn: Turn, unit: str) -> list[Choice]:
    name = await my_drafts.unit_name(turn, unit)
    counts = {
        "drafts": len(await _open_drafts(turn, unit)),
        "published": len(turn.services.catalogue.of_agency(name)),
    }
    return [
        Choice(
            turn.say(f"download.{what}", unit=name, count=counts.get(what, 0)),
            {"do": "download", "what": what, "unit": unit},
        )
        for what in WHATS
        if counts.get(what, 1)
    ]


async def _open_drafts(turn: Turn, unit: str) -> list[Draft]:
    drafts = await turn.services.store.drafts_of(unit)
    return [d for d in drafts if d.state is DraftState.OPEN and d.data["template"] in LISTS]


async def of_draft(turn: Turn, draft_id: str) -> Replies:
    """One draft, by whoever may fill it in."""
    opened = await open_draft(turn, draft_id)
    if isinstance(opened, Closed):
        return my_drafts.left(turn, opened)
    template, going_on = opened.form.template.name, my_drafts.going_on(turn)
    if template not in LISTS:
        return [Reply(turn.say("download.no_list"), choices=going_on)]
    item = draft_item(opened.draft.id, opened.draft.version, opened.form.values)
    name = prompts.cut(title_of(opened.draft) or turn.say("draft.unnamed"))
    unit = await my_drafts.unit_name(turn, opened.draft.owner)
    return [replace(await _file(turn, template, [item], unit, name), choices=going_on)]


async def of_unit(turn: Turn, action: Mapping[str, str]) -> Replies:
    """A list of the unit, a workbook for each kind of list there is."""
    unit = action["unit"]
    if await permitted(turn, Right.FILL, unit, f"download:{action['what']}") is None:
        return [Reply(turn.say("staff.not_allowed"))]
    name = await my_drafts.unit_name(turn, unit)
    items: dict[str, list[Item]] = {template: [] for template in LISTS}
    if action["what"] == "published":
        items = dict.fromkeys(LISTS, turn.services.catalogue.of_agency(name))
    elif action["what"] == "drafts":
        for draft in await _open_drafts(turn, unit):
            values = dialog.form_of(draft.data).values
            items[draft.data["template"]].append(draft_item(draft.id, draft.version, values))
    wanted = [template for template in LISTS if items[template] or action["what"] == "empty"]
    return [await _file(turn, template, items[template], name) for template in wanted] or [
        Reply(turn.say("draft.none"), choices=(my_drafts.new_button(turn),))
    ]


async def _file(turn: Turn, template: str, items: Sequence[Item], unit: str, name: str = "") -> Reply:
    """Written in a thread, so that nobody waits; named after the unit where it is no single draft's."""
    try:
        content = await asyncio.to_thread(workbook_of, template, items, unit)
    except TooLongForCellError as error:
        return Reply(turn.say("export.long_cell", item=error.item_id, field=error.title))
    file = File(f"{name or unit}-{LISTS[template].sheet}.xlsx", content, EXCEL)
    text = turn.say("download.here" if items else "download.here_empty", count=len(items))
    return Reply(text, file=file)
