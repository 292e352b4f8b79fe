"""Working days, with make-up days, from our own table of published notices; other years are provisional."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import groupby
from pathlib import Path

from item_store.calendar.notices import (
    ChangedDay,
    HolidayNotice,
    UnreadableNotice,
    import_notice,
    rows_to_days,
)

__all__ = [
    "Calendar",
    "Day",
    "DayKind",
    "HolidayNotice",
    "UnreadableNotice",
    "import_notice",
    "shipped_calendar",
]

FOLDER = Path(__file__).parent
SOLAR_FESTIVALS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
# A year's notice may still move these last days of the December before it.
UNSETTLED_DECEMBER_DAY = 29
WARNING_DAYS = 60
ONE_DAY = timedelta(days=1)


class DayKind(StrEnum):
    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Day:
    """A date as the calendar knows it; true when people work on it."""

    date: date
    kind: DayKind
    provisional: bool
    source: str = ""
    festival: str = ""

    @property
    def is_working(self) -> bool:
        return self.kind in (DayKind.WORKING, DayKind.MAKE_UP)

    def __bool__(self) -> bool:
        return self.is_working


@dataclass(frozen=True)
class Calendar:
    """Answers about days; a plain value, so a notice that comes in makes a new one."""

    notices: Mapping[int, HolidayNotice]
    changed: Mapping[date, ChangedDay]
    sources: Mapping[tuple[int, str], str]
    festivals: Mapping[date, str]

    def with_notice(self, notice: HolidayNotice) -> "Calendar":
        """The same calendar with a year announced, or announced anew."""
        old = self.notices.get(notice.year)
        kept = {day: changed for day, changed in self.changed.items() if not old or changed not in old.days}
        changed = kept | {day.date: day for day in notice.days}
        sources = {key: source for key, source in self.sources.items() if key[0] != notice.year}
        sources[notice.year, ""] = _source(notice.title, notice.address)
        return Calendar({**self.notices, notice.year: notice}, changed, sources, self.festivals)

    def is_working_day(self, day: date) -> Day:
        """The day with its kind, whether that is provisional, and the notice that says so."""
        provisional = self._is_provisional(day)
        changed = self.changed.get(day)
        if changed:
            kind = DayKind.HOLIDAY if changed.rests else DayKind.MAKE_UP
            return Day(day, kind, provisional, self._source_of(day, changed.festival), changed.festival)
        festival = self.festivals.get(day) or SOLAR_FESTIVALS.get((day.month, day.day), "")
        if day.year not in self.notices and festival:
            return Day(day, DayKind.HOLIDAY, True, festival=festival)
        kind = DayKind.WORKING if day.weekday() < 5 else DayKind.WEEKEND
        return Day(day, kind, provisional, self._source_of(day, ""))

    def add_working_days(self, start: date, days: int) -> Day:
        """The day that many working days on (or back); the first is the one after the start.

        Zero gives the start, or the next working day. Provisional if any day passed was.
        """
        step = ONE_DAY if days >= 0 else -ONE_DAY
        at = self.is_working_day(start)
        provisional, left = at.provisional, abs(days)
        while left or not at:
            at = self.is_working_day(at.date + step)
            provisional = provisional or at.provisional
            left -= bool(at) and left > 0
        return Day(at.date, at.kind, provisional, at.source, at.festival)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days follow the start, up to and with the end; negative if the end is first."""
        if end < start:
            return -sum(bool(self.is_working_day(end + timedelta(days=n))) for n in range((start - end).days))
        span = range(1, (end - start).days + 1)
        return sum(bool(self.is_working_day(start + timedelta(days=n))) for n in span)

    def next_working_day(self, day: date) -> Day:
        return self.add_working_days(day, 1)

    def previous_working_day(self, day: date) -> Day:
        return self.add_working_days(day, -1)

    def working_day_on_or_before(self, day: date) -> Day:
        at = self.is_working_day(day)
        return at if at else self.previous_working_day(day)

    def unannounced_year(self, today: date) -> int | None:
        """The year an operator is to import a notice for: it begins within 60 days, or has begun."""
        year = (today + timedelta(days=WARNING_DAYS)).year
        wanted = [n for n in (today.year, year) if n not in self.notices]
        return wanted[0] if wanted else None

    def warn_from(self, year: int) -> date:
        """The day from which an operator is warned that the year is not announced."""
        return date(year, 1, 1) - timedelta(days=WARNING_DAYS)

    def _is_provisional(self, day: date) -> bool:
        if day.year not in self.notices:
            return True
        unsettled = day.month == 12 and day.day >= UNSETTLED_DECEMBER_DAY
        return unsettled and day.year + 1 not in self.notices

    def _source_of(self, day: date, festival: str) -> str:
        year = day.year + 1 if day.month == 12 and festival == "元旦" else day.year
        return self.sources.get((year, festival)) or self.sources.get((year, ""), "")


def _source(title: str, address: str) -> str:
    return f"{title} {address}".strip()


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _lunar_festivals() -> dict[date, str]:
    """Rest days of the festivals that move, for years not announced yet: the eve and three days of 春节."""
    names = {"tomb_sweeping_day": "清明节", "dragon_boat_festival": "端午节", "mid_autumn_festival": "中秋节"}
    found: dict[date, str] = {}
    for row in _rows("festivals.csv"):
        first = date.fromisoformat(row["spring_festival"])
        found |= {first + timedelta(days=n): "春节" for n in range(-1, 3)}
        found |= {date.fromisoformat(row[column]): name for column, name in names.items()}
    return found


@cache
def shipped_calendar() -> Calendar:
    """The calendar of the notices that come with the program."""
    notices = _rows("notices.csv")
    sources = {(int(row["year"]), row["festival"]): _source(row["title"], row["address"]) for row in notices}
    whole_years = {int(row["year"]): row for row in notices if not row["festival"]}
    days = sorted(rows_to_days(_rows("days.csv")), key=lambda pair: (pair[0], pair[1].date))
    by_year = {
        year: HolidayNotice(
            year, tuple(day for _, day in group), whole_years[year]["title"], whole_years[year]["address"]
        )
        for year, group in groupby(days, key=lambda pair: pair[0])
    }
    return Calendar(by_year, {day.date: day for _, day in days}, sources, _lunar_festivals())
