"""Cuts Telegram HTML into messages of allowed length, at line ends and with its tags kept whole."""

import re
from collections.abc import Iterable, Iterator

LIMIT = 4096
"""UTF-16 units of one message; tags and entities are counted too, so that every way of counting is kept."""

_TOKEN = re.compile(r"</?[a-z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-z]+);|[\s\S]")
_TAG = re.compile(r"<(/?)([a-z][a-z-]*)[^<>]*>")
_SENTENCE_ENDS = frozenset("。！？；.!?;")


def split(html: str) -> Iterator[str]:
    """The messages a text has to be sent as; line ends stay at the end of the earlier one."""
    if units(html) <= LIMIT:
        yield html
        return
    tokens = _TOKEN.findall(html)
    start = 0
    opened: tuple[str, ...] = ()
    while start < len(tokens):
        end = _cut(tokens, start, opened)
        inside = _open_after(opened, tokens[start:end])
        yield "".join([*opened, *tokens[start:end], _closing(inside)])
        start, opened = end, inside


def visible(html: str) -> str:
    """The text without tags, entities as they stand."""
    return "".join(token for token in _TOKEN.findall(html) if not _TAG.fullmatch(token))


def units(text: str) -> int:
    """Length as Telegram counts it: characters beyond the basic plane are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _cut(tokens: list[str], start: int, opened: tuple[str, ...]) -> int:
    """Where the message beginning at `start` ends: a line end, else a sentence end, else where it is full."""
    full = _fill(tokens, start, opened)
    if full == len(tokens):
        return full
    half = start + (full - start) // 2
    lines = (at for at in range(full, half, -1) if tokens[at - 1] == "\n")
    sentences = (at for at in range(full, half, -1) if tokens[at - 1] in _SENTENCE_ENDS)
    return next(lines, None) or next(sentences, None) or full


def _fill(tokens: list[str], start: int, opened: tuple[str, ...]) -> int:
    """The furthest end at which the message, with its tags closed, still fits; one token at least."""
    used = sum(map(units, opened))
    furthest = start + 1
    for at in range(start, len(tokens)):
        used += units(tokens[at])
        opened = _open_after(opened, (tokens[at],))
        if used > LIMIT:
            break
        if used + len(_closing(opened)) <= LIMIT:
            furthest = at + 1
    return furthest


def _open_after(opened: tuple[str, ...], tokens: Iterable[str]) -> tuple[str, ...]:
    for token in tokens:
        tag = _TAG.fullmatch(token)
        if tag:
            opened = opened[:-1] if tag[1] else (*opened, token)
    return opened


def _closing(opened: tuple[str, ...]) -> str:
    names = [tag[2] for tag in map(_TAG.fullmatch, reversed(opened)) if tag]
    return "".join(f"</{name}>" for name in names)
