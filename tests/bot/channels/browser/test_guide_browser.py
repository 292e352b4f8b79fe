"""The public pages in Chromium: accessible, printable, and no wider than a phone."""

import pytest

from bot.app import App
from tests.bot.channels.browser.conftest import Open
from tests.bot.channels.browser.test_web_browser import axe_violations, overflow

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
