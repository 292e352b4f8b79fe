"""Ways to plant one known defect in a sound item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from item_store.check_characters import CREDIT_ALPHABET
from item_store.findings import Surroundings
from item_store.item import Item
from item_store.kinds import Value
from item_store.parts import Material, Part
from item_store.proofs import Proofs
from item_store.sample import sample_items

Changed = tuple[dict[str, Value], Surroundings]
Plant = Callable[[dict[str, Value], Surroundings], Changed | None]


@dataclass(frozen=True)
class Defect:
    """A way to break one rule in one field; None from `plant` means the item cannot have it."""

    rule: str
    field: str
    plant: Plant
    name: str = ""


@cache
def all_proofs() -> Proofs:
    return Proofs.of(sample_items())


def surroundings(item: Item) -> Surroundings:
    """A sound item's: its unit's items, a catalog in which it stands, all proofs, the area code."""
    unit = [other for other in sample_items() if other["agency"] == item["agency"]]
    return Surroundings(
        item_id=item.id,
        unit_items=unit,
        catalog=[other.values for other in unit],
        proofs=all_proofs(),
        defaults={"supervision_phone": "023-00009999", "handling_hours": "周一至周五 9:00–17:00"},
        area_code="023",
    )


def no_catalog(plant: Plant) -> Plant:
    """So that a change of a shared element breaks one rule only."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        return plant(values, replace(around, catalog=()))

    return planted


def put(when: Mapping[str, Any] | None = None, /, **new: Any) -> Plant:
    """Fields given other values, in items that have the values of `when`."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        if any(values.get(key) != value for key, value in (when or {}).items()):
            return None
        return {key: value for key, value in (values | new).items() if value}, around

    return no_catalog(planted)


def edited(key: str, change: Callable[[str], str], when: Callable[[str], bool] = bool) -> Plant:
    """A text field, changed where it says something fit for it."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        text = values.get(key)
        return (values | {key: change(text)}, around) if isinstance(text, str) and when(text) else None

    return no_catalog(planted)


def part(key: str, number: int = 0, /, **attributes: Any) -> Plant:
    """One entry of a structured field given other attributes."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        parts = [one for one in values.get(key, ()) if isinstance(one, Part)]
        if len(parts) <= abs(number + (number < 0)):
            return None
        parts[number] = parts[number].model_copy(update=attributes)
        return values | {key: tuple(parts)}, around

    return no_catalog(planted)


def more(key: str, *new: Part) -> Plant:
    """Further entries of a structured field."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        return values | {key: (*values.get(key, ()), *new)}, around  # type: ignore[dict-item]

    return no_catalog(planted)


def renamed(change: Callable[[str], str]) -> Plant:
    return edited("name", change)


def beside(change: Callable[[Item], Item]) -> Plant:
    """The unit has another item made from this one."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        own = Item(around.item_id, values)
        return values, replace(around, unit_items=[*around.unit_items, change(own)], catalog=())

    return planted


def listed(**new: Any) -> Plant:
    """The catalog entry says something else."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        if not all(values.get(key) and values[key] != value for key, value in new.items()):
            return None
        return values, replace(around, catalog=[dict(values) | new])

    return planted


def circular(length: int) -> Plant:
    """This item asks for what another issues, and so on until one asks for what this one issues."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        papers = [f"第{n}号循环证书" for n in range(length)]
        asks = lambda paper: (Material(name=f"{paper}原件"),)  # noqa: E731
        others = [
            Item(
                f"other-{n}",
                {
                    "name": f"循环事项{n}",
                    "agency": f"单位{n}",
                    "result_name": papers[n],
                    "materials": asks(papers[(n + 1) % length]),
                },
            )
            for n in range(1, length)
        ]
        own = values | {
            "result_name": papers[0],
            "materials": (*values["materials"], *asks(papers[1 % length])),
        }
        return own, replace(around, proofs=Proofs.of([*sample_items(), *others]), catalog=())  # type: ignore[return-value]

    return planted


def digit(key: str, place: int) -> Plant:
    """One character of a code miswritten."""

    def change(code: str) -> str:
        other = CREDIT_ALPHABET[(CREDIT_ALPHABET.index(code[place]) + 1) % len(CREDIT_ALPHABET)]
        return code[:place] + other + code[place + 1 :]

    return edited(key, change)
