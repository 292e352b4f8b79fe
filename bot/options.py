"""Which answers to a field are offered as buttons: closed lists in pages, and what the unit already uses."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from bot.dialog import Form
from bot.messages import Choice
from bot.steps import View
from bot.turn import Turn
from item_store.fields import Field
from item_store.kinds import Choice as ChoiceKind
from item_store.kinds import Names, Text, Unreadable, Value, split_list
from item_store.nearest import nearest
from item_store.parts import Part

SUGGESTIONS_FILE = Path(__file__).with_name("suggestions.yaml")

MOST = 8
"""Answers offered at once."""

FEW = 3
"""Choices of which every combination is offered where several may be chosen."""

TICK, NO_TICK = "☑ ", "☐ "

SHORT = 40
"""Characters of a value that still fits a button."""


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(SUGGESTIONS_FILE.read_text(encoding="utf-8"))
    return data


def answer(field_key: str, text: str, label: str = "", numbered: bool = True) -> Choice:
    """A button that answers the field."""
    return Choice(label or text, {"do": "answer", "field": field_key, "text": text}, numbered=numbered)


def of_field(turn: Turn, field: Field, values: Mapping[str, Value], view: View) -> list[Choice]:
    """Answers to tap for a field that is not made of entries."""
    if field.kind.choices:
        return of_list(turn, field, view if view.group else _first_view(field, values, view))
    texts = list(dict.fromkeys((*used_values(turn, field, values), *suggested(field))))
    return [answer(field.key, text, numbered=False) for text in texts[:MOST]]


def suggested(field: Field) -> Sequence[str]:
    """Usual answers, by the field or its kind."""
    by_kind: Sequence[str] = _data()["kinds"].get(field.kind.name, ())
    texts: Sequence[str] = _data()["fields"].get(field.key, by_kind)
    return texts


def _first_view(field: Field, values: Mapping[str, Value], view: View) -> View:
    """The group of a long list that another answer points to."""
    row = _data()["groups"].get(field.key, {})
    said = values.get(row.get("field", ""), ())
    groups = {row[name] for name in said if name in row} if isinstance(said, tuple) else set()
    return replace(view, group=groups.pop()) if len(groups) == 1 else view


def several(kind: Text) -> bool:
    """Whether more than one value of the list may be chosen."""
    return isinstance(kind, Names) or (isinstance(kind, ChoiceKind) and kind.joined)


def is_ticked_list(field: Field) -> bool:
    """Whether several of a list too long for combinations may be chosen: by ticks."""
    return several(field.kind) and len(field.kind.choices) > FEW


def ticked(field: Field, form: Form) -> tuple[str, ...]:
    """What is ticked so far: kept with the draft as an answer set aside."""
    kept = form.dropped.get(field.key, ())
    parts = split_list(kept) if isinstance(kept, str) else map(str, kept)
    return tuple(part for part in parts if part in field.kind.choices)


def with_ticks(choices: Iterable[Choice], field: Field, view: View, chosen: Sequence[str]) -> list[Choice]:
    """Choices that tick instead of answering."""
    where = {"do": "tick", "field": field.key, "group": view.group, "page": str(view.page)}
    return [
        Choice(
            (TICK if choice.action["text"] in chosen else NO_TICK) + choice.label,
            {**where, "text": choice.action["text"]},
        )
        if choice.action["do"] == "answer"
        else replace(choice, action={**choice.action, "several": "1"})
        for choice in choices
    ]


def of_list(turn: Turn, field: Field, view: View) -> list[Choice]:
    """A closed list: whole, by combinations, or by group and page."""
    choices = field.kind.choices
    if several(field.kind) and len(choices) <= FEW:
        return [answer(field.key, "、".join(some)) for some in _combinations(choices)]
    groups = dict(field.kind.groups)
    if len(choices) <= MOST:
        return [answer(field.key, choice) for choice in choices]
    if len(groups) > 1 and view.group not in groups:
        return [_page(field, name, name, 0) for name in groups]
    return _paged(turn, field, view.group, groups.get(view.group, choices), view.page)


def _combinations(choices: Sequence[str]) -> Iterable[tuple[str, ...]]:
    for count in range(1, len(choices) + 1):
        yield from combinations(choices, count)


def _paged(turn: Turn, field: Field, group: str, choices: Sequence[str], page: int) -> list[Choice]:
    size = MOST - 1
    pages = -(-len(choices) // size)
    page %= pages
    shown = [answer(field.key, choice) for choice in choices[page * size : (page + 1) * size]]
    if pages > 1:
        label = turn.say("fill.more", page=page + 1, pages=pages)
        shown.append(_page(field, label, group, page + 1))
    if len(field.kind.groups) > 1:
        other = next(name for name, _ in field.kind.groups if name != group)
        shown.append(_page(field, other, other, 0))
    return shown


def _page(field: Field, label: str, group: str, page: int) -> Choice:
    action = {"do": "page", "field": field.key, "group": group, "page": str(page)}
    return Choice(label, action, numbered=False)


def used_values(turn: Turn, field: Field, values: Mapping[str, Value]) -> list[str]:
    """What the published items of the same agency say in this field, commonest first."""
    if field.key not in _data()["shared"]:
        return []
    agency = _agency(turn, values)
    items = turn.services.catalogue.of_agency(agency)
    own = [agency] if field.key == "agency" and agency else []
    said = Counter(item.text(field.key) for item in items if 0 < len(item.text(field.key)) <= SHORT)
    return [*own, *(text for text, _ in said.most_common(FEW))]


def used_parts(turn: Turn, field: Field, values: Mapping[str, Value], but: Iterable[str]) -> list[Part]:
    """Entries that the published items of the same agency have in this field, commonest first."""
    items = turn.services.catalogue.of_agency(_agency(turn, values))
    parts = [part for item in items for part in item[field.key] or () if isinstance(part, Part)]
    without, by_lead = set(but), {str(getattr(part, part.lead())): part for part in reversed(parts)}
    commonest = Counter(str(getattr(part, part.lead())) for part in parts).most_common()
    return [by_lead[lead] for lead, _ in commonest if lead not in without][:MOST]


def _agency(turn: Turn, values: Mapping[str, Value]) -> str:
    said = values.get("agency")
    return said if isinstance(said, str) else str(turn.session.task.get("unit_name", ""))


def repairs(field: Field, text: str, problem: Unreadable) -> list[Choice]:
    """One-tap ways to mend an answer that could not be taken."""
    return [answer(field.key, offered) for offered in mended(field.kind, text, problem)]


def mended(kind: Text, text: str, problem: Unreadable) -> Sequence[str]:
    """Readable texts near to one that is not."""
    if kind.choices:
        return nearest(text, kind.choices)
    digits = "".join(c if c.isdigit() else " " for c in text).split()
    pattern: str = _data()["repairs"].get(kind.name, "")
    numbers = [int(number) for number in digits if len(number) <= 3]
    return list(dict.fromkeys(pattern.format(number=number) for number in numbers if pattern))[:FEW]
