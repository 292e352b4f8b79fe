"""The words of liaison work, from liaison_words.yaml."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.turn import Turn
from knowledge.text import simplify

WORDS_FILE = Path(__file__).with_name("liaison_words.yaml")
TABLES = ("roles", "kinds")
WITHIN = ("cancel", "finish")
"""Commands that only mean something to what is going on."""


@dataclass(frozen=True, slots=True)
class Said:
    """A command by its name, and what stood behind it."""

    name: str
    rest: str = ""


def said(turn: Turn) -> Said | None:
    """The command of a message; plain words only count for staff, outside groups."""
    words = turn.text.split(maxsplit=1)
    if not words:
        return None
    name = _commands().get(simplify(words[0].partition("@")[0]))
    staff = bool(turn.session.task.get("staff")) and not turn.incoming.group
    if name is None or not (staff or words[0].startswith("/")):
        return None
    return Said(name, words[1].strip() if len(words) > 1 else "")


def interrupts(turn: Turn) -> bool:
    """Whether a command was typed where an answer was asked for."""
    command = said(turn)
    return command is not None and command.name not in WITHIN


def is_word(turn: Turn, name: str) -> bool:
    """Whether a message in a dialogue is this word."""
    return _commands().get(simplify(turn.text.strip())) == name


def role_named(word: str) -> str:
    """The role of a receipt; empty for a word that names none."""
    return _table("roles").get(simplify(word), "")


def kind_named(word: str) -> str:
    """The kind of unit; empty for a word that names none."""
    return _table("kinds").get(simplify(word), "")


def first_word(table: str, name: str) -> str:
    """What a role or kind is called."""
    words = _data()[table].get(name, [name])
    return str(words[0])


def command_words(names: Iterable[str], locale: str) -> list[str]:
    """What to type for each command; outside Chinese the form with a slash, where there is one."""
    return [_typed([str(word) for word in _data()[name]], locale) for name in names]


def _typed(words: Sequence[str], locale: str) -> str:
    slashed = [word for word in words if word.startswith("/")]
    return slashed[0] if slashed and not locale.startswith("zh") else words[0]


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
    return data


@cache
def _commands() -> Mapping[str, str]:
    return {word: name for name, words in _data().items() if name not in TABLES for word in words}


@cache
def _table(table: str) -> Mapping[str, str]:
    return {word: name for name, words in _data()[table].items() for word in words}
