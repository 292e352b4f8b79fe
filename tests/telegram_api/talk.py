"""A conversation for tests of the Telegram channel alone, and what they share."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from bot.messages import Card, Choice, Incoming, Line, Reply, Section
from bot.settings import Settings
from bot.texts import Texts

SECRET = "a-secret"
CHOICES = (Choice("身份证换领", {"do": "x"}, "1.0"), Choice("身份证补领", {"do": "x"}, "1.1"))
CARD = Card("身份证换领", (Section("申请材料", (Line("户口簿", notes=(Line("原件"),)),)),))
say = Texts().say


class Talk:
    """A conversation that says what the test tells it to, and keeps what it heard."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.answer: Callable[[Incoming], list[Reply]] = lambda incoming: [Reply(f"听到：{incoming.text}")]
        self.pause: Callable[[Incoming], float] = lambda incoming: 0

    async def converse(self, incoming: Incoming) -> list[Reply]:
        self.heard.append(incoming)
        await asyncio.sleep(self.pause(incoming))
        return self.answer(incoming)

    def reply(self, *replies: Reply) -> None:
        self.answer = lambda incoming: list(replies)


def services(**settings: Any) -> Any:
    return SimpleNamespace(settings=Settings(telegram_token=SecretStr("1:token"), **settings))


async def until(happened: Callable[[], object]) -> None:
    """Wait for what the recorder or the conversation will have seen."""
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110  # it must be noticed before the channel's next step
            await asyncio.sleep(0)
