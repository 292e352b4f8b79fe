"""Bulletin pages and calendar feeds: under their addresses, and under no other."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import addresses, plan_starting
from bot.app import App, web_application
from item_store.records import Address, TaskState
from item_store.units import Unit
from tests.bot.world import plan

ROWS = [
    {"number": "1", "work": "报送<清单>", "lead": ["甲局", "乙局"], "deadline": "2月10日前"},
    {"number": "2", "work": "核对", "lead": ["甲局"], "deadline": "3月31日前"},
]


@pytest.fixture
async def client(app: App) -> AsyncIterator[TestClient]:
    for unit in ("甲局", "乙局"):
        await app.services.store.put_unit(Unit(unit, unit))
    await plan_starting.start(app.services, plan(ROWS), "test")
    async with TestClient(TestServer(web_application(app))) as opened:
        yield opened


async def test_a_bulletin_page_shows_figures_lines_and_a_picture(app: App, client: TestClient) -> None:
    state = TaskState(due_id="p/1:1:20260210", unit="乙局", done_on=date(2026, 2, 12), note="迟了")
    await app.services.store.keep(state, 0)
    path = await addresses.new_address(app.services, addresses.BULLETIN, (), "p:quarter:2026-03-02", "p")
    response = await client.get(path)
    page = await response.text()
    assert response.status == 200
    assert "季分析：示例计划（2026-03-02）" in page
    assert "<svg" in page
    assert "报送&lt;清单&gt;" in page
    assert "点名通报：甲局" in page
    workbook = await client.get(path + ".xlsx")
    assert (await workbook.read()).startswith(b"PK")


async def test_a_feed_is_a_calendar_and_keeps_its_sequences(app: App, client: TestClient) -> None:
    path = await addresses.new_address(app.services, addresses.FEED, ["甲局"], "甲局", "p")
    first = await client.get(path)
    assert first.content_type == "text/calendar"
    text = await first.text()
    assert text.count("BEGIN:VEVENT") == 2
    assert await (await client.get(path)).text() == text
    await app.services.store.keep(
        TaskState(due_id="p/2:1:20260331", unit="甲局", done_on=date(2026, 3, 2)), 0
    )
    assert (await (await client.get(path)).text()).count("SEQUENCE:1") == 1


@pytest.mark.parametrize("kind", [addresses.FEED, addresses.BULLETIN])
async def test_a_revoked_address_is_gone(app: App, client: TestClient, kind: str) -> None:
    path = await addresses.new_address(app.services, kind, ["甲局"], "p:day:2026-03-02", "p")
    assert (await client.get(path)).status == 200
    assert await addresses.revoke_all(app.services, "somebody else") == 0
    assert await addresses.revoke_all(app.services, "p") == 1
    assert (await client.get(path)).status == 404


@pytest.mark.parametrize("path", ["/liaison/feed/x.ics", "/liaison/bulletin/x", "/liaison/bulletin/x.xlsx"])
async def test_a_guess_is_not_found(client: TestClient, path: str) -> None:
    assert (await client.get(path)).status == 404


async def test_the_store_never_holds_the_address_itself(app: App) -> None:
    path = await addresses.new_address(app.services, addresses.FEED, [], "x", "p")
    token = path.rpartition("/")[2].removesuffix(".ics")
    (kept,) = await app.services.store.all_kept(Address)
    assert token not in kept.record.model_dump_json()
    assert len(token) >= 43


async def test_a_feed_address_opens_no_bulletin(app: App, client: TestClient) -> None:
    path = await addresses.new_address(app.services, addresses.FEED, ["甲局"], "p:day:2026-03-02", "p")
    other = path.replace("/feed/", "/bulletin/").removesuffix(".ics")
    assert (await client.get(other)).status == 404
