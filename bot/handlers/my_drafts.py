"""我的草稿: the drafts of one's units, to go on with, begin or delete."""

from collections.abc import Mapping, Sequence

from bot import dialog, prompts
from bot.commands import Command, read_command, read_outside
from bot.drafts import Closed, OpenDraft, new_data, open_draft, title_of
from bot.messages import MAX_TEXT, Choice, Replies, Reply
from bot.rights import permitted, who
from bot.steps import PLAIN
from bot.turn import Turn
from item_store.contract import Draft, DraftState
from item_store.people import Person, Right
from item_store.templates import TEMPLATES

OWN = ("drafts", "new", "begin", "open", "delete", "really_delete", "which_to_delete")
SHOWN = 8
"""Drafts listed at once, the ones changed last."""


def wants(turn: Turn) -> bool:
    """Its buttons, and the words that name them; whoever may not is told so."""
    if turn.action:
        return turn.action.get("do") in OWN
    if _pastes(turn):
        return True
    command = _command(turn)
    return command is not None and command.name in ("drafts", "new")


def _pastes(turn: Turn) -> bool:
    """A whole guide before there is a draft to take it; far too long for a question."""
    return len(turn.text) > MAX_TEXT and not turn.session.task.get("draft")


def _command(turn: Turn) -> Command | None:
    task = turn.session.task
    idle = task.get("staff") and not task.get("draft") and not turn.incoming.group
    return read_outside(turn.text) if idle else read_command(turn.text)


async def handle(turn: Turn) -> Replies:
    """List, begin, open or delete; only for those who may fill in items somewhere."""
    person = await who(turn)
    if person is None or not person.units_with(Right.FILL):
        return [Reply(turn.say("staff.not_allowed"))]
    turn.session.task["staff"] = person.id
    do = turn.action.get("do") or getattr(_command(turn), "name", "")
    match do:
        case "new":
            return await new(turn, person)
        case "begin":
            return await begin(turn, person, turn.action["template"], turn.action["unit"])
        case "open":
            return await show(turn, turn.action["draft"])
        case "delete" | "really_delete":
            return await delete(turn, turn.action)
    return await listing(turn, person, deleting=do == "which_to_delete")


async def listing(turn: Turn, person: Person, deleting: bool = False) -> Replies:
    """The drafts of all units the person fills in for, last changed first; to open or to delete one."""
    if _pastes(turn):
        return [Reply(turn.say("draft.paste_into"), choices=(new_button(turn), list_button(turn)))]
    drafts = await open_drafts(turn, person)
    if not drafts:
        return [Reply(turn.say("draft.none"), choices=(new_button(turn),))]
    button = delete_button if deleting else open_button
    choices = [button(turn, draft, describe(turn, draft), True) for draft in drafts[:SHOWN]]
    if deleting:
        return [Reply(turn.say("draft.which_to_delete"), choices=(*choices, list_button(turn)))]
    delete_one = Choice(turn.say("draft.delete"), {"do": "which_to_delete"}, numbered=False)
    text = turn.say("draft.list", count=len(drafts))
    return [Reply(text, choices=(*choices, new_button(turn), delete_one))]


async def open_drafts(turn: Turn, person: Person) -> list[Draft]:
    found: list[Draft] = []
    for unit in person.units_with(Right.FILL):
        found += await turn.services.store.drafts_of(unit)
    open_ones = [draft for draft in found if draft.state is DraftState.OPEN]
    return sorted(open_ones, key=lambda draft: draft.updated_at, reverse=True)


def describe(turn: Turn, draft: Draft) -> str:
    """Name, template and progress on one line."""
    progress = dialog.progress(dialog.form_of(draft.data))
    return turn.say(
        "draft.line",
        name=prompts.cut(title_of(draft) or turn.say("draft.unnamed")),
        template=turn.say(f"template.{draft.data['template']}"),
        done=progress.done,
        total=progress.total,
        by=draft.data.get("made_by", ""),
    )


def open_button(turn: Turn, draft: Draft, label: str = "", numbered: bool = False) -> Choice:
    return Choice(label or turn.say("draft.open"), {"do": "open", "draft": draft.id}, numbered=numbered)


def going_on(turn: Turn) -> tuple[Choice, ...]:
    """Back to the draft that is open here."""
    draft_id = turn.session.task.get("draft")
    if not draft_id:
        return ()
    return (Choice(turn.say("draft.open"), {"do": "open", "draft": draft_id}, numbered=False),)


def delete_button(turn: Turn, draft: Draft, label: str = "", numbered: bool = False) -> Choice:
    return Choice(label or turn.say("draft.delete"), {"do": "delete", "draft": draft.id}, numbered=numbered)


def list_button(turn: Turn) -> Choice:
    return Choice(turn.say("draft.mine"), {"do": "drafts"}, numbered=False)


def new_button(turn: Turn) -> Choice:
    return Choice(turn.say("draft.new"), {"do": "new"}, numbered=False)


async def new(turn: Turn, person: Person) -> Replies:
    """Which template, and for which unit where there are several."""
    units = person.units_with(Right.FILL)
    choices = []
    for unit in units:
        name = await unit_name(turn, unit) if len(units) > 1 else ""
        choices += [_begin_button(turn, template, unit, name) for template in TEMPLATES]
    return [Reply(turn.say("draft.which_template"), choices=tuple(choices))]


def _begin_button(turn: Turn, template: str, unit: str, unit_name: str) -> Choice:
    label = turn.say(f"template.{template}") + (f"（{unit_name}）" if unit_name else "")
    return Choice(label, {"do": "begin", "template": template, "unit": unit})


async def unit_name(turn: Turn, unit_id: str) -> str:
    unit = await turn.services.store.unit(unit_id)
    return unit.name if unit else unit_id


async def begin(turn: Turn, person: Person, template: str, unit: str) -> Replies:
    """A new draft, asked from its first field on."""
    if await permitted(turn, Right.FILL, unit, f"new:{template}") is None:
        return [Reply(turn.say("staff.not_allowed"))]
    draft = await turn.services.store.create_draft(unit, new_data(template, unit, person))
    return await show(turn, draft.id)


async def show(turn: Turn, draft_id: str) -> Replies:
    """Open a draft here and ask what is to be asked."""
    opened = await open_draft(turn, draft_id)
    if isinstance(opened, Closed):
        return left(turn, opened)
    name = await unit_name(turn, opened.draft.owner)
    keep = {key: kept for key, kept in turn.session.task.items() if key == "staff"}
    seen = {"asked": opened.token, "seen": opened.draft.version}
    turn.session.task = {**keep, "draft": draft_id, "unit_name": name, **seen}
    return [prompts.prompt(turn, opened, PLAIN, greeting(turn, opened))]


def greeting(turn: Turn, opened: OpenDraft) -> Sequence[str]:
    """How to fill in, for a new draft; where it stands, for one that is gone on with."""
    progress = dialog.progress(opened.form)
    if not progress.done and not opened.form.answered:
        return (turn.say("fill.begin", total=progress.total),)
    resumed = turn.say("fill.resumed", done=progress.done, total=progress.total)
    return (*prompts.to_mend(turn, opened, ""), resumed)


def left(turn: Turn, closed: Closed) -> Replies:
    """The draft cannot be worked on: why, and what else there is."""
    turn.session.task = {key: kept for key, kept in turn.session.task.items() if key == "staff"}
    if closed.why == "refused":
        return [Reply(turn.say("draft.refused"))]
    return [Reply(turn.say(f"draft.{closed.why}"), choices=(list_button(turn), new_button(turn)))]


async def delete(turn: Turn, action: Mapping[str, str]) -> Replies:
    """Delete after a second word; a draft that somebody else changed meanwhile is shown again first."""
    opened = await open_draft(turn, action["draft"])
    if isinstance(opened, Closed):
        return left(turn, opened)
    version = str(opened.draft.version)
    if action["do"] == "really_delete" and action["version"] == version:
        await turn.services.store.delete_draft(opened.draft.id)
        return left(turn, Closed("deleted"))
    again = {"do": "really_delete", "draft": opened.draft.id, "version": version}
    text = turn.say("draft.really_delete", line=describe(turn, opened.draft))
    return [
        Reply(
            text,
            choices=(
                Choice(turn.say("draft.delete_it"), again, numbered=False),
                open_button(turn, opened.draft),
            ),
        )
    ]
