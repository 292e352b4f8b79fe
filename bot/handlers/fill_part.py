"""A field made of entries: add, describe, change, move and remove them, each in few messages."""

from collections.abc import Mapping
from dataclasses import replace

from bot import dialog, options, part_dialog, prompts
from bot.commands import Command, is_asking
from bot.drafts import OpenDraft
from bot.handlers import ask
from bot.messages import Choice, Reply
from bot.part_dialog import Attribute, PartState, Questions
from bot.steps import Step, View
from bot.turn import Turn
from item_store.fields import Field
from item_store.kinds import Unreadable

ACTIONS = ("add", "lead", "attribute", "part", "entry")
MENU = 8
"""Entries offered at once to be changed; others are named by number."""


def _here(opened: OpenDraft) -> tuple[Field, PartState, Questions]:
    field, state = opened.asked, opened.part
    if field is None or state is None:
        raise ValueError(opened.token)
    return field, state, part_dialog.questions(field)


def _keep(opened: OpenDraft, state: PartState, *notes: str) -> Step:
    return Step(opened.form, state, notes)


def act(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """A button of the small dialogue; one of another field's is too old."""
    if opened.part is None:
        return Step(notes=(turn.say("fill.expired"),))
    match action["do"]:
        case "add":
            return add_used(turn, opened, action["text"])
        case "lead":
            return add_text(turn, opened, action["text"])
        case "attribute":
            return press_attribute(turn, opened, action)
        case "entry":
            return on_entry(turn, opened, action)
    return command(turn, opened, Command(action["name"]))


async def take_text(turn: Turn, opened: OpenDraft, text: str, said: Command | None) -> Step:
    """A command about entries, the attribute that is asked, or new entries."""
    _, state, how = _here(opened)
    if said and said.name in PART_COMMANDS:
        return command(turn, opened, said)
    attribute = part_dialog.asked(state, how)
    if attribute is not None:
        return set_attribute(turn, opened, attribute, text)
    if is_asking(text) and state.field != "faq":
        replies = await ask.ask(turn, text)
        return Step(replies=tuple(replace(reply, choices=()) for reply in replies))
    return add_text(turn, opened, text)


def _last_name(opened: OpenDraft) -> str:
    return str(opened.draft.data.get("last", {}).get("name", ""))


def add_text(turn: Turn, opened: OpenDraft, text: str) -> Step:
    """Entries from what was typed or pasted."""
    _, state, how = _here(opened)
    return _added(turn, opened, state, part_dialog.add(part_dialog.close(state), how, text))


def add_used(turn: Turn, opened: OpenDraft, lead: str) -> Step:
    """An entry as the unit's published items have it, with all its attributes."""
    field, state, how = _here(opened)
    said = {str(getattr(entry, entry.lead())) for entry in state.entries}
    used = options.used_parts(turn, field, opened.form.values, said)
    records = [part.record() for part in used if str(getattr(part, part.lead())) == lead]
    if not records:
        return Step(notes=(turn.say("fill.expired"),))
    return _added(turn, opened, state, part_dialog.add_records(part_dialog.close(state), how, records))


def _added(turn: Turn, opened: OpenDraft, before: PartState, after: PartState | Unreadable) -> Step:
    if isinstance(after, Unreadable):
        return _refused(turn, after)
    count = len(after.entries) - len(before.entries)
    names = "、".join(prompts.cut(str(getattr(e, e.lead()))) for e in after.entries[-count:])
    return _keep(opened, after, turn.say("part.added", names=prompts.cut(names)))


def _refused(turn: Turn, problem: Unreadable, first: tuple[Choice, ...] = ()) -> Step:
    details = {key: prompts.cut(said) for key, said in problem.details.items()}
    why = turn.say("fill.unreadable", why=turn.say(problem.why, **details))
    return Step(notes=(why,), view=View(first=first))


def set_attribute(turn: Turn, opened: OpenDraft, attribute: Attribute, text: str) -> Step:
    """Give the open entry what was typed or tapped."""
    _, state, how = _here(opened)
    after = part_dialog.set_attribute(state, how, attribute, text)
    if isinstance(after, Unreadable):
        near = options.mended(attribute.kind, text, after)
        return _refused(turn, after, tuple(_attribute_choice(attribute.key, offered) for offered in near))
    return _keep(opened, after)


def _attribute_choice(key: str, text: str) -> Choice:
    return Choice(text, {"do": "attribute", "key": key, "text": text})


def press_attribute(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """A tapped attribute counts only while it is the one that is asked."""
    _, state, how = _here(opened)
    attribute = part_dialog.asked(state, how)
    if attribute is None or attribute.key != action["key"] or turn.session.task.get("asked") != opened.token:
        return Step(notes=(turn.say("fill.expired"),))
    return set_attribute(turn, opened, attribute, action["text"])


def command(turn: Turn, opened: OpenDraft, said: Command) -> Step:
    """Done, the menu of entries, or something about one entry."""
    _, state, _ = _here(opened)
    match said.name:
        case "done":
            return done(turn, opened)
        case "menu":
            return menu(turn, opened)
        case "describe":
            return entry_menu(turn, opened, len(state.entries))
    return on_numbered(turn, opened, state, said)


def on_numbered(turn: Turn, opened: OpenDraft, state: PartState, said: Command) -> Step:
    """A command that names an entry by its number, in the list as it was shown."""
    if turn.session.task.get("seen") != opened.draft.version:
        return Step(notes=(turn.say("fill.overtaken", name=_last_name(opened), text=turn.said()),))
    if not _fits(state, said.number) or (said.name == "move" and not _fits(state, said.to)):
        return Step(notes=(turn.say("part.no_such_entry", count=len(state.entries)),))
    match said.name:
        case "remove":
            return removed(turn, opened, said.number)
        case "move":
            return _keep(opened, part_dialog.move(state, said.number, said.to))
    return entry_menu(turn, opened, said.number)


def _fits(state: PartState, number: int) -> bool:
    return 1 <= number <= len(state.entries)


def removed(turn: Turn, opened: OpenDraft, number: int) -> Step:
    """Take an entry out, with a button that puts it back."""
    field, state, _ = _here(opened)
    gone = state.entries[number - 1]
    note = turn.say("part.removed", name=prompts.cut(str(getattr(gone, gone.lead()))))
    undo = Choice(turn.say("part.undo"), {"do": "lead", "text": field.kind.cell((gone,))}, numbered=False)
    return Step(opened.form, part_dialog.remove(state, number), (note,), view=View(first=(undo,)))


def done(turn: Turn, opened: OpenDraft) -> Step:
    """完成: the entries are the answer."""
    field, state, _ = _here(opened)
    if not state.entries:
        return Step(notes=(turn.say("part.nothing_yet"),))
    entries = part_dialog.ordered(field, state.entries)
    problem = field.kind.check(entries)
    if problem:
        return _refused(turn, problem)
    notes = [turn.say("fill.noted", title=field.title, value=prompts.shown(field, entries))]
    if entries != state.entries:
        notes.append(turn.say("part.ordered"))
    return Step(dialog.answer(opened.form, field.key, entries), state, tuple(notes))


def skipped(turn: Turn, opened: OpenDraft) -> Step:
    """跳过 within an entry passes over an attribute; after some entries it means they are all."""
    _, state, how = _here(opened)
    if state.open >= 0:
        return _keep(opened, part_dialog.pass_over(state, how))
    return done(turn, opened)


def closed(opened: OpenDraft) -> Step:
    """返回 within an entry: to the list."""
    _, state, _ = _here(opened)
    return _keep(opened, part_dialog.close(state))


def menu(turn: Turn, opened: OpenDraft) -> Step:
    """Which entry to change."""
    field, state, _ = _here(opened)
    if not state.entries:
        return Step(notes=(turn.say("part.nothing_yet"),))
    lines = list(prompts.numbered(field, state.entries))[-MENU:]
    first = len(state.entries) - len(lines) + 1
    choices = tuple(
        Choice(line, {"do": "entry", "n": str(number), "what": "menu"}, numbered=False)
        for number, line in enumerate(lines, first)
    )
    return Step(replies=(Reply(turn.say("part.which"), choices=choices),), asks=False)


def entry_menu(turn: Turn, opened: OpenDraft, number: int) -> Step:
    """What can be done with one entry."""
    _, state, how = _here(opened)
    if not _fits(state, number):
        return Step(notes=(turn.say("part.nothing_yet"),))
    entry = state.entries[number - 1]
    filled = dict(entry.filled())
    whats = ["remove", *(["up"] if number > 1 else []), *(["down"] if number < len(state.entries) else [])]
    choices = [_entry_choice(turn, number, what) for what in whats]
    for key, attribute in how.attributes.items():
        mark = turn.say("part.filled_mark") if key in filled else ""
        action = {"do": "entry", "n": str(number), "what": "set", "key": key}
        choices.append(Choice(mark + attribute.title, action, numbered=False))
    name = prompts.cut(str(getattr(entry, entry.lead())))
    return Step(
        replies=(Reply(turn.say("part.entry", number=number, name=name), choices=tuple(choices)),), asks=False
    )


def _entry_choice(turn: Turn, number: int, what: str) -> Choice:
    return Choice(turn.say(f"part.{what}"), {"do": "entry", "n": str(number), "what": what}, numbered=False)


def on_entry(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """A button of an entry's menu; the list must still be the one that was shown."""
    _, state, how = _here(opened)
    number = int(action["n"])
    if turn.session.task.get("seen") != opened.draft.version or not _fits(state, number):
        return Step(notes=(turn.say("fill.expired"),))
    match action["what"]:
        case "menu":
            return entry_menu(turn, opened, number)
        case "remove":
            return removed(turn, opened, number)
        case "set":
            return _keep(opened, part_dialog.want(state, number, action["key"], how))
    to = number + (1 if action["what"] == "down" else -1)
    return _keep(opened, part_dialog.move(state, number, to)) if _fits(state, to) else Step()


PART_COMMANDS = ("done", "menu", "describe", "edit", "remove", "move")
