"""A bulletin as Excel: figures a unit with a picture, and every line behind them."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from item_store.bulletins import Bulletin, Line, Standing, UnitRow
from item_store.rows.from_csv import FORMULA_STARTS
from item_store.workbook_text import workbook_text

Words = Mapping[str, str]
"""Headings, by their keys."""

UNIT_COLUMNS: Sequence[tuple[str, Callable[[UnitRow], Any]]] = (
    ("unit", lambda row: row.name),
    ("owed", lambda row: row.owed),
    ("on_time", lambda row: row.count(Standing.ON_TIME)),
    ("late", lambda row: row.count(Standing.LATE)),
    ("open", lambda row: row.count(Standing.OPEN)),
    ("overdue", lambda row: row.count(Standing.OVERDUE)),
    ("days", lambda row: row.latest),
    ("submitted", lambda row: row.figures.submitted),
    ("returned", lambda row: row.figures.returned),
    ("published", lambda row: row.figures.published),
    ("zero_report", lambda row: "✓" if row.figures.zero_report else ""),
)
LINE_COLUMNS: Sequence[tuple[str, Callable[[Line, Bulletin], Any]]] = (
    ("unit", lambda line, told: told.names.get(line.unit, line.unit)),
    ("number", lambda line, told: line.day.task.number),
    ("work", lambda line, told: line.day.task.work),
    ("deadline", lambda line, told: line.day.task.deadline),
    ("due", lambda line, told: line.day.due),
    ("standing", lambda line, told: line.standing.value),
    ("days", lambda line, told: line.days),
    ("done_on", lambda line, told: line.state.done_on if line.state else None),
    ("note", lambda line, told: line.state.note if line.state else ""),
)
PART_COLUMNS = (3, 6)
"""Of the figures a unit, those that the picture stacks."""


def bulletin_workbook(told: Bulletin, title: str, words: Words) -> bytes:
    """Two sheets; `words` names the sheets, the columns and how a unit stands."""
    book = Workbook()
    del book[book.sheetnames[0]]
    figures: Worksheet = book.create_sheet(words["sheet_units"])
    _table(figures, title, [words[key] for key, _ in UNIT_COLUMNS], [_unit(row) for row in told.units])
    if told.units:
        figures.add_chart(_chart(figures, title, len(told.units)), "M2")
    lines = book.create_sheet(words["sheet_lines"])
    rows = [_line(line, told, words) for kind in Standing for line in told.of(kind)]
    _table(lines, title, [words[key] for key, _ in LINE_COLUMNS], rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _unit(row: UnitRow) -> list[Any]:
    return [read(row) for _, read in UNIT_COLUMNS]


def _line(line: Line, told: Bulletin, words: Words) -> list[Any]:
    values = {key: read(line, told) for key, read in LINE_COLUMNS}
    values["standing"] = words[line.standing]
    return list(values.values())


def _table(sheet: Worksheet, title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headings))
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append(list(headings))
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6F0")
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
    for row in rows:
        sheet.append([workbook_text(value) if isinstance(value, str) else value for value in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str) and cell.value.startswith(FORMULA_STARTS):
                # What units write must never run in anybody's spreadsheet.
                cell.data_type, cell.quotePrefix = "s", True
    for number, heading in enumerate(headings, 1):
        widest = max([len(heading), *(len(str(row[number - 1] or "")) for row in rows)], default=8)
        sheet.column_dimensions[get_column_letter(number)].width = min(60, 2 * widest + 4)
    sheet.freeze_panes = "B3"


def _chart(sheet: Worksheet, title: str, count: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.title = "bar", "stacked", 100, title
    first, last = PART_COLUMNS
    data = Reference(sheet, min_col=first, max_col=last, min_row=2, max_row=2 + count)
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=3, max_row=2 + count))
    chart.height, chart.width = max(8, 1.2 * count), 20
    return chart
