"""What is charged, on what basis, and how it is paid."""

import re
from collections.abc import Iterator

from item_store.findings import Filled, Problem, Values

EXPLAINED = ("fee_standard", "fee_basis")
NO_FEE = re.compile(r"(?:无|否|不收费|免费|不涉及|不收取(?:任何)?费用)[。；]?")
DOCUMENT = re.compile(r"《[^》]+》|[〔\[（(](?:19|20)\d\d[〕\]）)]\s*\d+\s*号")
AMOUNT = re.compile(r"\d|[一二三四五六七八九十百千]元|免费")


def unexplained(filled: Filled) -> Iterator[Problem]:
    for key in EXPLAINED:
        empty = not filled.text(key) or NO_FEE.fullmatch(filled.text(key))
        asked = any(field.key == key for field in filled.around.fields)
        if asked and empty and filled.text("charges_fee") == "是":
            yield Problem(key)


def explained_without_fee(filled: Filled) -> Iterator[Problem]:
    said = [key for key in EXPLAINED if filled.text(key) and not NO_FEE.fullmatch(filled.text(key))]
    if filled.text("charges_fee") == "否":
        for key in said:
            yield Problem(key, {"text": filled.text(key)}, _emptied())


def _emptied() -> Values:
    return dict.fromkeys(EXPLAINED, "")


def online_payment(filled: Filled) -> Iterator[Problem]:
    if filled.text("charges_fee") == "否" and filled.text("supports_online_payment") == "是":
        yield Problem("supports_online_payment", repair={"supports_online_payment": "否"})


def no_document(filled: Filled) -> Iterator[Problem]:
    """Standard and basis stand on a document, named in full with its number."""
    for key in EXPLAINED:
        text = filled.text(key)
        told = text and not NO_FEE.fullmatch(text)
        if filled.text("charges_fee") == "是" and told and not DOCUMENT.search(text):
            yield Problem(key, {"text": text})


def no_amount(filled: Filled) -> Iterator[Problem]:
    text = filled.text("fee_standard")
    plain = DOCUMENT.sub("", text)
    if (
        filled.text("charges_fee") == "是"
        and text
        and not NO_FEE.fullmatch(text)
        and not AMOUNT.search(plain)
    ):
        yield Problem("fee_standard", {"text": text})
