"""Every store keeps the same contract: in memory, on SQLite, on PostgreSQL."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from item_store.cases import Case, HandedIn, Step
from item_store.contract import (
    ChangeKind,
    Conflict,
    ItemStore,
    NotPublished,
    Published,
    Saved,
    Unchanged,
    Withdrawn,
)
from item_store.item import Item
from item_store.parts import Location, Material
from item_store.store import open_store
from item_store.workflow import Progress


def make(item_id: str = "a", **values: Any) -> Item:
    record = {
        "id": item_id,
        "name": f"示例事项{item_id}",
        "region": "示例区",
        "aliases": ["别名"],
        "source": "测试",
    }
    return Item.from_record(record | values)


async def all_of(store: ItemStore) -> list[Item]:
    return [item async for item in store.all_published()]


async def test_a_published_item_is_given_back_whole(store: ItemStore) -> None:
    item = make(
        materials=["户口簿", {"name": "申请表", "deferrable": True, "situations": ["丢失", "损坏"]}],
        handling_location=[{"address": "示例路1号", "level": "区县"}],
        audience=["自然人", "法人"],
        conditions="一行\n两行 “引号”",
        charges_fee="否",
    )
    outcome = await store.publish(item)
    assert isinstance(outcome, Published)
    kept = await store.published("a")
    assert kept == outcome.item
    assert kept is not None
    assert (kept.version, kept.region, kept.aliases, kept.source) == (1, "示例区", ("别名",), "测试")
    assert kept["materials"] == (
        Material(name="户口簿"),
        Material(name="申请表", deferrable=True, situations=("丢失", "损坏")),
    )
    assert kept["handling_location"] == (Location(address="示例路1号", level="区县"),)
    assert kept["fee_standard"] is None
    assert kept.published_at is not None
    assert kept.published_at.utcoffset() == timedelta(0)


async def test_the_same_content_again_changes_nothing(store: ItemStore) -> None:
    first = await store.publish(make())
    again = await store.publish(make())
    assert isinstance(again, Unchanged)
    assert again.item == first.item
    assert await store.sequence() == 1
    assert len(await store.history("a")) == 1


async def test_versions_are_appended_and_stay(store: ItemStore) -> None:
    await store.publish(make(content="先"))
    await store.publish(make(content="后"))
    history = await store.history("a")
    assert [(item.version, item["content"]) for item in history] == [(1, "先"), (2, "后")]
    assert await store.version("a", 1) == history[0]
    assert await store.version("a", 3) is None
    assert await store.version("a", 0) is None
    assert await store.published("a") == history[1]


async def test_the_store_gives_number_and_date(store: ItemStore) -> None:
    outcome = await store.publish(make().published(9, make_time()))
    assert outcome.item.version == 1
    assert outcome.item.published_at != make_time()


def make_time() -> datetime:
    return datetime(2001, 1, 1, tzinfo=UTC)


async def test_withdrawing_leaves_history_and_publishing_goes_on(store: ItemStore) -> None:
    await store.publish(make())
    assert await store.withdraw("a") == Withdrawn("a", 1)
    assert await store.withdraw("a") == NotPublished("a")
    assert await store.withdraw("unknown") == NotPublished("unknown")
    assert await store.published("a") is None
    assert await all_of(store) == []
    assert await store.published_count() == 0
    assert await store.published_digests() == {}
    assert len(await store.history("a")) == 1
    again = await store.publish(make())
    assert isinstance(again, Published)
    assert again.item.version == 2


async def test_changes_tell_everything_in_order(store: ItemStore) -> None:
    assert await store.sequence() == 0
    await store.publish_many([make("a"), make("b")])
    await store.withdraw("a")
    await store.publish(make("b", content="新"))
    told = [(c.item_id, c.version, c.kind) for c in await store.changes_since(0)]
    assert told == [
        ("a", 1, ChangeKind.PUBLISHED),
        ("b", 1, ChangeKind.PUBLISHED),
        ("a", 1, ChangeKind.WITHDRAWN),
        ("b", 2, ChangeKind.PUBLISHED),
    ]
    assert [c.sequence for c in await store.changes_since(0, limit=2)] == [1, 2]
    assert [c.sequence for c in await store.changes_since(3)] == [4]
    assert await store.sequence() == 4


async def test_many_items_at_once(store: ItemStore) -> None:
    items = [make(f"{number:05}") for number in range(1203)]
    await store.publish_many(items[:700])
    outcomes = await store.publish_many([*items[:600], make("00650", content="改"), *items[700:]])
    assert sum(isinstance(outcome, Unchanged) for outcome in outcomes) == 600
    assert [outcome.item.id for outcome in outcomes][598:602] == ["00598", "00599", "00650", "00700"]
    assert await store.published_count() == 1203
    listed = await all_of(store)
    assert [item.id for item in listed] == sorted(item.id for item in items)
    assert await store.published_digests() == {item.id: item.digest for item in listed}


async def test_an_empty_publication_is_nothing(store: ItemStore) -> None:
    assert list(await store.publish_many([])) == []


async def test_sessions_are_saved_only_by_who_saw_the_last_version(store: ItemStore) -> None:
    assert await store.load_session("telegram:1") is None
    assert await store.save_session("telegram:1", {"事项": ["a"]}, 0) == Saved(1)
    assert await store.save_session("telegram:1", {}, 0) == Conflict(1)
    assert await store.save_session("telegram:1", {"事项": []}, 1) == Saved(2)
    assert await store.save_session("telegram:1", {}, 1) == Conflict(2)
    assert await store.save_session("nobody", {}, 4) == Conflict(0)
    loaded = await store.load_session("telegram:1")
    assert loaded is not None
    assert (loaded.data, loaded.version) == ({"事项": []}, 2)


async def test_of_two_who_save_at_once_one_is_told(store: ItemStore) -> None:
    outcomes = await asyncio.gather(*(store.save_session("p", {"who": n}, 0) for n in range(4)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 3 + ["Saved"]


async def test_old_sessions_are_forgotten(store: ItemStore, clock: Any) -> None:
    await store.save_session("old", {}, 0)
    await store.save_session("new", {}, 0)
    assert await store.forget_sessions_before(clock.now) == 1
    assert await store.load_session("old") is None
    assert await store.load_session("new") is not None


async def test_a_message_is_new_once(store: ItemStore, clock: Any) -> None:
    assert await store.first_time("telegram", "7")
    assert not await store.first_time("telegram", "7")
    assert await store.first_time("web", "7")
    assert await store.forget_messages_before(clock.now) == 1
    assert await store.first_time("telegram", "7")


async def test_a_message_is_new_to_one_of_many_at_once(store: ItemStore) -> None:
    told = await asyncio.gather(*(store.first_time("telegram", "8") for _ in range(8)))
    assert sorted(told) == [False] * 7 + [True]


async def test_questions_are_kept_newest_first(store: ItemStore, clock: Any) -> None:
    early, late = clock(), clock()
    await store.keep_question("后问", "choose", ["a", "b"], late, "web")
    await store.keep_question("先问", "not_found", [], early, "telegram")
    kept = await store.kept_questions()
    assert [(k.text, k.outcome, k.candidates, k.at, k.channel) for k in kept] == [
        ("后问", "choose", ("a", "b"), late, "web"),
        ("先问", "not_found", (), early, "telegram"),
    ]
    assert len(await store.kept_questions(limit=1)) == 1


async def test_drafts_go_on_and_never_overwrite_each_other(store: ItemStore) -> None:
    draft = await store.create_draft("clerk", {"name": "新事项"})
    assert await store.load_draft(draft.id) == draft
    assert await store.save_draft(draft.id, {"name": "改"}, 1) == Saved(2)
    assert await store.save_draft(draft.id, {"name": "别人"}, 1) == Conflict(2)
    assert await store.save_draft("none", {}, 1) == Conflict(0)
    kept = await store.load_draft(draft.id)
    assert kept is not None
    assert (kept.data, kept.version, kept.owner) == ({"name": "改"}, 2, "clerk")


async def test_what_is_handed_in_and_what_is_not_is_seen_by_unit(store: ItemStore) -> None:
    await store.create_drafts("局", [{"template": "catalog"}, {"template": "catalog"}, {}])
    assert await store.open_drafts() == {("局", "catalog"): 2, ("局", ""): 1}
    opened = datetime(2026, 3, 5, tzinfo=UTC)
    case = Case("c", "catalog", "new", "chain", "d", "i", {}, Progress("review", ("局", "上级")), opened)
    await store.save_case(case, Step())
    assert await store.handed_in() == [HandedIn("局", "catalog", "review", opened)]


async def test_drafts_by_owner_last_changed_first(store: ItemStore) -> None:
    assert await store.create_drafts("clerk", [{"n": 1}, {"n": 2}]) == 2
    assert await store.create_drafts("clerk", []) == 0
    await store.create_draft("other", {"n": 3})
    first = next(draft for draft in await store.drafts_of("clerk") if draft.data == {"n": 1})
    await store.save_draft(first.id, {"n": 4}, 1)
    assert [draft.data for draft in await store.drafts_of("clerk")] == [{"n": 4}, {"n": 2}]
    assert await store.delete_draft(first.id)
    assert not await store.delete_draft(first.id)
    assert [draft.data for draft in await store.drafts_of("clerk")] == [{"n": 2}]


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_what_is_kept_outlives_the_program(
    backend: str, database_address: Callable[[str], str]
) -> None:
    address = database_address(backend)
    first = await open_store(address)
    await first.publish(make(faq=[{"question": "问", "answer": "答"}]))
    await first.close()
    second = await open_store(address)
    kept = await second.published("a")
    await second.close()
    assert kept is not None
    assert kept.digest == make(faq=[{"question": "问", "answer": "答"}]).digest


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_two_replicas_publish_at_once(backend: str, database_address: Callable[[str], str]) -> None:
    address = database_address(backend)
    one, two = await asyncio.gather(open_store(address), open_store(address))
    publications = [
        replica.publish_many([make(f"{number}-{name}") for number in range(40)])
        for _ in range(3)
        for name, replica in (("one", one), ("two", two), ("both", one), ("both", two))
    ]
    await asyncio.gather(*publications)
    sequences = [change.sequence for change in await two.changes_since(0)]
    assert len(sequences) == 120
    assert all(earlier < later for earlier, later in pairwise(sequences))
    assert await one.published_count() == 120
    await asyncio.gather(one.close(), two.close())
