"""The official workbooks: their layout, and that what is written is read back to the letter."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from item_store.closed_lists import closed_list
from item_store.excel import CATALOG, IMPLEMENTATION, TooLongForCellError, write_workbook
from item_store.exporting import WRITERS, export_items
from item_store.fields import CATALOG_FIELDS, FIELD, FIELDS, IMPLEMENTATION_FIELDS
from item_store.importing import ImportReport, RefusedFileError, import_file, read_items, read_rows
from item_store.item import Item
from item_store.memory import open_memory
from item_store.rows import Row, Rows
from item_store.sample import sample_items

MESSY = Item.from_record(
    {
        "id": "messy",
        "name": "=HYPERLINK(1)",
        "agency": "001",
        "promised_limit": "5.0",
        "content": "#N/A",
        "conditions": "_x000D_ 一\n\n　二 _x0041_",
        "enquiry_phone": "+86 23 00000001",
        "materials": ["=1+1", {"name": "表\n二", "situations": ["丢失、损坏", "换新"], "deferrable": True}],
        "joint_agencies": ["甲 局、乙 局"],
        "aliases": ["一、二", "-三"],
        "source": "@来源",
    }
)


def read_back(path: Path) -> dict[str, Item]:
    report = ImportReport(path)
    items = {item.id: item for item in read_items(read_rows(path), report)}
    assert (report.refused, dict(report.unknown)) == (0, {})
    return items


def test_all_sample_items_come_back_to_the_letter(tmp_path: Path) -> None:
    items = [*sample_items(), MESSY]
    write_workbook(tmp_path / "lists.xlsx", items)
    digests = {item_id: item.digest for item_id, item in read_back(tmp_path / "lists.xlsx").items()}
    assert digests == {item.id: item.digest for item in items}


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "xlsx"])
async def test_every_format_brings_back_what_was_published(suffix: str, tmp_path: Path) -> None:
    store, path = open_memory(), tmp_path / f"items.{suffix}"
    await store.publish_many([*sample_items()[:20], MESSY])
    assert await export_items(store, path) == 21
    report = await import_file(path, store, publish=True)
    assert (report.unchanged, report.new, report.changed, report.refused) == (21, 0, 0, 0)


async def test_an_unknown_format_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match=r"items\.pdf"):
        await export_items(open_memory(), tmp_path / "items.pdf")


def test_headings_are_the_official_ones_in_their_order(tmp_path: Path) -> None:
    write_workbook(tmp_path / "lists.xlsx", [MESSY], unit="区民政局")
    book = load_workbook(tmp_path / "lists.xlsx")
    catalog, implementation = book[CATALOG.sheet], book[IMPLEMENTATION.sheet]
    assert catalog["A1"].value == "政务服务事项目录清单"
    assert catalog["A2"].value == "填报单位：区民政局"
    titles = [cell.value for cell in catalog[3]]
    assert titles == ["序号", *(field.catalog_title for field in CATALOG_FIELDS), "标识"]
    upper = [cell.value for cell in implementation[3] if cell.value]
    assert upper == [
        "序号",
        *(field.title for field in IMPLEMENTATION_FIELDS),
        *("标识", "地区", "别名", "来源"),
    ]
    lower = [cell.value for cell in implementation[4] if cell.value]
    assert lower[:9] == [
        *("材料名称", "材料类型", "材料样本", "电子表单", "来源渠道", "纸质材料份数和规格"),
        *("填报须知", "受理标准", "是否需电子材料"),
    ]
    merged = {str(cells) for cells in implementation.merged_cells.ranges}
    assert {"A3:A4", "B3:B4", "N3:Z3"} <= merged


def test_an_entirely_coded_catalog_is_numbered_by_its_codes(tmp_path: Path) -> None:
    coded = Item.from_record({"id": "a", "name": "甲", "basic_code": "500721005001"})
    write_workbook(tmp_path / "lists.xlsx", [coded], lists=[CATALOG])
    sheet = load_workbook(tmp_path / "lists.xlsx")[CATALOG.sheet]
    assert (sheet["A3"].value, sheet["A4"].value) == ("基本编码", "500721005001")
    assert read_back(tmp_path / "lists.xlsx")["a"] == coded


def test_closed_lists_are_offered_in_their_columns(tmp_path: Path) -> None:
    write_workbook(tmp_path / "form.xlsx", [])
    book = load_workbook(tmp_path / "form.xlsx")
    assert book["选项"].sheet_state == "hidden"
    offered = {
        str(validation.sqref).partition("5")[0]: validation
        for validation in book[IMPLEMENTATION.sheet].data_validations.dataValidation
    }
    titles = {get_column_letter(at): cell.value for at, cell in enumerate(book[IMPLEMENTATION.sheet][3], 1)}
    with_choices = {field.title for field in IMPLEMENTATION_FIELDS if field.kind.choices}
    assert with_choices <= {titles[letter] for letter in offered}
    letter = next(letter for letter, title in titles.items() if title == FIELD["item_type"].title)
    source = str(offered[letter].formula1).removeprefix("'选项'!").replace("$", "")
    said = tuple(row[0].value for row in book["选项"][source])
    assert said == closed_list("item_type").choices


def test_nothing_written_is_ever_a_formula(tmp_path: Path) -> None:
    values = {field.key: "=1+1" for field in FIELDS if field.kind.column == "text"}
    item = Item.from_record(
        values | {"id": "=1", "region": "@a", "materials": ["=2", {"name": "-3", "source": "+4"}]}
    )
    write_workbook(tmp_path / "lists.xlsx", [item])
    cells = [cell for sheet in load_workbook(tmp_path / "lists.xlsx") for row in sheet for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert sum(str(cell.value).startswith("=") for cell in cells) > 30
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith("="))


async def test_nothing_in_a_csv_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    store = open_memory()
    await store.publish(Item.from_record({"id": "=1", "name": "=1+1", "content": "'=2", "agency": "@x"}))
    await export_items(store, tmp_path / "items.csv")
    line = (tmp_path / "items.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line.split(","))


def test_a_text_that_no_cell_can_hold_is_named(tmp_path: Path) -> None:
    item = Item.from_record({"id": "long", "name": "甲", "conditions": "长" * 32_768})
    with pytest.raises(TooLongForCellError) as refused:
        write_workbook(tmp_path / "lists.xlsx", [item])
    assert (refused.value.item_id, refused.value.title) == ("long", "受理条件")


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\n=_x0A'、"), max_size=20
)
VALUES = st.fixed_dictionaries(
    {"name": TEXTS.filter(lambda text: bool(text.strip()))},
    optional={
        **dict.fromkeys(("agency", "conditions", "charges_fee", "basic_code", "region", "source"), TEXTS),
        "theme": st.lists(TEXTS, max_size=3),
        "aliases": st.lists(TEXTS, max_size=3),
        "materials": st.lists(
            st.fixed_dictionaries(
                {"name": TEXTS.filter(lambda text: bool(text.strip()))}, optional={"source": TEXTS}
            ),
            max_size=3,
        ),
    },
)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_any_item_comes_back_to_the_letter(suffix: str, tmp_path: Path) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(VALUES, min_size=1, max_size=3))
    def comes_back(records: list[dict[str, Any]]) -> None:
        rows = [record | {"id": f"item{number}"} for number, record in enumerate(records)]
        items = {item.id: item for row in rows for item in [_imported(row)]}
        path = tmp_path / f"items.{suffix}"
        WRITERS[f".{suffix}"](path, list(items.values()))
        assert read_back(path) == items

    comes_back()


def _imported(record: dict[str, Any]) -> Item:
    (item,) = read_items(Rows(1, [Row(1, record)]), ImportReport(Path("items.jsonl")))
    return item
