"""Records from comma- or tab-separated text, in UTF-8 or the encodings spreadsheets save Chinese in."""

import codecs
import csv
import io
from collections.abc import Iterable
from pathlib import Path

from item_store.rows import MEGABYTE, MOST_CELLS, RefusedFileError, Rows, refuse_larger
from item_store.rows.from_table import Grid, table_rows

LARGEST_CSV = 256 * MEGABYTE
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;"
# What a spreadsheet would run as a formula; a leading apostrophe, written on export, keeps it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(text: str) -> str:
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def unescape_formula(text: str) -> str:
    plain = text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS)
    return text[1:] if plain else text


def read_csv(path: Path) -> Rows:
    refuse_larger(path, LARGEST_CSV)
    text = _decode(path, path.read_bytes())
    csv.field_size_limit(4 * MEGABYTE)
    delimiter = max(DELIMITERS, key=text[: 64 * 1024].count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        grid = _grid(path, lines)
    except csv.Error as error:
        raise RefusedFileError(path, "import.not_csv", error=str(error)) from error
    return table_rows(path, [("", grid)])


def _grid(path: Path, lines: Iterable[list[str]]) -> Grid:
    grid: Grid = []
    cells = 0
    for line in lines:
        cells += len(line)
        if cells > MOST_CELLS:
            raise RefusedFileError(path, "import.too_many_cells", cells=str(cells), limit=str(MOST_CELLS))
        grid.append([unescape_formula(cell) for cell in line])
    return grid


def _decode(path: Path, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedFileError(path, "import.encoding")
