"""What staff type beside answers: commands read from commands.yaml, with the number or title they name."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from item_store.closed_lists import comparable
from knowledge.text import simplify

COMMANDS_FILE = Path(__file__).with_name("commands.yaml")


@dataclass(frozen=True, slots=True)
class Command:
    """A command; number and `to` are 0 and the title empty where none is named."""

    name: str
    number: int = 0
    to: int = 0
    title: str = ""


def read_outside(text: str) -> Command | None:
    """The command of staff who have no draft open, where a short word is nothing else."""
    word = _words("outside").get(_plain(text))
    return Command(word) if word else read_command(text)


def read_command(text: str, in_part: bool = False) -> Command | None:
    """The command a message is; None for an answer."""
    word = _plain(text)
    tables = ("parts", "words") if in_part else ("words",)
    for table in tables:
        if word in _words(table):
            return Command(_words(table)[word])
    patterns = (*_patterns("part_patterns"), *_patterns("patterns")) if in_part else _patterns("patterns")
    for name, pattern in patterns:
        if match := pattern.fullmatch(text.strip()):
            return _command(name, match)
    return None


def read_review(text: str) -> Command | None:
    """The same for what reviewers and applicants type beside a case."""
    word = _words("review_words").get(_plain(text))
    if word:
        return Command(word)
    found = ((name, pattern.fullmatch(text.strip())) for name, pattern in _patterns("review_patterns"))
    return next((_command(name, match) for name, match in found if match), None)


def is_asking(text: str) -> bool:
    """Whether a text is an unmistakable question."""
    return "\n" not in text and bool(re.fullmatch(_data()["asking"], text))


def _plain(text: str) -> str:
    """A typed word as the tables have it, traditional script too."""
    return comparable(simplify(text))


def _command(name: str, match: re.Match[str]) -> Command:
    named = {key: said for key, said in match.groupdict().items() if said}
    numbers = {key: _number(said) for key, said in named.items() if key != "title"}
    return Command(name, numbers.get("number", 0), numbers.get("to", 0), named.get("title", ""))


def _number(text: str) -> int:
    """A number up to 99 in digits or words."""
    if text.isdigit():
        return int(text)
    digits, ten = _data()["digits"], _data()["ten"]
    if ten not in text:
        return digits.index(text) if len(text) == 1 else 0
    tens, _, ones = text.partition(ten)
    return (digits.find(tens) if tens else 1) * 10 + (digits.find(ones) if ones else 0)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(COMMANDS_FILE.read_text(encoding="utf-8"))
    return data


@cache
def _words(table: str) -> dict[str, str]:
    return {comparable(word): name for name, words in _data()[table].items() for word in words}


@cache
def _patterns(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    number = rf"(?:\\d{{1,2}}|[{_data()['digits']}{_data()['ten']}]{{1,3}})"
    rows = ((row["name"], re.sub(r"(?<=>)N(?=\))", number, row["pattern"])) for row in _data()[table])
    return tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in rows)
