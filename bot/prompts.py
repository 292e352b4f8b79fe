"""What is said to ask a field: heading with progress, help, example, answers to tap, and the commands."""

from collections.abc import Iterable, Sequence

from bot import dialog, options, part_dialog
from bot.drafts import OpenDraft
from bot.messages import Card, Choice, Line, Reply, Section
from bot.part_dialog import Attribute, PartState, Questions
from bot.steps import PLAIN, View
from bot.turn import Turn
from item_store.fields import Field
from item_store.kinds import Value
from item_store.parts import Part

COMMANDS = ("back", "skip", "change", "preview", "save", "leave", "help")
"""The buttons under every prompt, in this order."""

SHOWN = 12
"""Entries listed in a prompt; the preview shows them all."""

CUT = 60
"""Characters of an entry or an answer repeated in a prompt."""


def command(turn: Turn, name: str) -> Choice:
    """The button of a command."""
    return Choice(
        turn.say(f"command.{name}"), {"do": "command", "name": name}, numbered=False, minor=name in COMMANDS
    )


def commands(turn: Turn, opened: OpenDraft) -> tuple[Choice, ...]:
    """The commands that can do something now."""
    names = [name for name in COMMANDS if name != "back" or opened.form.answered or opened.form.wanted]
    if not dialog.missing(opened.form):
        names.insert(0, "submit")
    return tuple(command(turn, name) for name in names)


def prompt(turn: Turn, opened: OpenDraft, view: View = PLAIN, notes: Sequence[str] = ()) -> Reply:
    """Ask what is to be asked, after these notes."""
    if opened.asked is None:
        return _complete(turn, opened, view, notes)
    if opened.part is not None:
        return _part_prompt(turn, opened, view, notes)
    field = opened.asked
    lines = [
        *notes,
        heading(turn, opened, field),
        *to_mend(turn, opened, field.key),
        field.help,
        turn.say("fill.example", example=field.example),
    ]
    old = opened.form.dropped.get(field.key)
    choices = [*view.first, *options.of_field(turn, field, opened.form.values, view)]
    if view.several:
        return _ticking(turn, opened, field, view, lines[: len(notes) + 1])
    if old is not None:
        lines.append(turn.say("fill.old", value=shown(field, old)))
        choices.append(
            Choice(turn.say("fill.use_old"), {"do": "restore", "field": field.key}, numbered=False)
        )
    if options.is_ticked_list(field):
        action = {"do": "tick", "field": field.key, "group": view.group, "page": str(view.page), "text": ""}
        choices.append(Choice(turn.say("fill.choose_several"), action, numbered=False))
    elif options.several(field.kind) and field.kind.choices:
        lines.append(turn.say("fill.several"))
    return Reply("\n".join(lines), choices=(*_once(choices), *commands(turn, opened)))


def _ticking(turn: Turn, opened: OpenDraft, field: Field, view: View, lines: Sequence[str]) -> Reply:
    """The list with ticks, and one button that takes what is ticked."""
    chosen = options.ticked(field, opened.form)
    said = "、".join(chosen) or turn.say("fill.none")
    text = "\n".join([*lines, turn.say("fill.ticked", count=len(chosen), values=said)])
    offered = options.with_ticks(options.of_field(turn, field, opened.form.values, view), field, view, chosen)
    done = Choice(turn.say("part.done"), {"do": "restore", "field": field.key}, numbered=False)
    return Reply(text, choices=(*([done] if chosen else []), *offered, *commands(turn, opened)))


def _once(choices: Iterable[Choice]) -> list[Choice]:
    """The first of every label, so that a repair is not offered twice."""
    by_label: dict[str, Choice] = {}
    for choice in choices:
        by_label.setdefault(choice.label, choice)
    return list(by_label.values())


def heading(turn: Turn, opened: OpenDraft, field: Field) -> str:
    """Where the dialogue stands: 3/36, and how much of the section and of all is filled."""
    within, whole = dialog.progress(opened.form, field.section), dialog.progress(opened.form)
    return turn.say(
        "fill.heading",
        number=field.number,
        total=len(opened.form.template.fields),
        title=field.title,
        section=turn.say(f"section.{field.section}"),
        done=within.done,
        of=within.total,
        filled=whole.done,
        all=whole.total,
    )


def to_mend(turn: Turn, opened: OpenDraft, key: str) -> list[str]:
    """Why reviewers sent this field back; the empty key is the draft as a whole."""
    reasons = opened.draft.data.get("mend", {}).get(key, ())
    return [turn.say("review.to_mend", text=reason) for reason in reasons]


def shown(field: Field, value: Value) -> str:
    """A value in one short line."""
    return cut("；".join(line.rstrip("；;。") for line in field.kind.show(value)))


def cut(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= CUT else f"{text[: CUT - 1]}…"


def _complete(turn: Turn, opened: OpenDraft, view: View, notes: Sequence[str]) -> Reply:
    """Nothing is left to ask: submit, or fill in what was skipped."""
    missing = dialog.missing(opened.form)
    progress = dialog.progress(opened.form)
    if not missing:
        text = turn.say("fill.complete", done=progress.done, total=progress.total)
        return Reply("\n".join([*notes, text]), choices=(*view.first, *commands(turn, opened)))
    titles = "、".join(field.title for field in missing)
    text = turn.say("fill.incomplete", count=len(missing), titles=titles)
    again = command(turn, "fill_missing")
    return Reply("\n".join([*notes, text]), choices=(*view.first, again, *commands(turn, opened)))


def _part_prompt(turn: Turn, opened: OpenDraft, view: View, notes: Sequence[str]) -> Reply:
    field, state = opened.asked, opened.part
    if field is None or state is None:
        raise ValueError(opened.token)
    how = part_dialog.questions(field)
    attribute = part_dialog.asked(state, how)
    if attribute is not None:
        lines = [*notes, *_attribute_lines(turn, field, state, attribute)]
        choices = [*view.first, *_attribute_choices(turn, attribute)]
    else:
        lines = [
            *notes,
            heading(turn, opened, field),
            *to_mend(turn, opened, field.key),
            *_list_lines(turn, field, state),
        ]
        choices = [*view.first, *_list_choices(turn, opened, field, state, how)]
    return Reply("\n".join(lines), choices=(*choices, *commands(turn, opened)))


def _attribute_lines(turn: Turn, field: Field, state: PartState, attribute: Attribute) -> Iterable[str]:
    entry = state.entries[state.open]
    name = cut(str(getattr(entry, entry.lead())))
    yield turn.say(
        "part.attribute", field=field.title, number=state.open + 1, name=name, title=attribute.title
    )
    before = dict(entry.filled()).get(attribute.key, "")
    if before:
        yield turn.say("fill.old", value=cut(before))


def _attribute_choices(turn: Turn, attribute: Attribute) -> list[Choice]:
    texts = attribute.kind.choices or attribute.suggest
    return [Choice(text, {"do": "attribute", "key": attribute.key, "text": text}) for text in texts]


def _list_lines(turn: Turn, field: Field, state: PartState) -> Iterable[str]:
    if not state.entries:
        yield field.help
    else:
        yield turn.say("part.so_far", count=len(state.entries))
        yield from numbered(field, state.entries[-SHOWN:], first=max(0, len(state.entries) - SHOWN) + 1)
    yield turn.say(f"part.next.{field.key}")


def numbered(field: Field, entries: Sequence[Part], first: int = 1) -> Iterable[str]:
    """A line an entry."""
    for number, line in enumerate(field.kind.show(tuple(entries)), first):
        yield f"{number}. {cut(line)}"


def _list_choices(
    turn: Turn, opened: OpenDraft, field: Field, state: PartState, how: Questions
) -> Iterable[Choice]:
    said = {str(getattr(entry, entry.lead())) for entry in state.entries}
    if state.entries:
        yield part_command(turn, "done")
        yield part_command(turn, "menu")
        yield part_command(turn, "describe")
    for part in options.used_parts(turn, field, opened.form.values, said):
        yield Choice(
            cut(field.kind.show((part,))[0]),
            {"do": "add", "text": str(getattr(part, part.lead()))},
            numbered=False,
        )
    for lead in how.begin:
        if lead not in said:
            yield Choice(lead, {"do": "lead", "text": lead}, numbered=False)


def part_command(turn: Turn, name: str) -> Choice:
    """A button of the small dialogue."""
    return Choice(turn.say(f"part.{name}"), {"do": "part", "name": name}, numbered=False)


def preview(turn: Turn, opened: OpenDraft) -> Reply:
    """Everything filled in so far, by section, with what is still missing."""
    form = opened.form
    parts = [
        Section(_section_title(turn, opened, section), tuple(_preview_lines(turn, opened, section)))
        for section in dialog.sections(form)
    ]
    title = str(form.values.get("name") or turn.say("draft.unnamed"))
    return Reply(card=Card(title, tuple(parts), notice=turn.say("fill.preview")))


def _section_title(turn: Turn, opened: OpenDraft, section: str) -> str:
    progress = dialog.progress(opened.form, section)
    return turn.say(
        "fill.section", section=turn.say(f"section.{section}"), done=progress.done, total=progress.total
    )


def _preview_lines(turn: Turn, opened: OpenDraft, section: str) -> Iterable[Line]:
    for field in opened.form.fields:
        if field.section != section:
            continue
        label = f"{field.number} {field.title}"
        value = opened.form.values.get(field.key)
        if value is None:
            yield Line(turn.say("fill.missing" if field.required else "fill.empty"), label)
        elif part_dialog.is_structured(field):
            lines = field.kind.show(value)
            yield Line(turn.say("part.so_far", count=len(lines)), label, tuple(Line(line) for line in lines))
        else:
            yield Line("\n".join(field.kind.show(value)), label)
