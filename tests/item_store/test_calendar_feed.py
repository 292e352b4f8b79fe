"""The calendar feed, read back by another parser: stable ids, rising sequences, cancelled events."""

from datetime import UTC, date, datetime, timedelta

import vobject

from item_store.calendar import shipped_calendar
from item_store.calendar.feed import calendar_text, told_events, uid, wanted_events
from item_store.owing import Standing
from item_store.plans import plan_from
from item_store.records import FeedEvent, TaskState
from item_store.reminding import Registry, Situation
from item_store.units import Unit

NOW, LATER = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
TODAY = date(2026, 3, 2)
UNITS = {"a": Unit("a", "甲局"), "b": Unit("b", "乙局")}


def situation(*states: TaskState, deadline: str = "3月31日前") -> Situation:
    tasks = [
        {"number": "1", "work": "报送清单；含附件，逐项核对", "lead": ["甲局", "乙局"], "deadline": deadline},
        {"number": "2", "work": "扫描", "lead": ["甲局"], "deadline": "每月底"},
    ]
    base = {"name": "p", "title": "示例", "year": 2026, "starts": "2026-01-01", "ends": "2026-06-30"}
    return Situation(
        plan_from({**base, "tasks": tasks}), Registry(UNITS), shipped_calendar(), Standing.of(states)
    )


def read_back(text: bytes) -> list[dict[str, str]]:
    """A parser of our own, by the letter of RFC 5545: unfold, split, unescape."""
    assert text.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    lines = text.decode().replace("\r\n ", "").split("\r\n")
    events: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name != "END":
            plain = value.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
            events[-1][name.partition(";")[0]] = plain
    return events


def first_told(deadline: str = "3月31日前") -> list[FeedEvent]:
    return told_events(wanted_events(situation(deadline=deadline), ["a"], TODAY), [], NOW)[0]


def test_the_feed_is_read_back() -> None:
    events = first_told()
    found = read_back(calendar_text("日历", events, {"a": "甲局"}))
    assert len(found) == len(events) == 7
    march = next(event for event in found if "报送" in event["SUMMARY"])
    assert march["SUMMARY"] == "甲局：报送清单；含附件，逐项核对"
    assert (march["DTSTART"], march["DTEND"], march["SEQUENCE"]) == ("20260331", "20260401", "0")
    assert march["STATUS"] == "CONFIRMED"
    assert len({event["UID"] for event in found}) == 7


def test_another_program_reads_the_same() -> None:
    state = TaskState(due_id="p/1:1:20260331", unit="a", until=date(2026, 4, 15))
    events, _ = told_events(wanted_events(situation(state), ["a"], TODAY), first_told(), LATER)
    calendar = vobject.readOne(calendar_text("日历", events, {"a": "甲局"}).decode())
    found = {event.uid.value: event for event in calendar.vevent_list}
    assert set(found) == {uid(event) for event in events}
    for event in events:
        read = found[uid(event)]
        assert read.dtstart.value == event.day
        assert read.dtend.value - read.dtstart.value == timedelta(days=1)
        assert read.sequence.value == str(event.sequence)
        assert read.summary.value == f"甲局：{event.summary}"


def test_nothing_new_is_told_the_same() -> None:
    events = first_told()
    again, changed = told_events(wanted_events(situation(), ["a"], TODAY), events, LATER)
    assert changed == []
    assert calendar_text("日历", again, {}) == calendar_text("日历", events, {})


def test_an_extension_keeps_the_id_and_raises_the_sequence() -> None:
    events = first_told()
    state = TaskState(due_id="p/1:1:20260331", unit="a", until=date(2026, 4, 15))
    _, (changed,) = told_events(wanted_events(situation(state), ["a"], TODAY), events, LATER)
    before = next(event for event in events if event.due_id == "p/1:1:20260331")
    assert uid(changed) == uid(before)
    assert (changed.day, changed.sequence, changed.changed_at) == (date(2026, 4, 15), 1, LATER)


def test_what_falls_away_is_cancelled_and_not_told_twice() -> None:
    events = first_told()
    moved = wanted_events(situation(deadline="4月30日前"), ["a"], TODAY)
    every, changed = told_events(moved, events, LATER)
    gone = next(event for event in changed if event.cancelled)
    assert (gone.due_id, gone.sequence) == ("p/1:1:20260331", 1)
    statuses = [event["STATUS"] for event in read_back(calendar_text("日历", every, {}))]
    assert statuses.count("CANCELLED") == 1
    assert told_events(moved, every, LATER)[1] == []


def test_a_handed_over_task_leaves_one_calendar_and_enters_the_other() -> None:
    state = TaskState(due_id="p/2:1:20260331", unit="a", handed_to="b")
    events, _ = told_events(wanted_events(situation(state), ["a"], TODAY), first_told(), LATER)
    assert [event.due_id for event in events if event.cancelled] == ["p/2:1:20260331"]
    assert "p/2:1:20260331" in {event.due_id for event in wanted_events(situation(state), ["b"], TODAY)}


def test_what_was_never_told_is_not_cancelled() -> None:
    state = TaskState(due_id="p/2:1:20260331", unit="a", handed_to="b")
    events, changed = told_events(wanted_events(situation(state), ["a"], TODAY), [], NOW)
    assert not [event for event in (*events, *changed) if event.cancelled]
