"""What liaison work needs, read together from the store: calendar, registry, plans and what was reported."""

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.clock import CHINA
from bot.services import Services
from bot.settings import Settings
from item_store.calendar import Calendar, shipped_calendar
from item_store.contract import ItemStore
from item_store.due_days import Events
from item_store.owing import Standing
from item_store.records import CalendarYear, Contact, Group, Kept, StartedPlan, TaskEvent, TaskState
from item_store.reminding import Registry, Situation
from item_store.tasks import Plan

DELIVERABLE = frozenset({"telegram"})
"""Channels on which a single person can be reached without having just spoken."""


async def calendar(store: ItemStore) -> Calendar:
    """The shipped calendar with the notices that were imported since."""
    known = shipped_calendar()
    for kept in await store.all_kept(CalendarYear):
        known = known.with_notice(kept.record.notice)
    return known


async def registry(store: ItemStore) -> Registry:
    return Registry(
        units={unit.id: unit for unit in await store.units()},
        groups=[kept.record for kept in await store.all_kept(Group)],
        contacts=[kept.record for kept in await store.all_kept(Contact)],
        people=await store.people(),
        channels=DELIVERABLE,
    )


async def running_plans(store: ItemStore) -> Sequence[Kept[StartedPlan]]:
    return [kept for kept in await store.all_kept(StartedPlan) if not kept.record.ended]


async def standing(store: ItemStore, plan: str = "") -> Standing:
    """What units have reported of one plan, or of all."""
    under = f"{plan}/" if plan else ""
    return Standing.of(kept.record for kept in await store.all_kept(TaskState, under))


async def events(store: ItemStore, plan: str = "") -> Events:
    """The days from which tasks' times count."""
    kept = await store.all_kept(TaskEvent, f"{plan}/" if plan else "")
    return {(each.record.task, each.record.event): each.record.day for each in kept}


async def situation(services: Services, plan: Plan) -> Situation:
    """All that the reminders of a plan depend on."""
    store = services.store
    return Situation(
        plan=plan,
        registry=await registry(store),
        calendar=await calendar(store),
        standing=await standing(store, plan.name),
        events=await events(store, plan.name),
        at=time.fromisoformat(services.settings.reminder_time),
        zone=CHINA,
    )


def today(services: Services) -> date:
    """The day in China."""
    return services.clock().astimezone(CHINA).date()


def is_quiet(now: datetime, settings: Settings, known: Calendar) -> bool:
    """Whether nobody is to be disturbed: outside the hours of work, and on days off."""
    here = now.astimezone(CHINA)
    start, _, end = settings.reminder_hours.partition("-")
    in_hours = time.fromisoformat(start) <= here.time() < time.fromisoformat(end)
    return not in_hours or not known.is_working_day(here.date())
