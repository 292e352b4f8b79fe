"""Takes personal numbers out of what citizens type before it is stored or logged."""

import re

MARK = "＊"

MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
BANK_CARD = re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)")
CITIZEN_ID = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![0-9A-Za-z])")
OLD_CITIZEN_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])"
)
PASSPORT = re.compile(r"(?<![0-9A-Za-z])[EeGgDdSsPpHh][A-Za-z]?\d{7,8}(?![0-9A-Za-z])")

PATTERNS = (CITIZEN_ID, EMAIL, MOBILE, BANK_CARD, OLD_CITIZEN_ID, PASSPORT)
"""In order: the longer and surer number first."""


def redact(text: str) -> str:
    """The text with every personal number replaced by as many marks; item and credit codes stay readable."""
    for pattern in PATTERNS:
        text = pattern.sub(lambda found: MARK * len(found.group()), text)
    return text
