"""A plan from a workbook laid out as a 任务分解表, and back: key task, work, lead, cooperating, deadline."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from item_store.files import RefusedFile, media_type_of
from item_store.plans import PlanError, PlanProblem, plan_from
from item_store.rows.from_csv import FORMULA_STARTS
from item_store.tasks import Plan, Task

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key_task": ("重点任务", "主要任务", "任务"),
    "work": ("具体工作", "工作内容", "具体任务", "工作任务"),
    "lead": ("牵头单位", "责任单位", "牵头部门", "责任部门"),
    "cooperating": ("配合单位", "配合部门", "协办单位"),
    "deadline": ("完成时限", "完成时间", "时限"),
}
"""The headings a column may have; the first is the official one."""

NEEDED = ("work", "lead", "deadline")
HEADING_ROWS = 15
MAX_ROWS = 2000
BETWEEN_UNITS = re.compile(r"[、，,；;\n]+\s*|\s{2,}")


@dataclass(frozen=True, slots=True)
class PlanTitle:
    """What the table itself does not say."""

    name: str
    title: str
    year: int
    starts: date | None = None


def units_in(text: str) -> list[str]:
    """The units of a cell; an 等 that closes a list, with what it sums up, is one name."""
    return [part for part in (piece.strip() for piece in BETWEEN_UNITS.split(text)) if part]


def read_plan_workbook(content: bytes, about: PlanTitle) -> Plan:
    """The plan in the first sheet that has the columns. Raises PlanError naming cell and rule."""
    kind = media_type_of(content)
    if isinstance(kind, RefusedFile):
        raise PlanError(PlanProblem("", kind.why))
    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
    except (InvalidFileException, ValueError, KeyError, OSError, TypeError) as error:
        raise PlanError(PlanProblem("", "file.broken")) from error
    for sheet in book.worksheets:
        found = _heading(sheet)
        if found:
            row, columns = found
            return plan_from(_content(about, _tasks(sheet, row, columns)))
    raise PlanError(PlanProblem("", "plan.no_columns"))


def _content(about: PlanTitle, tasks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": about.name,
        "title": about.title,
        "year": about.year,
        "starts": about.starts or date(about.year, 1, 1),
        "ends": f"{about.year}-12-31",
        "tasks": tasks,
    }


def _heading(sheet: Worksheet) -> tuple[int, dict[str, int]] | None:
    """The row of the headings, and the column of each."""
    for row in range(1, min(HEADING_ROWS, sheet.max_row) + 1):
        texts = [_text(sheet, row, column) for column in range(1, min(sheet.max_column, 30) + 1)]
        squeezed = ["".join(text.split()) for text in texts]
        columns = {
            key: squeezed.index(name) + 1
            for key, names in COLUMNS.items()
            for name in names[::-1]
            if name in squeezed
        }
        if all(key in columns for key in NEEDED):
            return row, columns
    return None


def _text(sheet: Worksheet, row: int, column: int) -> str:
    value = sheet.cell(row, column).value
    return str(value).strip() if value is not None else ""


def _tasks(sheet: Worksheet, heading: int, columns: Mapping[str, int]) -> list[dict[str, Any]]:
    """A row each; a key task stands for the rows below it that leave it out."""
    tasks: list[dict[str, Any]] = []
    key_task = ""
    for row in range(heading + 1, min(sheet.max_row, heading + MAX_ROWS) + 1):
        cells = {key: _text(sheet, row, column) for key, column in columns.items()}
        key_task = cells.get("key_task") or key_task
        if not any(cells[key] for key in NEEDED):
            continue
        missing = [COLUMNS[key][0] for key in NEEDED if not cells[key]]
        if missing:
            raise PlanError(PlanProblem(f"{row} {'、'.join(missing)}", "plan.empty_cell"))
        tasks.append(_task(str(len(tasks) + 1), key_task, cells))
    return tasks


def _task(number: str, key_task: str, cells: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": number,
        "key_task": key_task,
        "work": cells["work"],
        "lead": units_in(cells["lead"]),
        "cooperating": units_in(cells.get("cooperating", "")),
        "deadline": cells["deadline"],
    }


def plan_workbook(plan: Plan) -> bytes:
    """The table as the document shows it, key tasks merged over their rows."""
    book = Workbook()
    del book[book.sheetnames[0]]
    sheet: Worksheet = book.create_sheet(COLUMNS["key_task"][0])
    headings = [names[0] for names in COLUMNS.values()]
    sheet.append([plan.title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headings))
    sheet.append(headings)
    for task in plan.all_tasks:
        sheet.append(_cells(task))
        for cell in sheet[sheet.max_row]:
            if str(cell.value or "").startswith(FORMULA_STARTS):
                cell.data_type, cell.quotePrefix = "s", True
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    _merge(sheet, plan.all_tasks)
    for letter, width in zip("ABCDE", (18, 60, 24, 24, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in (1, 2):
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(task: Task) -> list[str]:
    return [task.key_task, task.work, "、".join(task.lead), "、".join(task.cooperating), task.deadline]


def _merge(sheet: Worksheet, tasks: Sequence[Task]) -> None:
    start = 0
    for number in range(1, len(tasks) + 1):
        if number == len(tasks) or tasks[number].key_task != tasks[start].key_task:
            if number - start > 1 and tasks[start].key_task:
                sheet.merge_cells(start_row=start + 3, start_column=1, end_row=number + 2, end_column=1)
            start = number
