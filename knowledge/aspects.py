"""Which parts of a guide are asked: found by the patterns of words/aspects.txt, and taken out."""

from dataclasses import dataclass

from knowledge import words

ORDER = (
    "materials", "limit", "place", "hours", "fee", "phone", "supervision", "conditions", "procedure",
    "online", "booking", "delivery", "payment", "result", "basis", "audience", "cross_region", "faq",
    "agency", "overview",
)  # fmt: skip
"""Every aspect there is."""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the text that asks for an aspect."""

    start: int
    end: int
    aspect: str


def spans(text: str) -> list[Span]:
    """The asking places in order; of overlapping ones the longest, of equal ones the earlier section."""
    found = [
        Span(match.start(), match.end(), aspect)
        for aspect, pattern in words.sections("aspects").items()
        for match in pattern.finditer(text)
        if match.group()
    ]
    found.sort(key=lambda span: span.start - span.end)
    kept: list[Span] = []
    for span in found:
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def aspects(found: list[Span]) -> tuple[str, ...]:
    """The aspects asked, each once, in the order they are asked; a bare "how" gives way to a plainer wish."""
    asked = list(dict.fromkeys(span.aspect for span in found))
    if "overview" in asked and len(asked) > 1:
        asked.remove("overview")
    return tuple(asked)
