"""Reads the official wording of a deadline; what it cannot be sure of it refuses."""

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

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

Found = dict[str, str]
DIGITS = {char: str(n) for n, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}
NUMERAL = re.compile(r"[〇零一二两三四五六七八九十]+(?=年|月|日|号|个|天|季度|工作日)")
CYCLES = {
    **dict.fromkeys(("日", "天", "工作日"), Cycle.DAY),
    **dict.fromkeys(("周", "星期"), Cycle.WEEK),
    "月": Cycle.MONTH,
    **dict.fromkeys(("季", "季度"), Cycle.QUARTER),
    "半年": Cycle.HALF_YEAR,
    **dict.fromkeys(("年", "年度"), Cycle.YEAR),
}
WEEKDAYS = {**{char: n for n, char in enumerate("一二三四五六日")}, "天": 6}
SUPERVISION = "扫描|巡查|调度|报告|通报|小结|分析|评估|考核|总结|检查"
PART_OF_MONTH = {"上旬": 10, "中旬": 20, "下旬": None, "底": None, "末": None, "": None, "内": None}

YEAR = r"(?:(?P<year>\d{4})年)?"
BEFORE = r"(?P<lead>[^\d每后起自]*?)"
BY = r"(?:之前|以前|前)?"
# What is due may hold figures (85%), but no second date.
WHAT = r"(?P<what>(?![前后起内])(?:(?!\d+[月日个天]|季度|年底).)*)"
ONLY_WHAT = r"(?P<what>(?:(?![\d首第初旬]|工作日).)*)"
LEADING_WORDS = re.compile(r"^(?:于|在|应于|须于|应在|截至|截止|最迟|务必于|力争)+")
LINKS = re.compile(r"^(?:并且|并|且|之后|此后|其后|然后|以后|再)+")
CLAUSES = re.compile(r"[,;。]|(?=并(?:持续|长期|按))|(?=(?:之后|此后|其后)\D)")


class DeadlineError(ValueError):
    """The wording matches a shape, but names no possible day."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@lru_cache(maxsize=4096)
def read_deadline(text: str, year: int) -> Deadline | UnreadableDeadline:
    """The deadline an official text states; dates without a year are of the given one."""
    clauses = _clauses(_tidy(text))
    if not clauses:
        return UnreadableDeadline("deadline.empty")
    parts: list[DeadlinePart] = []
    for clause in clauses:
        try:
            part = _read_clause(clause, year)
        except DeadlineError as error:
            return UnreadableDeadline(error.why, {"text": clause})
        if part is None and parts and not re.search(r"[\d年月季周日]", clause):
            last = parts.pop()
            part = DeadlinePart(last.shape, "，".join(filter(None, (last.what, clause))))
        if part is None:
            return UnreadableDeadline("deadline.unreadable", {"text": clause})
        parts.append(_after(parts, part))
    return Deadline(text, tuple(parts))


def _after(parts: list[DeadlinePart], part: DeadlinePart) -> DeadlinePart:
    """What goes on after a first date goes on from the day after it."""
    first = parts[-1].shape if parts else None
    if part.shape == Ongoing() and isinstance(first, OnDate | Period):
        day = first.day if isinstance(first, OnDate) else first.end
        return DeadlinePart(Ongoing(day + timedelta(days=1)), part.what)
    return part


def _tidy(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text).split()).strip("。.;,")
    plain = re.sub(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})日?", r"\1年\2月\3日", plain)
    plain = re.sub(r"(?<=[\d日月])(?:[―—–~\-−]+|到)(?=\d|次年|翌年)", "至", plain)
    return NUMERAL.sub(lambda match: _number(match[0]), plain).replace("号", "日")


def _number(numeral: str) -> str:
    if "十" not in numeral:
        return "".join(DIGITS[char] for char in numeral)
    tens, _, ones = numeral.partition("十")
    return f"{DIGITS.get(tens, '1')}{DIGITS.get(ones, '0')}"


def _clauses(text: str) -> list[str]:
    pieces = text.split("、")
    if len(pieces) > 1 and all(re.fullmatch(rf"[日周月季年]度?(?:{SUPERVISION})", piece) for piece in pieces):
        return pieces
    return [clause for piece in CLAUSES.split(text) if (clause := LINKS.sub("", piece))]


def _read_clause(clause: str, year: int) -> DeadlinePart | None:
    for pattern, build in PATTERNS:
        match = re.fullmatch(pattern, clause)
        if match:
            found = {name: value or "" for name, value in match.groupdict().items()}
            what = LEADING_WORDS.sub("", found.get("lead", "")) + found.get("what", "")
            return DeadlinePart(build(found, year), what)
    return None


def _date(year: int, month: int, day: int | None) -> date:
    """A day, or the last of the month; a year no plan can mean is a slip of the pen."""
    if not 1949 <= year <= 2199:
        raise DeadlineError("deadline.no_such_date")
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError as error:
        raise DeadlineError("deadline.no_such_date") from error


def _on_date(found: Found, year: int) -> Shape:
    return OnDate(_date(int(found["year"] or year), int(found["month"]), int(found["day"])))


def _month_part(found: Found, year: int) -> Shape:
    return OnDate(_date(int(found["year"] or year), int(found["month"]), PART_OF_MONTH[found["part"]]))


def _period(found: Found, year: int) -> Shape:
    first_year = int(found["year"] or year)
    last_year = int(found["end_year"] or first_year + bool(found["next_year"]))
    start_day = int(found.get("day") or 1)
    start = _date(first_year, int(found["month"]), start_day)
    end_day = int(found["end_day"]) if found.get("end_day") else None
    end = _date(last_year, int(found["end_month"] or found["month"]), end_day)
    if end < start:
        raise DeadlineError("deadline.end_before_start")
    return Period(start, end)


def _quarter_end(found: Found, year: int) -> Shape:
    return OnDate(_date(int(found["year"] or year), int(found["quarter"]) * 3, None))


def _half_year_end(found: Found, year: int) -> Shape:
    return OnDate(_date(int(found["year"] or year), 12 if found["half"] == "下" else 6, None))


def _year_end(found: Found, year: int) -> Shape:
    return OnDate(_date(int(found["year"] or year), 12, 31))


def _ongoing(found: Found, year: int) -> Shape:
    if not found.get("month"):
        return Ongoing()
    return Ongoing(_date(int(found["year"] or year), int(found["month"]), int(found["day"])))


def _every(found: Found, _year: int) -> Shape:
    day, month = found.get("day"), found.get("month")
    if (day and not 1 <= int(day) <= 31) or (month and not 1 <= int(month) <= 12):
        raise DeadlineError("deadline.no_such_date")
    weekday = WEEKDAYS[found["weekday"]] if found.get("weekday") else None
    return Every(CYCLES[found["cycle"]], int(day) if day else None, int(month) if month else None, weekday)


def _after_event(found: Found, _year: int) -> Shape:
    if not int(found["days"]):
        raise DeadlineError("deadline.no_days")
    return After(found["event"].removesuffix("的"), int(found["days"]), found["unit"] == "工作日")


def _refuse(why: str) -> Callable[[Found, int], Shape]:
    def refuse(_found: Found, _year: int) -> Shape:
        raise DeadlineError(why)

    return refuse


MONTH_DAY = rf"{YEAR}(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日"
END_YEAR = r"(?:(?P<end_year>\d{4})年|(?P<next_year>次年|翌年))?"
# The first shape that fits the whole clause counts; what stands earlier is more particular.
PATTERNS: tuple[tuple[str, Callable[[Found, int], Shape]], ...] = (
    (rf"(?P<what>(?P<cycle>[日周月季年])度?(?:{SUPERVISION}))", _every),
    (rf"{BEFORE}[每逐按]个?(?P<cycle>工作日|日|天)(?:内)?{ONLY_WHAT}", _every),
    (rf"{BEFORE}[每逐按](?P<cycle>周|星期)(?P<weekday>[一二三四五六日天])?{BY}{ONLY_WHAT}", _every),
    (rf"{BEFORE}[每逐按]个?(?P<cycle>月)(?:(?P<day>\d{{1,2}})日|底|末)?{BY}{ONLY_WHAT}", _every),
    (rf"{BEFORE}[每逐按]个?(?P<cycle>季度|季|半年)(?:底|末)?{BY}{ONLY_WHAT}", _every),
    (
        rf"{BEFORE}每(?P<cycle>年度|年)(?:(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日|底|末)|底|末)?{BY}{ONLY_WHAT}",
        _every,
    ),
    (
        rf"{BEFORE}{YEAR}(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日?至"
        rf"{END_YEAR}(?:(?P<end_month>\d{{1,2}})月)?(?P<end_day>\d{{1,2}})日{BY}{WHAT}",
        _period,
    ),
    (
        rf"{BEFORE}{YEAR}(?P<month>\d{{1,2}})月份?至{END_YEAR}(?P<end_month>\d{{1,2}})月份?(?:底|末)?{BY}{WHAT}",
        _period,
    ),
    (rf"[自从]?{MONTH_DAY}(?:之日)?起(?:持续|长期|常态化)(?:推进|开展|坚持)?(?P<what>)", _ongoing),
    (rf"{BEFORE}{MONTH_DAY}{BY}{WHAT}", _on_date),
    (rf"{BEFORE}{YEAR}\d{{1,2}}月份?(?:之前|以前|前){WHAT}", _refuse("deadline.which_day_of_month")),
    (rf"{BEFORE}{YEAR}(?P<month>\d{{1,2}})月份?(?P<part>底|末|上旬|中旬|下旬|内|){BY}{WHAT}", _month_part),
    (rf"{BEFORE}{YEAR}第?(?P<quarter>[1-4])季度(?:末|底|内)?{BY}{WHAT}", _quarter_end),
    (rf"{BEFORE}{YEAR}(?:(?P<half>[上下])半年|年中)(?:底|末|内)?{BY}{WHAT}", _half_year_end),
    (rf"{BEFORE}(?:(?P<year>\d{{4}})年年?|本?年|全年)(?:底|末|内|度内){BY}{WHAT}", _year_end),
    (rf"{BEFORE}\d{{1,2}}日{BY}{WHAT}", _refuse("deadline.which_month")),
    (
        r"[自从]?(?P<event>[^\d]*?)(?:之日起|之日后|以后|之后|后|起)?(?P<days>\d{1,3})个?"
        r"(?P<unit>工作日|自然日|日|天)(?:之内|以内|内)(?P<what>[^\d]*)",
        _after_event,
    ),
    (r"(?P<what>)(?:全年)?(?:持续|长期|常态化)(?:推进|开展|坚持|进行|落实)?", _ongoing),
    (
        r"(?P<what>)按(?:时序|序时|时间|计划|进度)(?:进度|节点|要求)?(?:推进|开展|落实|完成)?",
        lambda _found, _year: InSequence(),
    ),
)
