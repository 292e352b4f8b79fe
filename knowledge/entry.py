"""What is known of one published item for finding it: the only thing the index is given."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

NAME, ALIAS, QUESTION, CONTENT = range(4)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as citizens may ask for it; `code` may hold several codes separated by spaces.

    `places` are the regions of its handling locations, such as a town.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    agency: str = ""
    region: str = ""
    code: str = ""
    item_type: str = ""
    content: str = ""
    audience: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def surfaces(self) -> list[tuple[int, str]]:
        """Every wording the item can be found by, with its kind; the official name comes first."""
        return [
            (NAME, self.name),
            *((ALIAS, alias) for alias in self.aliases if alias),
            *((QUESTION, question) for question in self.questions if question),
        ]

    def regions(self) -> set[str]:
        """Its own region and those of its handling locations."""
        return {self.region, *self.places}

    def codes(self) -> list[str]:
        return self.code.split()

    def to_json(self) -> bytes:
        """The fields that are filled, as compact JSON."""
        filled = {key: value for key, value in asdict(self).items() if value}
        return json.dumps(filled, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Entry":
        return cls(**{key: _plain(value) for key, value in json.loads(data).items() if key in _KEYS})


_KEYS = {field.name for field in fields(Entry)}


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
