"""Replies as plain text and as the small HTML that Telegram understands."""

from collections.abc import Callable, Iterable
from html import escape

from bot.messages import Card, Line, Reply, Section

Mark = Callable[[str], str]
"""How a heading is set off."""


def plain(reply: Reply) -> str:
    """A reply as text, buttons numbered where they can be picked by number."""
    numbered = [choice.label for choice in reply.choices if choice.numbered]
    others = [choice.label for choice in reply.choices if not choice.numbered]
    choices = [f"  {number}. {label}" for number, label in enumerate(numbered, 1)]
    if others:
        choices.append("  " + "  ".join(f"[{label}]" for label in others))
    return "\n".join([*body(reply, str, str), *choices])


def html(reply: Reply) -> str:
    """A reply as Telegram HTML, without its buttons."""
    return "\n".join(body(reply, lambda text: f"<b>{escape(text)}</b>", escape))


def body(reply: Reply, strong: Mark, mild: Mark) -> Iterable[str]:
    """Text and card, line by line."""
    if reply.text:
        yield mild(reply.text)
    if reply.card:
        yield from _card(reply.card, strong, mild)
    if reply.file:
        yield mild(reply.file.name)


def _card(card: Card, strong: Mark, mild: Mark) -> Iterable[str]:
    if card.notice:
        yield mild(f"〔{card.notice}〕")
    for section in card.sections:
        yield strong(f"【{section.heading}】")
        yield from _section(section, mild)
    yield strong(card.title)
    for line in card.origin:
        yield mild(_labelled(line))


def _section(section: Section, mild: Mark) -> Iterable[str]:
    for number, line in enumerate(section.lines, 1):
        mark = f"{number}. " if section.ordered else ""
        yield mild(mark + _labelled(line))
        for note in line.notes:
            yield mild(f"   {_labelled(note)}")


def _labelled(line: Line) -> str:
    return f"{line.label}：{line.text}" if line.label else line.text
