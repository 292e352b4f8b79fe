"""Plans and receipts from workbooks as offices fill them in, and plans back again."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from item_store.plans import PlanError, load_plan, plan_names
from item_store.plans.workbook import PlanTitle, plan_workbook, read_plan_workbook
from item_store.receipt_workbook import UnreadableReceipt, read_receipt

ABOUT = PlanTitle("p", "示例", 2026)


def saved(rows: list[list[object]], merged: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADING: list[object] = ["重点任务", "具体工作", "牵头单位", "配合单位", "完成时限"]


@pytest.mark.parametrize("name", plan_names())
def test_every_shipped_plan_comes_back_from_its_table(name: str) -> None:
    plan = load_plan(name)
    read = read_plan_workbook(plan_workbook(plan), PlanTitle(name, plan.title, plan.year))
    columns = ("key_task", "work", "lead", "cooperating", "deadline")
    rows = [[getattr(task, column) for column in columns] for task in plan.all_tasks]
    again = [[getattr(task, column) for column in columns] for task in read.all_tasks]
    for row, other in zip(rows, again, strict=True):
        assert row[1:] == other[1:]
        assert other[0] == row[0] or not row[0]


def test_merged_key_tasks_units_and_headings_lower_down_are_read() -> None:
    rows = [
        ["2026年任务分解表"],
        [],
        ["重点 任务", "具体工作", "责任单位", "配合单位", "完成时间"],
        ["一、清单", "报送", "甲局、乙局", "有关部门，街镇", "3月31日前"],
        [None, "核对", "甲局\n丙局", None, "持续推进"],
        [None, None, None, None, None],
    ]
    plan = read_plan_workbook(saved(rows, ("A4:A5",)), ABOUT)
    assert [(task.key_task, task.lead, task.cooperating) for task in plan.tasks] == [
        ("一、清单", ("甲局", "乙局"), ("有关部门", "街镇")),
        ("一、清单", ("甲局", "丙局"), ()),
    ]
    assert plan.starts == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("content", "why", "where"),
    [
        (saved([["事项", "单位"]]), "plan.no_columns", ""),
        (saved([HEADING, ["一", "报送", "", "", "3月底前"]]), "plan.empty_cell", "2 牵头单位"),
        (saved([HEADING, ["一", "报送", "甲局", "", "过几天"]]), "deadline.unreadable", ""),
        (b"PK\x03\x04broken", "file.broken", ""),
        (b"no workbook", "file.type", ""),
    ],
)
def test_what_is_wrong_is_named(content: bytes, why: str, where: str) -> None:
    with pytest.raises(PlanError) as refused:
        read_plan_workbook(content, ABOUT)
    assert refused.value.problems[0].why.startswith(why)
    assert where in refused.value.problems[0].where


def test_a_receipt_is_read_as_the_form_is_filled_in() -> None:
    rows = [
        ["工作人员回执"],
        ["填报单位：甲局        填报人：某人"],
        [None, "姓名", "职务", "联系方式", "备注"],
        ["分管领导", "赵敏", "副局长", "023-1", None],
        ["科室负责人", "周平", "科长", 2301, None],
        ["工作人员", "王芳", "科员", "023-3", "上午在"],
        [None, "李明", "科员", "023-4", None],
        [None, None, None, None, None],
    ]
    receipt = read_receipt(saved(rows), "a")
    assert not isinstance(receipt, UnreadableReceipt)
    assert receipt.unit == "甲局"
    assert [(c.unit, c.role, c.name, c.phone) for c in receipt.contacts] == [
        ("a", "leader", "赵敏", "023-1"),
        ("a", "section_head", "周平", "2301"),
        ("a", "liaison", "王芳", "023-3"),
        ("a", "liaison", "李明", "023-4"),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (saved([["名单"]]), "receipt.no_columns"),
        (saved([["", "姓名", "职务", "联系方式"], ["", "", "", ""]]), "receipt.nobody"),
        (b"text", "file.type"),
    ],
)
def test_a_receipt_that_is_none_is_named(content: bytes, why: str) -> None:
    assert read_receipt(content) == UnreadableReceipt(why)
