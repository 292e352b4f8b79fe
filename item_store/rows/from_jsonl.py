"""Records from JSON lines: one object a line."""

import json
from collections.abc import Iterator
from pathlib import Path

from item_store.rows import LARGEST_TEXT, MEGABYTE, BadRow, Row, Rows, refuse_larger

LONGEST_LINE = 8 * MEGABYTE


def read_jsonl(path: Path) -> Rows:
    refuse_larger(path, LARGEST_TEXT)
    return Rows(_lines(path), _rows(path))


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(MEGABYTE), b"")) or 1


def _rows(path: Path) -> Iterator[Row | BadRow]:
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
            if line.strip():
                yield _row(number, line)


def _row(number: int, line: bytes) -> Row | BadRow:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return BadRow(number, "import.encoding")
    except (ValueError, RecursionError) as error:
        return BadRow(number, "import.not_json", str(error)[:100])
    if not isinstance(record, dict):
        return BadRow(number, "import.not_object", str(record)[:100])
    return Row(number, record)
