"""An item: the record of one service as it is published, immutable."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Self, TypeVar

from item_store.fields import FIELD, FIELDS, Field, missing
from item_store.kinds import Names, Unreadable, Value
from item_store.limits import Limit, UnreadableLimit, read_limit
from item_store.parts import Part

P = TypeVar("P", bound=Part)

ALIASES = Names("names")
OWN_KEYS = ("id", "region", "aliases", "version", "published_at", "source")


class NotAnItemError(ValueError):
    """A record cannot become an item; `problems` says, by key, why."""

    def __init__(self, problems: Mapping[str, Unreadable]) -> None:
        super().__init__(", ".join(f"{key}: {problem.why}" for key, problem in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Item:
    """Values are by field key; a field that is not filled has no key."""

    id: str
    values: Mapping[str, Value] = field(hash=False)
    region: str = ""
    aliases: tuple[str, ...] = ()
    version: int = 0
    published_at: datetime | None = None
    source: str = ""

    def __getitem__(self, key: str) -> Value | None:
        if key not in FIELD:
            raise KeyError(key)
        return self.values.get(key)

    @property
    def name(self) -> str:
        return str(self.values["name"])

    def text(self, key: str) -> str:
        """A field of plain text; empty when it is not filled."""
        value = self[key]
        return value if isinstance(value, str) else ""

    def names(self, key: str) -> tuple[str, ...]:
        """A field of several short texts."""
        return tuple(value for value in self[key] or () if isinstance(value, str))

    def parts(self, key: str, model: type[P]) -> tuple[P, ...]:
        """A structured field, by the model of its entries."""
        return tuple(value for value in self[key] or () if isinstance(value, model))

    @property
    def missing(self) -> list[Field]:
        """Required fields that say nothing: an item with some is incomplete."""
        return missing(self.values)

    def limit(self, key: str) -> Limit | UnreadableLimit:
        return read_limit(str(self[key] or ""))

    def record(self) -> dict[str, Any]:
        """JSON-able, in the order of the fields; `from_record` of it is the same item."""
        record: dict[str, Any] = {"id": self.id, "region": self.region, "aliases": list(self.aliases)}
        record |= {f.key: f.kind.record(self.values[f.key]) for f in FIELDS if f.key in self.values}
        published = self.published_at.isoformat() if self.published_at else None
        record |= {"version": self.version, "published_at": published, "source": self.source}
        return {key: value for key, value in record.items() if value not in ("", None, [], 0)}

    @cached_property
    def digest(self) -> str:
        """Equal for equal content, whatever the version and date of publication."""
        record = self.record()
        content = {key: value for key, value in record.items() if key not in ("version", "published_at")}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def published(self, version: int, when: datetime) -> Self:
        return replace(self, version=version, published_at=when)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The item a record states, keys that are no fields left out; raises NotAnItemError."""
        values: dict[str, Value] = {}
        problems: dict[str, Unreadable] = {}
        for key, field_of_key in FIELD.items():
            if record.get(key) is None:
                continue
            value = field_of_key.kind.load(record[key])
            if isinstance(value, Unreadable):
                problems[key] = value
            elif value:
                values[key] = value
        problems |= {key: Unreadable("unreadable.empty") for key in ("id", "name") if not record.get(key)}
        if problems:
            raise NotAnItemError(problems)
        return cls(id=str(record["id"]), values=values, **_own(record))


def _own(record: Mapping[str, Any]) -> dict[str, Any]:
    when = record.get("published_at")
    aliases = record.get("aliases") or ()
    return {
        "region": str(record.get("region") or ""),
        "aliases": (aliases,) if isinstance(aliases, str) else tuple(str(alias) for alias in aliases),
        "version": int(record.get("version") or 0),
        "published_at": datetime.fromisoformat(when) if isinstance(when, str) else when,
        "source": str(record.get("source") or ""),
    }
