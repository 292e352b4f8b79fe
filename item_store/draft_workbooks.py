"""Official workbooks as drafts: what each row fills in, which cells are to be mended, and the way back."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from item_store.excel import CATALOG, IMPLEMENTATION, OfficialList, write_workbook
from item_store.fields import CATALOG_FIELDS, FIELD, IMPLEMENTATION_FIELDS
from item_store.importing import ImportReport, Problem, read_numbered, read_rows
from item_store.item import Item
from item_store.kinds import Value
from item_store.rows import RefusedFileError, Row
from item_store.templates import TEMPLATES, Template

SUFFIXES = (".xlsx", ".csv", ".tsv")
NOT_TAKEN = (".xlsm", ".xlsb", ".xls")
"""Named in the refusal, rather than taken for no workbook at all."""

MOST_ITEMS = 2000
REQUIRED = "import.required"
DRAFT_ID = re.compile(r"draft-(?P<id>[0-9a-f]{32})-(?P<version>\d{1,9})")
"""What stands in the id column of a draft's workbook, so that it finds its draft again."""

LISTS: Mapping[str, OfficialList] = {"implementation": IMPLEMENTATION, "catalog": CATALOG}
"""The official list of each template that has one."""

ONLY: Mapping[str, frozenset[str]] = {
    "implementation": frozenset(f.key for f in IMPLEMENTATION_FIELDS) - {f.key for f in CATALOG_FIELDS},
    "catalog": frozenset(f.key for f in CATALOG_FIELDS) - {f.key for f in IMPLEMENTATION_FIELDS},
}
"""Fields that only one of the lists has: filled in, they tell which list a row belongs to."""


@dataclass(frozen=True, slots=True)
class RowDraft:
    """What a row fills in under a template; `doubtful` values are to be mended before they count."""

    template: str
    item: Item
    row: int
    values: Mapping[str, Any]
    doubtful: Mapping[str, Any]
    problems: tuple[Problem, ...]

    @property
    def lacking(self) -> list[Problem]:
        """Required cells that are empty."""
        return [problem for problem in self.problems if problem.rule == REQUIRED]

    @property
    def exported(self) -> tuple[str, int] | None:
        """The draft and its version that this row was exported from."""
        match = DRAFT_ID.fullmatch(self.item.id)
        return (match["id"], int(match["version"])) if match else None


def is_workbook(name: str) -> bool:
    """Whether a file's name promises a table."""
    return Path(name).suffix.casefold() in (*SUFFIXES, *NOT_TAKEN)


def read_drafts(name: str, content: bytes) -> tuple[ImportReport, list[RowDraft]]:
    """The drafts of a workbook; raises RefusedFileError. Blocks: to be called in a thread."""
    path = Path(name)
    if path.suffix.casefold() not in (*SUFFIXES, *NOT_TAKEN):
        raise RefusedFileError(path, "import.unknown_format", formats=" ".join(SUFFIXES))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"workbook{path.suffix}")
        file.write_bytes(content)
        source = read_rows(file)
    report = ImportReport(path)
    if source.total > MOST_ITEMS:
        raise RefusedFileError(path, "import.too_many_items", count=str(source.total), limit=str(MOST_ITEMS))
    drafts: list[RowDraft] = []
    told = 0
    for row, item in read_numbered(source, report):
        cells = {(row.cell(key).sheet, row.cell(key).row) for key in FIELD}
        wrong = [problem for problem in report.problems[told:] if (problem.sheet, problem.row) in cells]
        told = len(report.problems)
        drafts += _drafts(row, item, wrong)
    return report, drafts


def _drafts(row: Row, item: Item, wrong: Sequence[Problem]) -> Iterator[RowDraft]:
    said = [name for name, keys in ONLY.items() if keys & item.values.keys()]
    for name in said or ["implementation"]:
        template = TEMPLATES[name]
        problems = [problem for problem in wrong if problem.field in template.by_key]
        problems += _missing(row, item, template, {problem.field for problem in problems})
        doubtful = {problem.field for problem in problems}
        record = item.record()
        known = {key: record[key] for key in template.by_key if key in record}
        yield RowDraft(
            name,
            item,
            row.number,
            {key: value for key, value in known.items() if key not in doubtful},
            {key: value for key, value in known.items() if key in doubtful},
            tuple(problems),
        )


def _missing(row: Row, item: Item, template: Template, told: set[str]) -> Iterator[Problem]:
    for field in template.asked:
        if field.required and field.key not in told and field.applies_to(item.values):
            if item.values.get(field.key):
                continue
            at = row.cell(field.key)
            yield Problem(at.row, field.key, REQUIRED, "", False, at.sheet, {}, at.column)


def draft_item(draft_id: str, version: int, values: Mapping[str, Value]) -> Item:
    """A draft as it stands in a workbook."""
    known = {key: value for key, value in values.items() if key in FIELD}
    return Item(f"draft-{draft_id}-{version}", known)


def workbook_of(template: str, items: Sequence[Item], unit: str) -> bytes:
    """The official list of a template. Blocks; raises TooLongForCellError."""
    target = BytesIO()
    write_workbook(target, items, (LISTS[template],), unit)
    return target.getvalue()
