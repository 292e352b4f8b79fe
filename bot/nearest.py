"""Handling locations by the place a person named: those there, then within it, then those around it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from item_store.closed_lists import closed_list
from item_store.item import Item
from item_store.parts import Location

KEY = "handling_location"


class Reach(IntEnum):
    """How a location stands to a place, the nearest first."""

    THERE = 0
    WITHIN = 1
    AROUND = 2
    ELSEWHERE = 3


@dataclass(frozen=True, slots=True)
class Near:
    """The item with its locations in order, and with those alone that serve the place."""

    whole: Item
    serving: Item
    phrase: str = ""
    place: str = ""


def near(item: Item, region: str) -> Near:
    """Where to go from a place; the item as it is when no place is known or nothing there is."""
    locations = item.parts(KEY, Location)
    reaches = {reach(location, region) for location in locations} if region else set()
    if len(locations) < 2 or reaches <= {Reach.ELSEWHERE}:
        return Near(item, item)
    ordered = sorted(locations, key=lambda location: _order(location, region))
    serving = [location for location in ordered if reach(location, region) is not Reach.ELSEWHERE]
    local = reaches & {Reach.THERE, Reach.WITHIN}
    phrase = "" if _is_whole(item, region) else "answer.near" if local else "answer.near_above"
    return Near(
        _with(item, ordered), _with(item, serving), phrase, region.removeprefix(item.region) or region
    )


def reach(location: Location, region: str) -> Reach:
    """How a location stands to a place; a region may be written with or without those above it."""
    own = location.region
    if not own:
        return Reach.ELSEWHERE
    if own.endswith(region) or region.endswith(own):
        return Reach.THERE
    if region in own:
        return Reach.WITHIN
    return Reach.AROUND if own in region else Reach.ELSEWHERE


def _order(location: Location, region: str) -> tuple[int, int, int]:
    """By reach; of those around, the closest; then the upper level, as nobody said where within the place."""
    levels = closed_list("location_level").choices
    level = levels.index(location.level) if location.level in levels else len(levels)
    near_by = reach(location, region)
    return (near_by, -len(location.region) if near_by is Reach.AROUND else 0, level)


def _is_whole(item: Item, region: str) -> bool:
    """Whether the place is all that the item is for, so that naming it tells nothing."""
    return bool(item.region) and (item.region.endswith(region) or region.endswith(item.region))


def _with(item: Item, locations: Sequence[Location]) -> Item:
    return replace(item, values={**item.values, KEY: tuple(locations)})
