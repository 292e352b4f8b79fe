"""`banshi plan` and `banshi calendar`: plans and holiday notices from the command line."""

import argparse
from pathlib import Path

from bot import plan_starting
from bot.clock import CHINA, system_clock
from bot.services import Services
from bot.settings import Settings
from bot.texts import Texts
from item_store.audit import SYSTEM
from item_store.calendar import import_notice
from item_store.calendar.notices import UnreadableNotice
from item_store.deadlines import TaskReminders, reminders_of
from item_store.owing import collectives
from item_store.plans import PlanError, load_plan, plan_names
from item_store.records import CalendarYear, calendar_year
from item_store.tasks import Plan
from item_store.units import Unit


def plan_named(name: str, year: int | None) -> Plan:
    """A shipped plan by name, or one in a file. Raises PlanError."""
    path = Path(name)
    if name in plan_names() or not path.exists():
        return load_plan(name)
    return plan_starting.plan_of_file(path.name, path.read_bytes(), year or _this_year())


def _this_year() -> int:
    """The year that a table means which names none."""
    return system_clock().astimezone(CHINA).year


def show(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print every row of a plan with its reminders over a year."""
    texts = Texts(settings.locale)
    try:
        plan = plan_named(arguments.plan, arguments.year)
    except PlanError as error:
        print(plan_starting.problem_text(error, texts))
        return 1
    year = arguments.year or plan.year
    print(texts.say("plan.shown", title=plan.title, year=year, count=len(plan.all_tasks)))
    for row in reminders_of(plan, year):
        print("\n".join(_lines(row, texts)))
    return 0


def _lines(row: TaskReminders, texts: Texts) -> list[str]:
    task = row.task
    head = texts.say(
        "plan.shown_row",
        number=task.number,
        work=task.work,
        lead="、".join(task.lead),
        deadline=task.deadline,
    )
    waits = [texts.say("plan.shown_waits", event=event or task.deadline) for event in row.waits_for]
    days = [
        texts.say(
            "plan.shown_provisional" if each.provisional else "plan.shown_reminder",
            on=each.on.isoformat(),
            stage=_stage(str(each.stage), texts),
            due=each.due.isoformat(),
            role=texts.say(f"plan.role.{each.role}") if texts.knows(f"plan.role.{each.role}") else each.role,
        )
        for each in row.reminders
    ]
    return [head, *waits, *days]


def _stage(stage: str, texts: Texts) -> str:
    kind, _, days = stage.partition("-")
    return texts.say(f"plan.stage.{kind}", days=days)


async def start(arguments: argparse.Namespace, services: Services) -> int:
    """Let a plan run: its reminders go out from today on."""
    texts = Texts(services.settings.locale)
    try:
        plan = plan_named(arguments.plan, arguments.year)
        if arguments.units:
            await _add_units(services, plan)
        started = await plan_starting.start(services, plan, SYSTEM)
    except PlanError as error:
        print(plan_starting.problem_text(error, texts))
        return 1
    print(texts.say("plan.started", title=plan.title, count=len(plan.all_tasks)))
    if started.unknown:
        print(texts.say("plan.unknown_units", names="、".join(started.unknown)))
    return 0


async def _add_units(services: Services, plan: Plan) -> None:
    """Register the units that lead, as far as they are named one by one and not known yet."""
    known = {unit.name for unit in await services.store.units()}
    for name in dict.fromkeys(name for task in plan.all_tasks for name in task.lead):
        if name not in known and name not in collectives():
            await services.store.put_unit(Unit(name, name))


async def import_calendar(arguments: argparse.Namespace, services: Services) -> int:
    """Take over a published notice of holidays, from its text or a table."""
    texts = Texts(services.settings.locale)
    read = import_notice(_text_of(arguments.file), arguments.year, arguments.source)
    if isinstance(read, UnreadableNotice):
        print(texts.say(read.why, **read.details))
        return 1
    kept = await services.store.kept(CalendarYear, str(read.year))
    await services.store.keep(calendar_year(read, SYSTEM), kept.version if kept else 0)
    rest = sum(day.rests for day in read.days)
    print(texts.say("notice.imported", year=read.year, rest=rest, work=len(read.days) - rest))
    return 0


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")
