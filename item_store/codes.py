"""Item codes: compose, check and explain; every check ends in a named outcome."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from item_store.check_characters import CREDIT_ALPHABET, credit_check, organisation_check
from item_store.citizen_ids import citizen_id_numbers, looks_like_citizen_id
from item_store.code_schemes import Scheme, credit_terms, older_scheme, scheme_for

__all__ = [
    "CodeCheck",
    "CodeKind",
    "Part",
    "Unrecognised",
    "Valid",
    "Wrong",
    "check",
    "citizen_id_numbers",
    "compose_basic",
    "compose_business",
    "compose_implementation",
    "explain",
    "looks_like_citizen_id",
    "next_free",
    "next_free_sub_item",
    "scheme_for",
]

PARENT_SUB = "00Y"
BASIC_FORM = "[0-9]{9}(?:[0-9]{3}|00Y)"
NO_SUB = "000"


class CodeKind(StrEnum):
    ORGANISATION = "organisation"
    BASIC = "basic"
    CREDIT = "credit"
    IMPLEMENTATION = "implementation"
    BUSINESS = "business"


LENGTHS = {
    CodeKind.ORGANISATION: 9,
    CodeKind.BASIC: 12,
    CodeKind.CREDIT: 18,
    CodeKind.IMPLEMENTATION: 31,
    CodeKind.BUSINESS: 33,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a code: its key, official term, characters and what they stand for."""

    name: str
    label: str
    value: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Valid:
    code: str
    kind: CodeKind
    parts: tuple[Part, ...]
    scheme: str = ""

    def part(self, name: str) -> str:
        return next(part.value for part in self.parts if part.name == name)


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """Fits no scheme, or an older one by name: kept as it is and marked."""

    code: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Which part is wrong, why (a phrase key with details), and the check character that would be right."""

    code: str
    part: str
    why: str
    details: Mapping[str, str] = field(default_factory=dict)
    expected: str = ""


CodeCheck = Valid | Unrecognised | Wrong
Read = tuple[tuple[Part, ...], str]  # the parts, and the scheme's name


class WrongPart(Exception):  # noqa: N818 - carries an outcome, not a failure
    """A part of the code at hand does not hold."""

    def __init__(self, part: str, why: str, expected: str = "", **details: object) -> None:
        super().__init__(why)
        self.part, self.why, self.expected = part, why, expected
        self.details = {key: str(value) for key, value in details.items()}


def check(code: str, kind: CodeKind | None = None) -> CodeCheck:
    """Check a code by its length, or as the kind a field asks for."""
    tidy = unicodedata.normalize("NFKC", code).strip().upper()
    if older := older_scheme(tidy):
        return Unrecognised(code, older.name)
    meant = kind or _kind_of(tidy)
    if meant is None:
        return Unrecognised(code)
    try:
        if len(tidy) != LENGTHS[meant]:
            raise WrongPart("length", "code.length", length=len(tidy), needed=LENGTHS[meant])
        return Valid(tidy, meant, *_READERS[meant](tidy))
    except WrongPart as wrong:
        return Wrong(code, wrong.part, wrong.why, wrong.details, wrong.expected)


def explain(code: str) -> tuple[Part, ...]:
    """The labelled parts of a code that holds; none for any other."""
    outcome = check(code)
    return outcome.parts if isinstance(outcome, Valid) else ()


def compose_basic(
    region: str, item_type: str, main: int, sub: int | None = None, parent: bool = False
) -> CodeCheck:
    """A basic code from its parts; parent gives the code its sub-items hang from."""
    scheme = scheme_for(region)
    digits = scheme.type_digits(item_type) if scheme else None
    tail = PARENT_SUB if parent else f"{sub or 0:03d}"
    text = f"{region}{digits or item_type}{main:05d}{tail}"
    if scheme is None:
        return Wrong(text, "region", "code.region", {"region": region})
    if digits is None:
        return Wrong(text, "type", "code.type", {"type": item_type, "scheme": scheme.title})
    return check(text, CodeKind.BASIC)


def compose_implementation(credit_code: str, level: str, basic_code: str) -> CodeCheck:
    return check(f"{credit_code}{level}{basic_code}", CodeKind.IMPLEMENTATION)


def compose_business(implementation_code: str, serial: int) -> CodeCheck:
    return check(f"{implementation_code}{serial:02d}", CodeKind.BUSINESS)


def next_free(scheme: Scheme, taken: Iterable[str], item_type: str) -> CodeCheck:
    """The next basic code of a type: after the highest ever given, so that none is used again.

    taken must hold every code ever given, cancelled ones too.
    """
    digits = scheme.type_digits(item_type)
    if digits is None:
        return Wrong("", "type", "code.type", {"type": item_type, "scheme": scheme.title})
    head = scheme.region + digits
    highest = max((int(code[4:9]) for code in _basic_codes(taken) if code.startswith(head)), default=0)
    if highest == 99_999:
        return Wrong("", "main", "code.used_up", {"type": scheme.types[digits]})
    return compose_basic(scheme.region, digits, highest + 1)


def next_free_sub_item(basic_code: str, taken: Iterable[str]) -> CodeCheck:
    """The next sub-item under the main item of a basic code."""
    main = check(basic_code, CodeKind.BASIC)
    if not isinstance(main, Valid):
        return main
    head = main.code[:9]
    subs = (code[9:] for code in _basic_codes(taken) if code.startswith(head))
    highest = max((int(sub) for sub in subs if sub != PARENT_SUB), default=0)
    if highest == 999:
        return Wrong("", "sub", "code.used_up", {"type": head})
    return check(f"{head}{highest + 1:03d}", CodeKind.BASIC)


def _basic_codes(codes: Iterable[str]) -> Iterable[str]:
    """The basic codes among codes of any length, also where the rest was accepted with a reason."""
    for code in codes:
        basic = code if len(code) == LENGTHS[CodeKind.BASIC] else code[19:31]
        if re.fullmatch(BASIC_FORM, basic):
            yield basic


def _kind_of(code: str) -> CodeKind | None:
    if not re.fullmatch("[0-9A-Z]+", code):
        return None
    kind = next((kind for kind, length in LENGTHS.items() if length == len(code)), None)
    if kind is CodeKind.BASIC and not re.fullmatch("[0-9]{9}[0-9Y]{3}", code):
        return None
    return kind


def _organisation(code: str) -> Read:
    terms = credit_terms().parts
    try:
        expected = organisation_check(code[:8])
    except ValueError as error:
        raise WrongPart("organisation", "code.characters", allowed="0-9A-Z") from error
    if expected != code[8]:
        raise WrongPart("organisation", "code.check", expected, value=code)
    return (Part("organisation", terms["organisation"], code),), ""


def _credit(code: str) -> Read:
    terms = credit_terms()
    if code[:2] in terms.temporary:
        raise WrongPart("credit_code", "code.temporary", prefix=code[:2])
    try:
        expected = credit_check(code[:17])
    except ValueError as error:
        raise WrongPart("credit_code", "code.characters", allowed=CREDIT_ALPHABET) from error
    if expected != code[17]:
        raise WrongPart("credit_code", "code.check", expected, value=code)
    _organisation(code[8:17])
    if code[2:4] not in terms.provinces and code[2:4] != terms.state:
        raise WrongPart("credit_code", "code.region", region=code[2:4])
    if looks_like_citizen_id(code):
        raise WrongPart("credit_code", "code.citizen_id")
    meanings = {
        "department": (code[0], terms.departments.get(code[0], "")),
        "body_kind": (code[1], terms.body_kinds.get(code[:2], "")),
        "region": (code[2:8], terms.provinces.get(code[2:4], "")),
        "organisation": (code[8:17], ""),
        "check": (code[17], ""),
    }
    return tuple(Part(name, terms.parts[name], *meanings[name]) for name in terms.parts), ""


def _basic(code: str) -> Read:
    if not re.fullmatch(BASIC_FORM, code):
        raise WrongPart("basic_code", "code.basic_form")
    scheme = scheme_for(code[:2])
    if scheme is None:
        raise WrongPart("region", "code.region", region=code[:2])
    if code[2:4] not in scheme.types:
        raise WrongPart("type", "code.type", type=code[2:4], scheme=scheme.title)
    if code[4:9] == "00000":
        raise WrongPart("main", "code.main")
    parent = code[:9] + PARENT_SUB if code[9:] not in (NO_SUB, PARENT_SUB) else ""
    meanings = {
        "region": (code[:2], scheme.region_title),
        "type": (code[2:4], scheme.types[code[2:4]]),
        "main": (code[4:9], ""),
        "sub": (code[9:], parent),
    }
    return tuple(Part(name, scheme.parts[name], *values) for name, values in meanings.items()), scheme.name


def _implementation(code: str) -> Read:
    _credit(code[:18])
    scheme = scheme_for(code[19:21])
    if scheme and code[18] not in scheme.levels:
        raise WrongPart("level", "code.level", level=code[18], allowed="".join(scheme.levels))
    basic, name = _basic(code[19:31])
    assert scheme is not None  # noqa: S101 - _basic has refused an unknown region
    credit = Part("credit_code", scheme.parts["credit_code"], code[:18])
    level = Part("level", scheme.parts["level"], code[18], scheme.levels[code[18]])
    return (credit, level, *basic), name


def _business(code: str) -> Read:
    parts, name = _implementation(code[:31])
    if not re.fullmatch("[0-9]{2}", code[31:]) or code[31:] == "00":
        raise WrongPart("serial", "code.serial", value=code[31:])
    scheme = scheme_for(code[19:21])
    label = scheme.parts["serial"] if scheme else ""
    return (*parts, Part("serial", label, code[31:])), name


_READERS: Mapping[CodeKind, Callable[[str], Read]] = {
    CodeKind.ORGANISATION: _organisation,
    CodeKind.CREDIT: _credit,
    CodeKind.BASIC: _basic,
    CodeKind.IMPLEMENTATION: _implementation,
    CodeKind.BUSINESS: _business,
}
