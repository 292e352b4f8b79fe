"""Recognises the fields in a pasted service guide or spreadsheet row, for a clerk to confirm one by one."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from item_store.fields import FIELD, FIELDS, IMPLEMENTATION_FIELDS, Field
from item_store.guide_reading.sections import Section, guide_words, keys_of, sections, titles
from item_store.guide_reading.values import SEVERAL, read_value
from item_store.kinds import Parts, Unreadable, Value
from item_store.parts.text import NUMBERED

TITLE_LINE = re.compile(
    r"^[\s#*《【]*(?P<name>[\u4e00-\u9fff（）()、]{4,40}?)[》】]?(?:的)?(?:办事指南|服务指南|办理指南|指南)[\s*]*$"
)
NAME_ALONE = re.compile(r"^[\s#*]*(?P<name>[\u4e00-\u9fff（）()、]{4,40}?)[\s*]*$")
LONGEST_EXCERPT = 300


@dataclass(frozen=True, slots=True)
class Proposed:
    """A value found for a field, and the text it was found in."""

    field: str
    value: Value
    excerpt: str


def from_text(text: str) -> list[Proposed]:
    """One proposal a field, in the official order; what stands under a title comes before running text."""
    found: dict[str, Proposed] = {}
    loose: list[str] = []
    for section in sections(text):
        if not section.keys:
            loose += [] if section.title else [section.excerpt]
        for proposed in _titled(section):
            own = section.keys == (proposed.field,)
            if own or proposed.field not in found:
                found[proposed.field] = proposed
    for proposed in _running("\n".join(loose)):
        found.setdefault(proposed.field, proposed)
    alone = NAME_ALONE.match(loose[0].split("\n", maxsplit=1)[0]) if loose and found else None
    if alone:
        found.setdefault("name", Proposed("name", alone["name"], alone[0].strip()))
    order = list(FIELD)
    return sorted(_consistent(found), key=lambda proposed: order.index(proposed.field))


def _titled(section: Section) -> Iterator[Proposed]:
    excerpt = section.excerpt[:LONGEST_EXCERPT]
    several = SEVERAL.get(section.keys)
    if several:
        yield from (Proposed(key, value, excerpt) for key, value in several(section.body).items())
    elif len(section.keys) == 1:
        value = read_value(section.keys[0], section.body)
        if value:
            yield Proposed(section.keys[0], value, excerpt)


def _running(text: str) -> Iterator[Proposed]:
    """Facts in sentences, and the name in the guide's own title."""
    for line in text.split("\n"):
        if title := TITLE_LINE.match(line):
            yield Proposed("name", title["name"], line.strip())
    for match in _stated().finditer(text):
        yield from _titled(Section(titles()[match["title"]], match["title"], match["value"], (match[0],)))
    for row in guide_words()["prose"]:
        for match in re.finditer(row["pattern"], text):
            value = read_value(row["field"], match["value"])
            if value:
                yield Proposed(row["field"], value, match[0].strip()[:LONGEST_EXCERPT])
                break


@cache
def _stated() -> re.Pattern[str]:
    """An official title as the subject of a clause: 办理地点在…，办理时间为…"""
    official = sorted((title for field in FIELDS for title in (field.title, *field.also_titled)), key=len)
    title = "|".join(map(re.escape, reversed(official)))
    says = "(?:分别)?(?:设在|位于|应为|如下[：:]|包括|是|为|在|有)"
    return re.compile(rf"(?P<title>{title}){says}(?P<value>[^。；\n]+?)(?=[，,](?:{title})|[。；\n]|$)")


def _consistent(found: dict[str, Proposed]) -> list[Proposed]:
    """Whom the conditions name is served; what charges nothing has no fee texts."""
    conditions = found.get("conditions")
    who = read_value("audience", str(conditions.value)) if conditions else None
    if conditions and who and "audience" not in found:
        found["audience"] = Proposed("audience", who, conditions.excerpt)
    fee = found.get("charges_fee")
    if fee and fee.value == "否":
        found = {key: one for key, one in found.items() if key not in ("fee_standard", "fee_basis")}
    elif "fee_standard" in found and not fee:
        found["charges_fee"] = Proposed("charges_fee", "是", found["fee_standard"].excerpt)
    return list(found.values())


def from_row(cells: str | Sequence[str], fields: Sequence[Field] = IMPLEMENTATION_FIELDS) -> list[Proposed]:
    """A spreadsheet row in the official order, cells or pasted text; a leading serial number is left out."""
    row = _cells(cells) if isinstance(cells, str) else [cell.strip() for cell in cells]
    if len(row) == len(fields) + 1 or (len(row) > 1 and row[0].isdigit() and len(row[0]) < 5):
        row = row[1:]
    found = []
    for field, cell in zip(fields, row, strict=False):
        value = _cell_value(field, cell)
        if value:
            found.append(Proposed(field.key, value, cell[:LONGEST_EXCERPT]))
    return found


def _cells(text: str) -> list[str]:
    rows = list(csv.reader(io.StringIO(text.strip("\n")), delimiter="\t"))
    titled = bool(rows) and sum(keys_of(cell) is not None for cell in rows[0]) >= 3
    rows = rows[1:] if titled and len(rows) > 1 else rows
    return [cell.strip() for cell in rows[0]] if rows else []


def _cell_value(field: Field, cell: str) -> Value | None:
    """What was exported reads back to the letter; what was typed by hand is recognised."""
    if not cell or cell in ("（不填）", "(不填)"):
        return None
    exact = field.kind.read(cell)
    written = "\n　　" in cell and NUMBERED.match(cell.split("\n", maxsplit=1)[0])
    if not isinstance(exact, Unreadable) and (written or not isinstance(field.kind, Parts)):
        return exact
    return read_value(field.key, cell) or (None if isinstance(exact, Unreadable) else exact)
