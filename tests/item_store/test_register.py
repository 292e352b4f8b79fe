"""The register over time, the same in every store: days past and to come, switches, followers, rollback."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from item_store.contract import ChangeKind, ItemStore
from item_store.item import Item
from item_store.register import NothingBefore, NothingNamedError, Phrase, RolledBack, Switch
from tests.item_store.conftest import SteppingClock
from tests.item_store.test_stores import all_of, make

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


async def stood(store: ItemStore, item_id: str, at: datetime) -> str | None:
    item = await store.published_as_of(item_id, at)
    return str(item["content"]) if item else None


async def test_answers_as_of_a_day_are_those_of_that_day(store: ItemStore, clock: SteppingClock) -> None:
    """1,000 random pairs of item and day against a calendar that the test itself keeps."""
    choose = random.Random(7)
    ids = [f"item-{n:02d}" for n in range(20)]
    standing: dict[str, str] = {}
    kept: list[tuple[datetime, dict[str, str]]] = [(START - timedelta(days=1), {})]
    for day in range(60):
        clock.now = START + timedelta(days=day)
        for item_id in choose.sample(ids, 3):
            if item_id in standing and choose.random() < 0.25:
                await store.withdraw(item_id)
                del standing[item_id]
            elif item_id in standing and choose.random() < 0.15:
                outcome = await store.roll_back(item_id, "somebody")
                if isinstance(outcome, RolledBack):
                    standing[item_id] = str(outcome.item["content"])
            else:
                standing[item_id] = f"{item_id} on day {day}"
                await store.publish(make(item_id, content=standing[item_id]))
        await store.switch_off(Switch("暂停", item_id=ids[day % 20], by="somebody"))
        kept.append((clock.now, dict(standing)))
    for _ in range(1000):
        moment, register = choose.choice(kept)
        item_id = choose.choice(ids)
        assert await stood(store, item_id, moment + timedelta(hours=8)) == register.get(item_id)
    for moment, register in kept[::12]:
        whole = [item async for item in store.register_as_of(moment + timedelta(hours=8))]
        assert [(item.id, item["content"]) for item in whole] == sorted(register.items())


async def test_a_version_takes_effect_on_its_day(store: ItemStore, clock: SteppingClock) -> None:
    await store.publish(make(content="旧"))
    later = await store.schedule("a", make(content="新"), clock.now + timedelta(days=10), "publisher")
    gone = await store.schedule("a", None, clock.now + timedelta(days=20), "publisher")
    never = await store.schedule("b", make("b"), clock.now + timedelta(days=5), "publisher")
    assert [row.id for row in await store.scheduled()] == [never.id, later.id, gone.id]
    assert await store.cancel_scheduled(never.id, "publisher")
    assert not await store.cancel_scheduled(never.id, "publisher")
    assert await store.take_effect() == ()
    clock.now += timedelta(days=11)
    assert await store.take_effect() == ("a",)
    assert await store.take_effect() == ()
    item = await store.published("a")
    assert item is not None
    assert (item["content"], item.version) == ("新", 2)
    clock.now += timedelta(days=11)
    assert await store.take_effect() == ("a",)
    assert await all_of(store) == []
    assert await store.scheduled() == []


async def test_one_step_brings_the_version_before_back(store: ItemStore) -> None:
    assert await store.roll_back("a", "somebody") == NothingBefore("a")
    await store.publish(make(content="一"))
    assert await store.roll_back("a", "somebody") == NothingBefore("a")
    await store.publish(make(content="二"))
    outcome = await store.roll_back("a", "somebody")
    assert isinstance(outcome, RolledBack)
    assert (outcome.restored, outcome.item.version, outcome.item["content"]) == (1, 3, "一")
    assert [item["content"] for item in await store.history("a")] == ["一", "二", "一"]
    assert await store.roll_back("a", "somebody", version=3) == NothingBefore("a")
    assert await store.roll_back("a", "somebody", version=9) == NothingBefore("a")
    await store.withdraw("a")
    outcome = await store.roll_back("a", "somebody")
    assert isinstance(outcome, RolledBack)
    assert (outcome.restored, outcome.item["content"]) == (3, "一")


async def test_a_switch_is_a_change_that_others_see(store: ItemStore) -> None:
    await store.publish(make())
    await store.switch_off(Switch("系统升级", item_id="a", by="publisher"))
    await store.switch_off(Switch("标准正在核对", aspect="fee", by="publisher"))
    await store.switch_off(Switch("窗口搬迁", item_id="a", by="publisher"))
    assert [(s.item_id, s.aspect, s.notice) for s in await store.switches()] == [
        ("", "fee", "标准正在核对"),
        ("a", "", "窗口搬迁"),
    ]
    changes = await store.changes_since(1)
    assert [(c.item_id, c.version, c.kind) for c in changes] == [
        ("a", 0, ChangeKind.SWITCHED),
        ("", 0, ChangeKind.SWITCHED),
        ("a", 0, ChangeKind.SWITCHED),
    ]
    assert await store.published("a") is not None
    assert await store.switch_on("a", "", "publisher")
    assert not await store.switch_on("a", "", "publisher")
    assert [s.aspect for s in await store.switches()] == ["fee"]
    with pytest.raises(NothingNamedError):
        await store.switch_off(Switch("全部停用"))


def test_a_switch_covers_what_it_names() -> None:
    both = Switch("…", item_id="a", aspect="fee")
    assert both.covers("a", "fee")
    assert not both.covers("a", "place")
    assert not both.covers("b", "fee")
    assert Switch("…", aspect="fee").covers("b", "fee")


async def test_followers_are_told_once_what_changed(store: ItemStore) -> None:
    assert await store.follow("a", "web:1")
    assert not await store.follow("a", "web:1")
    assert await store.follow("b", "web:1")
    assert await store.follow("a", "telegram:2")
    assert await store.followed_by("web:1") == ["a", "b"]
    await store.publish(make(content="旧"))
    await store.publish(make(content="旧"))
    assert await store.unfollow("a", "telegram:2")
    assert not await store.unfollow("a", "telegram:2")
    await store.publish(make(content="新", enquiry_phone="023-60000000"))
    await store.withdraw("a")
    told = [(n.person, n.phrase, n.details.get("fields")) for n in await store.waiting_notices()]
    assert sorted(told[:2]) == [
        ("telegram:2", Phrase.ITEM_PUBLISHED, []),
        ("web:1", Phrase.ITEM_PUBLISHED, []),
    ]
    assert told[2:] == [
        ("web:1", Phrase.ITEM_CHANGED, ["行使内容", "咨询电话"]),
        ("web:1", Phrase.ITEM_WITHDRAWN, []),
    ]
    notices = await store.waiting_notices()
    assert len({notice.key for notice in notices}) == len(notices) == 4
    assert all(notice.at for notice in notices)


async def test_scheduled_items_are_kept_whole(store: ItemStore, clock: SteppingClock) -> None:
    item: Item = make(materials=[{"name": "申请表", "deferrable": True}], audience=["自然人"])
    await store.schedule("a", item, clock.now + timedelta(days=1), "publisher")
    (waiting,) = await store.scheduled()
    assert waiting.item is not None
    assert waiting.item.digest == item.digest


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_two_processes_put_what_is_due_in_force_once(
    backend: str, database_address: Callable[[str], str], clock: SteppingClock
) -> None:
    import asyncio

    from item_store.store import open_store

    address = database_address(backend)
    first, second = await open_store(address, clock), await open_store(address, clock)
    try:
        for n in range(20):
            await first.schedule(f"i{n}", make(f"i{n}"), clock.now, "publisher")
        done = await asyncio.gather(*(s.take_effect() for s in (first, second, first, second)))
        assert sorted(i for ids in done for i in ids) == sorted(f"i{n}" for n in range(20))
        assert await first.sequence() == 20
    finally:
        await first.close()
        await second.close()
