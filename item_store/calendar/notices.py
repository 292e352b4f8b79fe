"""The yearly notice of public holidays: read from its official text or from a table, checked day by day."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

COLUMNS = ("year", "kind", "start", "end", "festival")
KINDS = ("rest", "work")
FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
WEEKDAYS = "一二三四五六日"
SPAN = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日?(?:[((]([^()]*)[))])?"
ENTRY = re.compile(r"^[一二三四五六七八九十]+[、.]\s*(?P<festivals>[^::]{2,20})[::](?P<text>.+)$")
RANGE = re.compile(rf"{SPAN}(?:至{SPAN})?")
COUNT = re.compile(r"共(\d+)天")


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day the notice takes out of the ordinary week: rest, or a weekend worked to make up for it."""

    date: date
    rests: bool
    festival: str


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """What was published for a year; days at the end of December before it belong to it too."""

    year: int
    days: tuple[ChangedDay, ...]
    title: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class UnreadableNotice:
    """Why a notice is not taken: a phrase key, and the line and values it speaks of."""

    why: str
    details: Mapping[str, str] = field(default_factory=dict)


class NoticeError(Exception):
    """The notice contradicts itself or the calendar."""

    def __init__(self, why: str, **details: object) -> None:
        super().__init__(why)
        self.outcome = UnreadableNotice(why, {key: str(value) for key, value in details.items()})


def import_notice(text: str, year: int | None = None, address: str = "") -> HolidayNotice | UnreadableNotice:
    """Read the official text ("一、元旦：1月1日至3日放假…") or a table with the columns of COLUMNS."""
    tidy = unicodedata.normalize("NFKC", text).lstrip("\ufeff").strip()
    try:
        is_table = tidy.partition("\n")[0].replace(" ", "").lower().startswith("year,kind")
        return _from_table(tidy, year, address) if is_table else _from_text(tidy, year, address)
    except NoticeError as error:
        return error.outcome


def table_of(notice: HolidayNotice) -> str:
    """The notice as a table that import_notice reads back."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for day in notice.days:
        kind = "rest" if day.rests else "work"
        writer.writerow((notice.year, kind, day.date, day.date, day.festival))
    return out.getvalue()


def rows_to_days(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[int, ChangedDay]]:
    """Each day of each row of a table, with the year of its notice."""
    for line, row in enumerate(rows, start=2):
        try:
            start, end = date.fromisoformat(row["start"].strip()), date.fromisoformat(row["end"].strip())
            year, kind = int(row["year"]), row["kind"].strip()
        except (KeyError, ValueError, AttributeError) as error:
            raise NoticeError("notice.row", line=line, columns=",".join(COLUMNS)) from error
        if kind not in KINDS or not start <= end <= start + timedelta(days=14):
            raise NoticeError("notice.row", line=line, columns=",".join(COLUMNS))
        for day in _days(start, end):
            yield year, ChangedDay(day, kind == "rest", (row.get("festival") or "").strip())


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _from_table(text: str, year: int | None, address: str) -> HolidayNotice:
    found = list(rows_to_days(csv.DictReader(io.StringIO(text))))
    years = {row_year for row_year, _ in found}
    if len(years) != 1:
        raise NoticeError("notice.one_year", years=",".join(map(str, sorted(years))))
    told = years.pop()
    if year not in (None, told):
        raise NoticeError("notice.other_year", expected=year, found=told)
    return _checked(told, [day for _, day in found], address)


def _from_text(text: str, year: int | None, address: str) -> HolidayNotice:
    told = re.search(r"(\d{4})年", text)
    of_year = year or (int(told[1]) if told else None)
    if of_year is None:
        raise NoticeError("notice.no_year")
    entries = [match for line in text.splitlines() if (match := ENTRY.match("".join(line.split())))]
    if not entries:
        raise NoticeError("notice.no_entries")
    days = [day for entry in entries for day in _entry_days(of_year, entry["festivals"], entry["text"])]
    return _checked(of_year, days, address)


def _entry_days(year: int, festivals: str, text: str) -> Iterator[ChangedDay]:
    """The rest and the make-up days of one numbered line; names joined by 、 share their days."""
    festival = festivals.split("、", maxsplit=1)[0]
    for sentence in re.split(r"[。;]", text):
        if "放假" in sentence:
            rest = [day for span in _spans(year, sentence.partition("放假")[0]) for day in span]
            told = COUNT.search(sentence)
            if not rest or (told and int(told[1]) != len(rest)):
                raise NoticeError(
                    "notice.count", festival=festivals, counted=len(rest), told=told and told[1]
                )
            yield from (ChangedDay(day, True, festival) for day in rest)
        elif "上班" in sentence:
            work = [day for span in _spans(year, sentence.partition("上班")[0]) for day in span]
            yield from (ChangedDay(day, False, festival) for day in work)
        if "补休" in sentence:
            rest = [day for span in _spans(year, sentence.partition("放假")[2]) for day in span]
            yield from (ChangedDay(day, True, festival) for day in rest)


def _spans(year: int, text: str) -> Iterator[list[date]]:
    month = 0
    for match in RANGE.finditer(text):
        values = match.groups()
        start = _day(year, month, values[:4])
        end = _day(start.year, start.month, values[4:]) if values[6] else start
        month = end.month
        if end < start:
            raise NoticeError("notice.order", start=start, end=end)
        yield _days(start, end)


def _day(year: int, month: int, parts: tuple[str | None, ...]) -> date:
    told_year, told_month, told_day, told_weekday = parts
    try:
        day = date(int(told_year or year), int(told_month or month), int(told_day or 0))
    except ValueError as error:
        raise NoticeError("notice.no_such_day", month=told_month or month, day=told_day) from error
    weekday = re.search(rf"(?:星期|周)([{WEEKDAYS}天])", told_weekday or "")
    if weekday and WEEKDAYS.find(weekday[1].replace("天", "日")) != day.weekday():
        raise NoticeError("notice.weekday", day=day, told=weekday[0], found="周" + WEEKDAYS[day.weekday()])
    return day


def _checked(year: int, days: list[ChangedDay], address: str) -> HolidayNotice:
    first, last = date(year - 1, 12, 25), date(year, 12, 31)
    seen: dict[date, ChangedDay] = {}
    for day in days:
        if not first <= day.date <= last:
            raise NoticeError("notice.outside", day=day.date, year=year)
        if not day.rests and day.date.weekday() < 5:
            raise NoticeError("notice.make_up_is_weekday", day=day.date)
        if day.date in seen and seen[day.date].rests != day.rests:
            raise NoticeError("notice.twice", day=day.date)
        seen.setdefault(day.date, day)
    _has_all_festivals(seen.values())
    title = f"国务院办公厅关于{year}年部分节假日安排的通知"
    return HolidayNotice(year, tuple(seen[day] for day in sorted(seen)), title, address)


def _has_all_festivals(days: Iterable[ChangedDay]) -> None:
    """A paste that was cut off must not become a year without a national day."""
    months = {day.date.month for day in days if day.rests}
    named = {day.festival for day in days if day.rests}
    missing = [name for name in FESTIVALS if name not in named]
    together = {"中秋节": {9, 10}, "国庆节": {10}}
    lost = [name for name in missing if not (name in together and together[name] & months)]
    if lost:
        raise NoticeError("notice.missing", festivals="、".join(lost))
