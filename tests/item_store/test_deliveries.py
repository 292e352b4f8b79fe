"""Deliveries: planned once, claimed by one, never sent twice in silence; the same in every store."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from item_store.contract import ItemStore
from item_store.deliveries import DeliveryState, NewDelivery, Swept
from tests.item_store.conftest import SteppingClock

LEASE = timedelta(minutes=2)
PAST = datetime(2026, 3, 1, tzinfo=UTC)


def new(
    occurrence: str = "a", recipient: str = "telegram:1", stage: str = "on", **more: object
) -> NewDelivery:
    values = {"not_before": PAST, "data": {"unit": "某局"}} | more
    return NewDelivery(occurrence, recipient, stage, **values)


async def states(store: ItemStore) -> list[DeliveryState]:
    return [row.state for row in await store.deliveries()]


async def test_a_delivery_is_planned_once(store: ItemStore) -> None:
    assert await store.plan_deliveries([new(), new("b"), new()]) == 2
    assert await store.plan_deliveries([new(), new(stage="after-2"), new(recipient="telegram:2")]) == 2
    assert len(await store.deliveries()) == 4


async def test_many_are_planned_at_once(store: ItemStore) -> None:
    assert await store.plan_deliveries([new(f"o{n}") for n in range(1200)]) == 1200
    assert await store.plan_deliveries([new(f"o{n}") for n in range(1201)]) == 1


async def test_a_claim_takes_all_of_the_most_urgent_recipient(store: ItemStore) -> None:
    rows = [new("a"), new("b", "telegram:2", urgency=10), new("c", "telegram:2", urgency=90)]
    await store.plan_deliveries(rows)
    claimed = await store.claim_deliveries("x", LEASE)
    assert [(row.occurrence, row.batch) for row in claimed] == [("b", "x"), ("c", "x")]
    assert [row.occurrence for row in await store.claim_deliveries("y", LEASE)] == ["a"]
    assert await store.claim_deliveries("z", LEASE) == []


async def test_what_is_not_due_or_held_back_stays(store: ItemStore, clock: SteppingClock) -> None:
    later = clock.now + timedelta(hours=1)
    await store.plan_deliveries([new("a", not_before=later), new("b", "wecom:k"), new("c", "telegram:9")])
    assert await store.claim_deliveries("x", LEASE, ("wecom:", "telegram:9")) == []
    assert len(await store.claim_deliveries("x", LEASE, ("telegram",))) == 1
    assert len(await store.claim_deliveries("y", LEASE, ("telegram",))) == 1
    clock.now = later
    assert len(await store.claim_deliveries("x", LEASE)) == 1


async def test_a_chat_is_held_back_with_its_topics(store: ItemStore) -> None:
    rows = [new("a", "telegram:-1/7"), new("b", "telegram:-1"), new("c", "telegram:-11")]
    await store.plan_deliveries(rows)
    claimed = await store.claim_deliveries("x", LEASE, ("telegram:-1",))
    assert [row.occurrence for row in claimed] == ["c"]
    assert await store.claim_deliveries("y", LEASE, ("telegram:-1",)) == []


async def test_what_is_open_is_found_and_counted_by_unit(store: ItemStore) -> None:
    failed = {"state": DeliveryState.FAILED}
    rows = [
        new("a", **failed),
        new("b", data={"unit": "乙局"}, **failed),
        new("c", data={"year": 2027}, **failed),
    ]
    await store.plan_deliveries([*rows, new("d")])
    own = await store.deliveries([DeliveryState.FAILED], units=["某局"])
    assert [row.occurrence for row in own] == ["a", "c"]
    assert await store.count_deliveries([DeliveryState.FAILED], ["某局"]) == 2
    assert await store.count_deliveries([DeliveryState.FAILED]) == 3
    assert await store.count_deliveries() == 4


async def test_only_what_is_still_held_may_be_sent(store: ItemStore, clock: SteppingClock) -> None:
    await store.plan_deliveries([new()])
    await store.claim_deliveries("slow", LEASE)
    clock.now += 2 * LEASE
    assert await store.sweep_deliveries() == Swept(waiting=1, uncertain=0)
    assert len(await store.claim_deliveries("quick", LEASE)) == 1
    assert await store.begin_sending("slow", "telegram:1") == []
    assert [row.tries for row in await store.begin_sending("quick", "telegram:1")] == [1]
    assert await store.begin_sending("quick", "telegram:1") == []


async def test_a_crash_while_sending_is_uncertain_and_waits_for_staff(
    store: ItemStore, clock: SteppingClock
) -> None:
    await store.plan_deliveries([new()])
    await store.claim_deliveries("x", LEASE)
    await store.begin_sending("x", "telegram:1")
    assert await store.sweep_deliveries() == Swept(0, 0)
    clock.now += 2 * LEASE
    assert await store.sweep_deliveries() == Swept(waiting=0, uncertain=1)
    assert await store.claim_deliveries("y", LEASE) == []
    row = (await store.deliveries([DeliveryState.UNCERTAIN]))[0]
    assert row.why == "delivery.no_word"
    assert await store.send_again(row.id)
    assert not await store.send_again(row.id)
    assert len(await store.claim_deliveries("y", LEASE)) == 1


async def test_a_late_word_settles_what_was_uncertain(store: ItemStore, clock: SteppingClock) -> None:
    await store.plan_deliveries([new()])
    await store.claim_deliveries("x", LEASE)
    await store.begin_sending("x", "telegram:1")
    clock.now += 2 * LEASE
    await store.sweep_deliveries()
    assert await store.end_sending("x", "telegram:1", DeliveryState.SENT) == 1
    row = (await store.deliveries())[0]
    assert row.state is DeliveryState.SENT
    assert row.sent_at


async def test_what_is_put_back_waits(store: ItemStore, clock: SteppingClock) -> None:
    await store.plan_deliveries([new()])
    await store.claim_deliveries("x", LEASE)
    await store.begin_sending("x", "telegram:1")
    await store.end_sending("x", "telegram:1", DeliveryState.WAITING, wait=timedelta(seconds=30))
    assert await store.claim_deliveries("y", LEASE) == []
    clock.now += timedelta(seconds=30)
    assert len(await store.claim_deliveries("y", LEASE)) == 1


async def test_waiting_ones_are_cancelled_and_others_settled(store: ItemStore) -> None:
    await store.plan_deliveries(
        [new(), new(stage="after-2"), new("b", state=DeliveryState.FAILED, why="no_address")]
    )
    assert await store.cancel_deliveries("a", "delivery.done") == 2
    assert await store.cancel_deliveries("a", "delivery.done") == 0
    failed = (await store.deliveries([DeliveryState.FAILED]))[0]
    assert await store.dismiss(failed.id)
    assert set(await states(store)) == {DeliveryState.CANCELLED}
    assert await store.delivery(failed.id) == (await store.deliveries(occurrence="b"))[0]
    assert await store.delivery(0) is None


async def test_a_group_that_moved_takes_its_unsent_along(store: ItemStore) -> None:
    rows = [new("a"), new("b"), new("b", "telegram:-100"), new("c", state=DeliveryState.SENT)]
    await store.plan_deliveries(rows)
    assert await store.move_deliveries("telegram:1", "telegram:-100") == 1
    found = {(row.occurrence, row.recipient, row.state) for row in await store.deliveries()}
    assert found == {
        ("a", "telegram:-100", DeliveryState.WAITING),
        ("b", "telegram:1", DeliveryState.CANCELLED),
        ("b", "telegram:-100", DeliveryState.WAITING),
        ("c", "telegram:1", DeliveryState.SENT),
    }


@pytest.mark.parametrize("workers", [4])
async def test_workers_share_without_overlap(store: ItemStore, workers: int) -> None:
    await store.plan_deliveries([new(f"o{n}", f"telegram:{n % 20}") for n in range(100)])

    async def work(name: str) -> list[int]:
        mine: list[int] = []
        while rows := await store.claim_deliveries(f"{name}{len(mine)}", LEASE):
            mine += [row.id for row in rows]
        return mine

    shares = await asyncio.gather(*(work(f"w{n}-") for n in range(workers)))
    together = [number for share in shares for number in share]
    assert len(together) == len(set(together)) == 100
