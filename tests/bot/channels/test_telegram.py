"""What the Telegram channel calls, and what it does when Telegram refuses."""

import asyncio
import html
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.channels import telegram_sending
from bot.channels.telegram import MAX_FILE, PATH, SECRET_HEADER, TelegramChannel
from bot.channels.telegram_inbox import TRIES
from bot.channels.telegram_splitting import LIMIT, units, visible
from bot.messages import MAX_TEXT, Card, Choice, File, Incoming, Line, Reply, Section
from bot.settings import Settings
from bot.texts import Texts
from tests.telegram_api.recorder import (
    BOT,
    CUT_OFF,
    TIMED_OUT,
    Recorder,
    Refusal,
    message,
    person,
    pressed,
    private,
)

GROUP = {"id": -100, "type": "supergroup", "title": "联络群", "is_forum": True}
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


async def until(happened: Callable[[], object]) -> None:
    """Wait for what the recorder or the conversation will have seen."""
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110  # it must be noticed before the channel's next step
            await asyncio.sleep(0)


def in_group(text: str, **more: Any) -> dict[str, Any]:
    return message(text, chat=GROUP, **more)


def mention(text: str) -> list[dict[str, Any]]:
    return [{"type": "mention", "offset": text.index("@"), "length": len("@BanshiBot")}]


def replying(sender: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1, "chat": GROUP, "from": sender, **more}


async def test_a_message_reaches_the_conversation_and_is_answered(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    number = await api.push(message=message("办身份证要带什么", sender=42))
    await api.confirmed(number)
    assert talk.heard == [
        Incoming(
            channel="telegram",
            sender="42",
            text="办身份证要带什么",
            message_id=str(number),
            language="zh-hans",
        )
    ]
    (sent,) = api.sent()
    assert (sent.method, sent.given["chat_id"], sent.given["text"]) == (
        "sendMessage",
        "42",
        "听到：办身份证要带什么",
    )
    assert sent.given["parse_mode"] == "HTML"
    assert json.loads(sent.given["link_preview_options"]) == {"is_disabled": True}


async def test_an_edited_message_is_a_new_question(channel: Any, talk: Talk, api: Recorder) -> None:
    await api.handle(message=message("办身份征"))
    await api.handle(edited_message=message("办身份证", edit_date=2))
    assert [incoming.text for incoming in talk.heard] == ["办身份征", "办身份证"]
    assert talk.heard[0].message_id != talk.heard[1].message_id


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


async def test_buttons_carry_ids_and_never_labels(channel: Any, talk: Talk, api: Recorder) -> None:
    talk.reply(Reply("您要办的是哪一项？", choices=CHOICES))
    await api.handle(message=message("身份证"))
    assert api.sent()[0].buttons == [("1. 身份证换领", "?1.0"), ("2. 身份证补领", "?1.1")]


async def test_numbers_on_buttons_are_those_the_conversation_counts(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    extra = Choice("都不是", {"do": "x"}, "2.2", numbered=False)
    talk.reply(Reply(card=CARD, choices=CHOICES), Reply("哪一项？", choices=(*CHOICES, extra)))
    await api.handle(message=message("身份证"))
    card, question = api.sent()
    assert [label for label, _ in card.buttons] == ["身份证换领", "身份证补领"]
    assert [label for label, _ in question.buttons] == ["3. 身份证换领", "4. 身份证补领", "都不是"]


async def test_long_labels_are_listed_in_the_text_too(channel: Any, talk: Talk, api: Recorder) -> None:
    label = "机关事业单位基本养老保险与城镇企业职工基本养老保险互转"
    talk.reply(Reply("哪一项？", choices=(Choice(label, {}, "1.0"), Choice("社保卡", {}, "1.1"))))
    await api.handle(message=message("养老保险"))
    assert api.sent()[0].given["text"] == f"哪一项？\n1. {label}\n2. 社保卡"


async def test_short_buttons_stand_side_by_side(channel: Any, talk: Talk, api: Recorder) -> None:
    labels = ["要带什么", "多久办好", "去哪里办", "收不收费", "机关事业单位基本养老保险"]
    talk.reply(Reply(card=CARD, choices=tuple(Choice(label, {}, f"1.{n}") for n, label in enumerate(labels))))
    await api.handle(message=message("身份证"))
    rows = json.loads(api.sent()[0].given["reply_markup"])["inline_keyboard"]
    assert [[button["text"] for button in row] for row in rows] == [labels[:3], labels[3:4], labels[4:]]


async def test_hostile_text_is_escaped(channel: Any, talk: Talk, api: Recorder) -> None:
    nasty = "</b><a href='tg://user?id=1'>&amp;<script>\"'&#60;"
    talk.reply(
        Reply(nasty, Card(nasty, (Section(nasty, (Line(nasty, nasty),)),), (Line(nasty, nasty),), nasty))
    )
    await api.handle(message=message("？"))
    text = api.sent()[0].given["text"]
    assert html.unescape(visible(text)).count(nasty) == 8
    assert {tag for tag in text.replace("</b>", "<b>").split("<b>") if "<" in tag or ">" in tag} == set()


async def test_a_broken_character_in_a_record_does_not_stop_the_answer(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    talk.reply(Reply("前\ud83d后", choices=(Choice("\ud83d好", {}, "1.0"),)))
    await api.handle(message=message("？"))
    assert (api.sent()[0].given["text"], api.sent()[0].buttons) == ("前后", [("好", "?1.0")])


async def test_a_long_answer_comes_in_parts_with_the_buttons_last(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    lines = tuple(Line(f"第{number}份材料，原件一份" * 5 + "😀") for number in range(200))
    talk.reply(Reply(card=Card("事项", (Section("申请材料", lines),)), choices=CHOICES))
    await api.handle(message=message("？"))
    parts = api.sent()
    assert len(parts) > 2
    assert all(units(part.given["text"]) <= LIMIT for part in parts)
    assert all(line.text in "".join(part.given["text"] for part in parts) for line in lines)
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]


async def test_a_file_is_sent_as_a_document_after_the_text(channel: Any, talk: Talk, api: Recorder) -> None:
    talk.reply(Reply("办事指南", file=File("指南.docx", b"content"), choices=CHOICES))
    await api.handle(message=message("？"))
    text, document = api.sent()
    assert (text.method, text.given["text"], text.buttons) == ("sendMessage", "办事指南", [])
    assert (document.method, document.files) == ("sendDocument", {"指南.docx": b"content"})
    assert len(document.buttons) == 2


async def test_buttons_without_words_get_some(channel: Any, talk: Talk, api: Recorder) -> None:
    talk.reply(Reply(choices=CHOICES))
    await api.handle(message=message("？"))
    assert (api.sent()[0].given["text"], len(api.sent()[0].buttons)) == (say("telegram.choose"), 2)


async def test_a_pressed_question_shows_the_choice(channel: Any, talk: Talk, api: Recorder) -> None:
    keyboard = {"inline_keyboard": [[{"text": "1. <换领>", "callback_data": "?1.0"}]]}
    await api.handle(callback_query=pressed("?1.0", text="哪<一>项？", reply_markup=keyboard))
    assert talk.heard[0].choice == "1.0"
    assert [call.method for call in api.sent("answerCallbackQuery", "editMessageText", "sendMessage")] == [
        "answerCallbackQuery",
        "editMessageText",
        "sendMessage",
    ]
    edited = api.sent("editMessageText")[0]
    assert edited.given["text"] == "哪&lt;一&gt;项？\n\n→ <b>1. &lt;换领&gt;</b>"
    assert edited.buttons == []


async def test_the_buttons_of_a_card_stay(channel: Any, talk: Talk, api: Recorder) -> None:
    await api.handle(callback_query=pressed("1.0"))
    assert [call.method for call in api.sent()] == ["answerCallbackQuery", "sendMessage"]


async def test_a_stale_button_is_answered_though_telegram_refuses(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    old = Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    api.refuse("answerCallbackQuery", old)
    api.refuse("editMessageReplyMarkup", Refusal(400, "Bad Request: message can't be edited"))
    await api.handle(callback_query=pressed("?1.0"))
    assert [call.method for call in api.sent()][-1] == "sendMessage"
    assert talk.heard[0].choice == "1.0"


@pytest.mark.parametrize("data", ["?", "😀" * 16, "../../etc", "x" * 64])
async def test_an_invented_button_is_only_an_unknown_id(
    data: str, channel: Any, talk: Talk, api: Recorder
) -> None:
    await api.handle(callback_query=pressed(data))
    assert talk.heard[0].choice == data.removeprefix("?")


async def test_a_button_whose_message_is_gone_is_still_answered(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    gone = {**pressed("1.0"), "message": {"chat": private(), "message_id": 6, "date": 0}}
    await api.handle(callback_query=gone)
    assert [call.method for call in api.sent()] == ["answerCallbackQuery", "sendMessage"]
    without = {key: value for key, value in pressed("?1.0").items() if key != "message"}
    await api.handle(callback_query=without)
    assert [call.method for call in api.sent()][2:] == ["answerCallbackQuery"]


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


@pytest.mark.parametrize(
    "sent",
    [
        {"photo": [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]},
        {"voice": {"file_id": "1", "file_unique_id": "1", "duration": 1}},
        {"location": {"latitude": 1, "longitude": 1}},
        {
            "sticker": {
                "file_id": "1",
                "file_unique_id": "1",
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            }
        },
    ],
    ids=lambda sent: next(iter(sent)),
)
async def test_what_is_not_understood_is_said(sent: Any, channel: Any, talk: Talk, api: Recorder) -> None:
    await api.handle(message=message("", **sent))
    assert [call.given["text"] for call in api.sent()] == [say("telegram.not_understood")]
    assert talk.heard == []


async def test_the_words_under_a_picture_are_answered(channel: Any, talk: Talk, api: Recorder) -> None:
    photo = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
    await api.handle(message=message("", photo=photo, caption="办身份证"))
    assert [call.given["text"] for call in api.sent()] == [say("telegram.not_understood"), "听到：办身份证"]


async def test_too_long_a_text_is_refused_with_the_limit(channel: Any, talk: Talk, api: Recorder) -> None:
    await api.handle(message=message("办" * (MAX_TEXT + 1)))
    assert api.sent()[0].given["text"] == say("telegram.too_long", limit=MAX_TEXT)
    await api.handle(message=message("办" * MAX_TEXT))
    assert len(talk.heard) == 1


def document(size: int, name: str = "清单.xlsx") -> dict[str, Any]:
    return {"file_id": "f1", "file_unique_id": "f1", "file_name": name, "file_size": size}


async def test_a_document_is_handed_on(channel: Any, talk: Talk, api: Recorder) -> None:
    api.stored_files["f1"] = b"rows"
    await api.handle(message=message("", document=document(4), caption="导入"))
    assert talk.heard[0].text == "导入"
    assert (talk.heard[0].file.name, talk.heard[0].file.content) == ("清单.xlsx", b"rows")


async def test_a_document_that_is_too_big_is_not_fetched(channel: Any, talk: Talk, api: Recorder) -> None:
    await api.handle(message=message("", document=document(MAX_FILE + 1)))
    assert [call.method for call in api.sent()] == ["sendMessage"]
    assert api.sent()[0].given["text"] == say("telegram.file_too_big", limit=20)
    assert talk.heard == []


async def test_a_document_that_cannot_be_fetched_is_asked_for_again(
    channel: Any, talk: Talk, api: Recorder
) -> None:
    api.refuse("getFile", CUT_OFF)
    await api.handle(message=message("", document=document(4)))
    assert api.sent("sendMessage")[0].given["text"] == say("telegram.file_failed")


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


def test_a_start_without_token_does_not_load_the_library() -> None:
    program = "import bot.app, bot.__main__, sys; sys.exit('telegram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
