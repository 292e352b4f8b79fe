"""Progress that nobody need report: what units submit, publish or report as nothing finishes tasks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from bot import liaison
from bot.clock import CHINA
from bot.services import Services
from item_store.audit import SYSTEM, Act
from item_store.cases import HandedIn
from item_store.deadlines import due_days
from item_store.due_days import DueDay
from item_store.records import Contact, TaskState
from item_store.reminding import LOOK_BACK, Situation, occurrence_id
from item_store.tasks import Plan, Task
from item_store.workflow import DRAFT, PUBLISHED, TAKEN_BACK

T = TypeVar("T")


async def take_over(services: Services, plan: Plan) -> int:
    """Mark as done what the item store shows to be done; says how many."""
    tasks = [task for task in plan.all_tasks if task.done_by]
    if not tasks:
        return 0
    situation, today = await liaison.situation(services, plan), liaison.today(services)
    seen = await _look(services)
    count = 0
    for task in tasks:
        for unit, day in _owed(situation, task, today):
            since = day.starts or plan.starts
            done_on = min((on for on in seen.days(task, unit) if since <= on <= today), default=None)
            if done_on:
                count += await _finish(services, day, unit, done_on)
    return count


@dataclass(frozen=True)
class Seen:
    """What stands in the store now, by unit."""

    cases: Mapping[str, Sequence[HandedIn]]
    drafts: Mapping[tuple[str, str], int]
    published: Mapping[str, Sequence[date]]
    zero: Mapping[str, Sequence[date]]
    receipts: Mapping[str, Sequence[date]]

    def days(self, task: Task, unit: str) -> Iterable[date]:
        """When anything that finishes the task came about."""
        for kind in task.done_by:
            yield from self._days(kind, unit)

    def _days(self, kind: str, unit: str) -> Sequence[date]:
        match kind:
            case "submitted":
                return [_day(case.opened_at) for case in self.cases.get(unit, ())]
            case "zero_report":
                return self.zero.get(unit, ())
            case "receipt":
                return self.receipts.get(unit, ())
            case "published":
                return self.published.get(unit, ()) if self._none_under_way(unit) else ()
        return self._all_handed_in(kind, unit)

    def _all_handed_in(self, template: str, unit: str) -> Sequence[date]:
        """The day of the last, unless one is still a draft or was sent back."""
        own = [case for case in self.cases.get(unit, ()) if case.template == template]
        if self.drafts.get((unit, template)) or any(case.at == DRAFT for case in own):
            return ()
        return [_day(own[-1].opened_at)] if own else ()

    def _none_under_way(self, unit: str) -> bool:
        return all(case.at in (PUBLISHED, TAKEN_BACK) for case in self.cases.get(unit, ()))


async def _look(services: Services) -> Seen:
    store = services.store
    cases = await store.handed_in()
    items = services.catalogue.of_agency
    return Seen(
        cases=_by_unit((case.unit, case) for case in cases if case.at != TAKEN_BACK),
        drafts=await store.open_drafts(),
        published=_by_unit(
            (unit.id, _day(item.published_at))
            for unit in await store.units()
            for item in items(unit.name)
            if item.published_at
        ),
        zero=_by_unit((report.unit, _day(report.at)) for report in await store.zero_reports()),
        receipts=_by_unit(
            (kept.record.unit, liaison.today(services)) for kept in await store.all_kept(Contact)
        ),
    )


def _by_unit(pairs: Iterable[tuple[str, T]]) -> Mapping[str, Sequence[T]]:
    found: dict[str, list[T]] = {}
    for unit, value in pairs:
        found.setdefault(unit, []).append(value)
    return found


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


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


async def _finish(services: Services, day: DueDay, unit: str, done_on: date) -> int:
    store, occurrence = services.store, occurrence_id(day, unit)
    kept = await store.kept(TaskState, occurrence)
    state = kept.record if kept else TaskState(due_id=day.id, unit=unit)
    update = {"done_on": done_on, "by": SYSTEM, "at": services.clock()}
    await store.keep(state.model_copy(update=update), kept.version if kept else 0)
    await store.cancel_deliveries(occurrence, "delivery.done")
    await store.record([Act(SYSTEM, "report", f"task:{occurrence}", {"done_on": done_on.isoformat()})])
    return 1
