"""The bulletin page in a real Chromium: readable by all, at every width, with its picture drawn."""

import pytest

from bot import addresses, plan_starting
from bot.app import App
from item_store.units import Unit
from tests.bot.channels.browser.conftest import Open
from tests.bot.channels.browser.test_web_browser import axe_violations, overflow
from tests.bot.world import plan

ROWS = [
    {
        "number": str(n),
        "work": f"工作{n}",
        "lead": ["甲局", "名字比较长的某某某某管理局"],
        "deadline": deadline,
    }
    for n, deadline in enumerate(("2月10日前", "3月31日前", "3月2日前"), 1)
]


@pytest.mark.parametrize("width", [320, 1100])
async def test_axe_finds_nothing_and_the_picture_is_drawn(open_page: Open, app: App, width: int) -> None:
    for name in ROWS[0]["lead"]:
        await app.services.store.put_unit(Unit(name, name))
    await plan_starting.start(app.services, plan(ROWS), "test")
    path = await addresses.new_address(app.services, addresses.BULLETIN, (), "p:quarter:2026-03-02", "p")
    page = await open_page(width)
    await page.goto(page.url.rstrip("/") + path)
    assert await axe_violations(page) == []
    assert await overflow(page) == 0
    bars = page.locator(".picture svg rect:not([rx])")
    assert await bars.count() == 4
    box = await bars.first.bounding_box()
    assert box
    assert box["width"] > 10
    picture = await page.locator(".picture svg").bounding_box()
    assert picture
    assert picture["x"] + picture["width"] <= width
    name = await page.locator(".picture svg text").first.bounding_box()
    assert name
    assert name["height"] >= 11
