"""Less typing: claim an item, begin from a catalog entry, take the unit's usual answers, paste a guide."""

from collections.abc import Iterable, Mapping

from bot import dialog, prompts
from bot.drafts import OpenDraft
from bot.messages import Choice, Reply
from bot.steps import Step, View
from bot.turn import Turn
from item_store.contract import Draft
from item_store.findings import similarity
from item_store.guide_reading import Proposed, from_row, from_text
from item_store.kinds import Value
from item_store.prefill import defaults_of, from_catalog_entry, from_item
from item_store.templates import Template
from knowledge import answering

FEWEST = 4
"""Fields recognised in a text before it is taken for a whole guide."""

CELLS = 5
"""Tabs in a text before it is taken for a row of a workbook."""

ALIKE = 0.7
"""Likeness of its name from which a published item is offered to be claimed."""

OFFERED = 3


async def offers(turn: Turn, opened: OpenDraft, name: str) -> tuple[Choice, ...]:
    """What a draft with this name can begin from."""
    if opened.form.template.name != "implementation" or opened.form.locked:
        return ()
    entries = [_entry_choice(turn, entry) for entry in await _entries(turn, opened, name)]
    return (*entries, *_claims(turn, opened, name), *_defaults_choice(turn, opened))


async def _entries(turn: Turn, opened: OpenDraft, name: str) -> Iterable[Draft]:
    drafts = await turn.services.store.drafts_of(opened.draft.owner)
    return [d for d in drafts if d.data["template"] == "catalog" and d.data["values"].get("name") == name]


def _entry_choice(turn: Turn, entry: Draft) -> Choice:
    return Choice(turn.say("prefill.entry"), {"do": "from_catalog", "draft": entry.id}, numbered=False)


def _claims(turn: Turn, opened: OpenDraft, name: str) -> list[Choice]:
    """Items of other units; what the unit itself has published is changed, not claimed."""
    outcome = answering.answer(name, turn.services.catalogue.index)
    found = [item for c in outcome.candidates if (item := turn.services.catalogue.item(c.id))]
    alike = [item for item in found if similarity(name, item.name) >= ALIKE]
    items = [item for item in alike if item.text("agency") != _agency(turn, opened)][:OFFERED]
    return [
        Choice(
            turn.say("prefill.claim", name=item.name, agency=item.text("agency")),
            {"do": "claim", "item": item.id},
            numbered=False,
        )
        for item in items
    ]


def _defaults_choice(turn: Turn, opened: OpenDraft) -> list[Choice]:
    count = len(_defaults(turn, opened))
    if not count:
        return []
    return [Choice(turn.say("prefill.defaults", count=count), {"do": "defaults"}, numbered=False)]


def _defaults(turn: Turn, opened: OpenDraft) -> Mapping[str, Value]:
    usual = defaults_of(turn.services.catalogue.of_agency(_agency(turn, opened)))
    return {key: value for key, value in usual.items() if key not in opened.form.values}


def _agency(turn: Turn, opened: OpenDraft) -> str:
    return str(opened.form.values.get("agency") or turn.session.task.get("unit_name", ""))


async def claim(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """认领: the shared elements come over and are locked, the rest is a proposal."""
    item = turn.services.catalogue.item(action["item"])
    if item is None:
        return Step(notes=(turn.say("fill.expired"),))
    values, locked = from_item(item)
    step = _filled(turn, opened, values, locked)
    outside = {k: v for k, v in item.record().items() if k in values and k not in opened.form.template.by_key}
    return Step(step.form, opened.part, step.notes, extra={"source_item": item.id, "carried": outside})


async def from_entry(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """The elements that the unit's catalog entry has."""
    entry = await turn.services.store.load_draft(action["draft"])
    if entry is None or entry.owner != opened.draft.owner:
        return Step(notes=(turn.say("fill.expired"),))
    return _filled(turn, opened, from_catalog_entry(dialog.form_of(entry.data).values))


async def defaults(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """What the unit's published items mostly say."""
    return _filled(turn, opened, _defaults(turn, opened))


def _filled(turn: Turn, opened: OpenDraft, values: Mapping[str, Value], locked: tuple[str, ...] = ()) -> Step:
    form = dialog.prefill(opened.form, values, locked)
    new = [f for f in form.fields if f.key in form.values and f.key not in opened.form.values]
    titles = "、".join(field.title for field in new)
    notes = [turn.say("prefill.done", count=len(new), titles=titles)]
    fixed = "、".join(f.title for f in form.fields if f.key in form.locked)
    if fixed:
        notes.append(turn.say("prefill.locked", titles=fixed))
    return Step(form, opened.part, tuple(notes))


def recognised(text: str, template: Template) -> list[Proposed]:
    """The fields of a pasted guide or row; empty where the text is an answer like any other."""
    if text.count("\t") >= CELLS:
        found = from_row(text, template.fields)
    elif "\n" in text:
        found = from_text(text)
    else:
        return []
    asked = {field.key for field in template.asked}
    proposals = [proposed for proposed in found if proposed.field in asked]
    return proposals if len(proposals) >= FEWEST else []


def offer_pasted(turn: Turn, opened: OpenDraft, text: str, found: list[Proposed]) -> Step:
    """Show what was recognised; nothing is filled in before it is confirmed."""
    turn.session.task["pasted"] = text
    by_key = opened.form.template.by_key
    lines = [turn.say("prefill.recognised", count=len(found))]
    lines += [f"{by_key[p.field].title}：{prompts.shown(by_key[p.field], p.value)}" for p in found]
    choices = (
        Choice(turn.say("prefill.take"), {"do": "pasted"}, numbered=False),
        Choice(turn.say("prefill.as_answer"), {"do": "as_answer"}, numbered=False),
    )
    return Step(replies=(Reply("\n".join(lines), choices=choices),), asks=False)


async def take_pasted(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """Fill in what was recognised; answers that stand already stay."""
    found = recognised(turn.session.task.pop("pasted", ""), opened.form.template)
    if not found:
        return Step(notes=(turn.say("fill.expired"),))
    return _filled(turn, opened, {proposed.field: proposed.value for proposed in found})


def with_offers(step: Step, choices: tuple[Choice, ...]) -> Step:
    """The step, its next prompt with these buttons first."""
    return Step(step.form, step.part, step.notes, step.replies, View(first=choices), extra=step.extra)
