"""The public pages: every published item has one, and what is not there is told with the right status."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.app import App, web_application
from item_store.item import Item
from item_store.register import Switch
from tests.transcripts import MovedClock

STRANGE = "示例 编号/1.docx?x=1"


@pytest.fixture
async def client(app: App) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(web_application(app))) as opened:
        yield opened


async def read(client: TestClient, address: str, status: int = 200) -> str:
    response = await client.get(address)
    assert response.status == status, (address, response.status)
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    return await response.text()


async def test_every_item_has_a_page_that_names_it(client: TestClient, app: App) -> None:
    for item in app.services.catalogue.items()[:10]:
        page = await read(client, f"/guide/{quote(item.id, safe='')}")
        assert f"<h1>{item.name}</h1>" in page
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert found
        assert json.loads(found[1])["name"] == item.name


async def test_documents_and_feeds(client: TestClient, app: App) -> None:
    item = app.services.catalogue.items()[0]
    word = await client.get(f"/guide/{item.id}.docx")
    assert (await word.read())[:2] == b"PK"
    linked = await client.get(f"/guide/{item.id}.json")
    assert linked.content_type == "application/ld+json"
    assert (await linked.json(content_type=None))["@type"] == "GovernmentService"
    feed = await (await client.get("/catalog.json")).json(content_type=None)
    assert len(feed["items"]) == len(app.services.catalogue)
    graph = await (await client.get("/catalog.jsonld")).json(content_type=None)
    assert graph["@graph"]
    book = await client.get("/catalog.xlsx")
    assert BytesIO(await book.read()).read(2) == b"PK"


async def test_the_catalog_is_paged_and_filtered(client: TestClient, app: App) -> None:
    count = len(app.services.catalogue)
    first = await read(client, "/catalog")
    assert f"共 {count} 个事项" in first
    assert first.count('<li>\n    <a href="/guide/') == 50
    last = await read(client, "/catalog?page=99999")
    assert last.count('<li>\n    <a href="/guide/') == count - 50
    agency = app.services.catalogue.items()[0].text("agency")
    some = await read(client, f"/catalog?agency={quote(agency)}")
    expected = sum(item.text("agency") == agency for item in app.services.catalogue.items())
    assert f"共 {expected} 个事项" in some


async def test_a_strange_id_has_its_address(client: TestClient, app: App) -> None:
    hostile = "<script>alert(1)</script></script>"
    item = Item.from_record({"id": STRANGE, "name": hostile, "content": hostile})
    await app.services.store.publish(item)
    await app.services.catalogue.refresh()
    page = await read(client, f"/guide/{quote(STRANGE, safe='')}")
    assert "<script>alert" not in page
    linked = await client.get(f"/guide/{quote(STRANGE, safe='')}.json")
    assert (await linked.json(content_type=None))["name"] == hostile


async def test_what_is_not_there_is_told(client: TestClient, app: App) -> None:
    item = app.services.catalogue.items()[0]
    assert "没有这个事项" in await read(client, "/guide/nothing", 404)
    assert "没有公布" in await read(client, f"/guide/{item.id}?on=1999-01-01", 404)
    assert "不是日期" in await read(client, f"/guide/{item.id}?on=soon", 400)
    assert "对调" in await read(client, "/changes?from=2026-02-01&to=2026-01-01", 400)
    await app.services.store.withdraw(item.id)
    await app.services.catalogue.refresh()
    assert "不再公布" in await read(client, f"/guide/{item.id}", 410)
    await read(client, "/pages/nothing.css", 404)


async def test_a_day_past_and_what_changed_since(client: TestClient, app: App, clock: MovedClock) -> None:
    store = app.services.store
    changed, gone, *_ = app.services.catalogue.items()
    begun = clock.now.date().isoformat()
    clock.now += timedelta(days=3)
    await store.publish(Item.from_record(changed.record() | {"enquiry_phone": "023-69990000"}))
    await store.withdraw(gone.id)
    await store.publish(Item.from_record({"id": "new", "name": "新增的示例事项"}))
    await app.services.catalogue.refresh()
    today = clock.now.date().isoformat()
    page = await read(client, f"/changes?from={begun}&to={today}")
    assert "共有 3 个事项有变化" in page
    assert "新增的示例事项" in page
    assert gone.name in page
    assert "023-69990000" in page
    assert changed.text("enquiry_phone") in page
    old = await read(client, f"/guide/{changed.id}?on={begun}")
    assert "023-69990000" not in old
    assert gone.name in await read(client, f"/guide/{gone.id}?on={begun}")
    assert "共有 0 个事项有变化" in await read(client, f"/changes?from={today}&to={today}")


async def test_a_switched_off_item_says_so(client: TestClient, app: App) -> None:
    item = app.services.catalogue.items()[0]
    await app.services.store.switch_off(Switch("材料清单正在核对。", item_id=item.id, by="publisher"))
    await app.services.catalogue.refresh()
    assert "材料清单正在核对。" in await read(client, f"/guide/{item.id}")
    answer = await (await client.get("/api/ask", params={"q": item.name})).json()
    assert "材料清单正在核对。" in answer["text"]
    assert "申请材料" not in answer["text"]
    await app.services.store.switch_on(item.id, "", "publisher")
    await app.services.store.switch_off(Switch("收费正在核对。", aspect="fee", by="publisher"))
    await app.services.catalogue.refresh()
    fee = await (await client.get("/api/ask", params={"q": f"{item.name}收费吗"})).json()
    assert "收费正在核对。" in fee["text"]
