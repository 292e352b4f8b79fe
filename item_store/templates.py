"""What can be filled in by dialogue: the implementation list, a catalog entry, and the tables of 2016."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from item_store.closed_lists import comparable
from item_store.fields import CATALOG_FIELDS, IMPLEMENTATION_FIELDS, Field, load_fields

SERVICE_2016_FILE = Path(__file__).with_name("service_2016.yaml")


@dataclass(frozen=True)
class Template:
    """Fields in the order they are asked, each with its number in the official table."""

    name: str
    fields: tuple[Field, ...]
    by_key: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {field.key: field for field in self.fields})

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields a clerk fills in; the others are left to the coder or the reviewer."""
        return tuple(field for field in self.fields if field.filled_by == "clerk")

    def find(self, wanted: str) -> tuple[Field, ...]:
        """Asked fields by number, key or title; several when only a part of the title is given."""
        word = comparable(wanted)
        if word.isdigit():
            return tuple(f for f in self.asked if f.number == int(word))
        exact = tuple(f for f in self.asked if word in (f.key, comparable(f.title)))
        return exact or tuple(f for f in self.asked if word and word in comparable(f.title))


def _catalog() -> Iterable[Field]:
    for entry in CATALOG_FIELDS:
        yield replace(entry, number=entry.catalog_column, title=entry.catalog_title or entry.title)


TEMPLATES: Mapping[str, Template] = {
    template.name: template
    for template in (
        Template("implementation", IMPLEMENTATION_FIELDS),
        Template("catalog", tuple(_catalog())),
        Template("service_2016", load_fields(SERVICE_2016_FILE)),
    )
}
