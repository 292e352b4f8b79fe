"""FIELDS: every field of an item, declared once in fields.yaml; all that knows fields derives from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from item_store import kinds
from item_store.kinds import Text, Value, split_list
from item_store.parts import Faq, LegalBasis, Location, Material, Step

FIELDS_FILE = Path(__file__).with_name("fields.yaml")
SECTIONS = ("identity", "basis", "authority", "time", "application", "result", "fee", "service", "place")

CLOSED = (
    "item_type",
    "agency_nature",
    "case_type",
    "cross_region_scope",
    "operating_system",
    "service_category",
)

FIELD_KINDS: dict[str, Text] = {
    "code": kinds.Code("code"),
    "line": Text("line", width=32),
    "text": Text("text", many_lines=True, width=40),
    "phone": kinds.Phone("phone"),
    "limit": kinds.LimitText("limit", width=16),
    "yes_no": kinds.YesNo("yes_no", width=10),
    "levels": kinds.Choice("levels", list_name="exercise_level", joined=True),
    "names": kinds.Names("names"),
    "audience": kinds.Names("audience", list_name="audience"),
    "theme": kinds.Names("theme", list_name="theme"),
    "handling_form": kinds.Names("handling_form", list_name="handling_form"),
    "materials": kinds.Parts("materials", many_lines=True, width=60, model=Material),
    "procedure": kinds.Parts("procedure", many_lines=True, width=50, model=Step),
    "legal_basis": kinds.Parts(
        "legal_basis", many_lines=True, width=60, model=LegalBasis, lists=(("rank", "legal_rank"),)
    ),
    "locations": kinds.Parts(
        "locations", many_lines=True, width=50, model=Location, lists=(("level", "location_level"),)
    ),
    "faq": kinds.Parts("faq", many_lines=True, width=50, model=Faq),
} | {name: kinds.Choice(name, list_name=name) for name in CLOSED}


@dataclass(frozen=True, slots=True)
class Condition:
    """A field is asked only when another has one of these values, or has several."""

    field: str
    values: tuple[str, ...] = ()
    several: bool = False

    def holds(self, values: Mapping[str, Value]) -> bool:
        other = values.get(self.field)
        if other is None:
            return False
        said = split_list(other) if isinstance(other, str) else [str(part) for part in other]
        return len(said) > 1 if self.several else any(part in self.values for part in said)


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    title: str
    kind: Text
    section: str
    example: str
    help: str
    number: int | None = None
    required: bool = True
    filled_by: str = "clerk"
    applies: Condition | None = None
    catalog_column: int | None = None
    catalog_title: str = ""
    also_titled: tuple[str, ...] = ()

    def applies_to(self, values: Mapping[str, Value]) -> bool:
        return self.applies is None or self.applies.holds(values)


def _field(row: dict[str, Any]) -> Field:
    catalog = row.pop("catalog", {})
    applies = row.pop("applies", None)
    also_titled = tuple(row.pop("also_titled", ()))
    condition = (
        Condition(applies["field"], tuple(applies.get("values", ())), applies.get("several", False))
        if applies
        else None
    )
    return Field(
        **(row | {"kind": FIELD_KINDS[row["kind"]]}),
        applies=condition,
        also_titled=also_titled,
        catalog_column=catalog.get("column"),
        catalog_title=catalog.get("title", ""),
    )


def load_fields(path: Path) -> tuple[Field, ...]:
    """The fields a file of rows declares."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe loaders
    return tuple(_field(row) for row in rows)


FIELDS: tuple[Field, ...] = load_fields(FIELDS_FILE)
FIELD: dict[str, Field] = {field.key: field for field in FIELDS}
IMPLEMENTATION_FIELDS: tuple[Field, ...] = tuple(field for field in FIELDS if field.number)
CATALOG_FIELDS: tuple[Field, ...] = tuple(
    sorted((field for field in FIELDS if field.catalog_column), key=lambda field: field.catalog_column or 0)
)


def missing(values: Mapping[str, Value]) -> list[Field]:
    """Required fields that apply to these values and are not filled."""
    return [f for f in FIELDS if f.required and not values.get(f.key) and f.applies_to(values)]
