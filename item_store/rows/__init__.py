"""What every reader of files gives: rows of a record each, rows that cannot be read, files refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024
LARGEST_TEXT = 2048 * MEGABYTE
# Of one table; a single cell far out makes a reader lay out everything before it.
MOST_CELLS = 8_000_000


class RefusedFileError(ValueError):
    """A file is not read at all; `why` is a phrase key."""

    def __init__(self, path: Path, why: str, **details: str) -> None:
        super().__init__(f"{path.name}: {why} {details or ''}".strip())
        self.path = path
        self.why = why
        self.details = details


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value stands, for a person to find it: the column is a letter, empty where there is none."""

    sheet: str
    row: int
    column: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One record under the fields' keys; keys that are not known are kept apart by the import.

    `columns` give sheet and letter by key, and are shared by the rows of a sheet; `lines` the line by
    sheet or key where it is not the row's number.
    """

    number: int
    record: Mapping[str, Any]
    sheet: str = ""
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def cell(self, key: str) -> Cell:
        sheet, column = self.columns.get(key, (self.sheet, ""))
        return Cell(sheet, self.lines.get(key) or self.lines.get(sheet, self.number), column)


@dataclass(frozen=True, slots=True)
class BadRow:
    number: int
    rule: str
    text: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a file, and about how many there will be."""

    total: int
    rows: Iterable[Row | BadRow] = field(default=())


def refuse_larger(path: Path, limit: int) -> None:
    size = path.stat().st_size
    if size > limit:
        megabytes = {"size": str(size // MEGABYTE + 1), "limit": str(limit // MEGABYTE)}
        raise RefusedFileError(path, "import.too_large", **megabytes)
