"""The official workbooks: catalog list and implementation list, in the official order, to fill in or read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation

from item_store.closed_lists import closed_list
from item_store.fields import CATALOG_FIELDS, FIELD, IMPLEMENTATION_FIELDS, Field
from item_store.item import ALIASES, Item
from item_store.kinds import Choice, Names, Parts
from item_store.parts import Material
from item_store.rows.from_csv import FORMULA_STARTS
from item_store.rows.from_table import OWN_TITLES
from item_store.workbook_text import LONGEST_CELL, workbook_text

# openpyxl's types leave out most of what a write-only sheet shares with an ordinary one.
Sheet = Any

MATERIAL_LISTS = {
    "material_type": "material_type",
    "needs_electronic": "yes_no",
    "deferrable": "yes_no",
    "pledge": "yes_no",
}
CHOICES_SHEET = "选项"
ROWS_WITH_CHOICES = 5000
LINE = Side(style="thin", color="808080")
BORDER = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
WRAPPED = Alignment(wrap_text=True, vertical="top")
CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")
HEADING_FILL = PatternFill("solid", fgColor="DDE6F0")
OWN_FILL = PatternFill("solid", fgColor="EEEEEE")


class TooLongForCellError(ValueError):
    """A spreadsheet's cell holds 32,767 characters; a longer text would be cut off without a word."""

    def __init__(self, item: Item, title: str) -> None:
        super().__init__(f"{item.id}: {title}")
        self.item_id = item.id
        self.title = title


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a field, an attribute of each material, or what the program itself knows an item by."""

    title: str
    key: str
    width: int
    attribute: str = ""
    list_name: str = ""
    strict: bool = False

    @property
    def is_own(self) -> bool:
        return self.key in OWN_TITLES


@dataclass(frozen=True, slots=True)
class OfficialList:
    sheet: str
    title: str
    columns: tuple[Column, ...]


def _columns(field: Field, title: str) -> list[Column]:
    kind = field.kind
    if isinstance(kind, Parts) and kind.model is Material:
        return [
            Column(said, field.key, 18, attribute, MATERIAL_LISTS.get(attribute, ""))
            for attribute, said in Material.titles().items()
        ]
    list_name = kind.list_name if isinstance(kind, Choice | Names) else ""
    strict = isinstance(kind, Choice) and not kind.joined
    return [Column(title, field.key, kind.width, list_name=list_name, strict=strict)]


def _own(*keys: str) -> list[Column]:
    return [Column(OWN_TITLES[key], key, 16) for key in keys]


NUMBER = Column("序号", "", 8)
CATALOG = OfficialList(
    "目录清单",
    "政务服务事项目录清单",
    (
        NUMBER,
        *(column for field in CATALOG_FIELDS for column in _columns(field, field.catalog_title)),
        *_own("id"),
    ),
)
IMPLEMENTATION = OfficialList(
    "实施清单",
    "政务服务事项实施清单",
    (
        NUMBER,
        *(column for field in IMPLEMENTATION_FIELDS for column in _columns(field, field.title)),
        *_own("id", "region", "aliases", "source"),
    ),
)
LISTS = (CATALOG, IMPLEMENTATION)


def write_workbook(
    target: Path | BytesIO, items: Sequence[Item], lists: Sequence[OfficialList] = LISTS, unit: str = ""
) -> None:
    """Both lists together say all of an item; reading the file back gives the same items.

    Without items it is the form to fill in. Raises TooLongForCellError.
    """
    coded = [_coded(official, items) for official in lists]
    # All lines before the first is written: a half written workbook cannot be given up cleanly.
    filled = [list(_lines(items, official.columns)) for official in coded]
    book = Workbook(write_only=True)
    for official, lines in zip(coded, filled, strict=True):
        _write_list(book, official, lines, unit)
    _write_choices(book)
    book.save(target)


def _coded(official: OfficialList, items: Sequence[Item]) -> OfficialList:
    """Once every entry of the catalog list is coded, its basic code takes the place of the number."""
    if official is not CATALOG or not items or not all(item["basic_code"] for item in items):
        return official
    code = Column(FIELD["basic_code"].title, "basic_code", FIELD["basic_code"].kind.width)
    return replace(official, columns=(code, *official.columns[1:]))


def _write_list(book: Workbook, official: OfficialList, lines: Sequence[Sequence[str]], unit: str) -> None:
    sheet: Sheet = book.create_sheet(official.sheet)
    columns = official.columns
    divided = any(column.attribute for column in columns)
    for at, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    sheet.freeze_panes = f"C{5 if divided else 4}"
    _merge(sheet, 1, 1, 1, len(columns))
    _merge(sheet, 2, 1, 2, len(columns))
    sheet.append([_cell(sheet, official.title, alignment=CENTRED, font=Font(bold=True, size=16))])
    sheet.append([_cell(sheet, f"填报单位：{unit or '（盖章）'}")])
    _write_headings(sheet, columns, divided)
    values = _ValueCells(sheet)
    for line in lines:
        sheet.append(values.line(line, columns))
    sheet.append([])
    sheet.append([_cell(sheet, "联系人："), "", "", _cell(sheet, "联系电话：")])
    _offer_choices(sheet, columns, first=5 if divided else 4)


def _write_headings(sheet: Sheet, columns: Sequence[Column], divided: bool) -> None:
    """Attributes stand below their field's title; every other title goes over both rows."""
    upper = [FIELD[column.key].title if column.attribute else column.title for column in columns]
    sheet.append([_heading(sheet, title, column) for title, column in zip(upper, columns, strict=True)])
    if not divided:
        return
    lower = [column.title if column.attribute else "" for column in columns]
    sheet.append([_heading(sheet, title, column) for title, column in zip(lower, columns, strict=True)])
    numbered = list(enumerate(columns, 1))
    for key, group in groupby(numbered, key=lambda pair: pair[1].key if pair[1].attribute else pair[0]):
        first, *rest = (at for at, _ in group)
        last = rest[-1] if rest else first
        _merge(sheet, 3, first, 3 if isinstance(key, str) else 4, last)


def _lines(items: Sequence[Item], columns: Sequence[Column]) -> Iterator[list[str]]:
    for number, item in enumerate(items, 1):
        for line in _item_lines(item, columns, number):
            for text, column in zip(line, columns, strict=True):
                if len(workbook_text(text)) > LONGEST_CELL:
                    raise TooLongForCellError(item, column.title)
            yield line


def _item_lines(item: Item, columns: Sequence[Column], number: int) -> Iterator[list[str]]:
    """One line for every material; what else is known stands on the first."""
    materials = [part for part in item["materials"] or () if isinstance(part, Material)]
    divided = any(column.attribute for column in columns)
    for place in range(max(1, len(materials)) if divided else 1):
        filled = dict(materials[place].filled()) if place < len(materials) else {}
        yield [
            filled.get(column.attribute, "")
            if column.attribute
            else (_said(item, column, number) if place == 0 else "")
            for column in columns
        ]


def _said(item: Item, column: Column, number: int) -> str:
    if not column.key:
        return str(number)
    if column.key in FIELD:
        value = item[column.key]
        return "" if value is None else FIELD[column.key].kind.cell(value)
    own = {"id": item.id, "region": item.region, "source": item.source, "aliases": ALIASES.cell(item.aliases)}
    return own[column.key]


def _write_choices(book: Workbook) -> None:
    """The closed lists that drop-downs point at: they are longer than a drop-down itself can say."""
    sheet: Sheet = book.create_sheet(CHOICES_SHEET)
    sheet.sheet_state = "hidden"
    names = _list_names()
    sheet.append(names)
    lists = [closed_list(name).choices for name in names]
    for row in range(max(map(len, lists))):
        sheet.append([choices[row] if row < len(choices) else None for choices in lists])


def _list_names() -> list[str]:
    names = (column.list_name for official in LISTS for column in official.columns)
    return list(dict.fromkeys(name for name in names if name))


def _offer_choices(sheet: Sheet, columns: Sequence[Column], first: int) -> None:
    names = _list_names()
    for at, column in enumerate(columns, 1):
        if not column.list_name:
            continue
        letter, length = get_column_letter(at), len(closed_list(column.list_name).choices)
        source = get_column_letter(names.index(column.list_name) + 1)
        offered = DataValidation(
            type="list",
            formula1=f"'{CHOICES_SHEET}'!${source}$2:${source}${length + 1}",
            allow_blank=True,
            # Where several may be chosen, or other words are accepted, a choice is only offered.
            showErrorMessage=column.strict,
            errorStyle="warning",
            promptTitle=column.title[:32],
            prompt=FIELD[column.key].help[:255],
            showInputMessage=not column.attribute,
        )
        offered.add(f"{letter}{first}:{letter}{first + ROWS_WITH_CHOICES}")
        sheet.data_validations.append(offered)


def _merge(sheet: Sheet, top: int, left: int, bottom: int, right: int) -> None:
    if (top, left) != (bottom, right):
        sheet.merged_cells.add(CellRange(min_row=top, min_col=left, max_row=bottom, max_col=right).coord)


def _heading(sheet: Sheet, title: str, column: Column) -> Any:
    fill = OWN_FILL if column.is_own else HEADING_FILL
    return _cell(sheet, title, alignment=CENTRED, font=Font(bold=True), fill=fill, border=BORDER)


def _cell(sheet: Sheet, text: str, **style: Any) -> Any:
    cell = WriteOnlyCell(sheet)
    for name, value in style.items():
        setattr(cell, name, value)
    return _fill(cell, text)


class _ValueCells:
    """Cells of values, looking alike: working a style out anew for every cell would take most of the time."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        plain = _cell(sheet, "", alignment=WRAPPED, border=BORDER, number_format="@")
        formula_like = _cell(sheet, "", alignment=WRAPPED, border=BORDER, number_format="@", quotePrefix=True)
        number = _cell(sheet, "", alignment=CENTRED, border=BORDER)
        self._styles = {"plain": plain._style, "formula_like": formula_like._style, "number": number._style}

    def line(self, line: Sequence[str], columns: Sequence[Column]) -> list[Any]:
        """An item's further lines, which have no number, are empty but for their materials."""
        cells = zip(line, columns, strict=True)
        return [self._cell(text, column) if line[0] or column.attribute else None for text, column in cells]

    def _cell(self, text: str, column: Column) -> Any:
        look = "formula_like" if text.startswith(FORMULA_STARTS) else "plain"
        cell: Any = WriteOnlyCell(self._sheet)
        cell._style = self._styles[look if column.key else "number"]
        return _fill(cell, text)


def _fill(cell: Any, text: str) -> Any:
    if text:
        # Always text: a value that begins like a formula must never run in anybody's spreadsheet.
        cell.value, cell.data_type = workbook_text(text), "s"
    return cell
