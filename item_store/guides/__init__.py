"""Service guides: the parts that a guide states, in the official order, made from a published item."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from item_store.fields import FIELD, Field
from item_store.item import Item
from item_store.parts import Part

LAYOUTS_FILE = Path(__file__).with_name("layouts.yaml")


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a layout: a title and the fields that answer it."""

    key: str
    title: str
    fields: tuple[Field, ...]
    empty_when: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    title: str
    parts: tuple[PartRow, ...]
    further: tuple[PartRow, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement, with what belongs to it as (title, text)."""

    text: str
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One field's statements; a heading only where a part has several fields."""

    heading: str
    entries: tuple[Entry, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class GuidePart:
    """A part without blocks was not filled in; `needless` says that it has nothing to say here."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    needless: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    title: str
    item: Item
    parts: tuple[GuidePart, ...]

    def part(self, key: str) -> GuidePart:
        return next(part for part in self.parts if part.key == key)


@cache
def layouts() -> Mapping[str, Layout]:
    rows = yaml.safe_load(LAYOUTS_FILE.read_text(encoding="utf-8"))
    return {
        name: Layout(row["title"], _rows(row["parts"]), _rows(row["further"])) for name, row in rows.items()
    }


def _rows(rows: list[dict[str, Any]]) -> tuple[PartRow, ...]:
    return tuple(
        PartRow(
            row["key"],
            row["title"],
            tuple(FIELD[key] for key in row["fields"]),
            tuple(row.get("empty_when", {}).items()),
        )
        for row in rows
    )


def guide(item: Item, layout: str = "guide") -> Guide:
    """The guide of an item: every required part, and the further ones that say something."""
    chosen = layouts()[layout]
    required = [_part(row, item) for row in chosen.parts]
    further = [part for row in chosen.further if (part := _part(row, item)).blocks]
    return Guide(chosen.title, item, (*required, *further))


def _part(row: PartRow, item: Item) -> GuidePart:
    filled = [field for field in row.fields if item[field.key]]
    several = len(row.fields) > 1
    blocks = tuple(_block(field, item, field.title if several else "") for field in filled)
    needless = not blocks and any(item[key] == value for key, value in row.empty_when)
    return GuidePart(row.key, row.title, blocks, needless)


def _block(field: Field, item: Item, heading: str) -> Block:
    value = item.values[field.key]
    if isinstance(value, str):
        return Block(heading, tuple(Entry(line) for line in value.splitlines() if line.strip()))
    entries = tuple(_entry(part) if isinstance(part, Part) else Entry(str(part)) for part in value)
    return Block(heading, entries, ordered=field.kind.name in ("materials", "procedure") and len(entries) > 1)


def _entry(part: Part) -> Entry:
    titles, (lead, *rest) = part.titles(), part.filled()
    return Entry(lead[1], tuple((titles[key], text) for key, text in rest))
