"""Codes: whether they hold, and agree with one another and with type and level."""

from collections.abc import Iterator

from item_store.code_schemes import scheme_for
from item_store.codes import CodeKind, Unrecognised, Valid, Wrong, check
from item_store.findings import Filled, Problem
from item_store.kinds import split_list

KINDS = {"basic_code": (CodeKind.BASIC,), "implementation_code": (CodeKind.IMPLEMENTATION, CodeKind.BUSINESS)}


def _checked(filled: Filled, key: str) -> Valid | Unrecognised | Wrong | None:
    code = filled.text(key)
    if not code:
        return None
    first, *others = KINDS[key]
    kind = next((other for other in others if len(code) == 33), first)
    return check(code, kind)


def wrong(filled: Filled) -> Iterator[Problem]:
    """A part does not hold; where only the check character is wrong, the right one is offered."""
    for key in KINDS:
        outcome = _checked(filled, key)
        if isinstance(outcome, Wrong):
            details = {"code": filled.text(key), "part": outcome.part, **outcome.details}
            yield Problem(key, details, _mended(filled, key, outcome), outcome.why)


def _mended(filled: Filled, key: str, outcome: Wrong) -> dict[str, str] | None:
    """Only the credit code's own check character is put right: the organisation's needs its papers."""
    if outcome.why != "code.check" or outcome.part != "credit_code":
        return None
    code = filled.text(key)
    mended = f"{code[:17]}{outcome.expected}{code[18:]}"
    return {key: mended} if isinstance(check(mended), Valid) else None


def unknown(filled: Filled) -> Iterator[Problem]:
    """Of an older scheme or none: kept as it stands and marked."""
    for key in KINDS:
        outcome = _checked(filled, key)
        if isinstance(outcome, Unrecognised):
            yield Problem(key, {"code": filled.text(key), "scheme": outcome.scheme})


def apart(filled: Filled) -> Iterator[Problem]:
    """The implementation code holds the basic code."""
    basic, whole = filled.text("basic_code"), _checked(filled, "implementation_code")
    if basic and isinstance(whole, Valid) and whole.code[19:31] != basic.upper():
        repair = {"basic_code": whole.code[19:31]}
        yield Problem("basic_code", {"code": basic, "held": whole.code[19:31]}, repair)


def other_type(filled: Filled) -> Iterator[Problem]:
    basic, item_type = _checked(filled, "basic_code"), filled.text("item_type")
    scheme = scheme_for(basic.code[:2]) if isinstance(basic, Valid) else None
    digits = scheme.type_digits(item_type) if scheme else None
    if scheme and digits and isinstance(basic, Valid) and basic.code[2:4] != digits:
        told = scheme.types[basic.code[2:4]]
        yield Problem("basic_code", {"code": basic.code, "type": item_type, "told": told})


def other_level(filled: Filled) -> Iterator[Problem]:
    whole, levels = _checked(filled, "implementation_code"), split_list(filled.text("exercise_level"))
    digits: dict[str, str] = filled.data["levels"]
    allowed = "".join(digits.get(level, "123456") for level in levels)
    if levels and isinstance(whole, Valid) and whole.code[18] not in allowed:
        told = whole.part("level")
        yield Problem("implementation_code", {"level": "、".join(levels), "told": told})


def taken(filled: Filled) -> Iterator[Problem]:
    """Another item of the unit has this implementation code."""
    code = filled.text("implementation_code")
    for item in filled.around.unit_items if code else ():
        if item.id != filled.around.item_id and item.text("implementation_code") == code:
            yield Problem("implementation_code", {"code": code, "name": item.name})
            return
