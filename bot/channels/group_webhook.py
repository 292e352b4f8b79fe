"""Group robots of 企业微信, 钉钉 and 飞书: one POST each, signed where a secret is set."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import aiohttp
import structlog

from bot.clock import Clock
from bot.delivery import Outcome, Refused, Sent, TryLater, Unknown
from bot.messages import Replies
from bot.rendering import plain
from bot.robots import ROBOTS, Robot
from item_store.records import Group, RecordContract

log = structlog.get_logger()

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
NETWORK_PAUSE = 15.0
BUSY_PAUSE = 60.0
TOO_MANY = 429

Post = tuple[dict[str, str], dict[str, Any]]
"""What is added to the address, and the body."""


def _digest(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def _wecom(text: str, secret: str, now: datetime) -> Post:
    return {}, {"msgtype": "text", "text": {"content": text}}


def _dingtalk(text: str, secret: str, now: datetime) -> Post:
    body = {"msgtype": "text", "text": {"content": text}}
    if not secret:
        return {}, body
    stamp = str(int(now.timestamp() * 1000))
    return {"timestamp": stamp, "sign": _digest(secret, f"{stamp}\n{secret}")}, body


def _feishu(text: str, secret: str, now: datetime) -> Post:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(now.timestamp()))
        body |= {"timestamp": stamp, "sign": _digest(f"{stamp}\n{secret}", "")}
    return {}, body


BODIES: Mapping[str, Callable[[str, str, datetime], Post]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
}


class WebhookSender:
    """Sends to the webhook kept with the group."""

    def __init__(self, store: RecordContract, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, address: str, replies: Replies) -> Outcome:
        """All parts of the replies; once one is out, a failure leaves the whole unknown."""
        kept = await self._store.kept(Group, address)
        robot = ROBOTS.get(address.partition(":")[0])
        if kept is None or robot is None or not kept.record.webhook:
            return Refused("delivery.wrong_address")
        text = "\n\n".join(plain(reply) for reply in replies)
        for number, part in enumerate(parts(text, robot.limit)):
            outcome = await self._post(robot, kept.record, part)
            if outcome != Sent():
                return outcome if number == 0 else Unknown("delivery.partly")
        return Sent()

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _post(self, robot: Robot, group: Group, text: str) -> Outcome:
        self._session = self._session or aiohttp.ClientSession(timeout=TIMEOUT)
        added, body = BODIES[group.address.partition(":")[0]](text, group.secret, self._clock())
        try:
            async with self._session.post(
                group.webhook, params=added, json=body, allow_redirects=False
            ) as response:
                answer = await response.json(content_type=None) if response.status < 400 else {}
                return _outcome(robot, response.status, answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return TryLater(NETWORK_PAUSE)
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            log.info("webhook.unknown", channel=group.address.partition(":")[0], error=type(error).__name__)
            return Unknown("delivery.no_answer")


def _outcome(robot: Robot, status: int, answer: Any) -> Outcome:
    if status == TOO_MANY:
        return TryLater(BUSY_PAUSE, busy=True)
    if status >= 500:
        return Unknown("delivery.no_answer")
    code = answer.get(robot.code) if isinstance(answer, dict) else None
    if code == 0:
        return Sent()
    if code in robot.busy:
        return TryLater(BUSY_PAUSE, busy=True)
    log.warning("webhook.refused", host=robot.host, status=status, code=code)
    return Refused("delivery.blocked" if code in robot.gone else "delivery.refused")


def parts(text: str, limit: int) -> Iterator[str]:
    """The text in pieces of at most so many bytes, cut at line ends where there are any."""
    piece = ""
    for line in text.splitlines(keepends=True):
        for bit in _bits(line, limit):
            if piece and len((piece + bit).encode()) > limit:
                yield piece.rstrip("\n")
                piece = ""
            piece += bit
    if piece.strip():
        yield piece.rstrip("\n")


def _bits(line: str, limit: int) -> Iterator[str]:
    content = line.encode()
    while len(content) > limit:
        head = content[:limit].decode(errors="ignore")
        yield head
        content = content[len(head.encode()) :]
    yield content.decode()
