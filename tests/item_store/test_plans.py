"""The shipped plans hold the documents' rows to the last, and a faulty file is refused place by place."""

import itertools
import re
from collections import Counter
from datetime import date

import pytest
import yaml

from item_store.deadline_shapes import Deadline
from item_store.plans import FOLDER, PlanError, load_plan, plan_names, read_plan
from item_store.tasks import Plan, Schedule, Stage

SMALL = """
name: small
title: 小计划
year: 2026
starts: 2026-01-05
ends: 2026-12-31
stages:
  - {number: 1, title: 第一阶段, start: 2026-01-05, end: 2026-03-31}
tasks:
  - {number: "1", stage: 1, work: 甲, lead: [甲单位], deadline: 3月31日前}
  - {number: "2", work: 乙, lead: [乙单位, 丙单位], cooperating: [丁单位], deadline: 持续推进}
"""


def test_the_documents_plans_are_shipped() -> None:
    assert plan_names() == ["beibei-2018-47", "beibei-2021-9", "chongqing-2016-14", "zhuolu-2017-21"]
    assert [len(load_plan(name).stages) for name in plan_names()] == [5, 0, 4, 3]


@pytest.mark.parametrize("name", plan_names())
def test_every_row_of_a_shipped_plan_is_readable_and_whole(name: str) -> None:
    plan = load_plan(name)
    assert plan.name == name and plan.source
    for task in plan.all_tasks:
        assert isinstance(task.read_deadline(), Deadline), task
        assert task.key == f"{name}/{task.number}"
        assert task.work and task.lead and task.key_task and task.year == plan.year
    for stage in plan.stages:
        assert plan.starts <= stage.end <= plan.ends


def test_the_task_table_of_2021_has_all_its_rows() -> None:
    plan = load_plan("beibei-2021-9")
    assert [task.number for task in plan.tasks] == [str(number) for number in range(1, 32)]
    assert list(Counter(task.key_task for task in plan.tasks).values()) == [7, 1, 7, 6, 2, 1, 3, 3, 1]
    deadlines = Counter(task.deadline for task in plan.tasks)
    assert deadlines["持续推进"] == 8 and deadlines["按时序推进"] == 2
    assert deadlines["3月31日前发布一批，之后持续推进"] == 1
    assert [task.deadline for task in plan.supervision] == ["日扫描", "周调度", "月通报", "季分析", "年考核"]


def test_stages_of_the_documents_follow_each_other() -> None:
    for name in ("zhuolu-2017-21", "chongqing-2016-14"):
        stages = load_plan(name).stages
        gaps = [
            (after.start - before.end).days for before, after in itertools.pairwise(stages) if after.start
        ]
        assert gaps == [1] * (len(stages) - 1)


def test_tasks_take_over_the_plans_name_year_and_span() -> None:
    plan = read_plan(SMALL)
    assert [task.key for task in plan.tasks] == ["small/1", "small/2"]
    assert plan.tasks[0].starts == date(2026, 1, 5) and plan.tasks[1].cooperating == ("丁单位",)


def test_a_plan_read_back_from_its_own_data_is_the_same() -> None:
    plan = load_plan("beibei-2018-47")
    assert Plan.model_validate(plan.model_dump(mode="json")) == plan


@pytest.mark.parametrize(
    ("old", "new", "part_of_why"),
    [
        ("3月31日前", "尽快", "deadline.unreadable: 1 尽快"),
        ("3月31日前", "6月前", "deadline.which_day_of_month"),
        ('number: "2"', 'number: "1"', "plan.same_number: 1"),
        ("stage: 1, work", "stage: 4, work", "plan.no_such_stage: 1 4"),
        ("start: 2026-01-05, end", "start: 2026-05-05, end", "stage.start_after_end"),
        ("lead: [甲单位], ", "", "tasks 0 lead"),
        ("lead: [甲单位]", "lead: []", "tasks 0 lead"),
        ("work: 甲", "work: 甲, worker: 某", "tasks 0 worker"),
        ("year: 2026", "year: 26", "year"),
        (
            "ends: 2026-12-31\n",
            "ends: 2026-12-31\nschedule: {ongoing: 年底前}\n",
            "schedule.not_recurring: ongoing",
        ),
        (
            "ends: 2026-12-31\n",
            "ends: 2026-12-31\nschedule: {escalation: []}\n",
            "schedule.first_level_at_zero",
        ),
        ("name: small", "name: [", "plan.not_yaml"),
    ],
)
def test_a_faulty_plan_is_refused_with_place_and_reason(old: str, new: str, part_of_why: str) -> None:
    assert old in SMALL
    with pytest.raises(PlanError, match=re.escape(part_of_why)) as caught:
        read_plan(SMALL.replace(old, new))
    assert caught.value.problems


@pytest.mark.parametrize("text", ["", "- 1", "just words"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match=r"plan\.not_a_mapping"):
        read_plan(text)


def test_an_unknown_plan_is_refused() -> None:
    with pytest.raises(PlanError, match=r"plan\.unknown"):
        load_plan("../secrets")


def test_the_default_schedule_escalates_to_supervision() -> None:
    schedule = Schedule()
    assert [schedule.role(late) for late in (0, 1, 2, 4, 5, 6, 40)] == [
        "liaison",
        "liaison",
        "section_head",
        "leader",
        "leader",
        "supervision",
        "supervision",
    ]


def test_shipped_files_name_only_known_keys() -> None:
    for path in FOLDER.glob("*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert set(content) <= set(Plan.model_fields)
        assert {key for row in content.get("stages", ()) for key in row} <= set(Stage.model_fields)
