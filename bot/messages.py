"""What channels and handlers share: what a person sent, and what they are told."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

MAX_TEXT = 2000
"""Characters of one message that are read; more is refused by name."""

STAFF_TEXT = 20_000
"""The same for staff who have signed in: they paste whole guides."""

DELIVERED = "r:"
"""Begins the ids of buttons under delivered messages: anybody there may press them, as long as they stand."""

Action = Mapping[str, str]
"""What pressing a button means, e.g. {"do": "show", "item": "…", "aspect": "materials"}."""


def _printable(text: object) -> object:
    """Drop control and private characters; keep line ends and tabs."""
    if not isinstance(text, str):
        return text
    return "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"}
    ).strip()


Typed = Annotated[str, BeforeValidator(_printable)]


class IncomingFile(BaseModel):
    """A file somebody sent, already in memory; its size and type are checked by whoever wants it."""

    model_config = ConfigDict(frozen=True)

    name: Typed = Field(max_length=200)
    content: bytes = Field(repr=False)


class Incoming(BaseModel):
    """One message, button or file from a person; validated here because everything outside is hostile."""

    model_config = ConfigDict(frozen=True)

    channel: str = Field(pattern=r"^[a-z_]{1,20}$")
    sender: str = Field(min_length=1, max_length=128)
    text: Typed = Field(default="", max_length=STAFF_TEXT)
    choice: str = Field(default="", max_length=64)
    message_id: str = Field(default="", max_length=128)
    language: str = Field(default="", max_length=35)
    group: str = Field(default="", max_length=128)
    file: IncomingFile | None = None

    @property
    def person(self) -> str:
        """The identity a session belongs to: channel and sender, and the group when spoken in one."""
        return ":".join(part for part in (self.channel, self.sender, self.group) if part)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. `id` is given by the conversation; `numbered` ones can also be picked by typing 1, 2;
    `minor` ones, the same under every question, may be shown apart and small."""

    label: str
    action: Action
    id: str = ""
    numbered: bool = True
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of the record or a phrase, what it is called, and small print under it."""

    text: str
    label: str = ""
    notes: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a card."""

    heading: str
    lines: tuple[Line, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """An answer from the record: what was asked, the item it belongs to, and where it comes from."""

    title: str
    sections: tuple[Section, ...]
    origin: tuple[Line, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A document handed to a person; `key` is given by the conversation, to fetch it again later."""

    name: str
    content: bytes = field(repr=False)
    media_type: str = "application/octet-stream"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing said to a person; text, card and file are shown in this order."""

    text: str = ""
    card: Card | None = None
    choices: tuple[Choice, ...] = ()
    file: File | None = None


Replies = Sequence[Reply]


def reply_to_dict(reply: Reply) -> dict[str, Any]:
    """A reply as JSON-able data, its file by name and key only."""
    data = asdict(Reply(reply.text, reply.card, reply.choices))
    kept = ("name", "media_type", "key")
    data["file"] = {name: getattr(reply.file, name) for name in kept} if reply.file else None
    return data


def reply_from_dict(data: Mapping[str, Any]) -> Reply:
    """The inverse of `reply_to_dict`, without the file's content."""
    card, file = data.get("card"), data.get("file")
    return Reply(
        text=data.get("text", ""),
        card=_card_from_dict(card) if card else None,
        choices=tuple(Choice(**choice) for choice in data.get("choices", ())),
        file=File(content=b"", **file) if file else None,
    )


def _line_from_dict(data: Mapping[str, Any]) -> Line:
    return Line(data["text"], data["label"], tuple(_line_from_dict(note) for note in data["notes"]))


def _card_from_dict(data: Mapping[str, Any]) -> Card:
    sections = tuple(
        Section(s["heading"], tuple(_line_from_dict(line) for line in s["lines"]), s["ordered"])
        for s in data["sections"]
    )
    return Card(
        data["title"], sections, tuple(_line_from_dict(line) for line in data["origin"]), data["notice"]
    )
