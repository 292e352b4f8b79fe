"""What people describe and do not name: rows of words/rules.txt add the official words to look for."""

import re
from dataclasses import dataclass
from functools import cache

from knowledge import words


@dataclass(frozen=True, slots=True)
class Rule:
    """All of `wanted` must be found, none of `unwanted`; then the `added` wordings are looked for as well."""

    wanted: tuple[re.Pattern[str], ...]
    unwanted: tuple[re.Pattern[str], ...]
    added: tuple[str, ...]

    def fits(self, text: str) -> bool:
        # A loop, as hundreds of rules are tried on every question, and most end at the first part.
        for part in self.wanted:
            if not part.search(text):
                return False
        return not any(part.search(text) for part in self.unwanted)


def additions(text: str) -> tuple[str, ...]:
    """The wordings that the text calls for, each once."""
    return tuple(dict.fromkeys(word for rule in _rules() if rule.fits(text) for word in rule.added))


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
