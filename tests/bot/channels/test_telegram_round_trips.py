"""The whole program behind a Bot API that nobody here wrote: polling and webhook, and a restart in the middle."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, web
from pydantic import AnyHttpUrl, SecretStr

from bot.app import open_app, web_application
from bot.channels.telegram import PATH, SECRET_HEADER
from bot.settings import Settings
from bot.texts import Texts
from tests.telegram_api.shim import BotApi, buttons, free_port

TOKEN = "1:token"
SECRET = "a-secret"
PEOPLE = 75
"""More than may be sent to in two seconds, so that some still wait when the program is killed."""


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(TOKEN) as api:
        yield api


@pytest.fixture(params=["polling", "webhook"])
def settings(request: pytest.FixtureRequest, api: BotApi, tmp_path: Path) -> Settings:
    port = free_port()
    webhook = {"public_url": f"http://127.0.0.1:{port}", "telegram_webhook_secret": SecretStr(SECRET)}
    return Settings(
        port=port,
        data_dir=tmp_path,
        telegram_token=SecretStr(TOKEN),
        telegram_api=AnyHttpUrl(api.url),
        **(webhook if request.param == "webhook" else {}),
    )


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[None]:
    """The program, in this process."""
    async with open_app(settings) as app:
        # A connection opened while the server stops is waited for as long as this.
        runner = web.AppRunner(web_application(app), shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
        await ready(settings)
        yield
        await runner.cleanup()


async def ready(settings: Settings) -> None:
    """Wait until the server answers."""
    url = f"http://127.0.0.1:{settings.port}/healthz"
    async with asyncio.timeout(60), ClientSession() as session:
        while True:
            try:
                async with session.get(url) as response:
                    if response.ok:
                        return
            except ClientError:
                await asyncio.sleep(0.05)


async def commands_known(api: BotApi) -> None:
    """Wait for the last thing the channel does before it listens."""
    async with asyncio.timeout(30):
        await api.commands_set.wait()


async def test_a_question_a_button_and_the_answer(settings: Settings, api: BotApi) -> None:
    async with serving(settings):
        await commands_known(api)
        await api.say("/start")
        (welcome,) = await api.sent(1)
        example, _ = buttons(welcome)[0]
        await api.press(welcome, example)
        welcome, answer = await api.sent(2)
        await api.confirmed()
    assert welcome["message"]["text"].endswith(f"→ <b>{example}</b>")
    assert not buttons(welcome)
    assert answer["message"]["parse_mode"] == "HTML"
    assert "身份证" in answer["message"]["text"]
    assert buttons(answer)


async def test_an_old_button_still_gets_an_answer(settings: Settings, api: BotApi) -> None:
    async with serving(settings):
        await commands_known(api)
        await api.say("/help")
        (welcome,) = await api.sent(1)
        welcome["message"]["reply_markup"]["inline_keyboard"] = [[{"text": "旧", "callback_data": "?0.7"}]]
        await api.press(welcome, "旧")
        *_, answer = await api.sent(2)
    assert answer["message"]["text"] == Texts().say("expired.button")


@pytest.mark.parametrize("settings", ["webhook"], indirect=True)
async def test_a_wrong_secret_is_refused(settings: Settings, api: BotApi) -> None:
    async with serving(settings), ClientSession() as session:
        await commands_known(api)
        update = {
            "update_id": 1,
            "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}},
        }
        for headers in ({}, {SECRET_HEADER: "wrong"}):
            async with session.post(
                f"{settings.public_url}{PATH[1:]}", json=update, headers=headers
            ) as response:
                assert response.status == 403
        await api.say("你好")
        await api.sent(1)
        await api.confirmed()
    assert api.deliveries == [200]


# A connection accepted while a server closes is dropped unclosed by Python before 3.12.2 (gh-109564).
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <(function _SelectorTransport|socket.socket)"
    ":pytest.PytestUnraisableExceptionWarning"
)
async def test_a_restart_in_order_answers_each_message_once(settings: Settings, api: BotApi) -> None:
    async with serving(settings):
        await commands_known(api)
        await asyncio.gather(*(api.say("/help", sender) for sender in range(1, 11)))
    await asyncio.gather(*(api.say("/help", sender) for sender in range(11, 21)))
    async with serving(settings):
        await api.sent(20)
        await api.confirmed()
        sent = await api.sent(20)
    assert sorted(int(entry["message"]["chat_id"]) for entry in sent) == list(range(1, 21))
    gc.collect()


async def test_a_killed_program_loses_no_message(settings: Settings, api: BotApi) -> None:
    first = await start(settings)
    await commands_known(api)
    for sender in range(1, PEOPLE + 1):
        await api.say("/help", sender)
    await api.sent(30)
    await asyncio.sleep(0.4)
    first.kill()
    await first.wait()
    assert len(await api.sent(30)) < PEOPLE, "killed too late to show anything"
    second = await start(settings)
    await api.confirmed(60)
    second.terminate()
    await second.wait()
    answered = {int(entry["message"]["chat_id"]) for entry in await api.sent(PEOPLE)}
    assert answered == set(range(1, PEOPLE + 1))


async def start(settings: Settings) -> asyncio.subprocess.Process:
    """The program as a process of its own."""
    given = {
        "PORT": str(settings.port),
        "BANSHI_DATA_DIR": str(settings.data_dir),
        "BANSHI_TELEGRAM_TOKEN": TOKEN,
        "BANSHI_TELEGRAM_API": str(settings.telegram_api),
        "BANSHI_PUBLIC_URL": str(settings.public_url or ""),
        "BANSHI_TELEGRAM_WEBHOOK_SECRET": settings.telegram_webhook_secret.get_secret_value(),
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", env={**os.environ, **given}
    )
