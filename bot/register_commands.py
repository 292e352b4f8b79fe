"""`banshi audit` and `banshi sync`: whether the record is whole, and keeping equal to the register."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bot.settings import Settings
from bot.texts import Texts
from item_store import synchronisation
from item_store.audit import AuditHead, Flaw, verify
from item_store.contract import ItemStore
from item_store.importing import ImportReport, RefusedFileError, read_items, read_rows
from item_store.item import Item
from item_store.store import open_store
from item_store.synchronisation import Plan

SHOWN = 50
BY = "synchronisation"


class WrongAnchorError(ValueError):
    """An anchor is what `banshi audit head` prints: a number, a colon and 64 hexadecimal digits."""


def anchor_of(text: str) -> AuditHead:
    """Read what `banshi audit head` printed. Raises WrongAnchorError."""
    number, _, seal = text.strip().partition(":")
    if not number.isdigit() or len(seal) != 64:
        raise WrongAnchorError(text)
    return AuditHead(int(number), seal)


async def audit(arguments: argparse.Namespace, settings: Settings) -> int:
    """Verify the sealed record, or print its head to be noted down elsewhere."""
    texts = Texts(settings.locale)
    store = await open_store(settings.database_url())
    try:
        if arguments.what == "head":
            head = await store.audit_head()
            print(f"{head.sequence}:{head.seal}")
            return 0
        return await _verify(store, texts, arguments.anchor)
    finally:
        await store.close()


async def _verify(store: ItemStore, texts: Texts, anchor: str) -> int:
    try:
        flaws = await verify(store, anchor_of(anchor) if anchor else None)
    except WrongAnchorError:
        print(texts.say("audit.wrong_anchor", text=anchor))
        return 2
    for flaw in flaws:
        print(flaw_line(flaw, texts))
    head = await store.audit_head()
    key = "audit.flawed" if flaws else "audit.whole"
    print(texts.say(key, count=len(flaws), lines=head.sequence))
    return int(bool(flaws))


def flaw_line(flaw: Flaw, texts: Texts) -> str:
    """One flaw in words."""
    return texts.say(f"audit.{flaw.kind}", number=flaw.sequence, subject=flaw.subject)


async def sync(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show what the register's file would change; with --apply do it, all or nothing."""
    texts = Texts(settings.locale)
    try:
        register, report = read_register(arguments.file)
    except RefusedFileError as error:
        why = texts.say(error.why, **error.details)
        print(texts.say("import.refused", file=arguments.file.name, why=why))
        return 1
    if report.refused:
        # A row that cannot be read would look like an item the register has no more.
        print(texts.say("sync.unreadable_rows", count=report.refused))
        return 1
    store = await open_store(settings.database_url())
    try:
        planned = await synchronisation.plan_for(store, register)
        print("\n".join(plan_lines(planned, texts)))
        if arguments.apply:
            await synchronisation.apply(store, planned, BY, arguments.overwrite)
            print(texts.say("sync.applied"))
        return int(bool(planned.conflicts or planned.gone) and not arguments.overwrite)
    finally:
        await store.close()


def read_register(path: Path) -> tuple[list[Item], ImportReport]:
    """The items of the register's file, and what was wrong in it. Raises RefusedFileError."""
    report = ImportReport(path)
    return list(read_items(read_rows(path), report)), report


def plan_lines(planned: Plan, texts: Texts) -> list[str]:
    """How many of each, and which."""
    groups: list[tuple[str, Sequence[str]]] = [
        ("new", [f"{item.id} {item.name}" for item in planned.new]),
        ("changed", [f"{item.id} {item.name}" for item in planned.changed]),
        ("withdrawn", planned.withdrawn),
        ("conflicts", [f"{item.id} {item.name}" for item in planned.conflicts]),
        ("gone", planned.gone),
    ]
    lines = [texts.say("sync.unchanged", count=planned.unchanged)]
    for name, named in groups:
        if named:
            lines.append(texts.say(f"sync.{name}", count=len(named)))
            lines += [f"  {each}" for each in named[:SHOWN]]
            if len(named) > SHOWN:
                lines.append(texts.say("sync.more", count=len(named) - SHOWN))
    return lines


def audit_arguments(command: argparse.ArgumentParser) -> None:
    """What `banshi audit` can do; --db may stand before or after it."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--db", metavar="URL", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    whats = command.add_subparsers(dest="what", required=True, metavar="verify|head")
    checking = whats.add_parser(
        "verify", parents=[common], help="find and name what was changed, removed or added"
    )
    checking.add_argument("--anchor", default="", metavar="N:SEAL", help="a head noted down before")
    whats.add_parser("head", parents=[common], help="the last line, to be noted down elsewhere")


def sync_arguments(command: argparse.ArgumentParser) -> None:
    """What `banshi sync` can do."""
    command.add_argument("file", type=Path, metavar="FILE", help="the whole register: jsonl, csv or xlsx")
    command.add_argument("--apply", action="store_true", help="do it, instead of only showing it")
    command.add_argument(
        "--overwrite", action="store_true", help="let the register win over changes made here"
    )
