"""The small dialogue within a field made of entries: which attribute is asked, what is changed; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from item_store import parts
from item_store.fields import FIELD_KINDS, Field
from item_store.kinds import Choice, Parts, Text, Unreadable, Value
from item_store.parts import Part
from item_store.parts.quick import read_quick

QUESTIONS_FILE = Path(parts.__file__).with_name("questions.yaml")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of an entry, how it is read, and answers to tap."""

    key: str
    title: str
    kind: Text
    suggest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Questions:
    """How one structured field's entries are asked for."""

    model: type[Part]
    begin: tuple[str, ...]
    asked: tuple[str, ...]
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, slots=True)
class PartState:
    """The entries so far; the open entry and what of it was passed over or is wanted."""

    field: str
    entries: tuple[Part, ...] = ()
    open: int = -1
    passed: tuple[str, ...] = ()
    wanted: str = ""


def is_structured(field: Field) -> bool:
    return isinstance(field.kind, Parts)


@cache
def questions_of(key: str, model: type[Part]) -> Questions:
    """By the field's key, or another field of the same model."""
    row = _rows()[key]
    own = row["attributes"]
    attributes = {
        name: Attribute(
            name,
            title,
            _kind(own.get(name, {}).get("kind", "line")),
            tuple(own.get(name, {}).get("suggest", ())),
        )
        for name, title in model.titles().items()
    }
    return Questions(model, tuple(row["begin"]), tuple(row["asked"]), attributes)


def questions(field: Field) -> Questions:
    kind = field.kind
    if not isinstance(kind, Parts):
        raise TypeError(field.key)
    return questions_of(field.key, kind.model)


@cache
def _rows() -> dict[str, Any]:
    rows: dict[str, Any] = yaml.safe_load(QUESTIONS_FILE.read_text(encoding="utf-8"))
    return rows


def _kind(name: str) -> Text:
    return FIELD_KINDS[name] if name in FIELD_KINDS else Choice(name, list_name=name)


def begin(field: Field, before: Value | None) -> PartState:
    """From nothing, or from the entries that are being changed."""
    entries = tuple(part for part in before or () if isinstance(part, Part))
    return PartState(field.key, entries)


def asked(state: PartState, how: Questions) -> Attribute | None:
    """The attribute of the open entry to ask; None when the next entry is awaited."""
    if state.open < 0:
        return None
    if state.wanted:
        return how.attributes[state.wanted]
    entry = state.entries[state.open]
    open_keys = (key for key in how.asked if not getattr(entry, key) and key not in state.passed)
    key = next(open_keys, "")
    return how.attributes[key] if key else None


def _closed_when_done(state: PartState, how: Questions) -> PartState:
    if state.open >= 0 and asked(state, how) is None:
        return replace(state, open=-1, passed=(), wanted="")
    return state


def add(state: PartState, how: Questions, text: str) -> PartState | Unreadable:
    """Entries from a line, lines or a block. A single one is asked its attributes."""
    return add_records(state, how, read_quick(how.model, text))


def add_records(
    state: PartState, how: Questions, records: Sequence[Mapping[str, Any]]
) -> PartState | Unreadable:
    try:
        new = tuple(how.model.model_validate(record) for record in records)
    except ValidationError as error:
        key = str((error.errors()[0]["loc"] or (how.model.lead(),))[0])
        return Unreadable(
            "unreadable.part",
            {"number": str(len(state.entries) + 1), "attribute": how.model.titles().get(key, key)},
        )
    if not new:
        return Unreadable("unreadable.empty")
    added = replace(state, entries=(*state.entries, *new), passed=(), wanted="")
    return _closed_when_done(replace(added, open=len(state.entries) if len(new) == 1 else -1), how)


def set_attribute(
    state: PartState, how: Questions, attribute: Attribute, text: str
) -> PartState | Unreadable:
    """Give the open entry an attribute, or say why it cannot be taken."""
    said = attribute.kind.read(text)
    if isinstance(said, Unreadable):
        return said
    entry = state.entries[state.open]
    record = {**entry.record(), attribute.key: said}
    entries = list(state.entries)
    try:
        entries[state.open] = type(entry).model_validate(record)
    except ValidationError:
        return Unreadable("unreadable.part", {"number": str(state.open + 1), "attribute": attribute.title})
    passed = (*state.passed, attribute.key)
    return _closed_when_done(replace(state, entries=tuple(entries), wanted="", passed=passed), how)


def pass_over(state: PartState, how: Questions) -> PartState:
    """Leave the asked attribute open."""
    attribute = asked(state, how)
    if attribute is None:
        return state
    return _closed_when_done(replace(state, wanted="", passed=(*state.passed, attribute.key)), how)


def want(state: PartState, number: int, key: str, how: Questions) -> PartState:
    """Ask an attribute of an entry next, and none of the others."""
    return replace(state, open=number - 1, wanted=key, passed=how.asked)


def remove(state: PartState, number: int) -> PartState:
    entries = (*state.entries[: number - 1], *state.entries[number:])
    return PartState(state.field, entries)


def move(state: PartState, number: int, to: int) -> PartState:
    entries = list(state.entries)
    entries.insert(to - 1, entries.pop(number - 1))
    return PartState(state.field, tuple(entries))


def close(state: PartState) -> PartState:
    """Await the next entry, whatever was asked."""
    return PartState(state.field, state.entries)


def ordered(field: Field, entries: tuple[Part, ...]) -> tuple[Part, ...]:
    """Legal bases from the highest rank down, as the official table asks; others as they stand."""
    kind = field.kind
    lists = dict(kind.lists) if isinstance(kind, Parts) else {}
    if "rank" not in lists:
        return entries
    ranks = _kind(lists["rank"]).choices
    return tuple(
        sorted(
            entries,
            key=lambda entry: ranks.index(r) if (r := getattr(entry, "rank", "")) in ranks else len(ranks),
        )
    )


def state_of(data: Mapping[str, Any], field: Field) -> PartState | None:
    """The state in a draft's data, when it is this field's."""
    if data.get("field") != field.key:
        return None
    entries = field.kind.load(data.get("entries", []))
    parts = tuple(p for p in entries if isinstance(p, Part)) if not isinstance(entries, Unreadable) else ()
    open_entry = data.get("open", -1)
    state = PartState(field.key, parts, open_entry, tuple(data.get("passed", ())), data.get("wanted", ""))
    fits = open_entry < len(parts) and (not state.wanted or state.wanted in questions(field).attributes)
    return state if fits else close(state)


def data_of(state: PartState | None) -> dict[str, Any]:
    """JSON-able."""
    if state is None:
        return {}
    return {
        "field": state.field,
        "entries": [entry.record() for entry in state.entries],
        "open": state.open,
        "passed": list(state.passed),
        "wanted": state.wanted,
    }
