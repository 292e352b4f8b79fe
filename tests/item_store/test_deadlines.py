"""Reminders fall on the right working days, once each, whatever the shape of the deadline."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from item_store.calendar import shipped_calendar
from item_store.deadlines import Occurrence, between, due, due_days, reminders_of
from item_store.plans import load_plan, plan_names
from item_store.tasks import Escalation, Rhythm, Schedule, Task

CALENDAR = shipped_calendar()
SCHEDULE = Schedule()
YEAR = (date(2021, 1, 1), date(2021, 12, 31))


def task(deadline: str, number: str = "1", starts: date | None = None, ends: date | None = None) -> Task:
    return Task(
        number=number,
        plan="trial",
        work="试行事项",
        lead=("甲单位",),
        deadline=deadline,
        year=2021,
        starts=starts,
        ends=ends,
    )


def told(reminders: list[Occurrence]) -> list[tuple[str, str]]:
    return [(str(reminder.stage), f"{reminder.on:%m%d}") for reminder in reminders]


def days(deadline: str, first: date = YEAR[0], last: date = YEAR[1]) -> list[str]:
    return [f"{day.due:%m%d}" for day in due_days(task(deadline), first, last, SCHEDULE)]


def test_a_date_is_spoken_of_before_on_and_after() -> None:
    reminders = between(
        [task("3月31日前")], *YEAR, Schedule(once=Rhythm(before=(7, 3, 1), after_every=2, after_until=6))
    )
    assert told(reminders) == [
        ("before-7", "0322"),
        ("before-3", "0326"),
        ("before-1", "0330"),
        ("on", "0331"),
        ("after-2", "0402"),
        ("after-4", "0407"),  # 3 to 5 April are 清明
        ("after-6", "0409"),
    ]
    assert [reminder.role for reminder in reminders[3:]] == [
        "liaison",
        "section_head",
        "leader",
        "supervision",
    ]


def test_ids_are_stable_and_say_task_day_and_stage() -> None:
    (reminder,) = due([task("3月31日前", "12")], date(2021, 3, 30), SCHEDULE)
    assert reminder.id == "trial/12:1:20210331:before-1"
    assert (reminder.due, reminder.task.number) == (date(2021, 3, 31), "12")


def test_a_due_day_off_is_spoken_of_on_the_last_working_day_before() -> None:
    reminders = between([task("10月5日前")], *YEAR, SCHEDULE)
    assert [(stage, on) for stage, on in told(reminders) if stage in ("before-1", "on", "after-2")] == [
        ("before-1", "0929"),
        ("on", "0930"),
        ("after-2", "1009"),  # 8 October, and the Saturday made up
    ]


def test_a_period_is_announced_when_it_begins() -> None:
    assert told(between([task("4月10日至4月20日")], *YEAR, SCHEDULE))[:4] == [
        ("start", "0412"),
        ("before-3", "0415"),
        ("before-1", "0419"),
        ("on", "0420"),
    ]
    long = between([task("2021年1月4日至2022年12月31日")], date(2021, 1, 4), date(2021, 1, 4), SCHEDULE)
    assert told(long) == [("start", "0104")]


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("6月底前", ["0630"]),
        ("4月11日至5月11日", ["0511"]),
        ("3月31日前发布一批，之后持续推进", ["0331", "0630", "0930", "1231"]),
        ("持续推进", ["0331", "0630", "0930", "1231"]),
        (
            "按时序推进",
            ["0131", "0228", "0331", "0430", "0531", "0630", "0731", "0831", "0930", "1031", "1130", "1231"],
        ),
        ("每季度末", ["0331", "0630", "0930", "1231"]),
        ("每半年", ["0630", "1231"]),
        ("每年3月31日前", ["0331"]),
        ("年考核", ["1231"]),
    ],
)
def test_due_days_of_each_shape(deadline: str, expected: list[str]) -> None:
    assert days(deadline) == expected


def test_months_too_short_use_their_last_day() -> None:
    assert days("每月31日前", date(2021, 1, 15), date(2021, 4, 30)) == ["0131", "0228", "0331", "0430"]


def test_weeks_without_work_are_left_out() -> None:
    # Of 4 to 8 October only Friday the 8th is worked.
    assert days("周调度", date(2021, 9, 20), date(2021, 10, 17)) == ["0924", "1001", "1008", "1015"]
    assert days("每周三前", date(2021, 10, 4), date(2021, 10, 8)) == []


def test_days_of_work_are_scanned_every_one() -> None:
    scanned = days("日扫描", date(2021, 9, 18), date(2021, 9, 27))
    assert scanned == ["0918", "0922", "0923", "0924", "0926", "0927"]


def test_a_recurring_task_stays_within_its_plan() -> None:
    row = task("每月底", starts=date(2021, 2, 21), ends=date(2021, 4, 30))
    assert [day.due for day in due_days(row, *YEAR, SCHEDULE)] == [
        date(2021, 2, 28),
        date(2021, 3, 31),
        date(2021, 4, 30),
    ]
    assert all(reminder.on >= date(2021, 2, 21) for reminder in between([row], *YEAR, SCHEDULE))


def test_a_term_waits_for_its_event() -> None:
    row = task("审核后5个工作日内报送")
    assert between([row], *YEAR, SCHEDULE) == []
    events = {(row.key, "审核"): date(2021, 4, 30)}
    assert [day.due for day in due_days(row, *YEAR, SCHEDULE, events=events)] == [date(2021, 5, 11)]
    natural = task("审核后5日内报送")
    assert [day.due for day in due_days(natural, *YEAR, SCHEDULE, events=events)] == [date(2021, 5, 5)]


def test_a_term_without_event_counts_from_the_tasks_start() -> None:
    row = task("5个工作日内", starts=date(2021, 9, 17))
    assert [day.due for day in due_days(row, *YEAR, SCHEDULE)] == [date(2021, 9, 26)]


def test_an_unannounced_year_is_marked() -> None:
    row = task("2027年6月30日前")
    assert all(
        reminder.provisional for reminder in between([row], date(2027, 6, 1), date(2027, 7, 31), SCHEDULE)
    )
    assert not any(reminder.provisional for reminder in between([task("6月30日前")], *YEAR, SCHEDULE))


def test_a_plan_sets_its_own_rhythm_and_levels() -> None:
    schedule = Schedule(
        once=Rhythm(before=(2,), on_day=False, after_every=3, after_until=3),
        escalation=(Escalation(role="liaison", after=0), Escalation(role="leader", after=3)),
    )
    reminders = between([task("6月30日前")], *YEAR, schedule)
    assert [(str(r.stage), r.role) for r in reminders] == [("before-2", "liaison"), ("after-3", "leader")]


@given(st.dates(date(2021, 1, 1), date(2022, 6, 30)), st.integers(0, 60))
@settings(max_examples=60)
def test_day_by_day_and_in_one_stretch_is_the_same(first: date, length: int) -> None:
    """After an outage the days missed are asked for at once; nothing may be lost or doubled by it."""
    tasks = load_plan("beibei-2021-9").all_tasks[:12]
    stretch = between(tasks, first, first + timedelta(days=length), SCHEDULE)
    single = [r for n in range(length + 1) for r in due(tasks, first + timedelta(days=n), SCHEDULE)]
    assert [r.id for r in stretch] == [r.id for r in single]


@given(st.dates(date(2005, 1, 1), date(2029, 12, 31)))
def test_reminders_fall_on_working_days_in_order(day: date) -> None:
    row = task(f"{day.year}年{day.month}月{day.day}日前")
    reminders = between([row], day - timedelta(days=60), day + timedelta(days=90), SCHEDULE)
    assert len(reminders) == 14
    assert all(CALENDAR.is_working_day(reminder.on) for reminder in reminders)
    assert len({reminder.on for reminder in reminders}) == 14
    assert all((reminder.on <= day) == (str(reminder.stage)[:2] != "af") for reminder in reminders)


@pytest.mark.parametrize("name", plan_names())
def test_reminders_of_a_whole_plan_are_unique_and_complete(name: str) -> None:
    plan = load_plan(name)
    ids: Counter[str] = Counter()
    reminded = set()
    for year in range(plan.starts.year, plan.ends.year + 2):
        rows = reminders_of(plan, year)
        assert [row.task.number for row in rows] == [row.number for row in plan.all_tasks]
        ids.update(reminder.id for row in rows for reminder in row.reminders)
        reminded |= {row.task.number for row in rows if row.reminders or row.waits_for}
    assert max(ids.values()) == 1
    assert reminded == {row.number for row in plan.all_tasks}


def test_a_row_that_waits_says_for_what() -> None:
    rows = {row.task.number: row for row in reminders_of(load_plan("beibei-2018-47"), 2018)}
    assert rows["3-2"].waits_for == ("报市级部门审核",) and rows["3-2"].reminders == ()
    told_of = {("beibei-2018-47/3-2", "报市级部门审核"): date(2018, 8, 20)}
    again = {row.task.number: row for row in reminders_of(load_plan("beibei-2018-47"), 2018, events=told_of)}
    assert again["3-2"].waits_for == () and again["3-2"].reminders[0].due == date(2018, 8, 25)
