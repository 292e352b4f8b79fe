"""Group robots: what is posted to them, signed as each product wants it, and what their answers mean."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.group_webhook import WebhookSender, parts
from bot.delivery import Outcome, Refused, Sent, TryLater, Unknown
from bot.messages import Reply
from bot.robots import channel_of
from item_store.memory import open_memory
from item_store.records import Group

NOW = datetime(2026, 3, 31, 1, 0, tzinfo=UTC)


class Robot:
    """A robot's server that answers as it is told."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.posts: list[tuple[dict[str, str], dict[str, Any]]] = []

    async def receive(self, request: web.Request) -> web.Response:
        self.posts.append((dict(request.query), await request.json()))
        status, answer = self.answers.pop(0) if self.answers else (200, {"errcode": 0, "code": 0})
        return web.json_response(answer, status=status)


async def send(channel: str, robot: Robot, secret: str = "", text: str = "提醒") -> Outcome:
    application = web.Application()
    application.router.add_post("/hook", robot.receive)
    async with TestServer(application) as server:
        store = open_memory()
        address = f"{channel}:1"
        webhook = str(server.make_url("/hook?key=k"))
        group = Group(address=address, name="群", units=("a",), bound_by="p", webhook=webhook, secret=secret)
        await store.keep(group, 0)
        sender = WebhookSender(store, lambda: NOW)
        try:
            return await sender.send(address, [Reply(text)])
        finally:
            await sender.close()


async def test_wecom_gets_plain_text() -> None:
    robot = Robot()
    assert await send("wecom", robot) == Sent()
    assert robot.posts == [({"key": "k"}, {"msgtype": "text", "text": {"content": "提醒"}})]


async def test_dingtalk_is_signed_in_the_address() -> None:
    robot = Robot()
    assert await send("dingtalk", robot, "SECx") == Sent()
    query, body = robot.posts[0]
    stamp = str(int(NOW.timestamp() * 1000))
    expected = hmac.new(b"SECx", f"{stamp}\nSECx".encode(), hashlib.sha256).digest()
    assert query == {"key": "k", "timestamp": stamp, "sign": base64.b64encode(expected).decode()}
    assert body["text"]["content"] == "提醒"


async def test_feishu_is_signed_in_the_body() -> None:
    robot = Robot()
    assert await send("feishu", robot, "sx") == Sent()
    _, body = robot.posts[0]
    stamp = str(int(NOW.timestamp()))
    expected = hmac.new(f"{stamp}\nsx".encode(), b"", hashlib.sha256).digest()
    assert body["sign"] == base64.b64encode(expected).decode()
    assert (body["timestamp"], body["content"]) == (stamp, {"text": "提醒"})


@pytest.mark.parametrize(
    ("channel", "status", "answer", "outcome"),
    [
        ("wecom", 200, {"errcode": 45009}, TryLater(60, busy=True)),
        ("dingtalk", 200, {"errcode": 130101}, TryLater(60, busy=True)),
        ("feishu", 200, {"code": 11232}, TryLater(60, busy=True)),
        ("wecom", 429, {}, TryLater(60, busy=True)),
        ("wecom", 200, {"errcode": 93000}, Refused("delivery.blocked")),
        ("wecom", 200, {"errcode": 40058}, Refused("delivery.refused")),
        ("wecom", 404, {}, Refused("delivery.refused")),
        ("wecom", 502, {}, Unknown("delivery.no_answer")),
        ("wecom", 200, "not what was agreed", Refused("delivery.refused")),
    ],
)
async def test_answers_have_names(channel: str, status: int, answer: Any, outcome: Outcome) -> None:
    robot = Robot()
    robot.answers = [(status, answer)]
    assert await send(channel, robot) == outcome


async def test_nothing_left_when_nobody_listens() -> None:
    store = open_memory()
    group = Group(address="wecom:1", name="群", units=(), bound_by="p", webhook="http://127.0.0.1:9/hook")
    await store.keep(group, 0)
    sender = WebhookSender(store, lambda: NOW)
    assert isinstance(await sender.send("wecom:1", [Reply("x")]), TryLater)
    assert await sender.send("wecom:2", [Reply("x")]) == Refused("delivery.wrong_address")
    await sender.close()


async def test_a_failure_after_the_first_part_leaves_the_whole_unknown() -> None:
    robot = Robot()
    robot.answers = [(200, {"errcode": 0}), (200, {"errcode": 45009})]
    assert await send("wecom", robot, text="一行提醒\n" * 300) == Unknown("delivery.partly")


def test_long_texts_are_cut_at_line_ends() -> None:
    text = "第一行\n第二行\n" + "长" * 30
    cut = list(parts(text, 30))
    assert "".join(cut).replace("\n", "") == text.replace("\n", "")
    assert all(len(part.encode()) <= 30 for part in cut)


@pytest.mark.parametrize(
    ("webhook", "channel"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", "wecom"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/x", "feishu"),
        ("http://qyapi.weixin.qq.com/x", ""),
        ("https://qyapi.weixin.qq.com:8443/x", ""),
        ("https://user@qyapi.weixin.qq.com/x", ""),
        ("https://qyapi.weixin.qq.com.example.org/x", ""),
        ("https://127.0.0.1/x", ""),
        ("https://[bad", ""),
    ],
)
def test_only_the_products_own_hosts_are_taken(webhook: str, channel: str) -> None:
    assert channel_of(webhook) == channel
