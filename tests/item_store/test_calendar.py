"""Working days agree with what was published, and a year not announced says so."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_store.calendar import (
    Calendar,
    DayKind,
    HolidayNotice,
    UnreadableNotice,
    import_notice,
    shipped_calendar,
)
from item_store.calendar.notices import table_of

CALENDAR = shipped_calendar()
DAYS = st.dates(date(2004, 1, 1), date(2030, 12, 31))
# An invented arrangement: what the notice for 2027 says is not known yet.
NEXT_YEAR = """关于2027年放假的测试安排
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至11日（周四）放假调休，共7天。2月13日（周六）、14日（周日）上班。
三、清明节：4月5日放假，与周末连休。
四、劳动节：5月1日放假，5月3日（星期一）补休。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天。
七、国庆节：10月1日至7日放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


def announced() -> Calendar:
    notice = import_notice(NEXT_YEAR, address="https://example.gov.cn/2027")
    assert isinstance(notice, HolidayNotice)
    return CALENDAR.with_notice(notice)


def test_all_days_of_2004_to_2026_equal_chinesecalendar() -> None:
    first = date(2004, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(2027, 1, 1) - first).days)]
    wrong = [
        day for day in days if CALENDAR.is_working_day(day).is_working != chinese_calendar.is_workday(day)
    ]
    assert wrong == []


def test_make_up_days_and_holidays_are_named_with_their_source() -> None:
    made_up = CALENDAR.is_working_day(date(2026, 2, 14))
    assert (made_up.kind, made_up.festival) == (DayKind.MAKE_UP, "春节")
    assert made_up and "2026年部分节假日" in made_up.source and "gov.cn" in made_up.source
    holiday = CALENDAR.is_working_day(date(2019, 5, 2))
    assert not holiday and "调整2019年劳动节" in holiday.source


def test_every_announced_year_has_its_notice() -> None:
    assert sorted(CALENDAR.notices) == list(range(2004, 2027))
    for year in CALENDAR.notices:
        assert str(year) in CALENDAR.is_working_day(date(year, 3, 1)).source


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2027, 2, 5), DayKind.HOLIDAY),
        (date(2027, 6, 9), DayKind.HOLIDAY),
        (date(2027, 10, 3), DayKind.HOLIDAY),
        (date(2027, 1, 9), DayKind.WEEKEND),
        (date(2027, 3, 1), DayKind.WORKING),
        (date(1999, 10, 1), DayKind.HOLIDAY),
    ],
)
def test_a_year_not_announced_is_weekends_and_festivals_and_says_so(day: date, kind: DayKind) -> None:
    found = CALENDAR.is_working_day(day)
    assert (found.kind, found.provisional, found.source) == (kind, True, "")


def test_the_last_days_of_december_wait_for_the_next_notice() -> None:
    assert not CALENDAR.is_working_day(date(2026, 12, 28)).provisional
    assert CALENDAR.is_working_day(date(2026, 12, 31)).provisional
    assert not announced().is_working_day(date(2026, 12, 31)).provisional


def test_a_term_that_reaches_an_unannounced_year_is_provisional() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 21), 3).provisional is False
    assert CALENDAR.add_working_days(date(2026, 12, 25), 10).provisional is True


def test_importing_the_next_notice_settles_the_year() -> None:
    calendar = announced()
    assert calendar.is_working_day(date(2027, 2, 13)).kind is DayKind.MAKE_UP
    assert calendar.is_working_day(date(2027, 5, 3)).kind is DayKind.HOLIDAY
    ordinary = calendar.is_working_day(date(2027, 5, 4))
    assert ordinary.is_working and not ordinary.provisional
    assert ordinary.source.endswith("https://example.gov.cn/2027")
    assert not CALENDAR.is_working_day(date(2027, 2, 13)), "the calendar imported into stays as it was"


def test_a_notice_read_twice_or_as_a_table_is_the_same() -> None:
    notice = import_notice(NEXT_YEAR)
    assert isinstance(notice, HolidayNotice)
    assert import_notice(table_of(notice)) == notice
    assert CALENDAR.with_notice(notice).with_notice(notice) == CALENDAR.with_notice(notice)


@pytest.mark.parametrize("year", range(2008, 2027))
def test_the_shipped_notices_are_read_back_from_their_tables(year: int) -> None:
    notice = CALENDAR.notices[year]
    again = import_notice(table_of(notice), year=year, address=notice.address)
    assert isinstance(again, HolidayNotice)
    assert again.days == notice.days


@pytest.mark.parametrize(
    ("told", "instead", "why"),
    [
        ("1月1日（周五）", "1月1日（周四）", "notice.weekday"),
        ("放假，共3天", "放假，共4天", "notice.count"),
        ("10月9日（周六）", "10月8日（周五）", "notice.make_up_is_weekday"),
        ("2月13日", "2月30日", "notice.no_such_day"),
        ("五、端午节：6月9日（周三）放假1天，不调休。\n", "", "notice.missing"),
        ("10月1日至7日", "10月7日至1日", "notice.order"),
        ("4月5日放假", "2029年4月5日放假", "notice.outside"),
        ("2月13日（周六）", "2月6日（周六）", "notice.twice"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(told: str, instead: str, why: str) -> None:
    assert told in NEXT_YEAR
    outcome = import_notice(NEXT_YEAR.replace(told, instead))
    assert isinstance(outcome, UnreadableNotice)
    assert outcome.why == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "notice.no_year"),
        ("2027年放假安排另行通知", "notice.no_entries"),
        ("year,kind,start,end,festival\n2027,rest,一月一日,2027-01-01,元旦\n", "notice.row"),
        ("year,kind,start,end,festival\n2027,rest,2027-01-01,2027-03-01,元旦\n", "notice.row"),
        ("year,kind,start,end,festival\n", "notice.one_year"),
    ],
)
def test_what_is_no_notice_is_refused_with_a_reason(text: str, why: str) -> None:
    outcome = import_notice(text)
    assert isinstance(outcome, UnreadableNotice)
    assert outcome.why == why


def test_an_operator_is_warned_sixty_days_ahead() -> None:
    assert CALENDAR.warn_from(2027) == date(2026, 11, 2)
    assert CALENDAR.unannounced_year(date(2026, 11, 1)) is None
    assert CALENDAR.unannounced_year(date(2026, 11, 2)) == 2027
    assert CALENDAR.unannounced_year(date(2027, 6, 1)) == 2027
    assert announced().unannounced_year(date(2026, 12, 1)) is None


@given(DAYS, st.integers(1, 80))
def test_adding_and_counting_working_days_agree(start: date, days: int) -> None:
    end = CALENDAR.add_working_days(start, days)
    assert end.is_working
    assert CALENDAR.working_days_between(start, end.date) == days
    assert CALENDAR.add_working_days(start, -days).date < start
    back = CALENDAR.add_working_days(start, -days).date
    assert CALENDAR.working_days_between(start, back) == -days


@given(DAYS, DAYS, DAYS)
def test_counts_of_neighbouring_spans_add_up(first: date, second: date, third: date) -> None:
    a, b, c = sorted((first, second, third))
    between = CALENDAR.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)


@given(DAYS)
def test_next_and_previous_enclose_only_days_of_rest(day: date) -> None:
    after, before = CALENDAR.next_working_day(day).date, CALENDAR.previous_working_day(day).date
    assert before < day < after
    inner = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert all(not CALENDAR.is_working_day(other) for other in inner if other != day)
    assert CALENDAR.working_day_on_or_before(day).date in (day, before)
    assert (CALENDAR.add_working_days(day, 0).date == day) == bool(CALENDAR.is_working_day(day))
