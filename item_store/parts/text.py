"""Structured entries as the text of one cell: people can read it, and it reads back the same."""

import re
from collections.abc import Sequence
from typing import Any

from item_store.parts import Part

NUMBERED = re.compile(
    r"^\s*(?:[（(]?\d{1,3}[)）]|\d{1,3}\s*(?:[．、]|\.(?!\d))|[一二三四五六七八九十]{1,3}、)\s*(?P<lead>\S.*)$"
)
ATTRIBUTE = "　　"
CONTINUED = "　　　　"


def write_parts(parts: Sequence[Part]) -> str:
    """Each entry numbered, its attributes indented below it, further lines of a text indented twice."""
    return "\n".join(_write(number, part) for number, part in enumerate(parts, 1))


def _write(number: int, part: Part) -> str:
    titles, lead = part.titles(), part.lead()
    filled = dict(part.filled())
    lines = [f"{number}．{_indented(filled.pop(lead))}"]
    lines += [f"{ATTRIBUTE}{titles[key]}：{_indented(text)}" for key, text in filled.items()]
    return "\n".join(lines)


def _indented(text: str) -> str:
    return text.replace("\n", f"\n{CONTINUED}")


def read_parts(model: type[Part], text: str) -> list[dict[str, Any]]:
    """Entries from text: our own layout, a numbered list, or one entry that is the whole text.

    Lines that belong to no number stay with the entry before them.
    """
    if not text.strip():
        return []
    lines = text.split("\n")
    if not NUMBERED.match(lines[0]):
        return [{model.lead(): text.strip()}]
    entries: list[dict[str, Any]] = []
    key = model.lead()
    keys = {title: name for name, title in model.titles().items()}
    for line in lines:
        if entries and line.startswith(CONTINUED):
            entries[-1][key] += "\n" + line.removeprefix(CONTINUED)
        elif (attribute := _attribute(keys, line)) is not None:
            key, entries[-1][attribute[0]] = attribute
        elif match := NUMBERED.match(line):
            key = model.lead()
            entries.append({key: match["lead"]})
        elif line.strip():
            entries[-1][key] += "\n" + line.strip()
    return entries


def _attribute(keys: dict[str, str], line: str) -> tuple[str, str] | None:
    if not line.startswith(ATTRIBUTE):
        return None
    title, colon, text = line.removeprefix(ATTRIBUTE).partition("：")
    return (keys[title], text) if colon and title in keys else None
