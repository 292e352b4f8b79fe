"""What makes an item a special case, as bits: 国外 in a name is meant only when the question says so."""

import re
from functools import cache

from knowledge import words


def of_name(name: str) -> int:
    return _found(name, 0)


def of_question(text: str) -> int:
    """With the looser words that only questions use."""
    return _found(text, 1)


def _found(text: str, which: int) -> int:
    return sum(1 << number for number, patterns in enumerate(_patterns()) if patterns[which].search(text))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(_pair(" ".join(row)) for _, row in words.pairs("marks"))


def _pair(row: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    official, _, loose = row.partition("~")
    return _any(official.split()), _any([*official.split(), *loose.split()])


def _any(listed: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, listed)))
