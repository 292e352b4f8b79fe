"""The command line: serve, chat, ask, import, export."""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot import logging, staff
from bot.settings import Settings, WrongSettingsError, read_settings
from item_store.chains import ChainError

Command = Callable[[argparse.Namespace, Settings], Awaitable[int]]


async def serve(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve the web chat, and Telegram where a token is set."""
    from bot import app

    await app.serve(settings)
    return 0


async def chat(arguments: argparse.Namespace, settings: Settings) -> int:
    """Talk in the terminal."""
    from bot.app import open_app
    from bot.channels.console import Console
    from bot.texts import Texts

    async with open_app(settings) as app:
        await Console(app.conversation, Texts(settings.locale)).run()
    return 0


async def ask(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer one question, or a file of them with a JSON line each."""
    from bot import asking
    from bot.app import open_app

    async with open_app(settings) as app:
        if arguments.batch:
            for question in asking.read_questions(arguments.batch):
                print(json.dumps(asking.answer_line(question, app.services), ensure_ascii=False))
        elif arguments.why:
            print(asking.why(arguments.question, app.services))
        else:
            print(asking.answer_line(arguments.question, app.services)["text"])
    return 0


async def import_items(arguments: argparse.Namespace, settings: Settings) -> int:
    """Bring in items from jsonl, csv or xlsx, and report row by row what could not be read."""
    from bot import transfer

    return await transfer.import_files(arguments.files, settings, arguments.publish)


async def export_items(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the published items, to import elsewhere."""
    from bot import transfer

    return await transfer.export_file(arguments.file, settings)


async def learn(arguments: argparse.Namespace, settings: Settings) -> int:
    """Decide on aliases that citizens' choices propose: what each would change, accept, refuse, revoke."""
    from bot import learning_command
    from bot.app import open_app

    async with open_app(settings) as app:
        return await learning_command.run(arguments, app.services)


async def manage_staff(arguments: argparse.Namespace, settings: Settings) -> int:
    """Invite staff, list them, take roles away; add reporting units."""
    return await staff.run(arguments, settings)


async def plan(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show a plan with its reminders, or let it run."""
    from bot import plan_commands
    from bot.app import open_app

    if arguments.what == "show":
        return plan_commands.show(arguments, settings)
    async with open_app(settings) as app:
        return await plan_commands.start(arguments, app.services)


async def calendar(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take over the notice of a year's public holidays."""
    from bot import plan_commands
    from bot.app import open_app

    async with open_app(settings) as app:
        return await plan_commands.import_calendar(arguments, app.services)


async def audit(arguments: argparse.Namespace, settings: Settings) -> int:
    """Verify or list the sealed record of who did what and who was told what."""
    from bot import audit_commands

    return await audit_commands.audit(arguments, settings)


async def sync(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show what the authoritative register's file would change, or take it over."""
    from bot import register_commands

    return await register_commands.sync(arguments, settings)


def parser() -> argparse.ArgumentParser:
    """Every command with its arguments."""
    from bot import audit_commands, register_commands

    top = argparse.ArgumentParser(prog="banshi", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--db", metavar="URL", help="database (default: an SQLite file in the data folder)")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Command) -> argparse.ArgumentParser:
        command = commands.add_parser(name, parents=[common], help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        return command

    add("serve", serve)
    add("chat", chat)
    asking = add("ask", ask)
    what = asking.add_mutually_exclusive_group(required=True)
    what.add_argument("question", nargs="?", help="a question in everyday words")
    what.add_argument("--batch", type=Path, metavar="QUESTIONS", help="JSON lines, each with a question")
    asking.add_argument("--why", action="store_true", help="print tokens, candidates and scores instead")
    importing = add("import", import_items)
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE", help="jsonl, csv or xlsx")
    importing.add_argument(
        "--publish", action="store_true", help="records of the authoritative system: publish as they are"
    )
    add("export", export_items).add_argument(
        "file", type=Path, metavar="FILE", help="jsonl, csv or xlsx to write"
    )
    _learning(add("learn", learn))
    audit_commands.add_arguments(add("audit", audit))
    register_commands.sync_arguments(add("sync", sync))
    staff.add_arguments(add("staff", manage_staff))
    _planning(add("plan", plan))
    _calendar(add("calendar", calendar))
    return top


def _learning(command: argparse.ArgumentParser) -> None:
    """What `banshi learn` can do; --db may stand before or after it."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--db", metavar="URL", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    numbered = argparse.ArgumentParser(add_help=False, parents=[common])
    numbered.add_argument("number", type=int, metavar="N")
    wording = argparse.ArgumentParser(add_help=False, parents=[numbered])
    wording.add_argument(
        "--as", dest="alias", default="", metavar="ALIAS", help="another wording than was used"
    )
    wording.add_argument("--item", default="", metavar="ID", help="the item, where the words found none")
    wording.add_argument(
        "--every", action="store_true", help="ask every regression question, not only the near"
    )
    whats = command.add_subparsers(
        dest="what", required=True, metavar="list|show|accept|refuse|aliases|revoke"
    )
    whats.add_parser("list", parents=[common], help="proposals that enough people made")
    whats.add_parser("show", parents=[wording], help="what one would change")
    whats.add_parser("accept", parents=[wording], help="put one in force")
    whats.add_parser("refuse", parents=[numbered], help="never propose one again")
    whats.add_parser("aliases", parents=[common], help="accepted aliases, with who and when")
    revoking = whats.add_parser("revoke", parents=[common], help="take an accepted alias back")
    revoking.add_argument("alias", metavar="ALIAS")


def _planning(command: argparse.ArgumentParser) -> None:
    """What `banshi plan` can do."""
    whats = command.add_subparsers(dest="what", required=True, metavar="show|start")
    shown = whats.add_parser("show", help="every row of a plan with its reminders over a year")
    started = whats.add_parser("start", help="let a plan run: its reminders go out from today on")
    for one in (shown, started):
        one.add_argument("plan", metavar="NAME|FILE", help="a shipped plan by name, or a YAML or xlsx file")
        one.add_argument("--year", type=int, help="year to show, or that a table means")
    started.add_argument("--units", action="store_true", help="register the units that lead")


def _calendar(command: argparse.ArgumentParser) -> None:
    """What `banshi calendar` can do."""
    whats = command.add_subparsers(dest="what", required=True, metavar="import")
    one = whats.add_parser("import", help="a published notice of holidays, as its text or a table")
    one.add_argument("file", type=Path, metavar="FILE", help="text of the notice, or csv")
    one.add_argument("--year", type=int, help="the year that the text means")
    one.add_argument("--source", default="", metavar="URL", help="where it was published")


def main(words: list[str] | None = None) -> None:
    """Run one command and end with its exit code; mistakes are one line, never a traceback."""
    arguments = parser().parse_args(words)
    try:
        settings = read_settings()
    except WrongSettingsError as error:
        sys.exit(str(error))
    if arguments.db:
        settings = settings.model_copy(update={"db": arguments.db})
    logging.set_up(settings)
    try:
        sys.exit(asyncio.run(arguments.run(arguments, settings)))
    except (OSError, ChainError) as error:
        sys.exit(f"banshi: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
