"""Records from a workbook, looked over before it is opened: its real size, its extent, macros."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook

from item_store.rows import MEGABYTE, MOST_CELLS, RefusedFileError, Rows, refuse_larger
from item_store.rows.from_table import Grid, table_rows

LARGEST_WORKBOOK = 64 * MEGABYTE
LARGEST_UNPACKED = 256 * MEGABYTE
MOST_ENTRIES = 2000
CELL = re.compile(rb"\br=[\"']([A-Za-z]{0,4})(\d{1,9})[\"']")
OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"


def read_workbook(path: Path) -> Rows:
    refuse_larger(path, LARGEST_WORKBOOK)
    _look_over(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [(name, _grid(workbook, name)) for name in workbook.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise RefusedFileError(path, "import.damaged_workbook", error=str(error)[:100]) from error
    return table_rows(path, sheets)


def _grid(workbook: CalamineWorkbook, name: str) -> Grid:
    cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[_plain(cell) for cell in line] for line in cells]


def _plain(cell: object) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _look_over(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(4) == OLD_OR_ENCRYPTED:
            raise RefusedFileError(path, "import.old_or_encrypted_workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_large_archive(path, archive)
            for entry in archive.infolist():
                with archive.open(entry) as content:
                    _look_through(path, entry.filename, content)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise RefusedFileError(path, "import.damaged_workbook", error=str(error)[:100]) from error


def _refuse_large_archive(path: Path, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_UNPACKED or len(entries) > MOST_ENTRIES:
        limit = str(LARGEST_UNPACKED // MEGABYTE)
        raise RefusedFileError(path, "import.unpacks_too_large", size=str(size // MEGABYTE), limit=limit)
    if any("vbaproject" in entry.filename.casefold() for entry in entries):
        raise RefusedFileError(path, "import.macros")
    if "[Content_Types].xml" not in archive.namelist():
        raise RefusedFileError(path, "import.not_workbook")


def _look_through(path: Path, name: str, content: IO[bytes]) -> None:
    """Unpack it all once: an entry whose stated size is a lie fails its checksum here, not in the reader."""
    sheet = name.casefold().startswith("xl/worksheets/")
    rows = columns = 0
    for chunk in _chunks(content):
        for letters, digits in CELL.findall(chunk) if sheet else ():
            rows, columns = max(rows, int(digits)), max(columns, _column(letters))
    if rows * columns > MOST_CELLS:
        raise RefusedFileError(
            path, "import.too_many_cells", cells=str(rows * columns), limit=str(MOST_CELLS)
        )


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    """Overlapping by what a cell's address may take, so that none is cut."""
    tail = b""
    while chunk := content.read(MEGABYTE):
        yield tail + chunk
        tail = chunk[-32:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
