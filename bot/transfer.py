"""Bringing items in and out on the command line, with a progress bar and a report row by row."""

import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from bot.settings import Settings
from bot.texts import Texts
from item_store.excel import TooLongForCellError
from item_store.exporting import export_items
from item_store.fields import FIELD
from item_store.importing import ImportReport, Problem, RefusedFileError, import_file
from item_store.store import open_store

SHOWN = 50
"""Problems printed; the rest are counted."""

WIDTH = 60
"""Characters shown of a value or a closed list."""


async def import_files(paths: Sequence[Path], settings: Settings, publish: bool) -> int:
    """Import file after file; 1 when a file was refused or a row could not be taken."""
    texts = Texts(settings.locale)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = await open_store(settings.database_url())
    failed = False
    try:
        for path in paths:
            try:
                with Progress(path) as progress:
                    report = await import_file(path, store, publish, progress)
            except RefusedFileError as error:
                print(texts.say("import.refused", file=path.name, why=texts.say(error.why, **error.details)))
                failed = True
            else:
                print("\n".join(report_lines(report, texts)))
                failed = failed or report.refused > 0
    finally:
        await store.close()
    return int(failed)


async def export_file(path: Path, settings: Settings) -> int:
    """Write all published items, in the format that the path ends with."""
    texts = Texts(settings.locale)
    store = await open_store(settings.database_url())
    try:
        count = await export_items(store, path)
    except RefusedFileError as error:
        print(texts.say("export.refused", file=path.name, why=texts.say(error.why, **error.details)))
        return 1
    except TooLongForCellError as error:
        why = texts.say("export.long_cell", item=error.item_id, field=error.title)
        print(texts.say("export.refused", file=path.name, why=why))
        return 1
    finally:
        await store.close()
    print(texts.say("export.done", count=count, file=path))
    return 0


class Progress:
    """A bar on the terminal, called with the rows done and about how many there are."""

    def __init__(self, path: Path) -> None:
        self._bar = tqdm(desc=path.name, unit=" rows", file=sys.stderr, disable=None)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    def __call__(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)


def report_lines(report: ImportReport, texts: Texts) -> list[str]:
    """What was imported, and what is to be mended where."""
    counts = {name: getattr(report, name) for name in ("rows", "new", "changed", "unchanged", "refused")}
    lines = [texts.say("import.done", file=report.path.name, **counts)]
    if report.unknown:
        unknown = "、".join(f"{key}×{count}" for key, count in report.unknown.most_common())
        lines.append(texts.say("import.unknown_keys", keys=unknown))
    lines += [problem_line(problem, texts) for problem in report.problems[:SHOWN]]
    more = len(report.problems) - SHOWN + report.more_problems
    return [*lines, texts.say("import.more_problems", count=more)] if more > 0 else lines


def problem_line(problem: Problem, texts: Texts) -> str:
    """Row, field, rule, the value, and whether it was kept."""
    title = FIELD[problem.field].title if problem.field in FIELD else problem.field
    kept = texts.say("import.kept" if problem.kept else "import.left_out")
    details = {"text": problem.text, **problem.details}
    why = texts.say(problem.rule, **{key: cut(value) for key, value in details.items()})
    return texts.say("import.problem", row=problem.row, sheet=problem.sheet, field=title, why=why, kept=kept)


def cut(text: str) -> str:
    """A text that fits a line of the report."""
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}……"
