"""Telephone numbers, places and hours."""

import re
from collections.abc import Iterator

from item_store.findings import Filled, Problem, Values
from item_store.kinds import Unreadable
from item_store.parts import Location

UNKNOWN_CODE = "0××"
PHONES = ("enquiry_phone", "supervision_phone")
NUMBER = re.compile(
    r"(?<![\d-])(?:0[1-9]\d{1,2}[-－— ]?|[（(]0[1-9]\d{1,2}[）)]\s*)?"
    r"(?P<number>\d{3,12})(?:[-－]\d{1,5})?(?!\d)"
)
BARE_LOCAL = re.compile(r"(?<![\d-])(?<!\d[）)])(?P<number>[2-8]\d{6,7})(?=[-－]?\d{0,5}(?!\d))(?!\d)")
ADDRESS = re.compile(r"[路街道巷弄号楼栋层室组村里院镇乡厅园区城大厦]|https?://|网上|www\.")
TIMES = re.compile(r"\d|全天|24小时|随时|[一二三四五六七八九十]+[点时]")


def unreadable(filled: Filled) -> Iterator[Problem]:
    kinds = {field.key: field.kind for field in filled.around.fields}
    for key in PHONES:
        text = filled.text(key)
        if text and key in kinds and isinstance(kinds[key].check(text), Unreadable):
            yield Problem(key, {"text": text})


def numbers(text: str) -> frozenset[str]:
    """The numbers a text names, without area codes and extensions."""
    return frozenset(match["number"] for match in NUMBER.finditer(text))


def same_phone(filled: Filled) -> Iterator[Problem]:
    """Who complains must not reach those complained of; a number of its own beside a common one is enough."""
    enquiry, supervision = (numbers(filled.text(key)) for key in PHONES)
    if supervision and supervision <= enquiry:
        usual = str(filled.around.defaults.get("supervision_phone", ""))
        usable = numbers(usual) and not numbers(usual) <= enquiry
        repair: Values | None = {"supervision_phone": usual} if usable else None
        yield Problem("supervision_phone", {"phone": filled.text("supervision_phone")}, repair)


def no_area_code(filled: Filled) -> Iterator[Problem]:
    code = filled.around.area_code
    for key in PHONES:
        text = filled.text(key)
        if found := BARE_LOCAL.search(text):
            repair = {key: _with_area_code(text, code)} if code else None
            yield Problem(key, {"phone": found["number"], "code": code or UNKNOWN_CODE}, repair)
    places = filled.parts("handling_location", Location)
    bare = [place for place in places if BARE_LOCAL.search(place.phone)]
    if bare:
        mended = tuple(p.model_copy(update={"phone": _with_area_code(p.phone, code)}) for p in places)
        details = {"phone": bare[0].phone, "code": code or UNKNOWN_CODE}
        yield Problem("handling_location", details, {"handling_location": mended} if code else None)


def _with_area_code(text: str, code: str) -> str:
    return BARE_LOCAL.sub(rf"{code}-\g<number>", text)


def incomplete(filled: Filled) -> Iterator[Problem]:
    """A place without hours or phone of its own; those of the item are offered."""
    places = filled.parts("handling_location", Location)
    lacking = [place for place in places if not (place.hours and place.phone)]
    if not lacking:
        return
    hours, phone = filled.text("handling_hours"), filled.text("enquiry_phone")
    mended = tuple(
        place.model_copy(update={"hours": place.hours or hours, "phone": place.phone or phone})
        for place in places
    )
    whole = all(place.hours and place.phone for place in mended)
    details = {"places": "、".join(place.name or place.address for place in lacking[:3])}
    yield Problem("handling_location", details, {"handling_location": mended} if whole else None)


def vague_address(filled: Filled) -> Iterator[Problem]:
    """An address nobody finds: no street, number, floor or village in it."""
    for place in filled.parts("handling_location", Location):
        if len(place.address) < 4 or not ADDRESS.search(place.address):
            yield Problem("handling_location", {"address": place.address})
            return


def no_times(filled: Filled) -> Iterator[Problem]:
    text = filled.text("handling_hours")
    if text and not TIMES.search(text):
        usual = str(filled.around.defaults.get("handling_hours", ""))
        repair = {"handling_hours": usual} if TIMES.search(usual) else None
        yield Problem("handling_hours", {"text": text}, repair)
