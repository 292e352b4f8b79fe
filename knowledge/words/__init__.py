"""Reads the word lists beside it: plain text that staff can edit, `#` begins a comment."""

import hashlib
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


def lines(name: str) -> list[str]:
    """The rows of a list, without comments and blank lines."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf8")
    rows = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return [row for row in rows if row]


def pairs(name: str) -> list[tuple[str, list[str]]]:
    """Rows of `head = words`, as head and words."""
    rows = [line.partition("=") for line in lines(name)]
    return [(head.strip(), words.split()) for head, _, words in rows]


@cache
def sections(name: str) -> dict[str, re.Pattern[str]]:
    """Patterns under `[section]` headings; a section matches where any of its rows does."""
    found: dict[str, list[str]] = {}
    rows: list[str] = []
    for line in lines(name):
        if line.startswith("[") and line.endswith("]") and line[1:-1].isidentifier():
            rows = found.setdefault(line[1:-1], [])
        else:
            rows.append(line)
    return {section: re.compile("|".join(parts)) for section, parts in found.items()}


@cache
def pattern(name: str) -> re.Pattern[str]:
    """All rows of a list as one pattern, longest first."""
    return re.compile("|".join(sorted(lines(name), key=len, reverse=True)) or r"(?!)")


@cache
def stamp() -> str:
    """Changes with any word and with the code that reads them: what was made with others is made anew."""
    digest = hashlib.sha256()
    for path in sorted([*FOLDER.rglob("*.txt"), *FOLDER.parent.glob("*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
