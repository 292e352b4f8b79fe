"""The Telegram channel over a Bot API in memory, polling and behind a webhook."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.channels.telegram import TelegramChannel
from tests.telegram_api.recorder import Recorder
from tests.telegram_api.talk import SECRET, Talk, services, until


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
def api() -> Recorder:
    return Recorder()


@pytest.fixture
async def channel(talk: Talk, api: Recorder) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(talk, services(), lambda: api)
    await channel.start()
    await until(lambda: api.sent("getUpdates"))
    yield channel
    await channel.stop()


@pytest.fixture
async def webhook(talk: Talk, api: Recorder, aiohttp_client: Any) -> AsyncIterator[Any]:
    settings = services(public_url="https://banshi.example", telegram_webhook_secret=SecretStr(SECRET))
    channel = TelegramChannel(talk, settings, lambda: api)
    application = web.Application()
    application.add_routes(channel.routes())
    await channel.start()
    yield await aiohttp_client(application)
    await channel.stop()
