"""The webhook lets Telegram in and nobody else, and handles each update once."""

import asyncio
import json
from typing import Any

import pytest

from bot.channels.telegram import PATH, SECRET_HEADER
from tests.telegram_api.recorder import (
    CUT_OFF,
    Recorder,
    message,
)
from tests.telegram_api.talk import SECRET, Talk


async def test_the_webhook_is_registered_with_its_secret(webhook: Any, api: Recorder) -> None:
    await post(webhook, update_id=1, message=message("你好"))
    given = api.sent("setWebhook")[0].given
    assert given["url"] == "https://banshi.example" + PATH
    assert given["secret_token"] == SECRET
    assert json.loads(given["allowed_updates"]) == ["message", "edited_message", "callback_query"]
    assert json.loads(given.get("drop_pending_updates", "false")) is False
    assert api.sent("getUpdates") == []


async def post(client: Any, secret: str = SECRET, **update: Any) -> int:
    return (await client.post(PATH, json=update, headers={SECRET_HEADER: secret})).status


async def test_the_webhook_answers_and_only_with_the_right_secret(
    webhook: Any, talk: Talk, api: Recorder
) -> None:
    for wrong in ("", "A-secret", SECRET + "x", "ÿ"):
        assert await post(webhook, wrong, update_id=1, message=message("你好")) == 403
    assert (await webhook.post(PATH, json={})).status == 403
    assert talk.heard == []
    assert await post(webhook, update_id=1, message=message("你好")) == 200
    assert [call.given["text"] for call in api.sent("sendMessage")] == ["听到：你好"]


async def test_the_webhook_takes_the_same_update_once(webhook: Any, talk: Talk, api: Recorder) -> None:
    talk.pause = lambda incoming: 0.1
    calls = [post(webhook, update_id=1, message=message("你好")) for _ in range(3)]
    assert await asyncio.gather(*calls) == [200] * 3
    assert await post(webhook, update_id=1, message=message("你好")) == 200
    assert len(api.sent("sendMessage")) == 1


async def test_the_webhook_asks_again_for_what_could_not_be_sent(
    webhook: Any, talk: Talk, api: Recorder
) -> None:
    api.refuse("sendMessage", CUT_OFF)
    assert await post(webhook, update_id=1, message=message("你好")) == 503
    assert await post(webhook, update_id=1, message=message("你好")) == 200
    assert (len(talk.heard), len(api.sent("sendMessage"))) == (1, 2)


@pytest.mark.parametrize(
    ("body", "status"), [("{", 400), ("[]", 200), ('{"message": 3}', 200), ("null", 200)]
)
async def test_the_webhook_survives_nonsense(body: str, status: int, webhook: Any, talk: Talk) -> None:
    answer = await webhook.post(PATH, data=body, headers={SECRET_HEADER: SECRET})
    assert answer.status == status
    assert talk.heard == []
    assert await post(webhook, update_id=1, message=message("你好")) == 200
