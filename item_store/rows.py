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
class Row:
    """One record under the fields' keys; keys that are not known are kept apart by the import."""

    number: int
    record: Mapping[str, Any]
    sheet: str = ""


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
