"""The whole program in a real Chromium."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright

from bot.app import App, web_application
from tests.conftest import absent

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)

Open = Callable[..., Awaitable[Page]]


@pytest.fixture
def chromium_path() -> str:
    """Where Chromium is. Not an async fixture, and asked for before the app: failing amid those would hang."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    return path or absent("chromium")


@pytest.fixture
async def site(chromium_path: str, app: App) -> AsyncIterator[TestServer]:
    """The running program."""
    async with TestServer(web_application(app)) as server:
        yield server


@pytest.fixture
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    """A browser without window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=list(SWITCHES))
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(site: TestServer, chromium: Browser) -> AsyncIterator[Open]:
    """Opens the chat page in a browser context of its own; at the end no page may have had an error."""
    errors: list[str] = []

    async def open_it(width: int = 1200, height: int = 800, **options: Any) -> Page:
        size = {"width": width, "height": height}
        context = await chromium.new_context(viewport=size, **{"locale": "zh-CN", **options})
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        await page.goto(str(site.make_url("/")))
        return page

    yield open_it
    assert errors == []
