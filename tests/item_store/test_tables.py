"""Tables of items as csv and xlsx: official titles, merged headings, fields as rows, several sheets."""

import csv
import io
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from item_store.fields import CATALOG_FIELDS, IMPLEMENTATION_FIELDS
from item_store.importing import ImportReport, RefusedFileError, import_file, read_items, read_rows
from item_store.item import Item
from item_store.memory import open_memory
from item_store.parts import Material

Lines = Sequence[Sequence[Any]]


def workbook(path: Path, *sheets: Lines, merged: Sequence[str] = ()) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, lines in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for line in lines:
            sheet.append(list(line))
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(path)
    return path


def table(path: Path, lines: Lines, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def items_of(path: Path) -> tuple[list[Item], ImportReport]:
    report = ImportReport(path)
    return list(read_items(read_rows(path), report)), report


CATALOG_TITLES = ["序号", *(field.catalog_title for field in CATALOG_FIELDS)]
IMPLEMENTATION_TITLES = [field.title for field in IMPLEMENTATION_FIELDS]
CATALOG_LINE = [
    1,
    "老年优待证办理",
    "基本社会服务",
    "为老年人办证",
    "区民政局",
    "自然人",
    "证件办理",
    "《某办法》第三条",
    "窗口办理",
    "是",
]
CATALOG_TABLE: Lines = [
    ["政务服务事项目录清单"],
    ["填报单位：区民政局"],
    CATALOG_TITLES,
    CATALOG_LINE,
    [2, "地名查询", "其他公共服务", "查询地名", "区民政局", "自然人、法人", "其他", "", "网上办理", "是"],
    [],
    ["联系人：某某", "", "", "联系电话：023-00000000"],
    ["备注：1．本表供填报使用"],
]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "tsv"])
def test_the_catalog_list_in_the_official_order(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"catalog.{kind}"
    if kind == "xlsx":
        workbook(path, CATALOG_TABLE, merged=["A1:J1", "A2:J2"])
    else:
        table(path, CATALOG_TABLE, delimiter="\t" if kind == "tsv" else ",")
    items, report = items_of(path)
    assert report.problems == []
    assert not report.unknown
    assert [item.name for item in items] == ["老年优待证办理", "地名查询"]
    first, second = items
    assert first["agency"] == "区民政局"
    assert first["theme"] == ("证件办理",)
    assert first["is_public"] == "是"
    assert second["audience"] == ("自然人", "法人")
    assert second["legal_basis"] is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_as_spreadsheets_save_it(encoding: str, tmp_path: Path) -> None:
    items, report = items_of(table(tmp_path / "catalog.csv", CATALOG_TABLE, encoding))
    assert [item.name for item in items] == ["老年优待证办理", "地名查询"]
    assert report.problems == []


def test_the_implementation_list_with_every_field(tmp_path: Path) -> None:
    line = [field.example for field in IMPLEMENTATION_FIELDS]
    items, report = items_of(workbook(tmp_path / "list.xlsx", [IMPLEMENTATION_TITLES, line]))
    assert report.problems == []
    assert {key: items[0][key] for key in items[0].values} == {
        field.key: field.kind.load(field.example) for field in IMPLEMENTATION_FIELDS
    }


def test_numbers_of_a_spreadsheet_are_as_they_were_typed(tmp_path: Path) -> None:
    titles = ["事项名称", "承诺办结时限", "咨询电话", "是否收费", "数量限制"]
    items, _ = items_of(workbook(tmp_path / "list.xlsx", [titles, ["甲", 5, 12345, False, 2.5]]))
    assert [
        items[0][key] for key in ("promised_limit", "enquiry_phone", "charges_fee", "quantity_limit")
    ] == [
        "5",
        "12345",
        "否",
        "2.5",
    ]


def test_materials_under_a_merged_heading_take_a_line_each(tmp_path: Path) -> None:
    lines: Lines = [
        ["序号", "事项名称", "申请材料", None, None, "咨询电话"],
        [None, None, "材料名称", "材料类型", "来源渠道", None],
        [1, "甲", "户口簿", "原件", "公安机关", "023-00000001"],
        [None, None, "申请表", "表格", None, None],
        [2, "乙", "照片", None, None, "023-00000002"],
    ]
    path = workbook(
        tmp_path / "list.xlsx", lines, merged=["A1:A2", "B1:B2", "C1:E1", "F1:F2", "A3:A4", "B3:B4"]
    )
    items, report = items_of(path)
    assert report.problems == []
    assert items[0]["materials"] == (
        Material(name="户口簿", material_type="原件", source="公安机关"),
        Material(name="申请表", material_type="表格"),
    )
    assert items[1]["materials"] == (Material(name="照片"),)
    assert items[1]["enquiry_phone"] == "023-00000002"


def test_fields_as_rows_give_one_item_a_column(tmp_path: Path) -> None:
    rows = [[field.number, field.title, "说明", field.example, None] for field in IMPLEMENTATION_FIELDS]
    rows[2][4], rows[8][4] = "另一事项", "另一单位"
    lines: Lines = [
        ["政务服务事项实施清单"],
        ["序号", "字段名", "数据类型（填写说明及规范）", "填报内容", "填报内容"],
        *rows,
        ["联系人："],
    ]
    items, report = items_of(workbook(tmp_path / "form.xlsx", lines))
    assert report.problems == []
    assert [item.name for item in items] == ["城乡居民基本养老保险参保登记", "另一事项"]
    assert len(items[0].values) == 36
    assert items[1]["agency"] == "另一单位"


def test_a_form_filled_in_over_its_instructions_is_read(tmp_path: Path) -> None:
    lines: Lines = [
        ["序号", "字段名", "数据类型（填写说明及规范）", "备注"],
        [3, "事项名称", "甲", None],
        [9, "实施机构", "局", "注"],
    ]
    items, _ = items_of(workbook(tmp_path / "form.xlsx", lines))
    assert (items[0].name, items[0]["agency"]) == ("甲", "局")


def test_two_lists_of_one_workbook_are_brought_together(tmp_path: Path) -> None:
    implementation: Lines = [
        ["事项名称", "实施机构", "咨询电话"],
        ["老年优待证办理", "区民政局", "023-00000001"],
    ]
    items, report = items_of(workbook(tmp_path / "both.xlsx", CATALOG_TABLE, implementation))
    assert report.refused == 0
    assert [item.name for item in items] == ["老年优待证办理", "地名查询"]
    assert (items[0]["theme"], items[0]["enquiry_phone"]) == (("证件办理",), "023-00000001")


def test_titles_may_be_keys_marked_numbered_or_of_another_wording(tmp_path: Path) -> None:
    lines: Lines = [
        ["*事项名称", "9.实施机构", "promised_limit", "设立依据", "自编栏"],
        ["甲", "局", "5", "《某法》", "值"],
    ]
    items, report = items_of(workbook(tmp_path / "list.xlsx", lines))
    assert set(items[0].values) == {"name", "agency", "promised_limit", "legal_basis"}
    assert report.unknown == {"自编栏": 1}


def test_problems_name_the_sheet_and_the_row_people_see(tmp_path: Path) -> None:
    lines: Lines = [["标题"], ["事项名称", "承诺办结时限"], ["甲", "5个工作日"], ["乙", "尽快"]]
    _, report = items_of(workbook(tmp_path / "list.xlsx", lines))
    (problem,) = report.problems
    assert (problem.sheet, problem.row, problem.field) == ("表1", 4, "promised_limit")


def test_a_formula_kept_as_text_is_given_back(tmp_path: Path) -> None:
    items, _ = items_of(table(tmp_path / "list.csv", [["事项名称", "实施机构"], ["甲", "'=HYPERLINK(1)"]]))
    assert items[0]["agency"] == "=HYPERLINK(1)"


@pytest.mark.parametrize("lines", [[], [["甲", "乙"], ["1", "2"]], [["事项名称"], ["甲"]]])
def test_a_table_without_official_titles_is_refused(lines: Lines, tmp_path: Path) -> None:
    for path in (workbook(tmp_path / "list.xlsx", lines), table(tmp_path / "list.csv", lines)):
        with pytest.raises(RefusedFileError, match=r"import\.no_table"):
            read_rows(path)


async def test_five_thousand_rows_of_a_workbook_within_seconds(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(IMPLEMENTATION_TITLES)
    line = [field.example for field in IMPLEMENTATION_FIELDS]
    for number in range(5000):
        sheet.append([*line[:1], f"code{number}", f"事项{number}", *line[3:]])
    book.save(tmp_path / "many.xlsx")
    began = time.monotonic()
    report = await import_file(tmp_path / "many.xlsx", open_memory(), publish=True)
    assert (report.new, report.refused) == (5000, 0)
    assert time.monotonic() - began < 60
