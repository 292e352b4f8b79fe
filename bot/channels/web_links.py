"""Makes phone numbers and addresses in a text something to tap."""

import re

from markupsafe import Markup, escape

AREA = r"(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3})[-—－ ]?"
LONG_PHONE = rf"{AREA}\d{{7,8}}|1[3-9]\d{{9}}|[48]00[-—－ ]?\d{{3,4}}[-—－ ]?\d{{3,4}}"
SHORT_PHONE = r"[2-9]\d{6,7}|123\d{2}|9[56]\d{3}|1[12]\d"
"""Numbers that might as well be an amount or a code: linked only where the words say that it is a phone."""

URL = re.compile(r"https?://[\w./?=&%#~:@!$'*+,;\-]+[\w/]", re.ASCII)
PHONE = re.compile(rf"(?<![\w.\-])(?:{LONG_PHONE})(?![\w\-])", re.ASCII)
ANY_PHONE = re.compile(rf"(?<![\w.\-])(?:{LONG_PHONE}|{SHORT_PHONE})(?![\w\-])", re.ASCII)
CALLING = re.compile(r"拨打|致电|电话|热线|phone|call", re.IGNORECASE)
NEAR = 16
"""Characters before a short number in which calling must be spoken of."""


def linked(text: str, about: str = "") -> Markup:
    """The text escaped, with links; `about` is the heading or label it stands under."""
    parts, last = [], 0
    for found in URL.finditer(text):
        parts += [_phones(text[last : found.start()], about), _link(found.group(), found.group())]
        last = found.end()
    return Markup("").join([*parts, _phones(text[last:], about)])


def _phones(text: str, about: str) -> Markup:
    parts, last = [], 0
    for found in ANY_PHONE.finditer(text):
        if not (PHONE.fullmatch(found.group()) or _is_called(text[: found.start()], about)):
            continue
        digits = re.sub(r"\D", "", found.group())
        parts += [escape(text[last : found.start()]), _link(f"tel:{digits}", found.group())]
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])


def _is_called(before: str, about: str) -> bool:
    return bool(CALLING.search(about) or CALLING.search(before[-NEAR:]))


def _link(target: str, shown: str) -> Markup:
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(target, shown)
