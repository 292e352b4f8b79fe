"""Starting, stopping, order, and whatever Telegram refuses: no message is lost."""

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels import telegram_sending
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_inbox import TRIES
from bot.messages import Incoming, Reply
from tests.telegram_api.recorder import (
    CUT_OFF,
    TIMED_OUT,
    Recorder,
    Refusal,
    message,
)
from tests.telegram_api.talk import Talk, services, until


async def test_start_up_tells_telegram_what_the_bot_can_do(channel: Any, api: Recorder) -> None:
    await api.handle(message=message("你好"))
    assert json.loads(api.sent("deleteWebhook")[0].given["drop_pending_updates"]) is False
    commands = json.loads(api.sent("setMyCommands")[0].given["commands"])
    assert [command["command"] for command in commands] == ["start", "help"]
    assert all(command["description"] for command in commands)
    allowed = json.loads(api.sent("getUpdates")[0].given["allowed_updates"])
    assert allowed == ["message", "edited_message", "callback_query"]
    assert channel.routes() == []


async def test_start_up_goes_on_when_telegram_can_be_reached(talk: Talk, api: Recorder) -> None:
    api.refuse("getMe", CUT_OFF)
    channel = TelegramChannel(talk, services(), lambda: api)
    await channel.start()
    await api.handle(message=message("你好"))
    await channel.stop()
    assert len(api.sent("getMe")) == 2


async def test_a_wrong_token_is_logged_without_the_token(talk: Talk, api: Recorder) -> None:
    api.refuse("getMe", Refusal(401, "Unauthorized"))
    channel = TelegramChannel(talk, services(), lambda: api)
    with capture_logs() as logs:
        await channel.start()
        await asyncio.sleep(0.05)
    await channel.stop()
    assert [entry["event"] for entry in logs] == ["telegram.wrong_token"]
    assert "1:token" not in str(logs)


async def test_429_is_waited_for(channel: Any, talk: Talk, api: Recorder) -> None:
    api.refuse("sendMessage", Refusal(429, "Too Many Requests: retry after 1", {"retry_after": 1}))
    started = asyncio.get_running_loop().time()
    await api.handle(message=message("你好"))
    assert asyncio.get_running_loop().time() - started >= 1
    assert len(api.sent("sendMessage")) == 2
    assert len(talk.heard) == 1


async def test_somebody_who_blocked_the_bot_is_noted(channel: Any, talk: Talk, api: Recorder) -> None:
    talk.reply(Reply("一"), Reply("二"))
    api.refuse("sendMessage", Refusal(403, "Forbidden: bot was blocked by the user"))
    with capture_logs() as logs:
        await api.handle(message=message("你好", sender=13))
    assert [(entry["event"], entry["chat"]) for entry in logs] == [("telegram.blocked", 13)]
    assert len(api.sent("sendMessage")) == 1
    await api.handle(message=message("你好", sender=14))
    assert len(api.sent("sendMessage")) == 3


async def test_a_refused_message_does_not_hold_up_the_next(channel: Any, talk: Talk, api: Recorder) -> None:
    talk.reply(Reply("一"), Reply("二"))
    api.refuse("sendMessage", Refusal(400, "Bad Request: something"))
    await api.handle(message=message("你好"))
    assert [call.given["text"] for call in api.sent("sendMessage")] == ["一", "二"]


@pytest.mark.parametrize("failure", [CUT_OFF, TIMED_OUT, Refusal(502, "Bad Gateway")])
async def test_what_could_not_be_sent_is_sent_later_and_once(
    failure: Any, channel: Any, talk: Talk, api: Recorder
) -> None:
    talk.answer = lambda incoming: [Reply("一"), Reply("二"), Reply("三")]
    api.refuse("sendMessage", None, failure)
    await api.handle(message=message("你好"))
    texts = [call.given["text"] for call in api.sent("sendMessage")]
    assert texts == ["一", "二", "二", "三"]
    assert len(talk.heard) == 1, "the conversation is not asked again"


async def test_an_answer_that_can_never_be_sent_is_given_up(
    channel: Any, talk: Talk, api: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = asyncio.sleep
    monkeypatch.setattr("bot.channels.telegram_polling.asyncio.sleep", lambda seconds: real(0))
    api.refuse("sendMessage", *[CUT_OFF] * TRIES)
    with capture_logs() as logs:
        await api.handle(message=message("你好"))
    assert logs[-1]["event"] == "telegram.gave_up"
    assert len(api.sent("sendMessage")) == TRIES
    assert channel._unsent == {}


async def test_a_fault_in_the_conversation_stops_nothing(channel: Any, talk: Talk, api: Recorder) -> None:
    def fail(incoming: Incoming) -> list[Reply]:
        raise RuntimeError

    talk.answer = fail
    with capture_logs() as logs:
        await api.handle(message=message("你好"))
    assert [entry["event"] for entry in logs] == ["telegram.failed"]
    talk.reply(Reply("好"))
    await api.handle(message=message("你好"))
    assert len(api.sent("sendMessage")) == 1


async def test_one_persons_messages_keep_their_order_and_others_need_not_wait(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    talk.pause = lambda incoming: 0.6 if incoming.text == "慢" else 0
    numbers = [
        await api.push(message=message("慢", sender=1)),
        await api.push(message=message("快", sender=1)),
        await api.push(message=message("别人", sender=2)),
    ]
    await asyncio.sleep(0.1)
    late = await api.push(message=message("后来的别人", sender=3))
    await api.confirmed(max(*numbers, late))
    assert [call.given["text"] for call in api.sent("sendMessage")] == [
        "听到：别人",
        "听到：后来的别人",
        "听到：慢",
        "听到：快",
    ]


async def test_nothing_is_let_go_before_it_is_handled(talk: Talk, api: Recorder) -> None:
    talk.pause = lambda incoming: 60
    first = TelegramChannel(talk, services(), lambda: api)
    await first.start()
    number = await api.push(message=message("你好"))
    await until(lambda: talk.heard)
    assert api.offset <= number
    first._running.cancel()
    await first._inbox.drain(0)
    assert api.sent("sendMessage") == []
    talk.pause = lambda incoming: 0
    second = TelegramChannel(talk, services(), lambda: api)
    await second.start()
    await api.confirmed(number)
    await second.stop()
    assert [call.given["text"] for call in api.sent("sendMessage")] == ["听到：你好"]


async def test_stopping_ends_what_is_begun_and_confirms_it(talk: Talk, api: Recorder) -> None:
    talk.pause = lambda incoming: 0.2
    channel = TelegramChannel(talk, services(), lambda: api)
    await channel.start()
    number = await api.push(message=message("你好"))
    await until(lambda: talk.heard)
    await channel.stop()
    assert [call.given["text"] for call in api.sent("sendMessage")] == ["听到：你好"]
    assert api.offset == number + 1


async def test_polling_survives_refusals(channel: Any, api: Recorder) -> None:
    await api.handle(message=message("一"))
    api.refuse("getUpdates", Refusal(409, "Conflict: terminated by other getUpdates request"))
    await api.handle(message=message("二"))
    await api.handle(message=message("三"))
    assert len(api.sent("sendMessage")) == 3


async def test_a_slow_answer_shows_typing_and_a_quick_one_does_not(
    channel: Any, talk: Talk, api: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_sending, "TYPING_AFTER", 0.05)
    await api.handle(message=message("快"))
    assert api.sent("sendChatAction") == []
    talk.pause = lambda incoming: 0.15
    await api.handle(message=message("慢"))
    (typing,) = api.sent("sendChatAction")
    assert (typing.given["chat_id"], typing.given["action"]) == ("7", "typing")


def test_a_start_without_token_does_not_load_the_library() -> None:
    program = "import bot.app, bot.__main__, sys; sys.exit('telegram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
