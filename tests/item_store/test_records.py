"""Plain records: kept by key, saved over the version that was read; the same in every store."""

from datetime import UTC, date, datetime

from item_store.calendar import import_notice, shipped_calendar
from item_store.calendar.notices import HolidayNotice, table_of
from item_store.contract import Conflict, ItemStore, Saved
from item_store.plans import load_plan, plan_names
from item_store.records import BindCode, CalendarYear, Group, Kept, StartedPlan, TaskState, calendar_year

GROUP = Group(address="telegram:-1", name="某群", units=("a", "b"), bound_by="p")


async def test_a_record_is_saved_over_what_was_read(store: ItemStore) -> None:
    assert await store.kept(Group, GROUP.key) is None
    assert await store.keep(GROUP, 0) == Saved(1)
    assert await store.keep(GROUP, 0) == Conflict(1)
    closed = GROUP.model_copy(update={"closed": "kicked"})
    assert await store.keep(closed, 1) == Saved(2)
    assert await store.keep(GROUP, 1) == Conflict(2)
    assert await store.kept(Group, GROUP.key) == Kept(closed, 2)


async def test_a_record_that_is_gone_is_not_saved(store: ItemStore) -> None:
    await store.keep(GROUP, 0)
    assert await store.drop(Group, GROUP.key)
    assert not await store.drop(Group, GROUP.key)
    assert await store.keep(GROUP, 1) == Conflict(0)


async def test_records_are_found_by_the_beginning_of_their_key(store: ItemStore) -> None:
    for key in ("p/2:1:20210331", "p/10:1:20210331", "p_2:1:20210331", "P/2:1:20210331"):
        await store.keep(TaskState(due_id=key, unit="甲局"), 0)
    found = [kept.record.key for kept in await store.all_kept(TaskState, "p/")]
    assert found == ["p/10:1:20210331@甲局", "p/2:1:20210331@甲局"]
    assert len(await store.all_kept(TaskState)) == 4
    assert await store.all_kept(TaskState, "p%") == []


async def test_every_shipped_plan_comes_back_as_it_was(store: ItemStore) -> None:
    for name in plan_names():
        plan = load_plan(name)
        await store.keep(StartedPlan(plan=plan, started_by="p", looked_until=date(2021, 1, 1)), 0)
        kept = await store.kept(StartedPlan, name)
        assert kept
        assert kept.record.plan == plan


async def test_a_bind_code_is_used_once(store: ItemStore) -> None:
    code = BindCode(code_hash="h", units=("a",), made_by="p", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    await store.keep(code, 0)
    used = code.model_copy(update={"used_in": "telegram:-1"})
    assert [await store.keep(used, 1), await store.keep(used, 1)] == [Saved(2), Conflict(2)]


async def test_a_calendar_year_comes_back_as_it_was(store: ItemStore) -> None:
    notice = shipped_calendar().notices[2026]
    await store.keep(calendar_year(notice, "p"), 0)
    kept = await store.kept(CalendarYear, "2026")
    assert kept
    assert kept.record.notice == notice
    assert isinstance(import_notice(table_of(notice)), HolidayNotice)


def test_a_group_never_shows_its_secret() -> None:
    assert "geheim" not in repr(GROUP.model_copy(update={"secret": "geheim", "webhook": "https://geheim"}))
