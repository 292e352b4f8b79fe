"""Files on the web: who may send them, how large, and links that work for one person and for a while."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import pytest
from aiohttp import CookieJar, FormData, web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import App
from bot.channels import web_people
from bot.channels.web import WebChannel
from bot.conversation import Conversation
from bot.handed_out import UNIT
from bot.handlers import sign_in
from bot.messages import MAX_TEXT, STAFF_TEXT, File, Incoming, Replies, Reply
from bot.turn import Turn
from item_store.files import MAX_FILE
from item_store.one_time_codes import hash_of
from item_store.people import Invitation, grants_of
from item_store.units import Unit
from tests.transcripts import MovedClock

CODE = "ABCD-2345-EFGH"
SCRIPT = {"Accept": "application/json"}


class Return:
    """A handler that hands a file back, and says how much it heard."""

    __name__ = "return"

    def wants(self, turn: Turn) -> bool:
        return True

    async def handle(self, turn: Turn) -> Replies:
        file = turn.incoming.file
        if file is None:
            return [Reply(f"heard {len(turn.text)}")]
        return [Reply(f"{len(file.content)} of {file.name}", file=File(f"回_{file.name}", file.content))]


@pytest.fixture
async def server(app: App) -> AsyncIterator[TestServer]:
    channel = WebChannel(Conversation(app.services, [sign_in, Return()]), app.services)
    application = web.Application()
    application.add_routes(channel.routes())
    async with TestServer(application) as started:
        yield started


@pytest.fixture
async def citizen(server: TestServer) -> AsyncIterator[TestClient]:
    async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as client:
        await client.get("/")
        yield client


@pytest.fixture
async def clerk(server: TestServer, app: App) -> AsyncIterator[TestClient]:
    store = app.services.store
    await store.put_unit(Unit("civil", "民政局"))
    until = app.services.clock() + timedelta(days=1)
    await store.invite(Invitation(hash_of(CODE), until, "test", "王芳", grants_of("civil", ["clerk"])))
    async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as client:
        response = await client.post("/chat", json={"text": f"登录 {CODE}"})
        assert (await response.json())["staff"] is True
        yield client


def form(content: bytes = b"%PDF-1.7 x", name: str = "图.pdf", mark: str = "a1") -> FormData:
    body = FormData({"message_id": mark}, quote_fields=False)
    body.add_field("file", BytesIO(content), filename=name, content_type="application/pdf")
    return body


async def code(response: object) -> tuple[int, str]:
    return response.status, (await response.json())["error"]["code"]


async def sent(client: TestClient, mark: str = "a1") -> str:
    return (await (await client.post("/file", data=form(mark=mark), headers=SCRIPT)).json())["html"]


def link(html: str) -> str:
    return re.search(r'href="(/file/[^"]+)"', html).group(1)


async def test_only_staff_see_the_button_and_may_send(citizen: TestClient, clerk: TestClient) -> None:
    assert 'enctype="multipart/form-data" hidden' in await (await citizen.get("/")).text()
    assert 'enctype="multipart/form-data" hidden' not in await (await clerk.get("/")).text()
    refused = await citizen.post("/file", data=form(), headers=SCRIPT)
    assert await code(refused) == (403, "file_not_staff")
    assert "10 of 图.pdf" in await sent(clerk)


async def test_a_file_too_large_is_refused_by_its_length_and_by_what_comes(clerk: TestClient) -> None:
    large = b"%PDF" + b"x" * MAX_FILE
    assert await code(await clerk.post("/file", data=form(large), headers=SCRIPT)) == (413, "file_too_large")

    async def without_length() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
        for _ in range(MAX_FILE // 500_000 + 1):
            yield b"x" * 500_000

    headers = {**SCRIPT, "Content-Type": "multipart/form-data; boundary=b"}
    response = await clerk.post("/file", data=without_length(), headers=headers)
    assert await code(response) == (413, "file_too_large")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "why"),
    [
        (b"x", "text/plain", 415, "file_form"),
        (b"x", "multipart/form-data", 400, "file_form"),
        (b"x", "multipart/form-data; boundary=b", 400, "file_form"),
        (b"--b\r\n\r\n\r\n--b--\r\n", "multipart/form-data; boundary=b", 422, "no_file"),
        (
            b'--b\r\nContent-Disposition: form-data; name="message_id"\r\n\r\n../x\r\n'
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            422,
            "wrong_value",
        ),
    ],
)
async def test_a_wrong_upload_is_refused_by_name(
    clerk: TestClient, body: bytes, content_type: str, status: int, why: str
) -> None:
    response = await clerk.post("/file", data=body, headers={**SCRIPT, "Content-Type": content_type})
    assert await code(response) == (status, why)


async def test_the_plain_form_sends_a_file_and_is_told_of_refusals(clerk: TestClient) -> None:
    page = await (await clerk.post("/file", data=form())).text()
    assert "10 of 图.pdf" in page
    assert '<span class="hidden">您问：</span>图.pdf' in page
    response = await clerk.post("/file", data=form(b"", ""))
    assert response.status == 422
    assert "还没有选文件" in await response.text()


async def test_the_same_upload_twice_is_one_message(clerk: TestClient) -> None:
    await sent(clerk, "a1")
    await sent(clerk, "a1")
    page = await (await clerk.get("/")).text()
    assert page.count("10 of 图.pdf") == 1


async def test_a_path_in_the_name_is_left_out(clerk: TestClient) -> None:
    data = form(name="C:\\secret\\..\\表.pdf")
    html = (await (await clerk.post("/file", data=data, headers=SCRIPT)).json())["html"]
    assert "10 of 表.pdf" in html


async def test_a_file_is_fetched_by_its_person_also_after_a_reload(
    clerk: TestClient, citizen: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sent(clerk)
    address = link(await (await clerk.get("/")).text())
    response = await clerk.get(address)
    assert await response.read() == b"%PDF-1.7 x"
    assert response.headers["Content-Disposition"].endswith("%E5%9B%9E_%E5%9B%BE.pdf")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    for client, wrong in ((citizen, address), (clerk, f"{address}x"), (clerk, "/file/x")):
        refused = await client.get(wrong)
        assert refused.status == 404
        assert "下载链接过期了" in await refused.text()
    monkeypatch.setattr(web_people, "LINK_SECONDS", -1)
    assert (await clerk.get(address)).status == 404


async def test_a_file_is_forgotten_after_a_day(clerk: TestClient, app: App, clock: MovedClock) -> None:
    address = link(await sent(clerk))
    clock.move("2天")
    assert await app.services.store.forget_files(UNIT, app.services.clock()) == 1
    assert (await clerk.get(address)).status == 404


async def test_staff_may_write_longer(clerk: TestClient, citizen: TestClient) -> None:
    long = "长" * STAFF_TEXT
    assert await code(await citizen.post("/chat", json={"text": "长" * (MAX_TEXT + 1)})) == (422, "too_long")
    assert f"heard {STAFF_TEXT}" in (await (await clerk.post("/chat", json={"text": long})).json())["html"]
    assert f"heard {STAFF_TEXT}" in await (await clerk.post("/chat", data={"text": long})).text()
    assert await code(await clerk.post("/chat", json={"text": long + "长"})) == (422, "too_long")
    assert f'data-limit="{STAFF_TEXT}"' in await (await clerk.get("/")).text()


async def test_a_long_guide_is_recognised_in_a_draft_and_asks_for_one_outside(
    app: App, clerk: TestClient
) -> None:
    store, talk = app.services.store, app.conversation
    (known,) = [p for p in await store.people() if p.name == "王芳"]
    sender = known.identities[0].partition(":")[2]

    async def say(**said: str) -> list[Reply]:
        return list(await talk.converse(Incoming(channel="web", sender=sender, **said)))

    guide = (
        "事项名称：犬只登记\n受理条件：年满18周岁\n咨询电话：023-00000001\n是否收费：否\n" + "说明。\n" * 4000
    )
    assert len(guide) > 10_000
    (asked,) = await say(text=guide)
    (which,) = await say(choice=asked.choices[0].id)
    await say(choice=which.choices[0].id)
    (found,) = await say(text=guide)
    assert "犬只登记" in found.text
