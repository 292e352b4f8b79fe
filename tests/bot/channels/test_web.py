"""Every address of the web channel: what it answers, what it refuses, and with which headers."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import AnyHttpUrl

from bot.app import App, web_application
from bot.channels.web import WebChannel
from bot.channels.web_people import COOKIE
from bot.channels.web_requests import MAX_BODY
from bot.conversation import Conversation
from bot.messages import MAX_TEXT, Card, Choice, File, Line, Replies, Reply, Section
from bot.turn import Turn
from tests.drivers.web import read_replies
from tests.transcripts import MovedClock

HOSTILE = "<script>alert('1')</script>&\"\u202e"


class Echo:
    """A handler that says what it heard, on a card with everything a card can have."""

    __name__ = "echo"

    def __init__(self) -> None:
        self.heard: list[str] = []

    def wants(self, turn: Turn) -> bool:
        return True

    async def handle(self, turn: Turn) -> Replies:
        self.heard.append(turn.text or turn.action.get("do", ""))
        if turn.text == "break":
            raise RuntimeError("broken")
        materials = (Line("户口簿", notes=(Line("原件 1 份"), Line("未成年", "适用情形"))), Line(HOSTILE))
        sections = (
            Section("申请材料", materials, ordered=True),
            Section("承诺办结时限", (Line("5 工作日"),)),
        )
        card = Card(
            "首次申领", sections, (Line("123", "事项编码"), Line("023-68261234", "咨询电话")), "示例数据"
        )
        choices = (Choice("多久办好", {"do": "limit"}), Choice("找人工", {"do": "ask_staff"}))
        return [Reply(f"heard {self.heard[-1]}", card, choices, File("附件.docx", b"x"))]


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def server(app: App, echo: Echo) -> AsyncIterator[TestServer]:
    """The channel over a real conversation whose only handler is the echo."""
    channel = WebChannel(Conversation(app.services, [echo]), app.services)
    application = web.Application()
    application.add_routes(channel.routes())
    await channel.start()
    async with TestServer(application) as started:
        yield started
    await channel.stop()


def browser(server: TestServer) -> TestClient:
    """A browser with cookies of its own."""
    return TestClient(server, cookie_jar=CookieJar(unsafe=True))


@pytest.fixture
async def client(server: TestServer) -> AsyncIterator[TestClient]:
    async with browser(server) as opened:
        yield opened


@pytest.fixture
async def real(app: App) -> AsyncIterator[TestClient]:
    """The whole program."""
    async with TestClient(TestServer(web_application(app)), cookie_jar=CookieJar(unsafe=True)) as opened:
        yield opened


def exchanges(page: str) -> int:
    return page.partition("<template")[0].count('class="exchange"')


async def test_the_page_opens_with_examples_and_a_cookie(client: TestClient) -> None:
    response = await client.get("/")
    page = await response.text()
    assert response.status == 200
    assert response.content_type == "text/html"
    assert 'lang="zh-CN"' in page
    assert 'name="text" value="办身份证要带什么"' in page
    cookie = response.headers["Set-Cookie"]
    assert COOKIE in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert exchanges(page) == 0


async def test_a_message_from_the_script_gets_finished_cards(client: TestClient) -> None:
    response = await client.post("/chat", json={"text": "身份证", "message_id": "a1"})
    html = (await response.json())["html"]
    (reply,) = read_replies(html)
    lines = [line.strip() for line in reply.text.splitlines()]
    assert lines[:3] == ["heard 身份证", "示例数据", "申请材料"]
    assert [label for label, _ in reply.buttons] == ["多久办好", "找人工"]
    assert lines.index("承诺办结时限") < lines.index("首次申领") < lines.index("事项编码：123")
    assert 'href="tel:02368261234"' in html


async def test_what_is_said_is_shown_and_never_obeyed(client: TestClient) -> None:
    await client.post("/chat", json={"text": HOSTILE, "message_id": "a1"})
    page = await (await client.get("/")).text()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;") == 3


async def test_a_reload_shows_the_same_cards(client: TestClient) -> None:
    html = (await (await client.post("/chat", json={"text": "身份证", "message_id": "a1"})).json())["html"]
    page = await (await client.get("/")).text()
    again = page[page.index('class="exchange"') : page.index("</main>")]
    assert exchanges(page) == 1
    assert 'data-message="a1"' in again
    assert read_replies(again)[0].text == read_replies(html)[0].text
    assert read_replies(again)[0].buttons == read_replies(html)[0].buttons


async def test_a_button_does_what_it_says(client: TestClient, echo: Echo) -> None:
    html = (await (await client.post("/chat", json={"text": "身份证"})).json())["html"]
    button = dict(read_replies(html)[0].buttons)["多久办好"]
    await client.post("/chat", json={"choice": button})
    assert echo.heard == ["身份证", "limit"]


async def test_a_message_sent_again_gets_the_same_reply(client: TestClient, echo: Echo) -> None:
    first, again = [
        await (await client.post("/chat", json={"text": "身份证", "message_id": "a1"})).json()
        for _ in range(2)
    ]
    assert read_replies(first["html"])[0].buttons == read_replies(again["html"])[0].buttons
    assert echo.heard == ["身份证"]


async def test_people_see_only_their_own(server: TestServer) -> None:
    async with browser(server) as one, browser(server) as two:
        await one.post("/chat", json={"text": "甲的事"})
        await two.get("/")
        assert "甲的事" in await (await one.get("/")).text()
        assert "甲的事" not in await (await two.get("/")).text()


async def test_a_new_conversation_shows_nothing_of_the_old(client: TestClient) -> None:
    await client.post("/chat", json={"text": "甲的事"})
    page = await (await client.post("/new", data={})).text()
    assert "甲的事" not in page
    assert "甲的事" not in await (await client.get("/")).text()


# the plain form


async def form_mark(client: TestClient) -> str:
    page = await (await client.get("/")).text()
    return re.findall(r'name="message_id" value="([^"]+)"', page)[-1]


async def test_the_plain_form_posts_redirects_and_shows(client: TestClient) -> None:
    posted = {"text": "身份证", "message_id": await form_mark(client)}
    response = await client.post("/chat", data=posted, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/#latest")
    page = await (await client.get("/")).text()
    assert exchanges(page) == 1
    assert "heard 身份证" in page


async def test_a_form_sent_twice_is_one_message_and_a_changed_one_another(
    client: TestClient, echo: Echo
) -> None:
    mark = await form_mark(client)
    for text in ("身份证", "身份证", "户口"):
        await client.post("/chat", data={"text": text, "message_id": mark})
    assert echo.heard == ["身份证", "户口"]


async def test_a_button_works_in_the_plain_form(client: TestClient, echo: Echo) -> None:
    await client.post("/chat", data={"text": "身份证", "message_id": "m"})
    page = await (await client.get("/")).text()
    button = re.search(r'<button name="choice" value="([^"]+)">多久办好', page).group(1)
    page = await (await client.post("/chat", data={"choice": button, "message_id": "m"})).text()
    assert echo.heard == ["身份证", "limit"]
    assert page.count("多久办好") >= 2
    assert exchanges(page) == 2


async def test_a_browser_without_cookies_is_answered_at_once(server: TestServer) -> None:
    async with browser(server) as client:
        response = await client.post("/chat", data={"text": "身份证"}, allow_redirects=False)
        assert response.status == 200
        assert "heard 身份证" in await response.text()


async def test_a_failed_turn_is_shown_to_the_plain_form(client: TestClient) -> None:
    page = await (
        await client.post("/chat", data={"text": "break", "message_id": await form_mark(client)})
    ).text()
    assert "系统出了点问题" in page
    assert "12345" in page


async def test_too_long_a_text_stands_in_the_form_again(client: TestClient, echo: Echo) -> None:
    response = await client.post("/chat", data={"text": "长" * (MAX_TEXT + 1)})
    page = await response.text()
    assert response.status == 422
    assert f"{MAX_TEXT} 个字以内" in page
    assert "长" * (MAX_TEXT + 1) in page
    assert echo.heard == []


@pytest.mark.parametrize(("value", "classes"), [("large", 'class="large"'), ("", "")])
async def test_the_size_of_type_is_kept(client: TestClient, value: str, classes: str) -> None:
    await client.post("/type-size", data={"type": "large"})
    page = await (await client.post("/type-size", data={"type": value})).text()
    assert (f'<html lang="zh-CN" {classes}'.strip() + ">") in page
    assert ('aria-pressed="true"' in page) is bool(value)


# refusals


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "not_json"),
        (b"[" * 60_000, 400, "not_json"),
        (b"\xff", 400, "encoding"),
        (b'["text"]', 422, "not_object"),
        (b'{"text": 1}', 422, "wrong_type"),
        (b'{"text": null}', 422, "wrong_type"),
        (b'{"text": "a", "message_id": {}}', 422, "wrong_type"),
        (b'{"text": "a", "message_id": "\\u0000"}', 422, "wrong_value"),
        (b'{"text": "a", "message_id": "%s"}' % (b"a" * 200), 422, "wrong_value"),
        (b'{"choice": "../x"}', 422, "wrong_value"),
        (b'{"choice": "\\ud800"}', 422, "wrong_value"),
        (b"{}", 422, "empty"),
        (b'{"text": " \\u0000 "}', 422, "empty"),
        (b'{"text": "%s"}' % (b"a" * (MAX_TEXT + 1)), 422, "too_long"),
        (b'{"text": "%s"}' % (b"a" * MAX_BODY), 413, "too_large"),
    ],
)
async def test_a_wrong_post_is_refused_by_name(
    client: TestClient, echo: Echo, body: bytes, status: int, code: str
) -> None:
    response = await client.post("/chat", data=body, headers={"Content-Type": "application/json"})
    error = (await response.json())["error"]
    assert (response.status, error["code"]) == (status, code)
    assert re.search("[\u4e00-\u9fff]", error["message"])
    assert "{" not in error["message"]
    assert echo.heard == []


async def test_a_body_without_length_is_measured_too(client: TestClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 1000):
            yield b"a" * 2000

    response = await client.post("/chat", data=endless(), headers={"Content-Type": "application/json"})
    assert response.status == 413


async def test_a_form_of_too_many_fields_is_refused(client: TestClient) -> None:
    body = "&".join(f"a{n}=1" for n in range(20))
    response = await client.post(
        "/chat", data=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (response.status, (await response.json())["error"]["code"]) == (400, "not_form")


async def test_other_media_types_are_refused(client: TestClient) -> None:
    response = await client.post("/chat", data=b"<a/>", headers={"Content-Type": "text/xml"})
    assert (response.status, (await response.json())["error"]["code"]) == (415, "media_type")


@pytest.mark.parametrize("path", ["/chat", "/new", "/type-size"])
@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
async def test_another_sites_page_cannot_post(client: TestClient, echo: Echo, path: str, origin: str) -> None:
    response = await client.post(path, data={"text": "x"}, headers={"Origin": origin}, allow_redirects=False)
    assert (response.status, (await response.json())["error"]["code"]) == (403, "origin")
    assert echo.heard == []


async def test_the_own_page_and_the_public_address_can_post(app: App, echo: Echo) -> None:
    public = app.services.settings.model_copy(update={"public_url": AnyHttpUrl("https://banshi.example")})
    services = type(app.services)(app.services.store, app.services.catalogue, public, app.services.clock)
    application = web.Application()
    application.add_routes(WebChannel(Conversation(services, [echo]), services).routes())
    async with browser(TestServer(application)) as client:
        for origin in (str(client.make_url("")).rstrip("/"), "https://banshi.example"):
            response = await client.post("/chat", json={"text": "x"}, headers={"Origin": origin})
            assert response.status == 200


async def test_too_many_messages_a_minute_are_told_to_wait(app: App, echo: Echo, clock: MovedClock) -> None:
    settings = app.services.settings.model_copy(update={"question_limit": 2})
    services = type(app.services)(app.services.store, app.services.catalogue, settings, clock)
    application = web.Application()
    application.add_routes(WebChannel(Conversation(services, [echo]), services).routes())
    async with browser(TestServer(application)) as client:
        await client.get("/")
        pages = [await (await client.post("/chat", data={"text": str(n)})).text() for n in range(3)]
        assert "发得太快" in pages[2]
        clock.move("2分钟")
        assert "heard 9" in await (await client.post("/chat", data={"text": "9"})).text()


# what machines ask


@pytest.mark.parametrize(
    "path", ["/", "/api/ask?q=x", "/api/ask", "/healthz", "/metrics", "/static/none.css"]
)
async def test_every_answer_carries_security_headers(client: TestClient, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


async def test_static_files_are_kept_under_names_of_their_content(client: TestClient) -> None:
    page = await (await client.get("/")).text()
    addresses = set(re.findall(r'/static/[^"]+', page))
    assert {address.rpartition(".")[2] for address in addresses} == {"css", "js", "svg"}
    for address in addresses:
        response = await client.get(address)
        assert response.status == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert response.content_type in {"text/css", "text/javascript", "image/svg+xml"}
    assert (await client.get("/static/chat.css")).status == 404
    assert (await client.get("/static/..%2fpage.html")).status == 404


async def test_the_page_has_no_inline_script_or_style(client: TestClient) -> None:
    await client.post("/chat", json={"text": "身份证"})
    page = await (await client.get("/")).text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]+src=)", page)


async def test_the_chat_page_is_not_kept_by_caches(client: TestClient) -> None:
    assert (await client.get("/")).headers["Cache-Control"] == "no-store"


async def test_api_ask_is_a_batch_line(real: TestClient) -> None:
    line = await (await real.get("/api/ask", params={"q": "办身份证要带什么"})).json()
    assert list(line) == ["question", "outcome", "aspects", "candidates", "text"]
    assert line["question"] == "办身份证要带什么"
    assert len(line["candidates"]) <= 5


@pytest.mark.parametrize(
    ("question", "code"), [(None, "no_question"), (" ", "no_question"), ("a" * 2001, "too_long")]
)
async def test_api_ask_refuses_by_name(client: TestClient, question: str | None, code: str) -> None:
    response = await client.get("/api/ask", params={"q": question} if question else {})
    assert (response.status, (await response.json())["error"]["code"]) == (400, code)


async def test_health_counts_the_items(real: TestClient, app: App) -> None:
    health = await (await real.get("/healthz")).json()
    assert health["status"] == "ok"
    assert health["items"] == len(app.services.catalogue) > 0


async def test_health_fails_with_the_database(
    client: TestClient, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> int:
        raise OSError("disk gone")

    monkeypatch.setattr(app.services.store, "sequence", broken)
    response = await client.get("/healthz")
    assert (response.status, await response.json()) == (503, {"status": "unavailable"})


async def test_metrics_count_the_turns(client: TestClient) -> None:
    await client.post("/chat", json={"text": "身份证"})
    metrics = await (await client.get("/metrics")).text()
    assert re.search(r'banshi_turns_total\{channel="web",handler="\w*"\} [1-9]', metrics)


# the whole way


@pytest.mark.parametrize("question", ["办身份证要带什么", "新生儿上户口多久能办好", "公积金提取在哪办"])
async def test_the_first_questions_are_answered_from_the_record(real: TestClient, question: str) -> None:
    started = asyncio.get_running_loop().time()
    answer = await (await real.post("/chat", json={"text": question})).json()
    assert asyncio.get_running_loop().time() - started < timedelta(seconds=2).total_seconds()
    (reply, *_) = read_replies(answer["html"])
    assert "示例数据，不是官方信息" in reply.text
    assert "咨询电话" in reply.text
