"""The clock loop: who hears what on which day, and what happens when sending goes wrong."""

from datetime import date, timedelta

import pytest

from bot.delivery import Moved, Refused, TryLater, Unknown
from bot.reminder_messages import Messages
from item_store.deliveries import DeliveryState
from item_store.records import Contact, Group, Kept, TaskState
from tests.bot.world import Crash, open_world, plan

MARCH_31 = "p/1:1:20260331"


async def test_each_unit_that_owes_hears_before_on_and_after_the_day() -> None:
    world = await open_world()
    assert await world.day("2026-03-19") == []
    first = await world.day("2026-03-20")
    assert len(first) == 3
    assert "还有 7 个工作日到期" in first[0]
    assert await world.day("2026-03-23") == []
    assert len(await world.day("2026-03-26")) == 3
    await world.day("2026-03-30")
    assert all("今天到期" in text for text in await world.day("2026-03-31"))
    late = await world.day("2026-04-02")
    assert all("已逾期 2 个工作日" in text for text in late)


async def test_who_has_finished_hears_no_more() -> None:
    world = await open_world()
    await world.store.keep(TaskState(due_id=MARCH_31, unit="civil", done_on=date(2026, 3, 2)), 0)
    await world.day("2026-03-20")
    assert {address for address, _ in world.channel.sent} == {"telegram:-2", "telegram:-3"}


async def test_finishing_between_planning_and_sending_is_in_time() -> None:
    world = await open_world()
    assert await world.day("2026-03-20", hour=7) == []
    await world.store.keep(TaskState(due_id=MARCH_31, unit="civil", done_on=date(2026, 3, 20)), 0)
    assert len(await world.day("2026-03-20")) == 2
    cancelled = await world.store.deliveries([DeliveryState.CANCELLED])
    assert [row.why for row in cancelled] == ["delivery.settled_before"]


async def test_an_extension_moves_the_reminders() -> None:
    world = await open_world()
    await world.store.keep(TaskState(due_id=MARCH_31, unit="civil", until=date(2026, 4, 15)), 0)
    for day in ("2026-03-20", "2026-03-31"):
        await world.day(day)
    assert "telegram:-1" not in {address for address, _ in world.channel.sent}
    heard = await world.day("2026-04-15")
    assert "报送清单" in heard[-1] or "报送清单" in heard[0]
    await world.store.keep(TaskState(due_id="p/1:1:20260415", unit="civil", done_on=date(2026, 4, 15)), 0)
    assert not any("报送清单" in text for text in await world.day("2026-04-17"))


async def test_a_handed_over_task_is_owed_by_the_other_unit() -> None:
    world = await open_world()
    await world.store.keep(TaskState(due_id=MARCH_31, unit="civil", handed_to="justice"), 0)
    heard = await world.day("2026-03-20")
    assert len(heard) == 2
    assert any("报送清单" in text and "核对依据" in text for text in heard)


async def test_reminders_of_one_group_are_one_digest_with_the_most_urgent_first() -> None:
    rows = [
        {"number": str(n), "work": f"工作{n}", "lead": ["民政局"], "deadline": deadline}
        for n, deadline in enumerate(["3月31日前", "3月20日前", "3月18日前"], 1)
    ]
    world = await open_world(running=plan(rows))
    await world.day("2026-03-19")
    world.channel.sent.clear()
    (text,) = await world.day("2026-03-20")
    assert [text.index(f"工作{n}") for n in (3, 2, 1)] == sorted(text.index(f"工作{n}") for n in (1, 2, 3))
    assert [choice.action["verb"] for choice in world.channel.sent[0][1][0].choices] == [
        "acknowledge",
        "each",
    ]


async def test_after_an_outage_there_is_one_catch_up_and_only_the_last_stage() -> None:
    world = await open_world()
    heard = await world.day("2026-03-30")
    assert len(heard) == 3
    assert all("合并补发" not in text and "还有 1 个工作日" in text for text in heard)
    later = await open_world()
    heard = await later.day("2026-04-01")
    assert len(heard) == 3
    assert all("合并补发" in text and "已逾期 1 个工作日" in text for text in heard)
    assert len(await later.store.deliveries([DeliveryState.CANCELLED])) == 9


@pytest.mark.parametrize(("day", "hour"), [("2026-03-31", 7), ("2026-03-31", 19), ("2026-04-05", 10)])
async def test_nobody_is_disturbed_in_quiet_hours_and_on_days_off(day: str, hour: int) -> None:
    world = await open_world()
    assert await world.day(day, hour) == []


async def test_a_provisional_year_is_said_to_be() -> None:
    rows = [{"number": "1", "work": "年初的事", "lead": ["民政局"], "deadline": "2027年1月8日前"}]
    world = await open_world(running=plan(rows, ends=date(2027, 12, 31)))
    (text,) = await world.day("2026-12-31") or await world.day("2027-01-04")
    assert "暂按往年规律推算" in text


async def test_levels_above_hear_when_nobody_acknowledges() -> None:
    world = await open_world()
    await _staff(world.store, "head", "telegram:70", "section_head")
    for day in ("2026-03-31", "2026-04-02"):
        await world.day(day)
    assert "telegram:70" in {address for address, _ in world.channel.sent}


async def test_acknowledging_holds_the_levels_above_back() -> None:
    world = await open_world()
    await _staff(world.store, "head", "telegram:70", "section_head")
    state = TaskState(due_id=MARCH_31, unit="civil", acknowledged_on=date(2026, 4, 1))
    await world.store.keep(state, 0)
    await world.day("2026-04-02")
    assert "telegram:70" not in {address for address, _ in world.channel.sent}
    assert "telegram:-1" in {address for address, _ in world.channel.sent}
    await world.day("2026-04-07")
    assert "telegram:70" in {address for address, _ in world.channel.sent}


async def test_a_unit_nobody_can_reach_is_shown_as_failed() -> None:
    world = await open_world()
    await world.store.drop(Group, "telegram:-1")
    await world.day("2026-03-31")
    failed = await world.store.deliveries([DeliveryState.FAILED])
    assert {(row.recipient, row.why) for row in failed} == {("unit:civil", "delivery.no_address")}


async def test_a_blocked_group_is_closed() -> None:
    world = await open_world()
    world.channel.outcomes = [Refused("delivery.blocked")]
    await world.day("2026-03-31")
    groups = [kept.record for kept in await world.store.all_kept(Group)]
    assert [group.closed for group in groups].count("delivery.blocked") == 1
    assert len(await world.store.deliveries([DeliveryState.FAILED])) == 1


async def test_a_429_waits_and_nothing_is_doubled() -> None:
    world = await open_world()
    world.channel.outcomes = [TryLater(120, busy=True)]
    assert len(await world.day("2026-03-31")) == 2
    world.clock.now += timedelta(seconds=121)
    world.seconds[0] += 121
    await world.minute()
    assert sorted(address for address, _ in world.channel.sent) == [
        "telegram:-1",
        "telegram:-2",
        "telegram:-3",
    ]


async def test_a_group_that_became_a_supergroup_is_followed() -> None:
    world = await open_world()
    world.channel.outcomes = [Moved("telegram:-100")]
    await world.day("2026-03-31")
    world.seconds[0] += 5
    await world.minute()
    assert "telegram:-100" in {address for address, _ in world.channel.sent}
    moved = await world.store.kept(Group, "telegram:-100")
    assert isinstance(moved, Kept)
    assert len(world.channel.sent) == 3


async def test_an_unknown_outcome_is_left_to_staff() -> None:
    world = await open_world()
    world.channel.outcomes = [Unknown("delivery.no_answer")]
    assert len(await world.day("2026-03-31")) == 2
    assert await world.day("2026-03-31", hour=10) == []
    (row,) = await world.store.deliveries([DeliveryState.UNCERTAIN])
    assert await world.store.send_again(row.id)
    assert len(await world.day("2026-03-31", hour=11)) == 1
    assert not await world.store.deliveries([DeliveryState.UNCERTAIN])


async def test_a_crash_while_sending_is_uncertain_after_its_lease() -> None:
    world = await open_world()
    world.channel.outcomes = [Crash()]
    with pytest.raises(Crash):
        await world.day("2026-03-31")
    await world.day("2026-03-31", hour=10)
    assert len(await world.store.deliveries([DeliveryState.UNCERTAIN])) == 1
    assert len(world.channel.sent) == 2


async def test_reminders_wait_a_little_while_somebody_is_answered() -> None:
    world = await open_world()
    busy = [True]
    world.reminders._answering = lambda: busy[0]
    world.clock.at("2026-03-31")
    await world.reminders.tick()
    await world.reminders.settle()
    assert len(world.channel.sent) == 1
    world.seconds[0] += 0.2
    await world.reminders.tick()
    assert len(world.channel.sent) == 1
    world.seconds[0] += 0.4
    await world.reminders.tick()
    await world.reminders.settle()
    assert len(world.channel.sent) == 2
    busy[0] = False
    await world.minute()
    assert len(world.channel.sent) == 3


async def test_a_crash_over_the_words_leaves_nobody_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_world()
    world.clock.at("2026-03-31")
    await world.reminders.look()
    with monkeypatch.context() as patch:
        patch.setattr(Messages, "compose", _die)
        with pytest.raises(Crash):
            await world.reminders.send_next()
    heard = await world.day("2026-03-31", hour=10)
    assert len(heard) == 3
    assert await world.store.deliveries([DeliveryState.UNCERTAIN]) == []


async def _die(*_: object) -> None:
    raise Crash


async def test_bulletins_come_on_the_last_working_day_of_their_period() -> None:
    supervision = [{"number": "督1", "work": "按月通报", "lead": ["民政局"], "deadline": "月通报"}]
    world = await open_world(running=plan(supervision=supervision))
    await world.day("2026-04-01")
    assert not any("月通报：" in text for text in await world.day("2026-04-29"))
    heard = [text for text in await world.day("2026-04-30") if "月通报：" in text]
    assert len(heard) == 3
    assert "逾期未办 3" in heard[0]
    assert "点名通报" in heard[0]
    files = [reply.file for _, replies in world.channel.sent for reply in replies if reply.file]
    assert files[0].name.endswith(".xlsx")


async def test_operators_are_warned_of_a_year_that_is_not_announced() -> None:
    world = await open_world()
    await _staff(world.store, "root", "telegram:99", "operator")
    assert not any("放假通知" in text for text in await world.day("2026-10-30"))
    heard = await world.day("2026-11-02")
    assert any("2027年的放假通知还没有导入" in text for text in heard)
    assert not any("放假通知" in text for text in await world.day("2026-11-03"))


async def _staff(store, name: str, identity: str, role: str) -> None:
    from item_store.people import Grant, Invitation

    invitation = Invitation(
        name, world_end(), "test", name, (Grant("civil", "liaison" if role == "section_head" else role),)
    )
    await store.invite(invitation)
    redeemed = await store.redeem(name, identity)
    await store.keep(Contact(unit="civil", role=role, name=name, person=redeemed.person.id), 0)


def world_end():
    from datetime import UTC, datetime

    return datetime(2099, 1, 1, tzinfo=UTC)


async def test_a_zero_report_finishes_what_it_is_for() -> None:
    rows = [
        {
            "number": "1",
            "work": "零报告",
            "lead": ["民政局", "司法局"],
            "deadline": "3月31日前",
            "done_by": ["zero_report"],
        }
    ]
    world = await open_world(running=plan(rows))
    await world.store.report_zero("civil", "2026", "p")
    await world.day("2026-03-31")
    assert [address for address, _ in world.channel.sent] == ["telegram:-2"]
    (kept,) = await world.store.all_kept(TaskState)
    assert (kept.record.unit, kept.record.done_on, kept.record.by) == ("civil", date(2026, 3, 1), "system")
