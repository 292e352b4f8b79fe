"""A citizen at the chat page: asks, presses, reloads, on a small screen, by keyboard, without script or network."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, Route, expect

from tests.bot.channels.browser.conftest import Open

QUESTION = "新生儿上户口要带什么"
LATEST = "#latest .reply"
TARGET = 44
"""Pixels a thing to tap is high and wide at least."""


async def ask(page: Page, question: str = QUESTION) -> Locator:
    """Type a question, press Enter, wait for the reply."""
    before = await page.locator(".exchange").count()
    await page.locator("#text").fill(question)
    await page.locator("#text").press("Enter")
    exchange = page.locator(".exchange").nth(before)
    await expect(exchange.locator(".reply").first).to_be_visible()
    return exchange


async def overflow(page: Page) -> int:
    """Pixels the page is wider than the screen."""
    return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


async def axe_violations(page: Page) -> list[str]:
    results = await Axe().run(page)
    return [f"{v['id']}: {[n['html'] for n in v['nodes']]}" for v in results.response["violations"]]


async def test_asks_presses_and_reloads(open_page: Open) -> None:
    page = await open_page()
    exchange = await ask(page)
    await expect(exchange.locator(".said")).to_contain_text(QUESTION)
    await expect(exchange.locator(".card h3").first).to_have_text("申请材料")
    await expect(exchange.locator(".notice")).to_contain_text("示例数据")
    await expect(exchange.locator(".waiting")).to_be_hidden()
    await expect(page.locator("#text")).to_be_focused()

    await exchange.get_by_role("button", name="多久办好").click()
    await expect(page.locator("#latest .card h3").first).to_contain_text("时限")
    await expect(page.locator("#latest .said")).to_contain_text("多久办好")

    shown = await page.locator(".reply").all_inner_texts()
    await page.reload()
    await expect(page.locator(".exchange")).to_have_count(2)
    assert await page.locator(".reply").all_inner_texts() == shown


async def test_an_example_is_asked_on_a_tap(open_page: Open) -> None:
    page = await open_page()
    await page.get_by_role("button", name="新生儿上户口多久能办好").click()
    await expect(page.locator("#latest .card h3").first).to_contain_text("时限")


async def test_a_phone_in_an_answer_can_be_tapped(open_page: Open) -> None:
    exchange = await ask(await open_page())
    address = await exchange.locator(".origin a").first.get_attribute("href")
    assert address
    assert address.startswith("tel:0")


async def test_shift_enter_is_a_new_line_and_an_empty_message_stays(open_page: Open) -> None:
    page = await open_page()
    await page.locator("#text").press("Enter")
    await expect(page.locator(".exchange")).to_have_count(0)
    await page.locator("#text").press_sequentially("身份证")
    await page.locator("#text").press("Shift+Enter")
    await page.locator("#text").press_sequentially("要带什么")
    assert await page.locator("#text").input_value() == "身份证\n要带什么"
    await expect(page.locator("#text")).to_have_attribute("rows", "2")
    await page.locator("#text").press("Enter")
    await expect(page.locator(LATEST).first).to_be_visible()


async def test_enter_that_ends_a_word_of_an_input_method_does_not_send(open_page: Open) -> None:
    page = await open_page()
    await page.locator("#text").fill("shen fen zheng")
    await page.locator("#text").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await expect(page.locator(".exchange")).to_have_count(0)


async def test_too_long_a_text_is_kept_and_explained(open_page: Open) -> None:
    page = await open_page()
    await page.locator("#text").fill("长" * 2001)
    await page.locator("#text").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("2000 个字以内")
    await expect(page.locator("#text")).to_have_attribute("aria-invalid", "true")
    assert len(await page.locator("#text").input_value()) == 2001
    await page.locator("#text").fill("短")
    await expect(page.get_by_role("alert")).to_have_text("")


# screens


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("width", [320, 360, 768])
async def test_nothing_scrolls_sideways(open_page: Open, width: int, large: bool) -> None:
    page = await open_page(width, 640)
    if large:
        await page.get_by_role("button", name="大字").click()
    for question in (QUESTION, "公积金提取在哪办", "身份证" * 60, "https://" + "a" * 300):
        await ask(page, question)
        assert await overflow(page) == 0


async def test_all_there_is_to_tap_is_large_enough(open_page: Open) -> None:
    page = await open_page(320, 640)
    await ask(page)
    for button in await page.locator("button:visible, textarea").all():
        box = await button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= TARGET, await button.inner_text()


async def test_the_answer_is_in_sight_on_a_phone(open_page: Open) -> None:
    page = await open_page(360, 740, reduced_motion="reduce")
    for question in (QUESTION, "新生儿上户口多久能办好"):
        exchange = await ask(page, question)
        heading = await exchange.locator("h3").first.bounding_box()
        composer = await page.locator(".composer").bounding_box()
        header = await page.locator("header").bounding_box()
        assert heading
        assert composer
        assert header
        assert header["y"] + header["height"] <= heading["y"] < composer["y"]


async def test_large_type_is_larger_and_kept(open_page: Open) -> None:
    page = await open_page()
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    usual = await page.evaluate(size)
    toggle = page.get_by_role("button", name="大字")
    await toggle.click()
    await expect(toggle).to_have_attribute("aria-pressed", "true")
    await page.reload()
    assert await page.evaluate(size) >= 1.3 * usual
    await page.get_by_role("button", name="大字").click()
    await page.reload()
    assert await page.evaluate(size) == usual


async def test_little_moves_for_those_who_want_none(open_page: Open) -> None:
    page = await open_page(reduced_motion="reduce")
    names = "Array.from(document.getElementById('exchange-template').content.cloneNode(true).children, (e) => (document.getElementById('log').append(e), getComputedStyle(e.querySelector('i')).animationName))"
    assert await page.evaluate(names) == ["none"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("contrast", ["no-preference", "more"])
async def test_axe_finds_nothing(open_page: Open, scheme: str, contrast: str) -> None:
    page = await open_page(color_scheme=scheme, contrast=contrast, bypass_csp=True, reduced_motion="reduce")
    assert await axe_violations(page) == []
    for question in (QUESTION, "公积金提取在哪办", "今天天气怎么样"):
        await ask(page, question)
    assert await axe_violations(page) == []
    await page.locator("#text").fill("长" * 2001)
    await page.locator("#text").press("Enter")
    assert await axe_violations(page) == []


# keyboard and screen reader


async def focused(page: Page) -> str:
    return await page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id")


async def test_everything_works_by_keyboard(open_page: Open) -> None:
    page = await open_page()
    order = []
    for _ in range(8):
        await page.keyboard.press("Tab")
        order.append(await focused(page))
        assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert order[:3] == ["跳到输入框", "大字", "新对话"]
    assert order[-2:] == ["text", "发送"]

    await page.locator(".skip").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator(LATEST).first).to_be_visible()

    button = page.locator("#latest .choices button").first
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".exchange")).to_have_count(2)
    await expect(page.locator(LATEST).first).to_be_visible()
    await expect(button).to_have_count(1)


async def test_a_screen_reader_is_told_of_replies(open_page: Open) -> None:
    page = await open_page()
    log = page.get_by_role("log", name="对话记录")
    await expect(log).to_have_attribute("aria-live", "polite")
    exchange = await ask(page)
    await expect(log.locator(".exchange")).to_have_count(1)
    await expect(exchange.get_by_role("heading", level=2)).to_have_text(f"您问：{QUESTION}")
    await expect(page.get_by_role("textbox", name="要问的事")).to_be_focused()


# a bad network


async def test_a_message_that_was_not_delivered_can_be_sent_again(open_page: Open, site: TestServer) -> None:
    page = await open_page()
    await page.context.set_offline(True)
    await page.locator("#text").fill(QUESTION)
    await page.locator("#text").press("Enter")
    failed = page.locator("#latest .failed")
    await expect(failed).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator("#latest .card")).to_be_visible()
    await expect(failed).to_have_count(0)
    await page.reload()
    await expect(page.locator(".exchange")).to_have_count(1)


async def test_a_lost_answer_is_fetched_not_asked_twice(open_page: Open) -> None:
    page = await open_page()

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/chat", lose_the_answer, times=1)
    await page.locator("#text").fill(QUESTION)
    await page.locator("#text").press("Enter")
    await page.get_by_role("button", name="重新发送").click()
    await expect(page.locator("#latest .card")).to_be_visible()
    await page.reload()
    await expect(page.locator(".exchange")).to_have_count(1)


async def test_an_undelivered_message_outlives_a_reload(open_page: Open) -> None:
    page = await open_page()
    await page.route("**/chat", lambda route: route.fulfill(status=502, body="bad gateway"), times=1)
    await page.locator("#text").fill(QUESTION)
    await page.locator("#text").press("Enter")
    await expect(page.get_by_role("button", name="重新发送")).to_be_visible()
    await page.reload()
    await expect(page.locator("#latest .said")).to_contain_text(QUESTION)
    await expect(page.locator("#latest .card")).to_be_visible()


async def test_waiting_is_shown(open_page: Open) -> None:
    page = await open_page()
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/chat", hold)
    await page.locator("#text").fill(QUESTION)
    await page.locator("#text").press("Enter")
    await expect(page.locator("#latest .waiting")).to_be_visible()
    await expect(page.locator("#latest .waiting")).to_contain_text("正在查找")
    await held[0].continue_()
    await expect(page.locator("#latest .card")).to_be_visible()
    await expect(page.locator("#latest .waiting")).to_be_hidden()


# without script


@pytest.fixture
async def plain_page(open_page: Open) -> AsyncIterator[Page]:
    yield await open_page(360, 740, java_script_enabled=False)


async def test_the_plain_form_does_all_of_it(plain_page: Page) -> None:
    page = plain_page
    await page.locator("#text").fill(QUESTION)
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator("#latest .card h3").first).to_have_text("申请材料")
    assert page.url.endswith("/#latest")

    await page.locator("#latest").get_by_role("button", name="多久办好").click()
    await expect(page.locator(".exchange")).to_have_count(2)
    await expect(page.locator("#latest .card h3").first).to_contain_text("时限")

    await page.reload()
    await expect(page.locator(".exchange")).to_have_count(2)
    await page.get_by_role("button", name="大字").click()
    await expect(page.locator("html")).to_have_class("large")
    await page.get_by_role("button", name="新对话").click()
    await expect(page.locator(".exchange")).to_have_count(0)


async def test_a_long_text_in_the_plain_form_is_kept_and_explained(plain_page: Page) -> None:
    await plain_page.locator("#text").fill("长" * 2001)
    await plain_page.get_by_role("button", name="发送").click()
    await expect(plain_page.get_by_role("alert")).to_contain_text("2000 个字以内")
    assert len(await plain_page.locator("#text").input_value()) == 2001
