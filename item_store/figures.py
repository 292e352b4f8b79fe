"""Completeness, coverage and accuracy of what each unit has published."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from item_store.fields import FIELDS
from item_store.item import Item

Flaws = Callable[[Item], Sequence[object] | None]
"""What is wrong with an item; None where nobody has looked yet."""

GUIDE_KEYS = ("materials", "procedure", "handling_location", "promised_limit")
"""What tells an implementation from a catalog entry alone."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one unit: shares from 0 to 1, and how many items they are of; accuracy once all are checked."""

    unit: str
    items: int
    completeness: float
    coverage: float
    accuracy: float | None
    incomplete: tuple[str, ...]
    uncovered: tuple[str, ...]
    flawed: tuple[str, ...]


def is_catalog_alone(item: Item) -> bool:
    """Whether an item is listed, and nothing says how it is handled."""
    return not any(item[key] for key in GUIDE_KEYS)


def figures(items: Iterable[Item], flaws: Flaws) -> list[Figures]:
    """A row an agency, in the order of names."""
    by_unit: dict[str, list[Item]] = {}
    for item in items:
        by_unit.setdefault(item.text("agency"), []).append(item)
    return [_figures(unit, by_unit[unit], flaws) for unit in sorted(by_unit)]


def _figures(unit: str, items: Sequence[Item], flaws: Flaws) -> Figures:
    """Completeness counts required fields, coverage and accuracy count items."""
    wanted = [[field for field in FIELDS if field.required and field.applies_to(i.values)] for i in items]
    required = sum(len(fields) for fields in wanted)
    lacking = sum(len(item.missing) for item in items)
    incomplete = tuple(item.id for item in items if item.missing)
    uncovered = tuple(item.id for item in items if is_catalog_alone(item))
    found = {item.id: flaws(item) for item in items}
    flawed = tuple(item_id for item_id, flaw in found.items() if flaw)
    return Figures(
        unit,
        len(items),
        1 - lacking / required if required else 1.0,
        1 - len(uncovered) / len(items),
        None if None in found.values() else 1 - len(flawed) / len(items),
        incomplete,
        uncovered,
        flawed,
    )
