"""Bulletins: who owed what in a period, on time or how late; as Excel and as a picture."""

import io
from datetime import date
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from item_store.bulletins import Figures, Standing, bulletin, period
from item_store.bulletins.charts import Bar, Series, bars
from item_store.bulletins.days import bulletins_due
from item_store.bulletins.workbook import LINE_COLUMNS, UNIT_COLUMNS, bulletin_workbook
from item_store.calendar import shipped_calendar
from item_store.deadline_shapes import Cycle
from item_store.owing import Standing as Reported
from item_store.plans import load_plan, plan_from
from item_store.records import Group, TaskState
from item_store.reminding import Registry, Situation
from item_store.units import Unit, UnitKind

UNITS = {u.id: u for u in (Unit("a", "甲局"), Unit("b", "乙局"), Unit("t", "某镇", UnitKind.TOWN))}
ROWS = [
    {"number": "1", "work": "报送", "lead": ["甲局"], "deadline": "3月10日前"},
    {"number": "2", "work": "核对", "lead": ["乙局"], "deadline": "3月20日前"},
    {"number": "3", "work": "公开", "lead": ["街镇"], "deadline": "3月31日前"},
    {"number": "4", "work": "=1+1", "lead": ["甲局"], "deadline": "5月31日前"},
]


def situation(*states: TaskState, groups: tuple[Group, ...] = ()) -> Situation:
    plan = plan_from(
        {
            "name": "p",
            "title": "示例",
            "year": 2026,
            "starts": "2026-01-01",
            "ends": "2026-12-31",
            "tasks": ROWS,
        }
    )
    return Situation(plan, Registry(UNITS, groups), shipped_calendar(), Reported.of(states))


def done(number: int, day: str, unit: str, on: date) -> TaskState:
    return TaskState(due_id=f"p/{number}:1:2026{day}", unit=unit, done_on=on, note="=cmd")


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (Cycle.DAY, date(2026, 5, 14), date(2026, 5, 14)),
        (Cycle.WEEK, date(2026, 5, 11), date(2026, 5, 17)),
        (Cycle.MONTH, date(2026, 5, 1), date(2026, 5, 31)),
        (Cycle.QUARTER, date(2026, 4, 1), date(2026, 6, 30)),
        (Cycle.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods(kind: Cycle, first: date, last: date) -> None:
    assert period(kind, date(2026, 5, 14)) == (first, last)


def test_a_december_quarter_ends_with_the_year() -> None:
    assert period(Cycle.QUARTER, date(2026, 12, 31)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert period(Cycle.MONTH, date(2026, 12, 3)) == (date(2026, 12, 1), date(2026, 12, 31))


def test_each_unit_stands_as_it_does() -> None:
    states = (done(1, "0310", "a", date(2026, 3, 9)), done(2, "0320", "b", date(2026, 3, 24)))
    told = bulletin(
        situation(*states), Cycle.MONTH, date(2026, 3, 31), {"b": Figures(submitted=2, returned=1)}
    )
    found = {(line.unit, line.standing, line.days) for line in told.lines}
    assert found == {("a", Standing.ON_TIME, 0), ("b", Standing.LATE, 2), ("t", Standing.OPEN, 0)}
    row = next(row for row in told.units if row.unit == "b")
    assert (row.name, row.owed, row.latest, row.figures.returned) == ("乙局", 1, 2, 1)
    assert told.named == ()


def test_what_is_overdue_from_before_stays_in_and_the_latest_are_named() -> None:
    told = bulletin(situation(), Cycle.WEEK, date(2026, 4, 3))
    overdue = [(line.unit, line.days) for line in told.of(Standing.OVERDUE)]
    assert overdue == [("a", 18), ("b", 10), ("t", 3)]
    assert told.named == ("a", "b")


def test_an_extension_and_a_handover_count_as_granted() -> None:
    states = (
        TaskState(due_id="p/1:1:20260310", unit="a", until=date(2026, 4, 30)),
        TaskState(due_id="p/2:1:20260320", unit="b", handed_to="a"),
    )
    told = bulletin(situation(*states), Cycle.MONTH, date(2026, 3, 31))
    assert {(line.unit, line.day.task.number, line.standing) for line in told.lines} == {
        ("a", "2", Standing.OVERDUE),
        ("t", "3", Standing.OPEN),
    }


def test_the_workbook_tells_the_same_and_runs_no_formula() -> None:
    states = (done(4, "0531", "a", date(2026, 5, 29)),)
    told = bulletin(situation(*states), Cycle.MONTH, date(2026, 5, 31))
    words = {key: key for key, _ in (*UNIT_COLUMNS, *LINE_COLUMNS)} | {s.value: s.value for s in Standing}
    content = bulletin_workbook(told, "题", words | {"sheet_units": "单位", "sheet_lines": "逐项"})
    book = load_workbook(io.BytesIO(content))
    units = {row[0]: row[1:6] for row in book["单位"].iter_rows(min_row=3, values_only=True)}
    assert units["甲局"] == (2, 1, 0, 0, 1)
    cells = [cell for row in book["逐项"].iter_rows(min_row=3) for cell in row]
    assert "=1+1" in {cell.value for cell in cells}
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert len(book["单位"]._charts) == 1


def test_the_picture_is_svg_with_every_figure() -> None:
    series = [Series("overdue", "逾期"), Series("on_time", "按时")]
    svg = bars("题<目>", series, [Bar("甲局", (2, 3)), Bar("名字特别特别特别特别长的单位", (0, 1))])
    root = ElementTree.fromstring(svg)
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"2", "3", "5", "1", "逾期", "按时"} <= set(texts)
    assert root.attrib["aria-label"] == "题<目>"
    assert bars("空", series, []).startswith("<svg")


def test_the_shipped_plan_calls_for_every_kind_over_a_year() -> None:
    plan = load_plan("beibei-2021-9")
    group = Group(address="telegram:-1", name="", units=("office",), bound_by="p")
    registry = Registry({"office": Unit("office", "区政务服务办")}, (group,))
    of_year = Situation(plan, registry, shipped_calendar())
    kinds: dict[str, int] = {}
    day = date(2021, 3, 1)
    while day <= date(2021, 12, 31):
        for row in bulletins_due(of_year, day, day):
            kinds[row.data["cycle"]] = kinds.get(row.data["cycle"], 0) + 1
        day = date.fromordinal(day.toordinal() + 1)
    assert kinds["month"] == 10
    assert kinds["quarter"] == 4
    assert kinds["year"] == 1
    assert kinds["week"] in range(42, 46)
    assert kinds["day"] > 200
