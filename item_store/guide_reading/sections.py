"""Cuts a pasted service guide into its titled parts, whatever its layout."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from item_store.closed_lists import comparable
from item_store.fields import FIELDS

TITLES_FILE = Path(__file__).with_name("titles.yaml")
NUMBERING = re.compile(
    r"^[\s#>*•·■◆●★▶►]*(?P<number>第[一二三四五六七八九十]+(?:部分|章|节|条)?[、：:\s]|"
    r"[（(][一二三四五六七八九十]{1,3}[）)]、?|[一二三四五六七八九十]{1,3}[、.．]|"
    r"[（(]?\d{1,2}[）)、．]|\d{1,2}\.(?!\d))?\s*[【\[]?"
)
AFTER_TITLE = re.compile(
    r"^\s*(?:[（(][^（()）]{0,20}[）)])?\s*(?:(?P<colon>[：:]|[】\]][：:]?)|(?P<gap>[\t|｜]|\s{2,})|[？?]?\**$)\**"
)
INLINE = re.compile(r"(?<=[；;，,。\s])")
BARS = re.compile(r"\s*[|｜]\s*")
TABS = re.compile(r"\t+")
RULE_LINE = re.compile(r"^[\s|｜:—\-=_*+]+$")
NOTHING: tuple[str, ...] = ()
LISTS = frozenset({"materials", "procedure", "legal_basis", "faq", "handling_location"})


@dataclass(frozen=True)
class Section:
    """What stands under one title; several keys when the title speaks of several fields."""

    keys: tuple[str, ...]
    title: str
    body: str = ""
    lines: tuple[str, ...] = field(default=(), repr=False)

    @property
    def excerpt(self) -> str:
        return "\n".join(self.lines).strip()

    def more(self, text: str, line: str) -> "Section":
        body = f"{self.body}\n{text}" if self.body else text
        return replace(self, body=body, lines=(*self.lines, line))


@cache
def guide_words() -> Mapping[str, Any]:
    words: dict[str, Any] = yaml.safe_load(TITLES_FILE.read_text(encoding="utf-8"))
    return words


@cache
def titles() -> Mapping[str, tuple[str, ...]]:
    """Keys by title, longest title first; headings of no field have none."""
    words = guide_words()
    found: dict[str, tuple[str, ...]] = {}
    for one in FIELDS:
        for title in (one.title, one.catalog_title, *one.also_titled):
            found.setdefault(comparable(title), (one.key,))
    for keys, names in {**words["several"], **words["titles"]}.items():
        found.update(
            {comparable(name): tuple(keys.split()) for name in names if comparable(name) not in found}
        )
    found.update({comparable(name): NOTHING for name in words["others"]})
    found.pop("", None)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


@cache
def _title_pattern() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(title) for title in titles()))


def keys_of(title: str) -> tuple[str, ...] | None:
    """The fields a title speaks of; None when it is none."""
    return titles().get(comparable(title).strip("*:：?？"))


def sections(text: str) -> list[Section]:
    """The titled parts in order; text under no title is a part without keys or title."""
    found: list[Section] = [Section(NOTHING, "")]
    for line in _lines(text):
        cells = _pairs(line)
        heading = None if cells else _heading(line, found[-1])
        if cells:
            found += cells
        elif heading:
            found += _inline(heading)
        elif not RULE_LINE.match(line):
            found[-1] = found[-1].more(line, line)
    return [section for section in found if section.excerpt]


def _lines(text: str) -> list[str]:
    """Lines; cells that a spreadsheet has quoted because they hold line ends stay whole."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if '\t"' not in plain:
        return [line for line in plain.split("\n") if line.strip()]
    rows = csv.reader(io.StringIO(plain), delimiter="\t")
    return ["\t".join(row) for row in rows if any(cell.strip() for cell in row)]


def cells_of(line: str) -> list[str]:
    """Cells of a line by its tabs, or where it has none by its bars."""
    split = TABS if "\t" in line.strip() else BARS
    return [cell.strip() for cell in split.split(line.strip().strip("|｜"))]


def _pairs(line: str) -> list[Section]:
    """Title and value in neighbouring cells, perhaps several pairs on a line."""
    cells = [cell for cell in cells_of(line) if cell]
    first = next((number for number, cell in enumerate(cells[:2]) if keys_of(cell) is not None), None)
    if len(cells) < 2 or first is None or (first == 1 and not cells[0].rstrip(".、").isdigit()):
        return []
    if all(keys_of(cell) is not None for cell in cells[first:]):
        return []
    found: list[Section] = []
    for cell in cells[first:]:
        keys = keys_of(cell)
        if keys is not None and (not found or found[-1].body):
            found.append(Section(keys, cell, lines=(cell,)))
        else:
            found[-1] = found[-1].more(cell, cell)
    return found


def _heading(line: str, current: Section) -> Section | None:
    """A line that begins with a title and goes on with a colon, a gap, or not at all."""
    number = NUMBERING.match(line)
    start = number.end() if number else 0
    title = _title_pattern().match(line, start)
    after = AFTER_TITLE.match(line[title.end() :]) if title else None
    if not title or not after or _within(line, number, after, current, title[0]):
        return None
    rest = line[title.end() + after.end() :].strip().strip("*").strip()
    return Section(titles()[comparable(title[0])], title[0], rest, (line,))


def _within(
    line: str, number: re.Match[str] | None, after: re.Match[str], current: Section, title: str
) -> bool:
    """Whether the line belongs to the part above: an attribute of an entry, or a question."""
    listed = bool(LISTS.intersection(current.keys))
    indented = line.startswith(("　", "  ", "\t"))
    if listed and indented:
        return True
    if current.keys == ("faq",):
        return not (after["colon"] or (number and number["number"])) or "？" in line or "?" in line
    return (
        listed and not after["colon"] and bool(number and number["number"] and number["number"][0].isdigit())
    )


def _inline(heading: Section) -> Iterator[Section]:
    """A heading's line may hold further titles: 咨询电话：…；监督电话：…"""
    pieces: list[Section] = [replace(heading, body="")]
    for piece in INLINE.split(heading.body):
        title = _title_pattern().match(piece)
        colon = title and re.match(r"\s*[：:]", piece[title.end() :])
        if title and colon and "faq" not in pieces[-1].keys:
            rest = piece[title.end() + colon.end() :]
            pieces.append(Section(titles()[comparable(title[0])], title[0], rest, (piece.strip(),)))
        else:
            pieces[-1] = replace(pieces[-1], body=pieces[-1].body + piece)
    yield from (replace(piece, body=piece.body.strip().rstrip("；;，,")) for piece in pieces)
