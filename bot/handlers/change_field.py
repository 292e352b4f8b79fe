"""修改: which field to ask again, by number, title or section, and why one cannot be changed."""

from collections.abc import Mapping, Sequence

from bot import dialog, part_dialog
from bot.commands import Command
from bot.drafts import OpenDraft
from bot.messages import Choice, Reply
from bot.steps import Step
from bot.turn import Turn
from item_store.fields import Field
from knowledge.text import simplify


async def choose(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """The field to change, by section first."""
    if "field" in action:
        return change_to(turn, opened, opened.form.template.by_key[action["field"]])
    return offered(turn, [field for field in opened.form.fields if field.section == action["section"]])


def offered(turn: Turn, fields: Sequence[Field]) -> Step:
    """A button a field."""
    choices = tuple(
        Choice(f"{f.number} {f.title}", {"do": "choose_field", "field": f.key}, numbered=False)
        for f in fields
    )
    return Step(replies=(Reply(turn.say("fill.which_field"), choices=choices),), asks=False)


def change_to(turn: Turn, opened: OpenDraft, field: Field) -> Step:
    """Ask a field again, or say why it cannot be changed."""
    if field.key in opened.form.locked:
        return Step(notes=(turn.say("fill.locked", title=field.title),))
    if not opened.form.applies(field) and field.applies:
        on = opened.form.template.by_key[field.applies.field]
        return Step(notes=(turn.say("fill.does_not_apply", title=field.title, on=on.title),))
    return Step(dialog.change(with_entries(opened), field.key), opened.part)


def with_entries(opened: OpenDraft) -> dialog.Form:
    """The form with the entries of a change under way: going on to another field keeps them."""
    form, state = opened.form, opened.part
    if state is None or state.field != form.wanted or not state.entries:
        return form
    entries = part_dialog.ordered(form.template.by_key[state.field], state.entries)
    return dialog.answer(form, state.field, entries)


async def change(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """修改: by number or title, or a choice of sections."""
    wanted = str(command.number) if command.number else simplify(command.title)
    if not wanted:
        return sections_to_change(turn, opened)
    found = opened.form.template.find(wanted)
    if len(found) == 1:
        return change_to(turn, opened, found[0])
    if not found:
        return Step(notes=(turn.say("fill.no_such_field", wanted=wanted),))
    return offered(turn, found)


def sections_to_change(turn: Turn, opened: OpenDraft) -> Step:
    """A button a section."""
    choices = tuple(
        Choice(turn.say(f"section.{name}"), {"do": "choose_field", "section": name}, numbered=False)
        for name in dialog.sections(opened.form)
    )
    return Step(replies=(Reply(turn.say("fill.which_section"), choices=choices),), asks=False)
