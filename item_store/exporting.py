"""Taking out everything that is published, in the formats that importing reads."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from item_store.contract import ItemStore
from item_store.excel import write_workbook
from item_store.fields import FIELDS
from item_store.item import ALIASES, Item
from item_store.rows import RefusedFileError
from item_store.rows.from_csv import escape_formula
from item_store.rows.from_table import OWN_TITLES


async def export_items(store: ItemStore, path: Path) -> int:
    """Write every published item in the order of ids, by the path's ending; how many there were.

    Raises RefusedFileError for another ending, TooLongForCellError for a workbook.
    """
    suffix = path.suffix.casefold()
    if suffix not in WRITERS:
        raise RefusedFileError(path, "import.unknown_format", formats=" ".join(WRITERS))
    items = [item async for item in store.all_published()]
    unfinished = path.with_name(f".{path.name}.part")
    WRITERS[suffix](unfinished, items)
    unfinished.replace(path)
    return len(items)


def _write_jsonl(path: Path, items: Sequence[Item]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(item.record(), ensure_ascii=False) + "\n" for item in items)


def _write_csv(path: Path, items: Sequence[Item]) -> None:
    """With the mark that lets spreadsheets know it for UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(field.title for field in FIELDS), *OWN_TITLES.values()])
        writer.writerows([escape_formula(cell) for cell in _cells(item)] for item in items)


def _cells(item: Item) -> list[str]:
    said = ((field, item[field.key]) for field in FIELDS)
    fields = ["" if value is None else field.kind.cell(value) for field, value in said]
    return [*fields, item.id, item.region, ALIASES.cell(item.aliases), item.source]


WRITERS: Mapping[str, Callable[[Path, Sequence[Item]], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": write_workbook,
}
