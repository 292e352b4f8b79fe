"""In a group the bot speaks when spoken to, in the topic, and to the one who asked."""

import json
from typing import Any

from bot.messages import File, Reply
from tests.telegram_api.recorder import (
    BOT,
    Recorder,
    Refusal,
    message,
    person,
    pressed,
)
from tests.telegram_api.talk import Talk, say

GROUP = {"id": -100, "type": "supergroup", "title": "联络群", "is_forum": True}


def in_group(text: str, **more: Any) -> dict[str, Any]:
    return message(text, chat=GROUP, **more)


def mention(text: str) -> list[dict[str, Any]]:
    return [{"type": "mention", "offset": text.index("@"), "length": len("@BanshiBot")}]


def replying(sender: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1, "chat": GROUP, "from": sender, **more}


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    silent = [
        in_group("今天开会"),
        in_group("@OtherBot 你好", entities=[{"type": "mention", "offset": 0, "length": 9}]),
        in_group("/start@OtherBot", entities=[{"type": "bot_command", "offset": 0, "length": 15}]),
        in_group("/weather", entities=[{"type": "bot_command", "offset": 0, "length": 8}]),
        in_group("好的", reply_to_message=replying(person(8), text="通知")),
        in_group(
            "新话题", reply_to_message=replying(BOT, forum_topic_created={"name": "n", "icon_color": 1})
        ),
        in_group("", new_chat_members=[person(9)]),
    ]
    for said in silent:
        await api.handle(message=said)
    assert (talk.heard, api.sent()) == ([], [])
    text = "😀 @banshibot 办身份证"
    await api.handle(message=in_group(text, entities=[{"type": "mention", "offset": 3, "length": 10}]))
    await api.handle(message=in_group("要多久", reply_to_message=replying(BOT, text="答案")))
    await api.handle(message=in_group("/help", entities=[{"type": "bot_command", "offset": 0, "length": 5}]))
    start = [{"type": "bot_command", "offset": 0, "length": 16}]
    await api.handle(message=in_group("/start@BanshiBot", entities=start))
    called = [{"type": "text_mention", "offset": 0, "length": 2, "user": BOT}]
    await api.handle(message=in_group("办事 你好", entities=called))
    assert [incoming.text for incoming in talk.heard] == [
        "😀  办身份证",
        "要多久",
        "/help",
        "/start",
        "办事 你好",
    ]
    assert {incoming.group for incoming in talk.heard} == {"-100"}
    assert {json.loads(call.given["reply_parameters"])["message_id"] for call in api.sent()} == {5}


async def test_a_topic_is_answered_in_the_topic(channel: Any, talk: Talk, api: Recorder) -> None:
    talk.reply(Reply("一", file=File("a.txt", b"a")))
    text = "@BanshiBot 你好"
    said = in_group(text, entities=mention(text), is_topic_message=True, message_thread_id=31)
    await api.handle(message=said)
    assert talk.heard[0].group == "-100/31"
    assert [call.given["message_thread_id"] for call in api.sent()] == ["31", "31"]


async def test_a_thread_of_replies_is_not_a_topic(channel: Any, talk: Talk, api: Recorder) -> None:
    before = replying(BOT, text="答案")
    await api.handle(message=in_group("要多久", message_thread_id=3, reply_to_message=before))
    assert talk.heard[0].group == "-100"
    assert "message_thread_id" not in api.sent()[0].given


async def test_buttons_in_a_group_belong_to_who_asked(channel: Any, talk: Talk, api: Recorder) -> None:
    under = {"chat": GROUP, "reply_to_message": replying(person(8), text="@BanshiBot 身份证")}
    await api.handle(callback_query=pressed("?1.0", 9, **under))
    (refused,) = api.sent()
    assert (refused.given["text"], refused.given["show_alert"]) == (say("telegram.not_yours"), "true")
    assert talk.heard == []
    await api.handle(callback_query=pressed("?1.0", 8, **under))
    assert (talk.heard[0].sender, talk.heard[0].group) == ("8", "-100")
    assert json.loads(api.sent("sendMessage")[0].given["reply_parameters"])["message_id"] == 3


async def test_a_group_that_became_a_supergroup_is_followed(channel: Any, talk: Talk, api: Recorder) -> None:
    api.refuse(
        "sendMessage", Refusal(400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -200})
    )
    text = "@BanshiBot 你好"
    await api.handle(message=in_group(text, entities=mention(text)))
    assert [call.given["chat_id"] for call in api.sent("sendMessage")] == ["-100", "-200"]


async def test_an_administrator_may_speak_as_the_group_and_other_bots_are_ignored(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    text = "@BanshiBot 你好"
    anonymous = person(1087968824, is_bot=True)
    await api.handle(message=in_group(text, entities=mention(text), sender_chat=GROUP, **{"from": anonymous}))
    await api.handle(message=in_group(text, entities=mention(text), **{"from": person(50, is_bot=True)}))
    assert [incoming.sender for incoming in talk.heard] == ["-100"]
