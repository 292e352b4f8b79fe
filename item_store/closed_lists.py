"""Closed lists of the official tables: what may be chosen, in order and by group."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

LISTS_FILE = Path(__file__).with_name("closed_lists.yaml")


def comparable(text: str) -> str:
    """Text without what people vary at will: width, spaces, brackets' shape."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True, slots=True)
class ClosedList:
    name: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    also: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[str, ...]:
        """What a clerk is offered, each once, in the official order."""
        return tuple(dict.fromkeys(value for _, values in self.groups for value in values))

    def group(self, title: str) -> tuple[str, ...]:
        return dict(self.groups)[title]

    def matches(self, text: str) -> tuple[str, ...]:
        """The values a person may have meant: one exact match, else every choice that begins so."""
        wanted = comparable(text)
        exact = [value for value in (*self.choices, *self.also) if comparable(value) == wanted]
        if exact or not wanted:
            return tuple(exact[:1])
        return tuple(value for value in self.choices if comparable(value).startswith(wanted))

    def __contains__(self, text: str) -> bool:
        return comparable(text) in _comparable_values(self)


@cache
def _comparable_values(closed: ClosedList) -> frozenset[str]:
    return frozenset(comparable(value) for value in (*closed.choices, *closed.also))


def _build(name: str, row: dict[str, object]) -> ClosedList:
    groups, also = row["groups"], row.get("also", [])
    if not isinstance(groups, dict) or not isinstance(also, list):
        raise TypeError(name)
    pairs = tuple((str(title), tuple(map(str, values))) for title, values in groups.items())
    return ClosedList(name, pairs, tuple(map(str, also)))


@cache
def closed_lists() -> dict[str, ClosedList]:
    rows = yaml.safe_load(LISTS_FILE.read_text(encoding="utf-8"))
    return {name: _build(name, row) for name, row in rows.items()}


def closed_list(name: str) -> ClosedList:
    return closed_lists()[name]
