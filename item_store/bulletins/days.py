"""When a plan's bulletins are due, and to which groups they go."""

from collections.abc import Iterator
from datetime import date, timedelta

from item_store.bulletins import KINDS
from item_store.deadline_shapes import Cycle
from item_store.deadlines import due_days
from item_store.deliveries import NewDelivery
from item_store.owing import named
from item_store.reminding import Situation

URGENCY = 70
STAGE = "bulletin"
AHEAD = timedelta(days=21)
"""A due day at the end of a long holiday is spoken of before it."""


def bulletins_due(situation: Situation, first: date, last: date) -> list[NewDelivery]:
    """One delivery for each group of the plan; of several days missed only the last of a kind."""
    found: dict[tuple[Cycle, str], NewDelivery] = {}
    for on, kind, due in sorted(_days(situation, first, last)):
        for address in groups_of(situation):
            found[kind, address] = NewDelivery(
                occurrence=f"bulletin:{situation.plan.name}:{kind}:{due:%Y%m%d}",
                recipient=address,
                stage=STAGE,
                not_before=situation.moment(on),
                urgency=URGENCY,
                data={"kind": STAGE, "plan": situation.plan.name, "cycle": kind, "day": on.isoformat()},
            )
    return list(found.values())


def _days(situation: Situation, first: date, last: date) -> Iterator[tuple[date, Cycle, date]]:
    """The plan's rows of supervision say how often; each is given on the last working day by then."""
    plan, calendar = situation.plan, situation.calendar
    for task in plan.supervision:
        for due in due_days(task, first, last + AHEAD, plan.schedule, calendar):
            on = calendar.working_day_on_or_before(due.due).date
            if due.cycle in KINDS and first <= on <= last:
                yield on, due.cycle, due.due


def groups_of(situation: Situation) -> list[str]:
    """The groups bound to units that the plan names."""
    plan, registry = situation.plan, situation.registry
    names = [name for task in plan.all_tasks for name in (*task.lead, *task.cooperating)]
    units = set(named(names, registry.units).units)
    return [group.address for group in registry.groups if not group.closed and units & set(group.units)]
