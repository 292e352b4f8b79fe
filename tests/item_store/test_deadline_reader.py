"""Every shape of deadline is read, and what could be read two ways is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_store.deadline_reader import read_deadline
from item_store.deadline_shapes import (
    After,
    Cycle,
    Deadline,
    DeadlinePart,
    Every,
    InSequence,
    OnDate,
    Ongoing,
    Period,
    Shape,
    UnreadableDeadline,
)

ON = {
    "2018年5月11日前": date(2018, 5, 11),
    "2018-05-11前": date(2018, 5, 11),
    "3月31日前": date(2021, 3, 31),
    "3月31日之前": date(2021, 3, 31),
    "10月31日": date(2021, 10, 31),
    "三月三十一日前": date(2021, 3, 31),
    "６月３０日前。": date(2021, 6, 30),
    "截至9月1日": date(2021, 9, 1),
    "年底前": date(2021, 12, 31),
    "2018年年底前": date(2018, 12, 31),
    "2020年底前": date(2020, 12, 31),
    "年内": date(2021, 12, 31),
    "6月底前": date(2021, 6, 30),
    "2月底前": date(2021, 2, 28),
    "2016年2月底前": date(2016, 2, 29),
    "十月底前": date(2021, 10, 31),
    "6月中旬": date(2021, 6, 20),
    "2021年一季度": date(2021, 3, 31),
    "第三季度末前": date(2021, 9, 30),
    "上半年": date(2021, 6, 30),
    "下半年": date(2021, 12, 31),
}
PERIODS = {
    "2018年4月11日至5月11日": (date(2018, 4, 11), date(2018, 5, 11)),
    "2017年8月20日至2017年8月31日": (date(2017, 8, 20), date(2017, 8, 31)),
    "2018年10月1至10月30日": (date(2018, 10, 1), date(2018, 10, 30)),
    "2018年11月1日至12月 31日": (date(2018, 11, 1), date(2018, 12, 31)),
    "2016年2月1―29日": (date(2016, 2, 1), date(2016, 2, 29)),
    "4月1日-5月31日": (date(2021, 4, 1), date(2021, 5, 31)),
    "3月至5月": (date(2021, 3, 1), date(2021, 5, 31)),
    "2021年11月至次年2月": (date(2021, 11, 1), date(2022, 2, 28)),
    "12月20日到次年1月10日": (date(2021, 12, 20), date(2022, 1, 10)),
}
RECURRING: dict[str, Shape] = {
    "每月25日前": Every(Cycle.MONTH, 25),
    "每月底": Every(Cycle.MONTH),
    "逐月通报": Every(Cycle.MONTH),
    "每季度末": Every(Cycle.QUARTER),
    "每半年": Every(Cycle.HALF_YEAR),
    "每年3月31日前": Every(Cycle.YEAR, 31, 3),
    "每年12月底前": Every(Cycle.YEAR, None, 12),
    "每年底": Every(Cycle.YEAR),
    "每周五前": Every(Cycle.WEEK, weekday=4),
    "每周": Every(Cycle.WEEK),
    "每个工作日": Every(Cycle.DAY),
    "日扫描": Every(Cycle.DAY),
    "周调度": Every(Cycle.WEEK),
    "月通报": Every(Cycle.MONTH),
    "季分析": Every(Cycle.QUARTER),
    "年考核": Every(Cycle.YEAR),
}
OTHERS: dict[str, Shape] = {
    "持续推进": Ongoing(),
    "全年持续推进": Ongoing(),
    "长期坚持": Ongoing(),
    "7月1日起持续推进": Ongoing(date(2021, 7, 1)),
    "按时序推进": InSequence(),
    "按计划推进": InSequence(),
    "报送后5日内": After("报送", 5, False),
    "5个工作日内": After("", 5, True),
    "五个工作日内": After("", 5, True),
    "自受理之日起20个工作日内": After("受理", 20, True),
    "审核通过之后3天内": After("审核通过", 3, False),
}
SHAPES: dict[str, Shape] = {
    **{text: OnDate(day) for text, day in ON.items()},
    **{text: Period(*days) for text, days in PERIODS.items()},
    **RECURRING,
    **OTHERS,
}


def parts_of(text: str, year: int = 2021) -> tuple[DeadlinePart, ...]:
    read = read_deadline(text, year)
    assert isinstance(read, Deadline), read
    assert read.text == text
    return read.parts


@pytest.mark.parametrize(("text", "shape"), SHAPES.items())
def test_each_shape_is_read(text: str, shape: Shape) -> None:
    (part,) = parts_of(text)
    assert part.shape == shape


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "3月31日前发布一批，之后持续推进",
            [(OnDate(date(2021, 3, 31)), "发布一批"), (Ongoing(date(2021, 4, 1)), "")],
        ),
        (
            "3月31日前完成清单发布，6月30日前完成指标要求",
            [(OnDate(date(2021, 3, 31)), "完成清单发布"), (OnDate(date(2021, 6, 30)), "完成指标要求")],
        ),
        ("6月30日前并持续推进", [(OnDate(date(2021, 6, 30)), ""), (Ongoing(date(2021, 7, 1)), "")]),
        ("6月30日前达标并持续推进", [(OnDate(date(2021, 6, 30)), "达标"), (Ongoing(date(2021, 7, 1)), "")]),
        (
            "4月1日至5月31日，并长期坚持",
            [(Period(date(2021, 4, 1), date(2021, 5, 31)), ""), (Ongoing(date(2021, 6, 1)), "")],
        ),
        ("6月30日前完成试点，逐步推广", [(OnDate(date(2021, 6, 30)), "完成试点，逐步推广")]),
        ("6月30日前达到85%以上", [(OnDate(date(2021, 6, 30)), "达到85%以上")]),
        ("于5月11日前报送法制办", [(OnDate(date(2021, 5, 11)), "报送法制办")]),
        ("报市级部门审核后5日内报送", [(After("报市级部门审核", 5, False), "报送")]),
    ],
)
def test_two_parts_and_what_is_due_in_each(text: str, parts: list[tuple[Shape, str]]) -> None:
    assert [(part.shape, part.what) for part in parts_of(text)] == parts


def test_supervision_in_one_line_is_five_cycles() -> None:
    parts = parts_of("日扫描、周调度、月通报、季分析、年考核")
    assert [part.shape for part in parts] == [
        Every(c) for c in (Cycle.DAY, Cycle.WEEK, Cycle.MONTH, Cycle.QUARTER, Cycle.YEAR)
    ]
    assert [part.what for part in parts] == ["日扫描", "周调度", "月通报", "季分析", "年考核"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "deadline.empty"),
        ("。", "deadline.empty"),
        ("尽快", "deadline.unreadable"),
        ("6月前", "deadline.which_day_of_month"),
        ("25日前", "deadline.which_month"),
        ("2月30日前", "deadline.no_such_date"),
        ("13月底前", "deadline.no_such_date"),
        ("每月32日前", "deadline.no_such_date"),
        ("9999年12月31日前，之后持续推进", "deadline.no_such_date"),
        ("5月11日至4月1日", "deadline.end_before_start"),
        ("0个工作日内", "deadline.no_days"),
        ("每月初", "deadline.unreadable"),
        ("每月第一个工作日", "deadline.unreadable"),
        ("3月31日后5个工作日内", "deadline.unreadable"),
        ("6月30日前或7月15日前", "deadline.unreadable"),
    ],
)
def test_what_cannot_be_sure_is_refused_by_name(text: str, why: str) -> None:
    outcome = read_deadline(text, 2021)
    assert isinstance(outcome, UnreadableDeadline)
    assert outcome.why == why


@given(st.dates(date(1950, 1, 1), date(2199, 12, 30)))
def test_any_written_date_is_read_back(day: date) -> None:
    for text in (
        f"{day.year}年{day.month}月{day.day}日前",
        f"{day:%Y-%m-%d}前",
        f"{day.year}.{day.month}.{day.day}",
    ):
        assert parts_of(text)[0].shape == OnDate(day)
    assert parts_of(f"{day.month}月{day.day}日前", day.year)[0].shape == OnDate(day)


@given(
    st.text("0123456789年月日至前后每季度周底末之持续推进按时序内个工作，、 上中旬半三十第x", max_size=24),
    st.integers(2000, 2040),
)
def test_no_text_breaks_the_reader(text: str, year: int) -> None:
    assert isinstance(read_deadline(text, year), Deadline | UnreadableDeadline)
