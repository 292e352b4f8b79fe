"""发送情况 with something in it: an operator decides once, and nobody else."""

from datetime import UTC, datetime

from bot.app import App
from item_store.deliveries import DeliveryState, NewDelivery
from item_store.people import Invitation, grants_of
from item_store.units import Unit
from tests.drivers.direct import DirectDriver

PAST = datetime(2026, 3, 1, tzinfo=UTC)


async def signed_in(app: App, name: str, unit: str, role: str) -> DirectDriver:
    store = app.services.store
    await store.put_unit(Unit(unit, unit))
    lasts = datetime(2099, 1, 1, tzinfo=UTC)
    await store.invite(Invitation(name, lasts, "test", name, grants_of(unit, [role])))
    await store.redeem(name, f"console:{name}")
    return DirectDriver(app)


async def uncertain(app: App, *units: str) -> None:
    rows = [
        NewDelivery(
            f"p/1:1:20260331@{unit}",
            "telegram:-1",
            "on",
            PAST,
            data={"kind": "reminder", "unit": unit, "due_id": "p/1:1:20260331"},
            state=DeliveryState.UNCERTAIN,
            why="delivery.no_word",
        )
        for unit in units
    ]
    await app.services.store.plan_deliveries(rows)


async def test_an_operator_sends_again_or_lets_it_be(app: App) -> None:
    driver = await signed_in(app, "op", "甲局", "operator")
    await uncertain(app, "甲局", "乙局")
    heard = await driver.say("op", "/deliveries")
    assert [each.text for each in heard] == [
        "等待发送 0 条，要您处理的 1 条。",
        "不确定是否送到：甲局，p/1:1:20260331（on）。发送时程序中断，请先到群里看一眼再决定。",
    ]
    buttons = dict(heard[1].buttons)
    assert list(buttons) == ["再发一次", "不用再发"]
    assert (await driver.press("op", buttons["再发一次"]))[0].text == "好的，马上再发一次。"
    assert (await driver.press("op", buttons["不用再发"]))[0].text == "这一条已经处理过了。"
    states = {row.data["unit"]: row.state for row in await app.services.store.deliveries()}
    assert states == {"甲局": DeliveryState.WAITING, "乙局": DeliveryState.UNCERTAIN}


async def test_a_liaison_sees_nothing_of_it(app: App) -> None:
    driver = await signed_in(app, "li", "甲局", "liaison")
    await uncertain(app, "甲局")
    assert "相应权限" in (await driver.say("li", "/deliveries"))[0].text
