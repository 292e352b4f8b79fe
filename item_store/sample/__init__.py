"""Service items of an invented district, for trying the product out and for the tests."""

from functools import cache

from item_store.item import Item
from item_store.sample.compose import district, records

__all__ = ["district", "sample_items", "sample_records"]


def sample_records() -> list[dict[str, object]]:
    """Full records under the field keys, items for individuals before those for organisations alone."""
    return [*records()]


@cache
def _items() -> tuple[Item, ...]:
    return tuple(Item.from_record(record) for record in records())


def sample_items() -> list[Item]:
    return [*_items()]
