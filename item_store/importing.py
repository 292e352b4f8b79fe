"""Bringing items in from jsonl, csv and xlsx: each row by itself, with a report of what was wrong where."""

import asyncio
import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from item_store.contract import Draft, ItemStore, Published, Saved
from item_store.fields import FIELD
from item_store.item import ALIASES, OWN_KEYS, Item
from item_store.kinds import Parts, Unreadable, Value
from item_store.rows import BadRow, Cell, RefusedFileError, Row, Rows
from item_store.rows.from_csv import read_csv
from item_store.rows.from_jsonl import read_jsonl
from item_store.rows.from_workbook import read_workbook

__all__ = ["ImportReport", "Problem", "RefusedFileError", "import_file", "read_items", "read_rows"]

READERS: Mapping[str, Callable[[Path], Rows]] = {
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".xlsx": read_workbook,
}
REFUSED_SUFFIXES = {
    ".xlsm": "import.macros",
    ".xlsb": "import.macros",
    ".xls": "import.old_or_encrypted_workbook",
}
BATCH = 1000
MOST_PROBLEMS = 10_000
# Control characters and halves of surrogate pairs: some database or file format cannot hold them.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
IMPORTER = "import"
"""Owner of the drafts that an import without publication leaves for review."""

Progress = Callable[[int, int], None]
"""Called with the rows done and about how many there are."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one field of one row; `rule` is a phrase key with details.

    Where `kept`, the value stands as it was given; otherwise the value, or without a field the
    whole row, was left out.
    """

    row: int
    field: str
    rule: str
    text: str
    kept: bool
    sheet: str = ""
    details: Mapping[str, str] = dataclasses.field(default_factory=dict)
    column: str = ""


@dataclass(slots=True)
class ImportReport:
    path: Path
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = dataclasses.field(default_factory=list)
    more_problems: int = 0
    unknown: Counter[str] = dataclasses.field(default_factory=Counter)

    def note(self, row: Row | BadRow, key: str, problem: Unreadable, said: object, *, kept: bool) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            self.more_problems += 1
            return
        text = str(said)[:100]
        at = row.cell(key) if isinstance(row, Row) else Cell(row.sheet, row.number)
        self.problems.append(
            Problem(at.row, key, problem.why, text, kept, at.sheet, dict(problem.details), at.column)
        )

    def refuse(self, row: Row | BadRow, key: str, problem: Unreadable, said: object) -> None:
        self.refused += 1
        self.note(row, key, problem, said, kept=False)


async def import_file(
    path: Path, store: ItemStore, publish: bool, progress: Progress = lambda _done, _total: None
) -> ImportReport:
    """Publish what a file holds, or lay it down as drafts; raises RefusedFileError.

    The same file again changes nothing. A bad row never stops the others. Reading is done in a thread.
    """
    report = ImportReport(path)
    source = await asyncio.to_thread(read_rows, path)
    items = read_items(source, report)
    standing = Standing() if publish else await _standing(store)
    while batch := await asyncio.to_thread(lambda: list(islice(items, BATCH))):
        if publish:
            await _publish(store, batch, report)
        else:
            await _draft(store, batch, standing, report)
        progress(report.rows, max(source.total, report.rows))
    progress(report.rows, max(source.total, report.rows))
    return report


def read_rows(path: Path) -> Rows:
    """Rows of a file by its ending; raises RefusedFileError."""
    suffix = path.suffix.casefold()
    if suffix in REFUSED_SUFFIXES:
        raise RefusedFileError(path, REFUSED_SUFFIXES[suffix])
    if suffix not in READERS:
        raise RefusedFileError(path, "import.unknown_format", formats=" ".join(READERS))
    if not path.is_file():
        raise RefusedFileError(path, "import.no_file")
    return READERS[suffix](path)


def read_items(source: Rows, report: ImportReport) -> Iterator[Item]:
    """The items of the rows that can be one; what is wrong goes into the report."""
    return (item for _, item in read_numbered(source, report))


def read_numbered(source: Rows, report: ImportReport) -> Iterator[tuple[Row, Item]]:
    """The same, each with the row it was read from."""
    rows_of: dict[str, int] = {}
    for row in source.rows:
        report.rows += 1
        if isinstance(row, BadRow):
            report.refuse(row, "", Unreadable(row.rule), row.text)
            continue
        item = _item(row, report)
        if item is not None and item.id in rows_of:
            first = {"row": str(rows_of[item.id])}
            report.refuse(row, "id", Unreadable("import.duplicate", first), item.id)
        elif item is not None:
            rows_of[item.id] = row.number
            yield row, item


def _item(row: Row, report: ImportReport) -> Item | None:
    record = _storable(row, report)
    _count_unknown(record, report)
    values = _values(row, record, report)
    if not values.get("name"):
        report.refuse(row, "name", Unreadable("import.required"), record.get("name", ""))
        return None
    region, source = str(record.get("region") or "").strip(), str(record.get("source") or "").strip()
    aliases = _aliases(row, record.get("aliases"), report)
    item_id = str(record.get("id") or "").strip() or derived_id(values, region)
    if len(item_id) > 200:
        report.refuse(row, "id", Unreadable("import.long_id"), item_id)
        return None
    return Item(item_id, values, region, aliases, source=source)


def _values(row: Row, record: Mapping[str, Any], report: ImportReport) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for key, its in FIELD.items():
        if record.get(key) is None:
            continue
        value = its.kind.load(record[key])
        if isinstance(value, Unreadable):
            report.note(row, key, value, record[key], kept=False)
        elif value:
            values[key] = value
            if problem := its.kind.check(value):
                report.note(row, key, problem, record[key], kept=True)
    return values


def _aliases(row: Row, raw: Any, report: ImportReport) -> tuple[str, ...]:
    read = ALIASES.load(raw or ())
    if isinstance(read, Unreadable):
        report.note(row, "aliases", read, raw, kept=False)
        return ()
    return tuple(map(str, read))


def derived_id(values: Mapping[str, Value], region: str) -> str:
    """Stable from file to file: of the implementation code, else of name, agency and region."""
    code = str(values.get("implementation_code", ""))
    said = [code] if code else [str(values["name"]), str(values.get("agency", "")), region]
    return "item-" + hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:20]


def _count_unknown(record: Mapping[str, Any], report: ImportReport) -> None:
    for key, value in record.items():
        if key not in FIELD and key not in OWN_KEYS:
            report.unknown[key] += 1
        elif key in FIELD and isinstance(FIELD[key].kind, Parts) and isinstance(value, list):
            report.unknown.update(_unknown_attributes(key, value))


def _unknown_attributes(key: str, entries: list[Any]) -> Iterator[str]:
    kind = FIELD[key].kind
    known = kind.model.model_fields if isinstance(kind, Parts) else {}
    for entry in entries:
        if isinstance(entry, Mapping):
            yield from (f"{key}.{attribute}" for attribute in entry if attribute not in known)


def _storable(row: Row, report: ImportReport) -> dict[str, Any]:
    """Without the characters that cannot be kept everywhere."""
    record: dict[str, Any] = {}
    for key, value in row.record.items():
        record[str(key)] = _without_unstorable(value)
        if record[str(key)] != value:
            report.note(row, str(key), Unreadable("import.characters"), repr(value), kept=True)
    return record


def _without_unstorable(value: Any) -> Any:
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [_without_unstorable(part) for part in value]
    if isinstance(value, dict):
        return {key: _without_unstorable(part) for key, part in value.items()}
    return value


async def _publish(store: ItemStore, batch: list[Item], report: ImportReport) -> None:
    for outcome in await store.publish_many(batch):
        if not isinstance(outcome, Published):
            report.unchanged += 1
        elif outcome.item.version == 1:
            report.new += 1
        else:
            report.changed += 1


@dataclass(frozen=True, slots=True)
class Standing:
    """What is there already: digests of what is published, drafts of earlier imports, by item id."""

    digests: Mapping[str, str] = dataclasses.field(default_factory=dict)
    drafts: Mapping[str, Draft] = dataclasses.field(default_factory=dict)


async def _standing(store: ItemStore) -> Standing:
    newest_last = reversed(await store.drafts_of(IMPORTER))
    drafts = {str(draft.data.get("id")): draft for draft in newest_last}
    return Standing(await store.published_digests(), drafts)


async def _draft(store: ItemStore, batch: list[Item], standing: Standing, report: ImportReport) -> None:
    new: list[dict[str, Any]] = []
    for item in batch:
        record, draft = item.record(), standing.drafts.get(item.id)
        said_already = draft.data == record if draft else standing.digests.get(item.id) == item.digest
        if said_already:
            report.unchanged += 1
        elif draft and isinstance(await store.save_draft(draft.id, record, draft.version), Saved):
            report.changed += 1
        else:
            # No draft yet, or one that is in review and stays as it was handed in.
            new.append(record)
    report.new += await store.create_drafts(IMPORTER, new)
