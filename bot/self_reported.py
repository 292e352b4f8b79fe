"""Progress that nobody need report: what units submit, publish or report as nothing finishes tasks."""

from collections.abc import Iterable
from datetime import date

from bot import liaison
from bot.clock import CHINA
from bot.services import Services
from item_store.audit import SYSTEM, Act
from item_store.deadlines import due_days
from item_store.due_days import DueDay
from item_store.records import TaskState
from item_store.reminding import LOOK_BACK, Situation, occurrence_id
from item_store.tasks import Plan, Task


async def take_over(services: Services, plan: Plan) -> int:
    """Mark as done what the item store shows to be done; says how many."""
    tasks = [task for task in plan.all_tasks if task.done_by]
    if not tasks:
        return 0
    situation, today = await liaison.situation(services, plan), liaison.today(services)
    count = 0
    for task in tasks:
        for unit, day in _owed(situation, task, today):
            done_on = await _done_on(services, task, unit, day.starts or plan.starts)
            if done_on and done_on <= today:
                count += await _finish(services, day, unit, done_on)
    return count


def _owed(situation: Situation, task: Task, today: date) -> Iterable[tuple[str, DueDay]]:
    days = due_days(
        task,
        today - LOOK_BACK,
        today + LOOK_BACK,
        situation.plan.schedule,
        situation.calendar,
        events=situation.events,
    )
    for day in days:
        yield from situation.standing.owing(day, situation.registry.units)


async def _done_on(services: Services, task: Task, unit: str, since: date) -> date | None:
    """The first day from `since` on which any of what finishes the task came about."""
    store = services.store
    moments = []
    if "submitted" in task.done_by:
        moments += [case.opened_at for case in await store.cases_of_unit(unit, limit=10_000)]
    if "zero_report" in task.done_by:
        moments += [report.at for report in await store.zero_reports() if report.unit == unit]
    if "published" in task.done_by:
        known = await store.unit(unit)
        items = services.catalogue.of_agency(known.name) if known else []
        moments += [item.published_at for item in items if item.published_at]
    days = (moment.astimezone(CHINA).date() for moment in moments)
    return min((day for day in days if day >= since), default=None)


async def _finish(services: Services, day: DueDay, unit: str, done_on: date) -> int:
    store, occurrence = services.store, occurrence_id(day, unit)
    kept = await store.kept(TaskState, occurrence)
    state = kept.record if kept else TaskState(due_id=day.id, unit=unit)
    update = {"done_on": done_on, "by": SYSTEM, "at": services.clock()}
    await store.keep(state.model_copy(update=update), kept.version if kept else 0)
    await store.cancel_deliveries(occurrence, "delivery.done")
    await store.record([Act(SYSTEM, "report", f"task:{occurrence}", {"done_on": done_on.isoformat()})])
    return 1
