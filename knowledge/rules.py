"""What people describe and do not name: rows of words/rules.txt add the official words to look for."""

import re
from dataclasses import dataclass
from functools import cache

from knowledge import words

PLAIN = re.compile(r"\(?\w+(?:\|\w+)*\)?")
"""A part that is nothing but a few words."""
ANY = ""
"""What a rule without such a part may begin with."""


@dataclass(frozen=True, slots=True)
class Rule:
    """All of `wanted` must be found, none of `unwanted`; then the `added` wordings are looked for as well."""

    wanted: tuple[re.Pattern[str], ...]
    unwanted: tuple[re.Pattern[str], ...]
    added: tuple[str, ...]

    def fits(self, text: str) -> bool:
        wanted = all(part.search(text) for part in self.wanted)
        return wanted and not any(part.search(text) for part in self.unwanted)


def additions(text: str) -> tuple[str, ...]:
    """The wordings that the text calls for, each once."""
    return tuple(dict.fromkeys(word for rule in _possible(text) if rule.fits(text) for word in rule.added))


def _possible(text: str) -> list[Rule]:
    """The few of the hundreds of rules whose first plain part begins with a character of the text."""
    table, rules = _by_beginning(), _rules()
    numbers = set[int]().union(*(table.get(letter, ()) for letter in {ANY, *text}))
    return [rules[number] for number in sorted(numbers)]


@cache
def _by_beginning() -> dict[str, list[int]]:
    """The numbers of the rules by what their first plain part may begin with."""
    table: dict[str, list[int]] = {}
    for number, rule in enumerate(_rules()):
        part = next((part.pattern for part in rule.wanted if PLAIN.fullmatch(part.pattern)), ANY)
        for letter in {word[:1] for word in part.strip("()").split("|")}:
            table.setdefault(letter, []).append(number)
    return table


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(_rule(line) for line in words.lines("rules"))


def _rule(line: str) -> Rule:
    conditions, _, added = line.partition(">")
    parts = [part.strip() for part in conditions.split("&")]
    return Rule(
        tuple(re.compile(part) for part in parts if not part.startswith("!")),
        tuple(re.compile(part[1:].strip()) for part in parts if part.startswith("!")),
        tuple(wording.strip() for wording in added.split("|")),
    )
