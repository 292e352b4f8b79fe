"""Tasks that finish by themselves: by what units hand in, get back, publish, or have none of."""

from datetime import UTC, date, datetime

import pytest

from bot import self_reported
from item_store.cases import Case, Step
from item_store.item import Item
from item_store.plans import load_plan, plan_names
from item_store.records import Contact, StartedPlan, TaskState
from item_store.workflow import DRAFT, PUBLISHED, Progress
from tests.bot.world import World, open_world, plan

MARCH_5 = datetime(2026, 3, 5, 2, tzinfo=UTC)
MARCH_9 = date(2026, 3, 9)
SHIPPED = {
    "beibei-2018-47": {"1-3", "2-1", "2-2", "2-4", "2-5", "3-1", "3-2", "3-4", "4-1"},
    "beibei-2021-9": set(),
    "chongqing-2016-14": {"1-1"},
    "zhuolu-2017-21": {"1-1", "1-2"},
}


async def world_of(*done_by: str) -> World:
    row = {
        "number": "1",
        "work": "报送",
        "lead": ["民政局", "司法局"],
        "deadline": "2026年3月2日至3月31日",
        "done_by": list(done_by),
    }
    world = await open_world(running=plan([row]))
    world.clock.at(MARCH_9.isoformat())
    return world


async def case(
    world: World, name: str, at: str, template: str = "catalog", opened: datetime = MARCH_5
) -> None:
    progress = Progress(at, ("civil",))
    await world.store.save_case(
        Case(name, template, "new", "chain", name, name, {}, progress, opened), Step()
    )


async def done(world: World) -> dict[str, date]:
    """Who has finished by now, and on which day."""
    (kept,) = await world.store.all_kept(StartedPlan)
    await self_reported.take_over(world.services, kept.record.plan)
    states = [kept.record for kept in await world.store.all_kept(TaskState)]
    return {state.unit: state.done_on for state in states if state.done_on}


async def test_a_first_item_handed_in_is_enough_where_any_counts() -> None:
    world = await world_of("zero_report", "submitted")
    assert await done(world) == {}
    await case(world, "a", "review")
    await world.store.create_draft("civil", {"template": "catalog"})
    assert await done(world) == {"civil": date(2026, 3, 5)}


async def test_a_catalog_is_handed_in_when_no_draft_is_left_and_none_came_back() -> None:
    world = await world_of("catalog")
    draft = await world.store.create_draft("civil", {"template": "catalog"})
    await world.store.create_draft("civil", {"template": "implementation"})
    await case(world, "a", "review")
    assert await done(world) == {}
    await world.store.delete_draft(draft.id)
    await case(world, "b", DRAFT)
    assert await done(world) == {}


async def test_the_last_of_the_catalog_says_on_which_day() -> None:
    world = await world_of("catalog")
    await case(world, "a", "review")
    await case(world, "b", "coding", opened=datetime(2026, 3, 6, 17, tzinfo=UTC))
    await case(world, "c", "review", template="implementation", opened=datetime(2026, 3, 8, tzinfo=UTC))
    assert await done(world) == {"civil": date(2026, 3, 7)}


async def test_what_was_handed_in_before_the_task_began_does_not_count() -> None:
    world = await world_of("catalog")
    await case(world, "a", "review", opened=datetime(2026, 2, 20, tzinfo=UTC))
    assert await done(world) == {}


async def test_published_means_that_nothing_is_under_way() -> None:
    world = await world_of("published")
    item = Item.from_record({"id": "x", "name": "示例事项", "agency": "民政局"})
    await world.store.publish(item)
    await world.services.catalogue.load()
    await case(world, "a", PUBLISHED)
    await case(world, "b", "review")
    assert await done(world) == {}
    other = await world_of("published")
    await other.store.publish(item)
    await other.services.catalogue.load()
    await case(other, "a", PUBLISHED)
    assert await done(other) == {"civil": MARCH_9}


async def test_a_receipt_is_seen_in_the_contact_list() -> None:
    world = await world_of("receipt")
    await world.store.keep(Contact(unit="justice", role="liaison", name="某人"), 0)
    assert await done(world) == {"justice": MARCH_9}


@pytest.mark.parametrize("name", plan_names())
def test_the_rows_of_the_shipped_plans_that_finish_by_themselves(name: str) -> None:
    assert {task.number for task in load_plan(name).all_tasks if task.done_by} == SHIPPED[name]
