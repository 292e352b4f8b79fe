"""Time limits as people write them, read into days of a kind."""

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    WORKING = "working"
    CALENDAR = "calendar"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Limit:
    """Days of a kind; 0 days and INSTANT for what is done while the person waits."""

    days: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class UnreadableLimit:
    """No single limit stands in the text; `why` is a phrase key."""

    text: str
    why: str


INSTANT = Limit(0, Unit.INSTANT)
INSTANT_WORDS = re.compile(r"即办|即时|即到|即来|当场|现场办|立等|立即|马上|随到随办|当日|当天")
# 行政许可法第八十二条 counts in working days, so a bare number is one of those.
UNITS: dict[str, tuple[Unit, int]] = {
    "工作日": (Unit.WORKING, 1),
    "工作天": (Unit.WORKING, 1),
    "自然日": (Unit.CALENDAR, 1),
    "日历日": (Unit.CALENDAR, 1),
    "天": (Unit.CALENDAR, 1),
    "日": (Unit.CALENDAR, 1),
    "周": (Unit.CALENDAR, 7),
    "星期": (Unit.CALENDAR, 7),
    # Only compared, never shown: what is shown is the text as it stands.
    "月": (Unit.CALENDAR, 30),
    "年": (Unit.CALENDAR, 365),
    "小时": (Unit.INSTANT, 0),
    "分钟": (Unit.INSTANT, 0),
}
DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NUMBER = r"\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百]+|半"
STATED = re.compile(
    rf"(?:(?:{NUMBER})\s*(?:-|~|—|至|到)\s*)?(?P<number>{NUMBER})\s*个?\s*\(?\s*(?P<unit>{'|'.join(UNITS)})"
)
BARE = re.compile(r"\d+(?:\.0+)?")
ASIDE = re.compile(r"\([^()]*\)")


def read_limit(text: str) -> Limit | UnreadableLimit:
    """Days of a kind from text such as 7(工作日), 二十个工作日, 即办, 1 or 5分钟."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if BARE.fullmatch(plain):
        days = int(float(plain))
        return Limit(days, Unit.WORKING) if days else INSTANT
    stated = _stated(plain)
    if len(stated) > 1:
        stated = _stated(ASIDE.sub("", plain)) or stated
    if len(stated) > 1:
        return UnreadableLimit(text, "limit.several")
    if stated:
        return stated.pop()
    return INSTANT if INSTANT_WORDS.search(plain) else UnreadableLimit(text, "limit.none")


def _stated(plain: str) -> set[Limit]:
    return {_limit(match["number"], match["unit"]) for match in STATED.finditer(plain)}


def _limit(number: str, unit_word: str) -> Limit:
    unit, factor = UNITS[unit_word]
    days = math.ceil(_number(number) * factor)
    return Limit(days, unit) if days and unit is not Unit.INSTANT else INSTANT


def _number(text: str) -> float:
    if text == "半":
        return 0.5
    if text[0].isdigit():
        return float(text)
    return _chinese_number(text)


def _chinese_number(text: str) -> int:
    total, digit = 0, 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        else:
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
    return total + digit
