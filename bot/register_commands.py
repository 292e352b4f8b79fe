"""`banshi sync`: keeping equal to the authoritative register."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bot.settings import Settings
from bot.texts import Texts
from item_store import synchronisation
from item_store.importing import ImportReport, RefusedFileError, read_items, read_rows
from item_store.item import Item
from item_store.store import open_store
from item_store.synchronisation import Plan

SHOWN = 50
BY = "synchronisation"


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


def sync_arguments(command: argparse.ArgumentParser) -> None:
    """What `banshi sync` can do."""
    command.add_argument("file", type=Path, metavar="FILE", help="the whole register: jsonl, csv or xlsx")
    command.add_argument("--apply", action="store_true", help="do it, instead of only showing it")
    command.add_argument(
        "--overwrite", action="store_true", help="let the register win over changes made here"
    )
