"""Kinds of value: reading what a person wrote, loading what a file holds, showing what is kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from item_store.closed_lists import ClosedList, closed_list
from item_store.limits import UnreadableLimit, read_limit
from item_store.parts import Part, unix_lines
from item_store.parts.text import read_parts, write_parts

Value = str | tuple[str, ...] | tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text is no value of a kind: a phrase key and its details."""

    why: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Text:
    """Plain text, kept as it stands; the base of every kind."""

    name: str = "text"
    many_lines: bool = False
    width: int = 24

    @property
    def choices(self) -> tuple[str, ...]:
        return ()

    @property
    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Choices under their headings, where the official list has headings."""
        return ()

    @property
    def column(self) -> str:
        """How a database keeps it: text or json."""
        return "text"

    def read(self, text: str) -> Value | Unreadable:
        """What a clerk wrote, or why it cannot be taken."""
        value = self.load(text)
        if isinstance(value, Unreadable):
            return value
        return self.check(value) or value if value else Unreadable("unreadable.empty")

    def load(self, raw: Any) -> Value | Unreadable:
        """What a file holds, kept as it stands as far as its shape allows."""
        if isinstance(raw, bool):
            return "是" if raw else "否"
        if isinstance(raw, float) and raw.is_integer():
            return str(int(raw))
        if isinstance(raw, str | int | float):
            return unix_lines(str(raw)).strip()
        if isinstance(raw, list | tuple) and all(isinstance(part, str) for part in raw):
            return ("\n" if self.many_lines else "、").join(unix_lines(part).strip() for part in raw).strip()
        return Unreadable("unreadable.shape", {"shape": type(raw).__name__})

    def check(self, value: Value) -> Unreadable | None:
        """Whether a value that is kept also fits the kind's rule."""
        return None

    def record(self, value: Value) -> Any:
        """JSON-able."""
        return value

    def show(self, value: Value) -> list[str]:
        return [line for line in str(value).splitlines() if line.strip()]

    def cell(self, value: Value) -> str:
        """One cell of a workbook; `read` and `load` of it give the value back."""
        return str(value)


@dataclass(frozen=True)
class Code(Text):
    """A code of letters, digits and hyphens."""

    def check(self, value: Value) -> Unreadable | None:
        return None if re.fullmatch(r"[0-9A-Za-z_-]+", str(value)) else Unreadable("unreadable.code")


@dataclass(frozen=True)
class Phone(Text):
    """Telephone numbers and whatever is said beside them, or the address of a complaints platform."""

    def check(self, value: Value) -> Unreadable | None:
        said = re.search(r"\d{3}|https?://|www\.", str(value))
        return None if said else Unreadable("unreadable.phone")


@dataclass(frozen=True)
class LimitText(Text):
    """A time limit, kept as written and readable by item_store.limits."""

    def check(self, value: Value) -> Unreadable | None:
        limit = read_limit(str(value))
        return Unreadable(f"unreadable.{limit.why}") if isinstance(limit, UnreadableLimit) else None


@dataclass(frozen=True)
class Choice(Text):
    """One value of a closed list; with `joined`, several of them joined by 、."""

    list_name: str = ""
    joined: bool = False

    @cached_property
    def closed(self) -> ClosedList:
        return closed_list(self.list_name)

    @property
    def choices(self) -> tuple[str, ...]:
        return self.closed.choices

    @property
    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return self.closed.groups

    def read(self, text: str) -> Value | Unreadable:
        read = [_one_of(self.closed, part) for part in (split_list(text) if self.joined else [text.strip()])]
        refused = [part for part in read if isinstance(part, Unreadable)]
        if refused or not read:
            return refused[0] if refused else Unreadable("unreadable.empty")
        return "、".join(part for part in read if isinstance(part, str))

    def check(self, value: Value) -> Unreadable | None:
        parts = split_list(str(value)) if self.joined else [str(value)]
        return _outside(self.closed, parts)


@dataclass(frozen=True)
class YesNo(Choice):
    """是 or 否, and the words people use for them."""

    list_name: str = "yes_no"
    yes: frozenset[str] = frozenset({"是", "是的", "对", "要", "有", "支持", "收费", "可以", "公开"})
    no: frozenset[str] = frozenset(
        {"否", "不是", "不", "不要", "没有", "无", "不支持", "不收费", "免费", "不可以", "不公开"}
    )

    def read(self, text: str) -> Value | Unreadable:
        word = text.strip()
        if word in self.yes or word in self.no:
            return "是" if word in self.yes else "否"
        return super().read(text)

    def check(self, value: Value) -> Unreadable | None:
        return None if value in self.yes or value in self.no else _outside(self.closed, [str(value)])


@dataclass(frozen=True)
class Names(Text):
    """Several short texts; from a closed list where one is named."""

    list_name: str = ""

    @cached_property
    def closed(self) -> ClosedList | None:
        return closed_list(self.list_name) if self.list_name else None

    @property
    def choices(self) -> tuple[str, ...]:
        return self.closed.choices if self.closed else ()

    @property
    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return self.closed.groups if self.closed else ()

    @property
    def column(self) -> str:
        return "json"

    def read(self, text: str) -> Value | Unreadable:
        if not self.closed or not text.strip():
            return super().read(text)
        read = [_one_of(self.closed, part) for part in split_list(text)]
        refused = [part for part in read if isinstance(part, Unreadable)]
        return refused[0] if refused else tuple(dict.fromkeys(part for part in read if isinstance(part, str)))

    def load(self, raw: Any) -> Value | Unreadable:
        parts = split_list(raw) if isinstance(raw, str) else raw
        if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
            return Unreadable("unreadable.shape", {"shape": type(raw).__name__})
        return tuple(" ".join(part.split("\n")).strip() for part in parts if part.strip())

    def check(self, value: Value) -> Unreadable | None:
        return _outside(self.closed, [str(part) for part in value]) if self.closed else None

    def record(self, value: Value) -> Any:
        return list(value)

    def show(self, value: Value) -> list[str]:
        return [str(part) for part in value]

    def cell(self, value: Value) -> str:
        # A name that itself holds a separator would be cut when read back, so each ends its own line.
        names = [str(part) for part in value]
        line = "、".join(names)
        return line if split_list(line) == names else "".join(f"{name}\n" for name in names)


@dataclass(frozen=True)
class Parts(Text):
    """A list of structured entries of one model."""

    model: type[Part] = Part
    lists: tuple[tuple[str, str], ...] = ()

    @property
    def column(self) -> str:
        return "json"

    def load(self, raw: Any) -> Value | Unreadable:
        entries = self._entries(raw)
        if isinstance(entries, Unreadable):
            return entries
        read: list[Part] = []
        for number, entry in enumerate(entries, 1):
            try:
                read.append(self.model.model_validate(entry))
            except ValidationError as error:
                return self._refused(number, error)
        return tuple(read)

    def _entries(self, raw: Any) -> Sequence[Any] | Unreadable:
        if isinstance(raw, str):
            return read_parts(self.model, raw)
        if isinstance(raw, Mapping | Part):
            return [raw]
        if isinstance(raw, list | tuple):
            return [entry for entry in raw if entry not in ("", None)]
        return Unreadable("unreadable.shape", {"shape": type(raw).__name__})

    def _refused(self, number: int, error: ValidationError) -> Unreadable:
        location = error.errors()[0]["loc"]
        key = str(location[0]) if location else self.model.lead()
        details = {"number": str(number), "attribute": self.model.titles().get(key, key)}
        return Unreadable("unreadable.part", details)

    def check(self, value: Value) -> Unreadable | None:
        for part in value:
            for key, name in self.lists:
                said = str(getattr(part, key))
                problem = _outside(closed_list(name), [said]) if said else None
                if problem:
                    return problem
        return None

    def record(self, value: Value) -> Any:
        return [part.record() for part in value if isinstance(part, Part)]

    def show(self, value: Value) -> list[str]:
        return [_line(part) for part in value if isinstance(part, Part)]

    def cell(self, value: Value) -> str:
        return write_parts([part for part in value if isinstance(part, Part)])


SEPARATORS = frozenset("、，,；;|\t　 ")
OPENING, CLOSING = frozenset("（(《【[“"), frozenset("）)》】]”")


def split_list(text: str) -> list[str]:
    """Text cut at its line ends, or else where people separate names, though not within brackets."""
    if "\n" in text:
        return [part.strip() for part in text.split("\n") if part.strip()]
    parts, depth = [""], 0
    for character in text:
        depth += (character in OPENING) - (character in CLOSING and depth > 0)
        if character in SEPARATORS and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def _one_of(closed: ClosedList, text: str) -> str | Unreadable:
    found = closed.matches(text)
    if len(found) == 1:
        return found[0]
    why = "unreadable.ambiguous" if found else "unreadable.choice"
    return Unreadable(why, {"text": text.strip(), "choices": "、".join(found or closed.choices)})


def _outside(closed: ClosedList, parts: Sequence[str]) -> Unreadable | None:
    strange = [part for part in parts if part not in closed]
    if not strange:
        return None
    return Unreadable("unreadable.choice", {"text": "、".join(strange), "choices": "、".join(closed.choices)})


def _line(part: Part) -> str:
    titles, (lead, *rest) = part.titles(), part.filled()
    details = "；".join(f"{titles[key]}：{text}" for key, text in rest)
    return f"{lead[1]}（{details}）" if details else lead[1]
