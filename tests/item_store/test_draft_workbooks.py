"""Workbooks as drafts: the cell of every value, and drafts that come back as they went out."""

import io

import openpyxl
import pytest

from item_store.draft_workbooks import LISTS, draft_item, read_drafts, workbook_of
from item_store.fields import FIELD
from item_store.rows import RefusedFileError
from item_store.sample import sample_items
from item_store.templates import TEMPLATES

ID = "0" * 32


@pytest.mark.parametrize("template", LISTS)
def test_a_draft_comes_back_as_it_went_out(template: str) -> None:
    for item in sample_items()[:5]:
        values = {key: value for key, value in item.values.items() if key in TEMPLATES[template].by_key}
        content = workbook_of(template, [draft_item(ID, 7, values)], "民政局")
        report, drafts = read_drafts("x.xlsx", content)
        (draft,) = [draft for draft in drafts if draft.template == template]
        assert draft.exported == (ID, 7)
        read = {key: FIELD[key].kind.load(raw) for key, raw in {**draft.values, **draft.doubtful}.items()}
        assert read == values
        assert report.refused == 0


def changed(cell_title: str, text: str) -> bytes:
    """The first sample item's implementation list with one cell changed."""
    content = workbook_of("implementation", [draft_item(ID, 1, sample_items()[0].values)], "民政局")
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["实施清单"]
    (heading,) = [cell for cell in sheet[3] if cell.value == cell_title]
    sheet.cell(5, heading.column).value = text
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_wrong_cell_is_named_by_sheet_row_and_column() -> None:
    _, (draft,) = read_drafts("x.xlsx", changed("事项类型", "公共伏务"))
    (problem,) = [p for p in draft.problems if p.field == "item_type"]
    assert (problem.sheet, problem.row, problem.column) == ("实施清单", 5, "E")
    assert draft.doubtful["item_type"] == "公共伏务"
    assert "item_type" not in draft.values


def test_an_empty_cell_that_must_be_filled_is_named_too() -> None:
    _, (draft,) = read_drafts("x.xlsx", changed("实施机构", ""))
    (problem,) = [p for p in draft.lacking if p.field == "agency"]
    assert (problem.sheet, problem.row, problem.column) == ("实施清单", 5, "J")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.xlsm", b"PK", "import.macros"),
        ("x.xls", b"\xd0\xcf\x11\xe0", "import.old_or_encrypted_workbook"),
        ("x.xlsx", b"\xd0\xcf\x11\xe0", "import.old_or_encrypted_workbook"),
        ("x.xlsx", b"MZ", "import.damaged_workbook"),
        ("x.jsonl", b"{}", "import.unknown_format"),
        ("../x.csv", b"a,b\n1,2", "import.no_table"),
        ("x.csv", ("序号,事项名称,事项类型\n" + "1,甲,x\n" * 2001).encode(), "import.too_many_items"),
    ],
)
def test_a_hostile_or_strange_file_is_refused_by_name(name: str, content: bytes, why: str) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read_drafts(name, content)
    assert refused.value.why == why


def test_a_numbered_row_without_a_name_is_refused_not_swallowed() -> None:
    report, drafts = read_drafts("x.csv", "序号,事项名称,事项类型\n1,甲,公共服务\n2,,公共服务\n".encode())
    assert [draft.item.name for draft in drafts] == ["甲"]
    assert [(p.row, p.field, p.rule) for p in report.problems if p.field == "name"] == [
        (3, "name", "import.required")
    ]
