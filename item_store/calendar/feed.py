"""Due days as iCalendar: the same id for ever, a sequence that rises with changes, cancelled ones kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from item_store.deadlines import due_days
from item_store.records import FeedEvent
from item_store.reminding import Situation

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//banshi//liaison//ZH"
BACK, AHEAD = timedelta(days=183), timedelta(days=400)
REFRESH = "PT6H"


def wanted_events(situation: Situation, units: Iterable[str], today: date) -> list[FeedEvent]:
    """What the calendars of these units should show, as nobody has been told it yet."""
    plan, standing, asked = situation.plan, situation.standing, set(units)
    events: dict[str, FeedEvent] = {}
    for task in plan.all_tasks:
        days = due_days(
            task, today - BACK, today + AHEAD, plan.schedule, situation.calendar, events=situation.events
        )
        for day in days:
            for unit in set(standing.owners(day, situation.registry.units)) & asked:
                current = standing.current(day, unit)
                state = standing.state(current.id, unit)
                mark = "✓ " if state.done_on else ""
                event = FeedEvent(
                    due_id=day.id,
                    unit=unit,
                    day=current.due,
                    summary=f"{mark}{task.work}{f'（{day.what}）' if day.what else ''}",
                    description="\n".join(filter(None, (plan.title, task.key_task, task.deadline))),
                    cancelled=bool(state.handed_to),
                )
                events[event.key] = event
    return list(events.values())


def told_events(
    wanted: Sequence[FeedEvent], told: Sequence[FeedEvent], now: datetime
) -> tuple[list[FeedEvent], list[FeedEvent]]:
    """All events as the calendar shows them from now on, and those of them that have to be saved."""
    before = {event.key: event for event in told}
    named = {event.key for event in wanted}
    gone = [event.model_copy(update={"cancelled": True}) for key, event in before.items() if key not in named]
    every, changed = [], []
    for event in (*wanted, *gone):
        old = before.get(event.key)
        if old and _content(old) == _content(event):
            every.append(old)
            continue
        new = event.model_copy(update={"sequence": old.sequence + 1 if old else 0, "changed_at": now})
        if old or not new.cancelled:
            every.append(new)
            changed.append(new)
    return every, changed


def _content(event: FeedEvent) -> tuple[object, ...]:
    return event.day, event.summary, event.description, event.cancelled


def uid(event: FeedEvent) -> str:
    return f"{uuid5(NAMESPACE_URL, event.key)}@banshi"


def calendar_text(title: str, events: Iterable[FeedEvent], names: Mapping[str, str]) -> bytes:
    """The feed; a day-long event each, without an alarm: the reminders come by themselves."""
    from icalendar import Calendar  # several MB that a process without feeds need not hold

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-published-ttl", REFRESH)
    for event in sorted(events, key=lambda each: (each.day, each.key)):
        calendar.add_component(_component(event, names))
    text: bytes = calendar.to_ical()
    return text


def _component(event: FeedEvent, names: Mapping[str, str]) -> "Event":
    from icalendar import Event

    component = Event()
    changed = event.changed_at or datetime.now(UTC)
    component.add("uid", uid(event))
    component.add("sequence", event.sequence)
    component.add("dtstamp", changed)
    component.add("last-modified", changed)
    component.add("dtstart", event.day)
    component.add("dtend", event.day + timedelta(days=1))
    component.add("summary", f"{names.get(event.unit, event.unit)}：{event.summary}")
    component.add("description", event.description)
    component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    component.add("transp", "TRANSPARENT")
    return component
