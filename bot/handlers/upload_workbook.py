"""上传工作簿: an official workbook becomes drafts, with a list of the cells to mend."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence

from bot import options, prompts
from bot.handlers import my_drafts
from bot.messages import Choice, Replies, Reply
from bot.rights import permitted, who
from bot.turn import Turn
from bot.uploads import Laid, Outcome, Unit, lay_down
from item_store.draft_workbooks import REQUIRED, RowDraft, is_workbook, read_drafts
from item_store.fields import FIELD, Field
from item_store.files import MAX_FILE
from item_store.importing import ImportReport, Problem
from item_store.kinds import Unreadable
from item_store.people import Person, Right
from item_store.rows import RefusedFileError

LINES = 20
"""Cells listed; opening a draft asks for all of its own."""

TITLES = 6
"""Lacking fields named of a row; all are counted."""

BUTTONS = 8
WIDTH = 24
"""Characters of a value that a line repeats."""

REFUSALS = (REQUIRED, "import.duplicate", "import.long_id")
"""For these the import itself leaves a row out."""


def wants(turn: Turn) -> bool:
    """A file while no draft is open; in one, the dialogue looks whether it is a workbook."""
    own = turn.incoming.file is not None and not turn.incoming.group
    return own and not turn.session.task.get("draft")


async def handle(turn: Turn) -> Replies:
    """For those who may fill in items; other files belong to a field that is asked."""
    person = await who(turn)
    if person is None or not person.units_with(Right.FILL):
        return [Reply(turn.say("staff.not_allowed"))]
    turn.session.task["staff"] = person.id
    told = await taken(turn, person)
    choices = (my_drafts.list_button(turn), my_drafts.new_button(turn))
    return [told or Reply(turn.say("upload.no_draft"), choices=choices)]


async def taken(turn: Turn, person: Person) -> Reply | None:
    """The file as a workbook; None when it is none, or has no table of items."""
    file = turn.incoming.file
    if file is None or not is_workbook(file.name):
        return None
    if len(file.content) > MAX_FILE:
        return Reply(turn.say("file.too_large", name=file.name, limit=MAX_FILE // 1024 // 1024))
    try:
        report, rows = await asyncio.to_thread(read_drafts, file.name, file.content)
    except RefusedFileError as refused:
        if refused.why == "import.no_table" and turn.session.task.get("draft"):
            return None
        why = turn.say(refused.why, **refused.details)
        return Reply(turn.say("import.refused", file=file.name, why=why))
    return await _told(turn, report, await _all_laid(turn, person, rows))


async def _all_laid(turn: Turn, person: Person, rows: Sequence[RowDraft]) -> list[Outcome]:
    """Each row for the unit its agency names, else for the first one the person fills in for."""
    units = {unit: await my_drafts.unit_name(turn, unit) for unit in person.units_with(Right.FILL)}
    by_name = {name: unit for unit, name in units.items()}
    outcomes: list[Outcome] = []
    for unit, name in units.items():
        own = [row for row in rows if by_name.get(row.item.text("agency"), next(iter(units))) == unit]
        if own and await permitted(turn, Right.FILL, unit, "workbook"):
            drafts = await turn.services.store.drafts_of(unit)
            outcomes += await lay_down(turn.services, person, Unit(unit, name, drafts), own)
    return outcomes


async def _told(turn: Turn, report: ImportReport, outcomes: Sequence[Outcome]) -> Reply:
    """The counts, the cells to mend, what was not laid down and why, and buttons to open the drafts."""
    counts = Counter(outcome.laid for outcome in outcomes)
    kept = [o for o in outcomes if o.laid in (Laid.NEW, Laid.CHANGED, Laid.UNCHANGED)]
    lines = [
        turn.say(
            "upload.done",
            file=report.path.name,
            rows=report.rows,
            refused=report.refused,
            **{laid.value: counts[laid] for laid in (Laid.NEW, Laid.CHANGED, Laid.UNCHANGED)},
        )
    ]
    if report.unknown:
        lines.append(turn.say("import.unknown_keys", keys="、".join(report.unknown)))
    lines += _mending(turn, report, kept)
    lines += [_not_laid(turn, outcome) for outcome in outcomes if outcome not in kept][:LINES]
    choices = (*_open_buttons(turn, kept), my_drafts.list_button(turn))
    return Reply("\n".join(lines), choices=choices)


def _mending(turn: Turn, report: ImportReport, kept: Sequence[Outcome]) -> Iterable[str]:
    """Rows that were refused and cells that are wrong, one by one; then what each row still lacks."""
    refused = [problem for problem in report.problems if problem.rule in REFUSALS]
    told = [problem for outcome in kept for problem in outcome.row.problems]
    wrong = {(p.sheet, p.row, p.field): p for p in (*refused, *told) if p in refused or p.rule != REQUIRED}
    lines = [_line(turn, problem) for problem in wrong.values()]
    lines += [_lacking(turn, outcome.row) for outcome in kept if outcome.row.lacking]
    if lines:
        yield turn.say("upload.mend", count=len(wrong) + sum(len(o.row.lacking) for o in kept))
    yield from lines[:LINES]
    if len(lines) > LINES:
        yield turn.say("upload.more", count=len(lines) - LINES)


def _line(turn: Turn, problem: Problem) -> str:
    """Sheet, row, column, what is wrong there, and how to mend it."""
    field = FIELD.get(problem.field)
    details = {"text": problem.text, **problem.details}
    why = turn.say(problem.rule, **{key: cut(value) for key, value in details.items()})
    how = turn.say("upload.how", text=_how(field, problem)) if field else ""
    at = _at(turn, problem)
    return turn.say("upload.cell", at=at, title=field.title if field else "", why=why, how=how).strip()


def _how(field: Field, problem: Problem) -> str:
    near = options.mended(field.kind, problem.text, Unreadable(problem.rule)) if problem.text else ()
    choices = near or field.kind.choices
    return "／".join(choices[: options.FEW]) or cut(field.example)


def _at(turn: Turn, problem: Problem) -> str:
    column = turn.say("upload.column", letter=problem.column) if problem.column else ""
    return turn.say("upload.at", sheet=problem.sheet, row=problem.row, column=column).strip()


def _lacking(turn: Turn, row: RowDraft) -> str:
    """What a row lacks, in one line, with the columns."""
    first, count = row.lacking[0], len(row.lacking)
    titles = [FIELD[p.field].title + (f" {p.column}" if p.column else "") for p in row.lacking[:TITLES]]
    at = turn.say("upload.at", sheet=first.sheet, row=first.row, column="").strip()
    return turn.say("upload.lacking", at=at, count=count, titles="、".join(titles))


def cut(text: str) -> str:
    """A text that does not fill the list alone."""
    text = text.replace("\n", " ")
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"


def _not_laid(turn: Turn, outcome: Outcome) -> str:
    return turn.say(f"upload.{outcome.laid}", name=prompts.cut(outcome.row.item.name), row=outcome.row.row)


def _open_buttons(turn: Turn, kept: Sequence[Outcome]) -> list[Choice]:
    """Those with most to mend first."""
    ordered = sorted(kept, key=lambda outcome: -len(outcome.row.problems))
    return [
        Choice(
            turn.say("upload.open", name=prompts.cut(o.row.item.name), count=len(o.row.problems)),
            {"do": "open", "draft": o.draft},
        )
        for o in ordered[:BUTTONS]
    ]
