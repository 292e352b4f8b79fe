"""Limits, the kind of case and the days of the steps."""

import re
import unicodedata
from collections.abc import Iterator

from item_store.findings import Filled, Problem
from item_store.limits import Limit, Unit, UnreadableLimit, read_limit
from item_store.parts import Step

WEEK = 7 / 5
"""Calendar days to a working day, on the whole."""

INSTANT_CASE, COMMITTED_CASE = "即办件", "承诺件"
INSTANT_TEXT = "即时办结"
UNIT_TEXT = {Unit.WORKING: "个工作日", Unit.CALENDAR: "日", Unit.INSTANT: "个工作日"}
LIMITS = ("statutory_limit", "promised_limit")


def _limit(filled: Filled, key: str) -> Limit | None:
    limit = read_limit(filled.text(key)) if filled.text(key) else None
    return limit if isinstance(limit, Limit) else None


def _calendar_days(limit: Limit) -> float:
    return limit.days * WEEK if limit.unit is Unit.WORKING else limit.days


def longer(limit: Limit, other: Limit) -> bool:
    """Whether a limit outlasts another, also between working and calendar days."""
    if limit.unit == other.unit:
        return limit.days > other.days
    return _calendar_days(limit) > _calendar_days(other)


def unreadable(filled: Filled) -> Iterator[Problem]:
    for key in LIMITS:
        text = filled.text(key)
        limit = read_limit(text) if text else None
        if isinstance(limit, UnreadableLimit):
            yield Problem(key, {"text": text}, because=f"unreadable.{limit.why}")


def no_unit(filled: Filled) -> Iterator[Problem]:
    """A bare number of days; working days are meant where nothing is said."""
    for key in LIMITS:
        number = re.fullmatch(r"(\d+)(?:\.0+)?", unicodedata.normalize("NFKC", filled.text(key)))
        if number:
            meant = f"{number[1]}个工作日" if int(number[1]) else INSTANT_TEXT
            yield Problem(key, {"text": filled.text(key), "meant": meant}, {key: meant})


def over_statutory(filled: Filled) -> Iterator[Problem]:
    promised, statutory = _limit(filled, "promised_limit"), _limit(filled, "statutory_limit")
    if promised and statutory and longer(promised, statutory):
        told = {"promised": filled.text("promised_limit"), "statutory": filled.text("statutory_limit")}
        yield Problem("promised_limit", told, {"promised_limit": filled.text("statutory_limit")})


def instant_with_days(filled: Filled) -> Iterator[Problem]:
    promised = _limit(filled, "promised_limit")
    if promised and promised.days and filled.text("case_type") == INSTANT_CASE:
        yield Problem("case_type", {"promised": filled.text("promised_limit")}, {"case_type": COMMITTED_CASE})


def committed_without_days(filled: Filled) -> Iterator[Problem]:
    promised = _limit(filled, "promised_limit")
    if promised and not promised.days and filled.text("case_type") == COMMITTED_CASE:
        yield Problem("case_type", {"promised": filled.text("promised_limit")}, {"case_type": INSTANT_CASE})


def step_unreadable(filled: Filled) -> Iterator[Problem]:
    for step in filled.parts("procedure", Step):
        if step.days and isinstance(read_limit(step.days), UnreadableLimit):
            yield Problem("procedure", {"name": step.name, "text": step.days})
            return


def steps_over_promise(filled: Filled) -> Iterator[Problem]:
    """The days of the steps together; offered as the new promise where the law allows it."""
    promised = _limit(filled, "promised_limit")
    told = [read_limit(step.days) for step in filled.parts("procedure", Step) if step.days]
    limits = [limit for limit in told if isinstance(limit, Limit) and limit.days]
    if promised is None or not limits:
        return
    working = all(limit.unit is Unit.WORKING for limit in limits)
    unit = Unit.WORKING if working else Unit.CALENDAR
    together = Limit(int(sum(limit.days if working else _calendar_days(limit) for limit in limits)), unit)
    if longer(together, promised):
        text = f"{together.days}{UNIT_TEXT[unit]}"
        details = {"days": text, "promised": filled.text("promised_limit")}
        yield Problem("procedure", details, _longer_promise(filled, together, text))


def _longer_promise(filled: Filled, together: Limit, text: str) -> dict[str, str] | None:
    statutory = _limit(filled, "statutory_limit")
    if filled.text("case_type") == INSTANT_CASE or (statutory and longer(together, statutory)):
        return None
    return {"promised_limit": text}
