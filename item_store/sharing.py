"""What one item has in common with the same item at other levels and places."""

from dataclasses import replace

from item_store.differences import Difference, differences
from item_store.item import Item

SHARED = ("basic_code", "name", "item_type", "legal_basis", "content", "statutory_limit")
"""Equal at every level; place, hours, phones, agency and the unit's own promises are each unit's own."""


def shared_differences(upper: Item, lower: Item) -> tuple[Difference, ...]:
    """Where the lower item no longer says what the upper one says."""
    return tuple(found for found in differences(lower, upper) if found.field.key in SHARED)


def with_shared(upper: Item, lower: Item) -> Item:
    """The lower item with the shared elements of the upper one."""
    taken = {key: upper.values[key] for key in SHARED if key in upper.values}
    own = {key: value for key, value in lower.values.items() if key not in SHARED}
    return replace(lower, values={**own, **taken})
