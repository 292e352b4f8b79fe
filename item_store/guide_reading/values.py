"""Reads what stands under a title of a guide into the value of a field."""

import re
from collections.abc import Callable, Mapping

from item_store.fields import FIELD
from item_store.guide_reading.parts import bases, locations, materials, questions, steps
from item_store.kinds import Choice, Names, Parts, Unreadable, Value, YesNo, split_list
from item_store.limits import Limit, read_limit

LIMIT = (
    r"(?:\d+|[一二三四五六七八九十百]+)\s*个?\s*(?:工作日|自然日|日历日|日|天|月)(?:内)?"
    r"|即时(?:办结)?|当场(?:办结)?|即办|立等可取|当日|当天"
)
STATUTORY = re.compile(rf"(?:法定|法律规定)[^；;。\n]{{0,12}}?(?P<value>{LIMIT})")
PROMISED = re.compile(rf"承诺[^；;。\n]{{0,12}}?(?P<value>{LIMIT})")
ANY_LIMIT = re.compile(LIMIT)
NO = re.compile(r"不|否|无需|免费|没有|^无")
PHONE = re.compile(
    r"(?:[（(]?0\d{2,3}[)）]?[-－— ]?)?\d{7,8}(?:[-－转]\d{1,5})?|\b1\d{4}\b|\b[48]00[-－]?\d{3}[-－]?\d{4}|https?://\S+"
)
SUPERVISED = re.compile(r"(?:监督|投诉|举报)")
NO_FEE = re.compile(r"不收(?:取)?(?:任何)?(?:费|钱)|免费|无需缴费|不收$|^无|^否|^不用|不要钱")
DOCUMENT = re.compile(r"(?:依据|根据|按照)?[：:]?\s*(?P<value>《[^》]+》(?:[（(][^（()）]*[）)])?)")
HOURS = re.compile(r"(?:(?:夏季|冬季|工作日|每周|周|星期)[^。；\n]*?)?\d{1,2}[：:点时]\d{0,2}[^。；\n]*")
WORDS: Mapping[str, Mapping[str, str]] = {
    "audience": {"自然人": r"自然人|个人|居民|公民|个体", "法人": r"法人|企业|单位|组织|公司"},
    "handling_form": {"窗口办理": r"窗口|现场|线下|大厅", "网上办理": r"网上|线上|网办|网络|在线|手机"},
}


def read_value(key: str, text: str) -> Value | None:
    """The value of one field in a text; None when there is none in it."""
    plain = text.strip().strip("*").strip()
    if not plain:
        return None
    reader = READERS.get(key)
    if reader:
        return reader(plain)
    kind = FIELD[key].kind
    if isinstance(kind, YesNo):
        return "否" if NO.search(plain) else "是"
    if isinstance(kind, Choice):
        return _choice(kind, plain)
    if isinstance(kind, Names):
        return _names(key, kind, plain)
    return _plain(key, plain)


def _plain(key: str, text: str) -> Value | None:
    kind = FIELD[key].kind
    read = kind.read(text if kind.many_lines else " ".join(text.split("\n")).rstrip("。；; "))
    return None if isinstance(read, Unreadable) or isinstance(kind, Parts) else read


def _choice(kind: Choice, text: str) -> Value | None:
    read = kind.read(text.rstrip("。；; "))
    if not isinstance(read, Unreadable):
        return read
    inside = [choice for choice in kind.choices if choice in text or choice.partition("（")[0] in text]
    also = [word for word in kind.closed.also if word in text]
    if kind.joined and inside:
        return "、".join(inside)
    return max(inside or also, key=len, default="") or None


def _names(key: str, kind: Names, text: str) -> Value | None:
    words = WORDS.get(key)
    if words:
        return tuple(name for name, pattern in words.items() if re.search(pattern, text)) or None
    read = kind.read(text.rstrip("。；; "))
    if not isinstance(read, Unreadable):
        return read
    known = [choice for choice in kind.choices if choice in text]
    return tuple(known) or None


def _limit(text: str) -> Value | None:
    line = text.split("\n", maxsplit=1)[0].rstrip("。；; ")
    if isinstance(read_limit(line), Limit):
        found = ANY_LIMIT.search(line)
        return found[0].removesuffix("内") if found else line
    return None


def _phone(text: str) -> Value | None:
    said = " ".join(text.split("\n")).rstrip("。；; ")
    return said if PHONE.search(said) or re.search(r"\d{3}", said) else None


READERS: Mapping[str, Callable[[str], Value | None]] = {
    "materials": lambda text: materials(text) or None,
    "procedure": lambda text: steps(text) or None,
    "legal_basis": lambda text: bases(text) or None,
    "handling_location": lambda text: locations(text) or None,
    "faq": lambda text: questions(text) or None,
    "statutory_limit": _limit,
    "promised_limit": _limit,
    "enquiry_phone": _phone,
    "supervision_phone": _phone,
    "charges_fee": lambda text: "否" if NO_FEE.search(text) else "是",
    "joint_agencies": lambda text: tuple(split_list(text.rstrip("。；; "))) or None,
}


def limits(text: str) -> dict[str, Value]:
    """法定…、承诺… under one heading; a limit said alone is what is promised."""
    statutory, promised = STATUTORY.search(text), PROMISED.search(text)
    found = {
        "statutory_limit": statutory and statutory["value"],
        "promised_limit": promised and promised["value"],
    }
    if not statutory and not promised:
        found["promised_limit"] = alone[0] if (alone := ANY_LIMIT.search(text)) else None
    return {key: said.removesuffix("内") for key, said in found.items() if said}


def fees(text: str) -> dict[str, Value]:
    if NO_FEE.search(text) and not re.search(r"\d元", text):
        return {"charges_fee": "否"}
    document = DOCUMENT.search(text)
    found: dict[str, Value] = {"charges_fee": "是", "fee_standard": text.strip()}
    return found | ({"fee_basis": document["value"]} if document else {})


def place_and_hours(text: str) -> dict[str, Value]:
    hours = HOURS.search(text)
    places = locations(text)
    found: dict[str, Value] = {"handling_location": places} if places else {}
    return found | ({"handling_hours": hours[0].strip()} if hours else {})


def phones(text: str) -> dict[str, Value]:
    """Numbers after 监督, 投诉 or 举报 are for complaints, the others for questions."""
    found: dict[str, Value] = {}
    for match in PHONE.finditer(text):
        before = re.split(r"[；;，,。\n]", text[: match.start()])[-1]
        key = "supervision_phone" if SUPERVISED.search(before) else "enquiry_phone"
        found.setdefault(key, match[0])
    return found


def who_may(text: str) -> dict[str, Value]:
    audience = read_value("audience", text)
    return {"conditions": text} | ({"audience": audience} if audience else {})


SEVERAL: Mapping[tuple[str, ...], Callable[[str], dict[str, Value]]] = {
    ("audience", "conditions"): who_may,
    ("fee_standard",): fees,
    ("statutory_limit", "promised_limit"): limits,
    ("charges_fee", "fee_standard", "fee_basis"): fees,
    ("handling_location", "handling_hours"): place_and_hours,
    ("enquiry_phone", "supervision_phone"): phones,
}
