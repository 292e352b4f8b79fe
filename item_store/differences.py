"""What differs between two versions of an item, field by field."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from item_store.fields import CATALOG_FIELDS, FIELDS, Field
from item_store.item import Item
from item_store.kinds import Value


class LineKind(StrEnum):
    SAME = "same"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class DiffLine:
    kind: LineKind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that says something else; a side without lines did not say anything."""

    field: Field
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def lines(self) -> tuple[DiffLine, ...]:
        """Both sides in one reading order."""
        found: list[DiffLine] = []
        for kind, a, b, c, d in SequenceMatcher(None, self.before, self.after, autojunk=False).get_opcodes():
            if kind == "equal":
                found += [DiffLine(LineKind.SAME, text) for text in self.before[a:b]]
            else:
                found += [DiffLine(LineKind.OLD, text) for text in self.before[a:b]]
                found += [DiffLine(LineKind.NEW, text) for text in self.after[c:d]]
        return tuple(found)


def differences(old: Item | None, new: Item | None) -> tuple[Difference, ...]:
    """The fields that differ, in the official order; None stands for an item that is not there."""
    return tuple(found for field in FIELDS if (found := _difference(field, old, new)))


def differences_from_catalog(entry: Item, item: Item) -> tuple[Difference, ...]:
    """Where an implementation says something else than its catalog entry; what is left open is none."""
    shared = [field for field in CATALOG_FIELDS if field.key in entry.values and field.key in item.values]
    return tuple(found for field in shared if (found := _difference(field, entry, item)))


def _difference(field: Field, old: Item | None, new: Item | None) -> Difference | None:
    before = old.values.get(field.key) if old else None
    after = new.values.get(field.key) if new else None
    if before == after:
        return None
    return Difference(field, _shown(field, before), _shown(field, after))


def _shown(field: Field, value: Value | None) -> tuple[str, ...]:
    return tuple(field.kind.show(value)) if value else ()
