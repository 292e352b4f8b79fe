"""Filling in a draft: one field at a time, every command at every step, questions in between."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import dialog, drafts, options, part_dialog, prompts
from bot.commands import Command, is_asking, read_command
from bot.drafts import OpenDraft
from bot.handlers import (
    ask,
    change_field,
    fill_file,
    fill_part,
    my_drafts,
    prefill_item,
    submit_item,
    upload_workbook,
)
from bot.messages import Choice, Replies, Reply
from bot.steps import Step, View
from bot.turn import EXPIRED, Turn
from item_store.contract import Conflict
from item_store.fields import Field
from item_store.kinds import Unreadable, Value

TRIES = 4
"""Times a step is done over when somebody else saved the draft meanwhile."""

SHORT_TITLE = 12
"""Characters of a message that may still mean 「修改」 and a part of a title."""


def wants(turn: Turn) -> bool:
    """Everything, while a draft is open; questions in between go on to be answered from here."""
    return bool(turn.session.task.get("draft")) and not turn.incoming.group


async def handle(turn: Turn) -> Replies:
    """Take one message into the open draft, over the newest version of it."""
    for _ in range(TRIES):
        opened = await drafts.open_draft(turn, turn.session.task["draft"])
        if isinstance(opened, drafts.Closed):
            return my_drafts.left(turn, opened)
        if drafts.repeated(turn, opened):
            return show(turn, opened, Step())
        step = await take(turn, opened)
        saved = await drafts.save(turn, opened, step)
        if not isinstance(saved, Conflict):
            return show(turn, saved, step)
    return [Reply(turn.say("draft.busy"))]


def show(turn: Turn, opened: OpenDraft, step: Step) -> Replies:
    """What is said after a step, and what the person has seen by it."""
    if step.ends:
        turn.session.task = {key: kept for key, kept in turn.session.task.items() if key == "staff"}
        return [*step.replies, *([Reply("\n".join(step.notes))] if step.notes else [])]
    turn.session.task |= {"asked": opened.token, "seen": opened.draft.version}
    if step.asks or not step.replies:
        return [*step.replies, prompts.prompt(turn, opened, step.view, step.notes)]
    *before, last = step.replies
    go_on = Choice(turn.say("fill.go_on"), {"do": "continue"}, numbered=False)
    notes = [Reply("\n".join(step.notes))] if step.notes else []
    return [*notes, *before, replace(last, choices=(*last.choices, go_on))]


async def take(turn: Turn, opened: OpenDraft) -> Step:
    """What this message makes of the draft."""
    reason_for = turn.session.task.pop("reason", "")
    if turn.incoming.file:
        told = await upload_workbook.taken(turn, opened.person)
        return Step(replies=(told,), asks=False) if told else await fill_file.take(turn, opened)
    if turn.action:
        return await take_action(turn, opened, turn.action)
    command = read_command(turn.text, opened.part is not None)
    if command and command.name in COMMANDS and not _is_answer(command, opened, turn.text):
        return await COMMANDS[command.name](turn, opened, command)
    if reason_for and turn.text:
        return await submit_item.take_reason(turn, opened, reason_for, turn.text)
    return await take_text(turn, opened, turn.text, command) if turn.text else Step()


async def take_action(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """A button: of this dialogue, or of an answer given in between."""
    do = action.get("do", "")
    if action is EXPIRED:
        return Step(notes=(turn.say("fill.expired"),))
    if do in ACTIONS:
        return await ACTIONS[do](turn, opened, action)
    if do in fill_part.ACTIONS:
        return fill_part.act(turn, opened, action)
    return await aside(turn, await ask.handle(turn))


async def take_text(turn: Turn, opened: OpenDraft, text: str, command: Command | None) -> Step:
    """A whole guide, an answer to the field that was seen, or a question in between."""
    found = prefill_item.recognised(text, opened.form.template)
    if found:
        return prefill_item.offer_pasted(turn, opened, text, found)
    return await take_answer(turn, opened, text, command)


async def take_answer(turn: Turn, opened: OpenDraft, text: str, command: Command | None) -> Step:
    """An answer to the field that was seen, or a question in between."""
    if moved_on(turn, opened):
        return await answer_seen(turn, opened, text)
    if opened.part is not None:
        return await fill_part.take_text(turn, opened, text, command)
    if opened.asked is None:
        return await question(turn, opened, Command("ask", title=text))
    step = await answer(turn, opened, opened.asked, text)
    if opened.asked.key == "name" and step.form is not None:
        return prefill_item.with_offers(step, await prefill_item.offers(turn, opened, text.strip()))
    return step


async def as_answer(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """The pasted text is one answer after all."""
    text = turn.session.task.pop("pasted", "")
    return await take_answer(turn, opened, text, None) if text else Step()


def moved_on(turn: Turn, opened: OpenDraft) -> bool:
    """Whether somebody else brought the draft to another question since this person's was asked."""
    task = turn.session.task
    return task.get("seen") != opened.draft.version and task.get("asked") != opened.token


async def answer_seen(turn: Turn, opened: OpenDraft, text: str) -> Step:
    """An answer belongs to the question the person saw, not to the one the draft has come to."""
    key = str(turn.session.task.get("asked", "")).partition("/")[0]
    field = opened.form.template.by_key.get(key)
    if field is None or part_dialog.is_structured(field) or not opened.form.applies(field):
        return Step(notes=(overtaken(turn, opened, text),))
    return await answer(turn, opened, field, text)


def overtaken(turn: Turn, opened: OpenDraft, text: str) -> str:
    """Who went on with the draft, and what was not taken because of it."""
    name = opened.draft.data.get("last", {}).get("name", "")
    return turn.say("fill.overtaken", name=name, text=prompts.cut(text))


def _is_answer(command: Command, opened: OpenDraft, text: str) -> bool:
    """修改 before words that are no field's title begins an answer."""
    if command.name != "change" or not command.title:
        return False
    return len(text) > SHORT_TITLE or not opened.form.template.find(command.title)


async def answer(turn: Turn, opened: OpenDraft, field: Field, text: str) -> Step:
    """Read an answer, or say why it cannot be read and how to mend it."""
    if field.kind.name == "line" and is_asking(text):
        return await question(turn, opened, Command("ask", title=text))
    value = field.kind.read(text)
    if not isinstance(value, Unreadable):
        return put(turn, opened, field, value)
    repairs = options.repairs(field, text, value)
    if is_asking(text) and not repairs:
        return await question(turn, opened, Command("ask", title=text))
    return Step(notes=refused_notes(turn, text, value, bool(repairs)), view=View(first=tuple(repairs)))


def refused_notes(turn: Turn, text: str, problem: Unreadable, mendable: bool) -> tuple[str, ...]:
    """Why an answer was not taken; the list of choices is left out where near ones are offered."""
    if not mendable:
        return (turn.say("fill.unreadable", why=problem_text(turn, problem)),)
    near = problem.why == "unreadable.choice"
    why = turn.say("fill.no_such_choice", text=prompts.cut(text)) if near else problem_text(turn, problem)
    return turn.say("fill.unreadable", why=why), turn.say("fill.perhaps")


def problem_text(turn: Turn, problem: Unreadable) -> str:
    """Why a text cannot be read."""
    return turn.say(problem.why, **{key: prompts.cut(said) for key, said in problem.details.items()})


def put(turn: Turn, opened: OpenDraft, field: Field, value: Value) -> Step:
    """Take the answer, unless somebody else has answered since it was asked."""
    theirs = opened.form.values.get(field.key)
    if theirs == value:
        return Step()
    if theirs is not None and turn.session.task.get("seen") != opened.draft.version:
        return disputed(turn, opened, field, value, theirs)
    return taken(turn, opened, field, value)


def disputed(turn: Turn, opened: OpenDraft, field: Field, mine: Value, theirs: Value) -> Step:
    """Show both answers; the person chooses."""
    turn.session.task["mine"] = {"field": field.key, "value": field.kind.record(mine)}
    name = opened.draft.data.get("last", {}).get("name", "")
    details = {"name": name, "title": field.title}
    text = turn.say(
        "fill.disputed", **details, theirs=prompts.shown(field, theirs), mine=prompts.shown(field, mine)
    )
    choices = tuple(
        Choice(
            turn.say(f"fill.keep_{whose}"),
            {"do": "settle", "keep": whose, "field": field.key},
            numbered=False,
        )
        for whose in ("mine", "theirs")
    )
    return Step(replies=(Reply(text, choices=choices),), asks=False)


async def settle(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """The choice between two answers."""
    mine = turn.session.task.pop("mine", None)
    field = opened.form.template.by_key.get(action["field"])
    if action["keep"] != "mine" or not mine or field is None:
        return Step(notes=(turn.say("fill.kept_theirs"),))
    value = field.kind.load(mine["value"])
    return Step() if isinstance(value, Unreadable) else taken(turn, opened, field, value)


def taken(turn: Turn, opened: OpenDraft, field: Field, value: Value) -> Step:
    """The form with the answer, and what appeared or vanished by it."""
    form = dialog.answer(opened.form, field.key, value)
    noted = turn.say("fill.noted", title=field.title, value=prompts.shown(field, value))
    return Step(form, opened.part, (noted, *turned_notes(turn, opened.form, form)))


def turned_notes(turn: Turn, before: dialog.Form, after: dialog.Form) -> list[str]:
    """Which fields appeared or vanished, and why."""
    notes = []
    for change in dialog.turned(before, after):
        on = after.template.by_key[change.condition.field]
        said = after.values.get(on.key)
        key = "fill.appeared" if change.appeared else "fill.vanished"
        value = prompts.shown(on, said) if said is not None else ""
        notes.append(turn.say(key, title=change.field.title, on=on.title, value=value))
    return notes


async def pressed(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """A button that answers a field, be it the one asked or one from before."""
    field = opened.form.template.by_key.get(action["field"])
    if field is None or not opened.form.applies(field) or field.key in opened.form.locked:
        return Step(notes=(turn.say("fill.expired"),))
    return await answer(turn, opened, field, action["text"])


async def restore(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """The answer that was there before."""
    field = opened.form.template.by_key.get(action["field"])
    value = opened.form.dropped.get(action["field"])
    return put(turn, opened, field, value) if field and value is not None else Step()


async def page(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """Another group or page of a long list."""
    return Step(view=View(action["group"], int(action["page"]), several="several" in action))


async def tick(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """Tick a choice of the list that is asked, or take its tick away; no choice: only show the ticks."""
    field, text = opened.asked, action["text"]
    if field is None or field.key != action["field"]:
        return Step(notes=(turn.say("fill.expired"),))
    chosen = options.ticked(field, opened.form)
    after = tuple(c for c in chosen if c != text) if text in chosen else (*chosen, *([text] if text else []))
    value = field.kind.read("、".join(sorted(after, key=field.kind.choices.index))) if after else ""
    if isinstance(value, Unreadable):
        return Step(notes=(turn.say("fill.expired"),))
    view = View(action["group"], int(action["page"]), several=True)
    return Step(dialog.set_aside(opened.form, field.key, value) if text else None, opened.part, view=view)


async def pressed_command(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """The button of a command."""
    return await COMMANDS[action["name"]](turn, opened, Command(action["name"]))


async def go_on(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """Just ask again."""
    return Step()


async def back(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """返回: within an entry to the list, else to the field before."""
    if moved_on(turn, opened):
        return Step(notes=(overtaken(turn, opened, turn.said()),))
    if opened.part is not None and opened.part.open >= 0:
        return fill_part.closed(opened)
    edited = change_field.with_entries(opened)
    if edited is not opened.form:
        return Step(edited, opened.part, (turn.say("part.kept"),))
    form = dialog.back(opened.form)
    if form is None:
        return Step(notes=(turn.say("fill.at_beginning"),))
    return Step(form, opened.part)


async def skip(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """跳过: an attribute of an entry, or the field."""
    if moved_on(turn, opened):
        return Step(notes=(overtaken(turn, opened, turn.said()),))
    if opened.asked is None:
        return Step()
    if opened.part is not None and (opened.part.open >= 0 or opened.part.entries):
        return fill_part.skipped(turn, opened)
    key = "fill.skipped_required" if opened.asked.required else "fill.skipped"
    note = turn.say(key, title=opened.asked.title)
    return Step(dialog.skip(opened.form, opened.asked.key), opened.part, (note,))


async def preview(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """预览."""
    return Step(replies=(prompts.preview(turn, opened),))


async def save(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """暂存: every answer is kept already; say so."""
    progress = dialog.progress(opened.form)
    return Step(notes=(turn.say("fill.saved", done=progress.done, total=progress.total),))


async def leave(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """退出: the draft stays, the dialogue ends."""
    progress = dialog.progress(opened.form)
    text = turn.say("fill.left", done=progress.done, total=progress.total)
    open_again = my_drafts.open_button(turn, opened.draft)
    choices = (open_again, my_drafts.list_button(turn), my_drafts.delete_button(turn, opened.draft))
    return Step(replies=(Reply(text, choices=choices),), ends=True)


async def help_with(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """帮助: what can be typed here."""
    key = "part.help" if opened.part is not None else "fill.help"
    return Step(notes=(turn.say(key),))


async def fill_missing(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """Ask the required fields that were skipped."""
    return Step(dialog.fill_missing(opened.form), opened.part)


async def question(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """问：… is answered as a citizen would be, and the same field is asked again."""
    return await aside(turn, await ask.ask(turn, command.title))


async def aside(turn: Turn, replies: Replies) -> Step:
    """Answers in between: their buttons are not picked by number, which belongs to the field."""
    plain = [
        Reply(
            r.text, r.card, tuple(Choice(c.label, c.action, c.id, numbered=False) for c in r.choices), r.file
        )
        for r in replies
    ]
    return Step(replies=tuple(plain))


Act = Callable[[Turn, OpenDraft, Mapping[str, str]], Awaitable[Step]]
Run = Callable[[Turn, OpenDraft, Command], Awaitable[Step]]

ACTIONS: Mapping[str, Act] = {
    "answer": pressed,
    "restore": restore,
    "page": page,
    "tick": tick,
    "command": pressed_command,
    "settle": settle,
    "choose_field": change_field.choose,
    "continue": go_on,
    "reason": submit_item.ask_reason,
    "repair": submit_item.repair,
    "confirm": submit_item.confirm,
    "claim": prefill_item.claim,
    "from_catalog": prefill_item.from_entry,
    "defaults": prefill_item.defaults,
    "pasted": prefill_item.take_pasted,
    "as_answer": as_answer,
}
COMMANDS: Mapping[str, Run] = {
    "back": back,
    "skip": skip,
    "change": change_field.change,
    "preview": preview,
    "save": save,
    "leave": leave,
    "help": help_with,
    "submit": submit_item.submit,
    "fill_missing": fill_missing,
    "ask": question,
}
