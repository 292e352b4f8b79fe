"""Who owes what: names and collectives, extensions of extensions, handovers in a circle."""

from datetime import date

from item_store.due_days import DueDay
from item_store.owing import Standing, collectives, named
from item_store.plans import load_plan, plan_names
from item_store.records import TaskState
from item_store.tasks import Task
from item_store.units import Unit, UnitKind

UNITS = {
    unit.id: unit
    for unit in (
        Unit("a", "甲局"),
        Unit("b", "乙局"),
        Unit("t", "某镇", UnitKind.TOWN),
        Unit("e", "某公司", UnitKind.ENTERPRISE, "a"),
    )
}
TASK = Task(number="1", work="报送", deadline="3月31日前", lead=("甲局",), plan="p", year=2026)
DAY = DueDay(TASK, 1, "", date(2026, 3, 31))


def test_names_and_collectives_stand_for_units() -> None:
    assert named(["甲局", "街镇", "甲局"], UNITS).units == ("a", "t")
    assert named(["有关部门"], UNITS).units == ("a", "b")
    assert named(["各有关单位"], UNITS).units == ("a", "b", "t", "e")
    assert named(["有关专家"], UNITS).unknown == ("有关专家",)


def test_the_collectives_of_the_shipped_plans_are_known() -> None:
    leads = {name for plan in plan_names() for task in load_plan(plan).all_tasks for name in task.lead}
    many = {name for name in leads if any(mark in name for mark in ("有关", "街镇", "各清理", "机构"))}
    assert many - collectives().keys() == set()


def test_an_extension_of_an_extension_counts() -> None:
    standing = Standing.of(
        [
            TaskState(due_id="p/1:1:20260331", unit="a", until=date(2026, 4, 10)),
            TaskState(due_id="p/1:1:20260410", unit="a", until=date(2026, 4, 20)),
        ]
    )
    assert standing.current(DAY, "a").due == date(2026, 4, 20)
    assert standing.current(DAY, "b") == DAY
    assert [(unit, day.due) for unit, day in standing.owing(DAY, UNITS)] == [("a", date(2026, 4, 20))]


def test_a_handover_back_leaves_nobody_owing_twice() -> None:
    states = [
        TaskState(due_id=DAY.id, unit="a", handed_to="b"),
        TaskState(due_id=DAY.id, unit="b", handed_to="a"),
    ]
    assert Standing.of(states[:1]).owners(DAY, UNITS) == ("a", "b")
    assert [unit for unit, _ in Standing.of(states[:1]).owing(DAY, UNITS)] == ["b"]
    assert Standing.of(states).owners(DAY, UNITS) == ("a", "b")
