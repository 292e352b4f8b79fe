"""Whether fields are filled, readable, and from their closed lists."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from item_store.closed_lists import ClosedList, closed_list
from item_store.fields import Field
from item_store.findings import Filled, Problem
from item_store.kinds import Choice, Names, Parts, Unreadable, Value, split_list
from item_store.parts import Part

NOTHING_SAID = re.compile(r"[\s\W_]*(?:暂无|待定|待补充|待完善|空|xx+|ⅹⅹ+|××+|null|none|n/?a)?[\s\W_]*", re.I)


def missing(filled: Filled) -> Iterator[Problem]:
    """Required fields without a value; those that a rule of their own speaks of are left to it."""
    for field in filled.around.fields:
        asked = field.required and field.filled_by == "clerk" and field.key not in filled.data["elsewhere"]
        if asked and not filled.values.get(field.key) and field.applies_to(filled.values):
            yield Problem(field.key)


def none_unsaid(filled: Filled) -> Iterator[Problem]:
    """Fields in which nothing must be said as 无."""
    for key in filled.data["fields"]:
        if not filled.values.get(key):
            kind = next((field.kind for field in filled.around.fields if field.key == key), None)
            yield Problem(key, repair={key: ("无",) if isinstance(kind, Names) else "无"})


def says_nothing(filled: Filled) -> Iterator[Problem]:
    """A dash, a blank or 暂无 in place of an answer."""
    for field in filled.around.fields:
        value = filled.values.get(field.key)
        said = [value] if isinstance(value, str) else _leads(value)
        empty = next((text for text in said if NOTHING_SAID.fullmatch(text)), None)
        if empty is not None:
            yield Problem(field.key, {"text": empty.strip()}, {field.key: _with_words(value)})


def _leads(value: Value | None) -> list[str]:
    return [_lead(part) for part in value or ()]


def _lead(part: str | Part) -> str:
    return part if isinstance(part, str) else str(getattr(part, part.lead()))


def _with_words(value: Value | None) -> Value:
    """The entries that say something; of a single text nothing is left."""
    if value is None or isinstance(value, str):
        return ""
    parts = tuple(one for one in value if isinstance(one, Part) and not NOTHING_SAID.fullmatch(_lead(one)))
    names = tuple(one for one in value if isinstance(one, str) and not NOTHING_SAID.fullmatch(one))
    return parts or names


def not_in_list(filled: Filled) -> Iterator[Problem]:
    for field in filled.around.fields:
        value = filled.values.get(field.key)
        if not value:
            continue
        if isinstance(field.kind, Choice | Names) and isinstance(field.kind.check(value), Unreadable):
            yield _outside(field, value)
        elif isinstance(field.kind, Parts):
            yield from _parts_outside(field, field.kind, value)


def _outside(field: Field, value: Value) -> Problem:
    kind = field.kind
    closed = kind.closed if isinstance(kind, Choice | Names) else None
    assert closed is not None  # noqa: S101 - only kinds with a list refuse a value
    joined = isinstance(kind, Choice) and kind.joined
    said = (
        split_list(str(value))
        if joined
        else [str(v) for v in ((value,) if isinstance(value, str) else value)]
    )
    strange = [text for text in said if text not in closed]
    near = [text if text in closed else _nearest(text, closed) for text in said]
    known = tuple(dict.fromkeys(text for text in near if text))
    details = {"text": "、".join(strange), "choices": "、".join(closed.choices)}
    if not all(near):
        return Problem(field.key, details)
    mended: Value = known if isinstance(kind, Names) else "、".join(known)
    return Problem(field.key, details, {field.key: mended})


def _nearest(text: str, closed: ClosedList) -> str:
    found = closed.matches(text) or tuple(get_close_matches(text, closed.choices, n=1, cutoff=0.6))
    return found[0] if len(found) == 1 else ""


def _parts_outside(field: Field, kind: Parts, value: Value) -> Iterator[Problem]:
    for key, name in kind.lists:
        closed = closed_list(name)
        parts = [part for part in value if isinstance(part, Part)]
        said = [str(getattr(part, key)) for part in parts]
        near = [text if not text or text in closed else _nearest(text, closed) for text in said]
        strange = [text for text in said if text and text not in closed]
        if strange:
            details = {"text": "、".join(strange), "choices": "、".join(closed.choices)}
            mended = tuple(
                part.model_copy(update={key: text}) for part, text in zip(parts, near, strict=True)
            )
            can = all(near[number] for number, text in enumerate(said) if text)
            yield Problem(field.key, details, {field.key: mended} if can else None)
