"""Records from a table's cells: the official titles are looked for, in a row or down a column."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from item_store.closed_lists import comparable
from item_store.fields import FIELD, FIELDS
from item_store.kinds import Parts
from item_store.rows import RefusedFileError, Row, Rows

Grid = list[list[str]]
OWN_TITLES = {"id": "标识", "region": "地区", "aliases": "别名", "source": "来源"}
NUMBER_TITLES = frozenset({"序号", "编号"})
FIELD_NAME_TITLES = frozenset({"字段名", "字段名称", "要素名称"})
# Columns beside the field names that hold instructions, not a value.
INSTRUCTION_TITLES = ("数据类型", "填写说明", "备注")
HEADER_WITHIN = 20
FEWEST_TITLES = 2


@dataclass(frozen=True, slots=True)
class Column:
    """Where a cell goes: a field, or one attribute of a structured field's entries."""

    key: str
    attribute: str = ""


def _titles() -> dict[str, str]:
    titles = {title: key for key, title in OWN_TITLES.items()} | {key: key for key in OWN_TITLES}
    for field in FIELDS:
        for title in (field.key, field.title, field.catalog_title, *field.also_titled):
            titles.setdefault(title, field.key)
    return {comparable(title): key for title, key in titles.items() if title}


TITLES = _titles()


def key_of(title: str) -> str:
    """The field's key, or nothing; a mark of what must be filled and a leading number do not matter."""
    plain = comparable(title).strip("*:").lstrip("0123456789.、")
    return TITLES.get(plain, "")


def table_rows(path: Path, sheets: Sequence[tuple[str, Grid]]) -> Rows:
    """The rows of every sheet that is a table of items, sheets about the same item brought together."""
    rows: list[Row] = []
    for name, grid in sheets:
        rows += _sheet_rows(name, grid)
    if not rows and not any(_header(grid) is not None for _, grid in sheets):
        raise RefusedFileError(path, "import.no_table")
    merged = _merge(rows) if len(sheets) > 1 else rows
    return Rows(len(merged), merged)


def _sheet_rows(name: str, grid: Grid) -> Iterator[Row]:
    if (beside := _field_name_column(grid)) is not None:
        yield from _fields_as_rows(name, grid, *beside)
    elif (header := _header(grid)) is not None:
        yield from _fields_as_columns(name, grid, header)


def _header(grid: Grid) -> int | None:
    """The row with the most official titles, among the first ones; it must hold the name's."""
    best, most = None, FEWEST_TITLES - 1
    for number, line in enumerate(grid[:HEADER_WITHIN]):
        keys = {key_of(cell) for cell in line} - {""}
        if "name" in keys and len(keys) > most:
            best, most = number, len(keys)
    return best


def _fields_as_columns(name: str, grid: Grid, header: int) -> Iterator[Row]:
    columns, first = _columns(grid, header)
    numbers = [at for at, title in enumerate(grid[header]) if title.strip() in NUMBER_TITLES]
    letters = {column.key: (name, _letters(at)) for at, column in reversed(columns.items())}
    record: dict[str, Any] = {}
    number = 0
    for line_number, line in enumerate(grid[first:], first + 1):
        cells = [(column, line[at]) for at, column in columns.items() if at < len(line) and line[at].strip()]
        if not cells or _is_closing(line):
            continue
        begins = any(at < len(line) and line[at].strip() for at in numbers)
        if record and not begins and not any(column.key in ("name", "id") for column, _ in cells):
            _add(record, cells)  # A further line of the same item: only its structured fields go on.
            continue
        if record:
            yield Row(number, record, name, letters)
        record, number = {}, line_number
        _add(record, cells)
    if record:
        yield Row(number, record, name, letters)


def _letters(at: int) -> str:
    """The name of a column, counted from 0: A to Z, AA and so on."""
    letters = ""
    while at >= 0:
        at, rest = divmod(at, 26)
        letters, at = chr(ord("A") + rest) + letters, at - 1
    return letters


def _is_closing(line: list[str]) -> bool:
    """The official tables end with who filled them in and notes on how."""
    said = [comparable(cell) for cell in line if cell.strip()]
    return bool(said) and said[0].startswith(("联系人:", "备注:", "填报人:")) and len(said) <= 4


def _columns(grid: Grid, header: int) -> tuple[dict[int, Column], int]:
    """Column by position, and the first row below the headings, which may take two rows."""
    columns: dict[int, Column] = {}
    below = grid[header + 1] if header + 1 < len(grid) else []
    divided = False
    key = ""
    for at, title in enumerate(grid[header]):
        if title.strip():
            key = key_of(title) or title.strip()
        attribute = _attribute(key, below[at] if at < len(below) else "")
        divided = divided or bool(attribute)
        if title.strip() or attribute:
            columns[at] = Column(key, attribute)
    known = {at: column for at, column in columns.items() if column.key not in NUMBER_TITLES}
    return known, header + (2 if divided else 1)


def _attribute(key: str, title: str) -> str:
    kind = FIELD[key].kind if key in FIELD else None
    if not isinstance(kind, Parts) or not title.strip():
        return ""
    attributes = {comparable(said): name for name, said in kind.model.titles().items()}
    return attributes.get(comparable(title), "")


def _add(record: dict[str, Any], cells: Sequence[tuple[Column, str]]) -> None:
    """One line's cells; the attributes on a line make one entry."""
    entries: dict[str, dict[str, str]] = defaultdict(dict)
    for column, cell in cells:
        if column.attribute:
            entries[column.key][column.attribute] = cell
        else:
            record.setdefault(column.key, cell)
    for key, entry in entries.items():
        record.setdefault(key, []).append(entry)


def _field_name_column(grid: Grid) -> tuple[int, int] | None:
    """Row and column of the heading above the names of fields, where fields stand as rows."""
    for number, line in enumerate(grid[:HEADER_WITHIN]):
        for at, cell in enumerate(line):
            if comparable(cell) in FIELD_NAME_TITLES:
                return number, at
    return None


def _fields_as_rows(name: str, grid: Grid, header: int, names_at: int) -> Iterator[Row]:
    """Each further column is an item, except the official instructions unless only they are there."""
    titles = grid[header]
    beside = [at for at in range(names_at + 1, max(map(len, grid))) if _is_filled(grid, header, at)]
    values = [at for at in beside if not _is_instruction(titles[at] if at < len(titles) else "")]
    for at in values or beside[:1]:
        record: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for number, line in enumerate(grid[header + 1 :], header + 2):
            title = line[names_at] if names_at < len(line) else ""
            if title.strip():
                lines.setdefault(key_of(title) or title.strip(), number)
            if title.strip() and at < len(line) and line[at].strip():
                record.setdefault(key_of(title) or title.strip(), line[at])
        if record:
            yield Row(header + 1, record, name, dict.fromkeys(lines, (name, _letters(at))), lines)


def _is_filled(grid: Grid, header: int, at: int) -> bool:
    return any(at < len(line) and line[at].strip() for line in grid[header + 1 :])


def _is_instruction(title: str) -> bool:
    return comparable(title).startswith(INSTRUCTION_TITLES)


def _merge(rows: Sequence[Row]) -> list[Row]:
    """A catalog list and an implementation list in one workbook say different things of one item."""
    merged: dict[tuple[str, ...], Row] = {}
    alone: Callable[[Row], tuple[str, ...]] = lambda row: (row.sheet, str(row.number))  # noqa: E731
    for row in rows:
        identity = _identity(row) or alone(row)
        earlier = merged.get(identity)
        if earlier is None:
            merged[identity] = row
        elif earlier.sheet == row.sheet:
            merged[alone(row)] = row
        else:
            merged[identity] = _together(earlier, row)
    return list(merged.values())


def _together(first: Row, second: Row) -> Row:
    """One record of two; each value is found on the sheet it was taken from."""
    said = {key: first.columns[key] for key in first.record if key in first.columns}
    columns = {**first.columns, **second.columns, **said}
    lines = {**second.lines, second.sheet: second.number, **first.lines, first.sheet: first.number}
    return Row(first.number, {**second.record, **first.record}, first.sheet, columns, lines)


def _identity(row: Row) -> tuple[str, ...]:
    if row.record.get("id"):
        return ("id", str(row.record["id"]))
    name, agency = row.record.get("name"), row.record.get("agency", "")
    return ("name", str(name), str(agency)) if name else ()
