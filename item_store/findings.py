"""What a rule sees and what it says: the values of a draft, what surrounds them, and findings."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from item_store.closed_lists import comparable
from item_store.fields import FIELDS, Field
from item_store.item import Item
from item_store.kinds import Value
from item_store.parts import Part
from item_store.proofs import NO_PROOFS, Proofs

P = TypeVar("P", bound=Part)
Values = Mapping[str, Value]


def similarity(first: str, second: str) -> float:
    """Share of common pairs of characters, 0 to 1."""
    one, other = _pairs(comparable(first)), _pairs(comparable(second))
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else float(first == second)


def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


@dataclass(frozen=True)
class Surroundings:
    """What the rules compare a draft with.

    `fields` are those of its template; `attachments` the keys of fields with an uploaded file;
    `shared_sources` say by a material's name which system already holds it.
    """

    fields: tuple[Field, ...] = FIELDS
    item_id: str = ""
    unit_items: Sequence[Item] = ()
    catalog: Sequence[Values] = ()
    proofs: Proofs = NO_PROOFS
    defaults: Values = dataclasses.field(default_factory=dict)
    area_code: str = ""
    attachments: frozenset[str] = frozenset()
    shared_sources: Mapping[str, str] = dataclasses.field(default_factory=dict)
    similarity: Callable[[str, str], float] = similarity


@dataclass(frozen=True)
class Filled:
    """The values under check, with the data of the rule that checks them."""

    values: Values
    around: Surroundings
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return value.strip() if isinstance(value, str) else ""

    def names(self, key: str) -> tuple[str, ...]:
        return tuple(value for value in self.values.get(key) or () if isinstance(value, str))

    def parts(self, key: str, model: type[P]) -> tuple[P, ...]:
        return tuple(value for value in self.values.get(key) or () if isinstance(value, model))


@dataclass(frozen=True)
class Problem:
    """Where values break a rule.

    `repair` are values that mend it; an empty one takes the field's value away. `because` is a
    further phrase key, said with the same details.
    """

    field: str
    details: Mapping[str, str] = dataclasses.field(default_factory=dict)
    repair: Values | None = None
    because: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of rules.yaml. A hard rule stops submission, a soft one takes a reason."""

    id: str
    hard: bool
    source: str
    reason: str
    fields: tuple[str, ...]
    check: Callable[[Filled], Any] = dataclasses.field(repr=False)
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Finding:
    """A broken rule: said by the phrase rule.<id> with the details, mended by repair.<id>."""

    rule: Rule
    field: str
    details: Mapping[str, str]
    repair: Values | None = None
    because: str = ""


def changed(parts: Sequence[P], number: int, **attributes: object) -> tuple[P, ...]:
    """The entries with one of them changed; numbers count from 0."""
    entries = list(parts)
    entries[number] = entries[number].model_copy(update=attributes)
    return tuple(entries)


def without(parts: Sequence[P], number: int) -> tuple[P, ...]:
    return (*parts[:number], *parts[number + 1 :])
