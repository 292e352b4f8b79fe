"""Starting a plan, from a shipped example, a file or a dialogue, on the command line or by staff."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath

from bot import liaison
from bot.services import Services
from bot.texts import Texts
from item_store.audit import Act
from item_store.contract import Conflict
from item_store.owing import named
from item_store.plans import PlanError, PlanProblem, load_plan, plan_names, read_plan
from item_store.plans.workbook import PlanTitle, read_plan_workbook
from item_store.records import StartedPlan
from item_store.tasks import Plan


@dataclass(frozen=True, slots=True)
class Started:
    """It runs; `unknown` are names of leads that stand for no unit, who can be reminded of nothing."""

    plan: Plan
    unknown: tuple[str, ...]


def plan_of_file(name: str, content: bytes, year: int, starts: date | None = None) -> Plan:
    """A plan from YAML, or from a workbook that is named as the file. Raises PlanError."""
    path = PurePath(name)
    if path.suffix.lower() == ".xlsx":
        return read_plan_workbook(content, PlanTitle(plan_name(path.stem), path.stem, year, starts))
    try:
        return read_plan(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PlanError(PlanProblem("", "plan.not_yaml")) from error


def plan_name(title: str) -> str:
    """A name of small letters, digits and lines for a title in any script; the same title has the same."""
    ascii_part = "".join(c if c.isascii() and c.isalnum() else "-" for c in title.lower()).strip("-")
    kept = "-".join(part for part in ascii_part.split("-") if part)
    if kept and len(kept) >= len(title):
        return kept
    digest = hashlib.sha256(title.encode()).hexdigest()[:8]
    return f"{kept}-{digest}" if kept else f"plan-{digest}"


def shipped(name: str) -> Plan | None:
    return load_plan(name) if name in plan_names() else None


async def start(services: Services, plan: Plan, by: str) -> Started:
    """From today on; a plan that runs is replaced, and what was reported of it stays."""
    store = services.store
    yesterday = liaison.today(services) - timedelta(days=1)
    kept = await store.kept(StartedPlan, plan.name)
    looked = kept.record.looked_until if kept and not kept.record.ended else yesterday
    started = StartedPlan(plan=plan, started_by=by, looked_until=looked)
    if isinstance(await store.keep(started, kept.version if kept else 0), Conflict):
        raise PlanError(PlanProblem(plan.name, "plan.changed_meanwhile"))
    await store.record([Act(by, "start_plan", f"plan:{plan.name}", {"tasks": len(plan.all_tasks)})])
    units = {unit.id: unit for unit in await store.units()}
    leads = [name for task in plan.all_tasks for name in task.lead]
    return Started(plan, named(dict.fromkeys(leads), units).unknown)


async def end(services: Services, name: str, by: str) -> bool:
    """No more reminders; what still waits is not sent."""
    store = services.store
    kept = await store.kept(StartedPlan, name)
    if kept is None or kept.record.ended:
        return False
    await store.keep(kept.record.model_copy(update={"ended": True}), kept.version)
    await store.record([Act(by, "end_plan", f"plan:{name}")])
    return True


def problem_text(error: PlanError, texts: Texts) -> str:
    """Where and why, a line each, with how to mend it."""
    lines = []
    for problem in error.problems:
        key, _, detail = problem.why.partition(": ")
        why = texts.say(key) if texts.knows(key) else problem.why
        where = " ".join(filter(None, (problem.where, detail)))
        lines.append(texts.say("plan.problem", where=where or "-", why=why))
    return "\n".join(lines)
