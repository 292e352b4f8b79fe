"""`banshi audit`: what is on record of acts and answers, and whether it is whole."""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.answer_record import mark_of
from bot.clock import CHINA, system_clock
from bot.settings import Settings
from bot.texts import Texts
from item_store.audit import AuditHead, AuditLine, Book, Flaw, Wanted, verify
from item_store.contract import ItemStore
from item_store.store import open_store

# One without a book was noted down when there was only that of acts.
ANCHOR = re.compile(r"(?:(acts|answers):)?(\d+):([0-9a-f]{64})")
LAST = 50
"""Lines that are listed by default."""


class WrongAnchorError(ValueError):
    """An anchor is what `banshi audit head` prints: book, number, 64 hexadecimal digits, colons between."""


def anchor_of(text: str) -> tuple[Book, AuditHead]:
    """Read what `banshi audit head` printed. Raises WrongAnchorError."""
    found = ANCHOR.fullmatch(text.strip())
    if found is None:
        raise WrongAnchorError(text)
    book, number, seal = found.groups()
    return Book(book or Book.ACTS), AuditHead(int(number), seal)


async def audit(arguments: argparse.Namespace, settings: Settings) -> int:
    """Verify the sealed record, list its lines, or print its heads to be noted down elsewhere."""
    store = await open_store(settings.database_url())
    try:
        match arguments.what:
            case "head":
                return await _heads(store)
            case "list":
                return await _list(store, wanted_of(arguments, settings), arguments)
        return await _verify(store, Texts(settings.locale), arguments.anchor)
    finally:
        await store.close()


async def _heads(store: ItemStore) -> int:
    for book in Book:
        head = await store.audit_head(book)
        print(f"{book}:{head.sequence}:{head.seal}")
    return 0


async def _list(store: ItemStore, wanted: Wanted, arguments: argparse.Namespace) -> int:
    book = Book.ANSWERS if arguments.answers or arguments.to else Book.ACTS
    for line in reversed(await store.audit_search(book, wanted)):
        print(listed(line))
    return 0


def listed(line: AuditLine) -> str:
    """A line with tabs between its parts, its time that of China."""
    at = line.at.astimezone(CHINA).isoformat(sep=" ", timespec="seconds")
    details = json.dumps(dict(line.act.details), ensure_ascii=False, sort_keys=True)
    return "\t".join((str(line.sequence), at, line.act.by, line.act.action, line.act.subject, details))


def wanted_of(arguments: argparse.Namespace, settings: Settings) -> Wanted:
    """The lines that are asked for; a person's mark is that of one day, by default today."""
    day = arguments.on or (system_clock().astimezone(CHINA).date() if arguments.to else None)
    since = datetime.combine(day, time(), CHINA) if day else None
    return Wanted(
        by=arguments.by,
        to=mark_of(settings, arguments.to, since) if arguments.to and since else "",
        subject=arguments.subject,
        since=since,
        until=since + timedelta(days=1) if since else None,
        limit=arguments.last,
    )


async def _verify(store: ItemStore, texts: Texts, noted: Sequence[str]) -> int:
    anchors: dict[Book, AuditHead] = {}
    for text in noted:
        try:
            anchors |= dict([anchor_of(text)])
        except WrongAnchorError:
            print(texts.say("audit.wrong_anchor", text=text))
            return 2
    flawed = [await _verify_book(store, texts, book, anchors) for book in Book]
    if unsealed := await store.unsealed():
        print(texts.say("audit.unsealed", count=unsealed))
    return int(any(flawed))


async def _verify_book(store: ItemStore, texts: Texts, book: Book, anchors: Mapping[Book, AuditHead]) -> bool:
    flaws = await verify(store, anchors.get(book), book)
    name = texts.say(f"audit.book.{book}")
    for flaw in flaws:
        print(f"{name}{texts.say('audit.of')}{flaw_line(flaw, texts)}")
    head = await store.audit_head(book)
    key = "audit.flawed" if flaws else "audit.whole"
    print(texts.say(key, book=name, count=len(flaws), lines=head.sequence))
    return bool(flaws)


def flaw_line(flaw: Flaw, texts: Texts) -> str:
    """One flaw in words."""
    return texts.say(f"audit.{flaw.kind}", number=flaw.sequence, subject=flaw.subject)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What `banshi audit` can do; --db may stand before or after it."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--db", metavar="URL", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    whats = command.add_subparsers(dest="what", required=True, metavar="verify|list|head")
    checking = whats.add_parser(
        "verify", parents=[common], help="find and name what was changed, removed or added"
    )
    checking.add_argument(
        "--anchor", action="append", default=[], metavar="BOOK:N:SEAL", help="a head noted down before"
    )
    whats.add_parser("head", parents=[common], help="the last line of each book, to be noted down elsewhere")
    listing = whats.add_parser("list", parents=[common], help="who did what, or who was told what")
    listing.add_argument("--answers", action="store_true", help="what was answered, instead of acts")
    listing.add_argument("--to", default="", metavar="IDENTITY", help="told to telegram:…, on one day")
    listing.add_argument("--by", default="", metavar="PERSON", help="done by this person's id")
    listing.add_argument("--subject", default="", metavar="KIND:ID", help="about item:…, case:…, draft:…")
    listing.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="a day such as 2026-03-02")
    listing.add_argument("--last", type=int, default=LAST, metavar="N", help="at most so many (%(default)s)")
