"""A bulletin in words, as Excel, and the figures it is made from."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import liaison
from bot.messages import File, Reply
from bot.services import Services
from bot.texts import Texts
from item_store.bulletins import Bulletin, Figures, Line, Standing, bulletin
from item_store.bulletins.charts import Bar, Series, bars
from item_store.bulletins.workbook import LINE_COLUMNS, UNIT_COLUMNS, bulletin_workbook
from item_store.deadline_shapes import Cycle
from item_store.tasks import Plan
from item_store.workflow import Action

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTED = 12
"""Overdue lines told in a message; the page and the workbook have all."""

WITH_WORKBOOK = (Cycle.MONTH, Cycle.QUARTER, Cycle.YEAR)


async def build(services: Services, plan: Plan, kind: Cycle, day: date) -> Bulletin:
    """The bulletin as it stands in the store now."""
    situation = await liaison.situation(services, plan)
    return bulletin(situation, kind, day, await figures(services, situation.registry.units))


async def figures(services: Services, units: Mapping[str, Any]) -> dict[str, Figures]:
    """What units have done on items, for those that have done anything."""
    zero = {report.unit for report in await services.store.zero_reports()}
    found = {}
    for unit in units.values():
        cases = await services.store.cases_of_unit(unit.id, limit=10_000)
        returned = sum(o.action is Action.RETURN for case in cases for o in case.opinions)
        published = len(services.catalogue.of_agency(unit.name))
        if cases or published or unit.id in zero:
            found[unit.id] = Figures(len(cases), returned, published, unit.id in zero)
    return found


def title(told: Bulletin, texts: Texts) -> str:
    return texts.say(
        "bulletin.title",
        kind=texts.say(f"bulletin.kind.{told.kind}"),
        plan=told.title,
        day=told.day.isoformat(),
    )


async def of_delivery(services: Services, plan: Plan, data: Mapping[str, Any], texts: Texts) -> Reply:
    """The message that goes to a group."""
    kind = Cycle(data["cycle"])
    told = await build(services, plan, kind, date.fromisoformat(data["day"]))
    file = workbook(told, texts) if kind in WITH_WORKBOOK else None
    return Reply(message(told, texts), file=file)


def message(told: Bulletin, texts: Texts) -> str:
    """Counts, the units that are named, and who owes what."""
    say = texts.say
    counts = {standing.value: told.count(standing) for standing in Standing}
    overdue = told.of(Standing.OVERDUE)
    named = "、".join(told.names[unit] for unit in told.named)
    lines = [line_of(line, told, texts) for line in overdue[:LISTED]]
    period = say("bulletin.period", first=told.first.isoformat(), last=told.last.isoformat())
    parts = [
        title(told, texts),
        period,
        say("bulletin.counts", owed=told.owed, **counts),
        say("bulletin.named", units=named) if named else "",
        say("bulletin.overdue") if lines else say("bulletin.nothing_overdue"),
        *lines,
        say("bulletin.more", count=len(overdue) - LISTED) if len(overdue) > LISTED else "",
    ]
    return "\n".join(filter(None, parts))


def line_of(line: Line, told: Bulletin, texts: Texts) -> str:
    return texts.say(
        "bulletin.line",
        unit=told.names.get(line.unit, line.unit),
        work=line.day.task.work,
        deadline=line.day.task.deadline,
        days=line.days,
    )


def picture(told: Bulletin, texts: Texts) -> str:
    """How the units stand, as SVG."""
    series = [Series(each.value, texts.say(f"bulletin.standing.{each}")) for each in Standing]
    rows = [Bar(row.name, tuple(row.count(each) for each in Standing)) for row in told.units if row.owed]
    return bars(title(told, texts), series, rows)


def workbook(told: Bulletin, texts: Texts) -> File:
    """The same as Excel."""
    keys = {key for key, _ in (*UNIT_COLUMNS, *LINE_COLUMNS)}
    words = {key: texts.say(f"bulletin.column.{key}") for key in keys}
    words |= {each.value: texts.say(f"bulletin.standing.{each}") for each in Standing}
    words |= {key: texts.say(f"bulletin.{key}") for key in ("sheet_units", "sheet_lines")}
    name = texts.say(f"bulletin.kind.{told.kind}")
    content = bulletin_workbook(told, title(told, texts), words)
    return File(f"{name}-{told.plan}-{told.day:%Y%m%d}.xlsx", content, EXCEL)
