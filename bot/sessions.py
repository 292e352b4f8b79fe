"""A person's conversation as plain data, kept in the database between turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HISTORY = 24
"""Exchanges kept, for a page that is reloaded, a message that comes twice, and a person who takes over."""

KEPT_CHOICES = 60
"""Buttons that still work; older ones say that they have expired."""


@dataclass(slots=True)
class Exchange:
    """What a person sent, redacted, and what they were told."""

    message_id: str
    said: str
    replies: list[dict[str, Any]]
    at: str = ""


@dataclass(slots=True)
class Session:
    """What is remembered of one person on one channel."""

    context: dict[str, Any] = field(default_factory=dict)
    actions: dict[str, dict[str, str]] = field(default_factory=dict)
    current: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    turns: int = 0
    task: dict[str, Any] = field(default_factory=dict)
    history: list[Exchange] = field(default_factory=list)

    def remember(self, exchange: Exchange) -> None:
        """Add an exchange, dropping the oldest."""
        self.history = [*self.history, exchange][-HISTORY:]

    def answered(self, message_id: str) -> Exchange | None:
        """The exchange a message id already belongs to."""
        return next((e for e in reversed(self.history) if message_id and e.message_id == message_id), None)

    def keep_actions(self, actions: Mapping[str, Mapping[str, str]]) -> None:
        """Add the actions of new buttons, dropping the oldest."""
        together = {**self.actions, **{key: dict(value) for key, value in actions.items()}}
        self.actions = dict(list(together.items())[-KEPT_CHOICES:])

    def to_dict(self) -> dict[str, Any]:
        """JSON-able data; what never changes in place is not copied."""
        data = {key: getattr(self, key) for key in self.__slots__}
        history = [{key: getattr(e, key) for key in e.__slots__} for e in self.history]
        return data | {"context": dict(self.context), "task": dict(self.task), "history": history}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Session":
        """The inverse of `to_dict`; fields of an older or newer release that are not known are left out."""
        known = {key: value for key, value in data.items() if key in cls.__slots__}
        known |= {key: dict(known[key]) for key in ("context", "task") if key in known}
        known["history"] = [Exchange(**entry) for entry in known.get("history", ())]
        return cls(**known)
