"""Finds citizens' ID numbers (GB 11643) in text, and never takes a credit or item code for one."""

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from item_store.check_characters import citizen_check

# The highest number of a city or prefecture under a province, now or in older ID numbers.
LAST_CITY = {"11": 3, "12": 3, "31": 3, "50": 3, "44": 53, "65": 43}
PROVINCES = {
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
    *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54"),
    *("61", "62", "63", "64", "65", "71", "81", "82", "83"),
}
# No letter or digit may touch the number: a longer run is an item code or something else.
WRITTEN = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx](?![0-9A-Za-z])")
CODE_LABEL = re.compile(
    r"(?:信用代码|机构代码|实施编码|基本编码|事项编码|税号|纳税人识别号)[^0-9A-Za-z]{0,6}$"
)


class Span(NamedTuple):
    start: int
    end: int


def looks_like_citizen_id(text: str) -> bool:
    """Whether the 18 characters are an ID number: division, day of birth and check character all hold.

    The division keeps credit codes out: what stands there in a credit code (the province of
    the body that registered it) is no city's number under the two digits before it.
    """
    number = unicodedata.normalize("NFKC", text).strip().upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    return (
        _is_division(number[:2], number[2:4])
        and _is_birthday(number[6:14])
        and citizen_check(number[:17]) == number[17]
    )


def citizen_id_numbers(text: str) -> list[Span]:
    """Where ID numbers stand in a text, also in full width or in groups; what is named a code is none."""
    narrow = "".join(_narrow(char) for char in text)
    found = []
    for match in WRITTEN.finditer(narrow):
        named_a_code = CODE_LABEL.search(narrow[: match.start()])
        if not named_a_code and looks_like_citizen_id(re.sub("[ -]", "", match[0])):
            found.append(Span(*match.span()))
    return found


def _narrow(char: str) -> str:
    """The character's plain form where that is one character, so that places stay the same."""
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


def _is_division(province: str, city: str) -> bool:
    if province not in PROVINCES:
        return False
    if province in ("71", "81", "82", "83"):
        return city == "00"
    return 1 <= int(city) <= LAST_CITY.get(province, 34) or city == "90"


def _is_birthday(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2099
