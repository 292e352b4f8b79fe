"""What people send reaches the conversation, and its replies reach them as Telegram shows them."""

import html
import json
from typing import Any

import pytest

from bot.channels.telegram import MAX_FILE
from bot.channels.telegram_splitting import LIMIT, units, visible
from bot.messages import MAX_TEXT, Card, Choice, File, Incoming, Line, Reply, Section
from tests.telegram_api.recorder import (
    CUT_OFF,
    Recorder,
    Refusal,
    message,
    pressed,
    private,
)
from tests.telegram_api.talk import CARD, CHOICES, Talk, say


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
