"""The public pages in Chromium: accessible, printable, and no wider than a phone."""

from datetime import timedelta

import pytest

from bot.app import App
from bot.channels.web_people import COOKIE, People
from item_store.one_time_codes import hash_of
from item_store.people import Grant, Invitation
from item_store.register import Switch
from item_store.units import Unit
from tests.bot.channels.browser.conftest import Open
from tests.bot.channels.browser.test_web_browser import axe_violations, overflow
from tests.bot.channels.test_desk_pages import BUREAU, submitted

PAGES = ["/guide/{id}", "/catalog", "/changes?from=2026-01-01", "/guide/nothing"]


@pytest.mark.parametrize("address", PAGES)
async def test_axe_finds_nothing_and_nothing_overflows(open_page: Open, app: App, address: str) -> None:
    item = app.services.catalogue.items()[0]
    for width, scheme in ((320, "light"), (1200, "dark")):
        page = await open_page(width=width, color_scheme=scheme)
        await page.goto(page.url.rstrip("/") + address.format(id=item.id))
        assert await axe_violations(page) == []
        assert await overflow(page) <= 0


async def test_a_guide_prints_on_paper(open_page: Open, app: App) -> None:
    page = await open_page()
    await page.goto(f"{page.url}guide/{app.services.catalogue.items()[0].id}")
    await page.emulate_media(media="print")
    assert await page.locator("header").is_hidden()
    assert (await page.pdf(format="A4"))[:4] == b"%PDF"


DESK = [
    "/desk",
    "/desk/case/{case}",
    "/desk/figures",
    "/desk/figures/unit?name={agency}",
    "/desk/item/{item}",
]


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("address", DESK)
async def test_the_desk_is_accessible(open_page: Open, app: App, address: str, width: int) -> None:
    await app.services.store.put_unit(Unit(BUREAU, BUREAU))
    case = await submitted(app, adjustment=adjustment(app))
    page = await open_page(width=width)
    identity = People(app.services.settings)._signer.dumps("reviewer")
    await page.context.add_cookies([{"name": COOKIE, "value": str(identity), "url": page.url}])
    store, until = app.services.store, app.services.clock() + timedelta(days=1)
    await store.invite(
        Invitation(
            hash_of("code"), until, "test", "审核人", (Grant(BUREAU, "head"), Grant(BUREAU, "publisher"))
        )
    )
    await store.redeem(hash_of("code"), "web:reviewer")
    first = app.services.catalogue.items()[0]
    item, agency = first.id, first.text("agency")
    await store.switch_off(Switch("正在核对", item_id=item, by="test"))
    await page.goto(page.url.rstrip("/") + address.format(case=case, item=item, agency=agency))
    assert await page.locator("h1").count() == 1
    assert await page.locator("text=只供工作人员").count() == 0
    assert await axe_violations(page) == []
    assert await overflow(page) <= 0
    # Nothing of a table is cut off at its edge.
    hidden = "all => Math.max(0, ...all.map(e => e.scrollWidth - e.clientWidth))"
    assert await page.locator(".scroll").evaluate_all(hidden) == 0


def adjustment(app: App) -> dict[str, str]:
    item = app.services.catalogue.items()[0].id
    return {"change": "change", "item": item, "reason": "element", "basis": "示例〔2026〕1号"}
