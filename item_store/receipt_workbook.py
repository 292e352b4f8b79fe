"""The 工作人员回执 as a workbook: whose it is, and a row for each person under the three headings of rank."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from item_store.files import RefusedFile, media_type_of
from item_store.records import Contact

ROLES: Mapping[str, str] = {"分管领导": "leader", "科室负责人": "section_head", "工作人员": "liaison"}
NAME, POSITION, PHONE, REMARK = "姓名", "职务", "联系方式", "备注"
UNIT = "填报单位"
MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class Receipt:
    """The unit as it is written on the form, and its people."""

    unit: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class UnreadableReceipt:
    """A phrase key that says what is missing."""

    why: str


def read_receipt(content: bytes, unit: str = "") -> Receipt | UnreadableReceipt:
    """The first sheet; contacts are given the unit's id that is passed, or its name on the form."""
    kind = media_type_of(content)
    if isinstance(kind, RefusedFile):
        return UnreadableReceipt(kind.why)
    try:
        sheet: Worksheet = load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    except (InvalidFileException, ValueError, KeyError, OSError, TypeError, IndexError):
        return UnreadableReceipt("file.broken")
    rows = [
        [_tidy(value) for value in row]
        for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=20, values_only=True)
    ]
    heading = next((row for row in rows if NAME in row and PHONE in row), None)
    if heading is None:
        return UnreadableReceipt("receipt.no_columns")
    named = _unit(rows)
    contacts = tuple(_contacts(rows[rows.index(heading) + 1 :], heading, unit or named))
    return Receipt(named, contacts) if contacts else UnreadableReceipt("receipt.nobody")


def _tidy(value: object) -> str:
    return "" if value is None else str(value).strip()


def _unit(rows: list[list[str]]) -> str:
    """填报单位：… in one cell, or with the name in the next."""
    for row in rows:
        for at, text in enumerate(row):
            if text.startswith(UNIT):
                inside = text.removeprefix(UNIT).lstrip("：: ").split("填报人")[0].strip()
                return inside or next((cell for cell in row[at + 1 :] if cell), "")
    return ""


def _contacts(rows: list[list[str]], heading: list[str], unit: str) -> list[Contact]:
    found, role = [], ""
    for row in rows:
        role = next((ROLES[cell] for cell in row if cell in ROLES), role)
        cells = dict(zip(heading, row, strict=False))
        if role and cells.get(NAME):
            found.append(
                Contact(
                    unit=unit,
                    role=role,
                    name=cells[NAME],
                    position=cells.get(POSITION, ""),
                    phone=cells.get(PHONE, ""),
                    remark=cells.get(REMARK, ""),
                )
            )
    return found
