"""Reminders over Telegram: what reaches the group, what refusals mean, and what the buttons do there."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr
from telegram.error import NetworkError, TimedOut

from bot import plan_starting
from bot.app import App
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_delivery import TelegramSender
from bot.delivery import Delivery, Moved, Outcome, Refused, Sent, TryLater, Unknown
from bot.messages import Choice, Reply
from bot.reminders import Reminders
from bot.settings import Settings
from item_store.deliveries import DeliveryState
from item_store.one_time_codes import hash_of
from item_store.people import Invitation, grants_of
from item_store.records import BindCode, Group, TaskState
from item_store.units import Unit
from tests.bot.world import plan
from tests.telegram_api.recorder import BOT, CUT_OFF, TIMED_OUT, Recorder, Refusal, message, pressed

SETTINGS = Settings(telegram_token=SecretStr("1:token"))
GROUP = {"id": -100, "type": "supergroup", "title": "某群", "is_forum": True}


async def send(api: Recorder, address: str = "telegram:-100/45", *replies: Reply) -> Outcome:
    return await TelegramSender(SETTINGS, lambda: api).send(address, replies or [Reply("提醒")])


def never_left() -> NetworkError:
    error = NetworkError("no route")
    error.__cause__ = httpx.ConnectError("no route")
    return error


async def test_a_topic_is_reached_and_buttons_keep_their_ids() -> None:
    api = Recorder()
    choice = Choice("收到", {}, "r:b:acknowledge", numbered=False)
    assert await send(api, "telegram:-100/45", Reply("提醒", choices=(choice,))) == Sent()
    (call,) = api.sent("sendMessage")
    assert (call.given["chat_id"], call.given["message_thread_id"]) == ("-100", "45")
    assert call.buttons == [("收到", "r:b:acknowledge")]


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        (Refusal(429, "Too Many Requests: retry after 7", {"retry_after": 7}), TryLater(7.0, busy=True)),
        (Refusal(403, "Forbidden: bot was kicked from the supergroup chat"), Refused("delivery.blocked")),
        (Refusal(400, "Bad Request: chat not found"), Refused("delivery.refused")),
        (
            Refusal(400, "group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -200}),
            Moved("telegram:-200"),
        ),
        (TIMED_OUT, Unknown("delivery.no_answer")),
        (CUT_OFF, Unknown("delivery.no_answer")),
        (never_left(), TryLater(15.0)),
        (Refusal(500, "Internal Server Error"), Unknown("delivery.no_answer")),
    ],
)
async def test_refusals_have_names(refusal: Refusal | Exception, outcome: Outcome) -> None:
    api = Recorder()
    api.refuse("sendMessage", refusal)
    assert await send(api) == outcome


async def test_a_long_message_that_breaks_off_is_unknown() -> None:
    api = Recorder()
    api.refuse("sendMessage", None, TimedOut("no answer"))
    assert await send(api, "telegram:7", Reply("一行提醒\n" * 1500)) == Unknown("delivery.partly")


@pytest.mark.parametrize("address", ["telegram:", "telegram:x", "telegram:1/x"])
async def test_an_address_that_is_none_is_refused(address: str) -> None:
    assert await send(Recorder(), address) == Refused("delivery.wrong_address")


class Talk:
    """A Telegram group, its operator, and the reminders that reach it."""

    def __init__(self, app: App, api: Recorder) -> None:
        settings = app.services.settings.model_copy(update={"telegram_token": SecretStr("1:token")})
        self.store, self.clock, self.api = app.services.store, app.services.clock, api
        services = replace(app.services, settings=settings)
        self.channel = TelegramChannel(app.conversation, services, lambda: api)
        self.seconds = 0.0
        sender = TelegramSender(settings, lambda: api)
        self.reminders = Reminders(services, Delivery({"telegram": sender}), lambda: self.seconds)

    async def staff(self, number: int, unit: str, *roles: str) -> None:
        await self.store.put_unit(Unit(unit, unit))
        lasts = self.clock() + timedelta(days=999)
        await self.store.invite(
            Invitation(f"h{number}", lasts, "test", f"某人{number}", grants_of(unit, roles))
        )
        await self.store.redeem(f"h{number}", f"telegram:{number}")

    async def say(self, text: str, sender: int = 7) -> str:
        before = len(self.api.sent("sendMessage"))
        entity = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
        await self.api.handle(
            message=message(
                text, sender, chat=GROUP, entities=[entity], message_thread_id=45, is_topic_message=True
            )
        )
        return self._heard(before)

    async def press(self, label: str, sender: int = 7) -> str:
        data = next(
            d
            for call in self.api.sent("sendMessage")[::-1]
            for text, d in call.buttons
            if text.endswith(label)
        )
        before = len(self.api.sent("sendMessage"))
        await self.api.handle(
            callback_query=pressed(data, sender, chat=GROUP, message_thread_id=45, is_topic_message=True)
        )
        return self._heard(before)

    def _heard(self, before: int) -> str:
        return "\n".join(call.given["text"] for call in self.api.sent("sendMessage")[before:])

    async def remind(self) -> str:
        before = len(self.api.sent("sendMessage"))
        await self.reminders.look()
        for _ in range(10):
            self.seconds += 1
            await self.reminders.send_next()
        return self._heard(before)


async def test_a_group_is_bound_reminded_and_answers(app: App) -> None:
    talk = Talk(app, Recorder())
    await talk.channel.start()
    try:
        await talk.staff(7, "民政局", "operator", "liaison")
        await talk.staff(8, "司法局", "liaison")
        await _binds(talk)
        await _is_reminded(app, talk)
        await _answers(talk)
    finally:
        await talk.channel.stop()


async def _binds(talk: Talk) -> None:
    lasts = talk.clock() + timedelta(minutes=30)
    code = BindCode(code_hash=hash_of("ABCD-2345-EFGH"), units=("民政局",), made_by="p", expires_at=lasts)
    await talk.store.keep(code, 0)
    assert "只能由相应单位的管理员操作" in await talk.say("/bind ABCD-2345-EFGH", sender=8)
    assert "不对、用过了或过期了" in await talk.say("/bind WXYZ-2345-EFGH")
    assert "已绑定：民政局" in await talk.say("/bind ABCD-2345-EFGH")
    assert "不对、用过了或过期了" in await talk.say("/bind ABCD-2345-EFGH")
    (kept,) = await talk.store.all_kept(Group)
    assert kept.record.address == "telegram:-100/45"
    assert "各位联络员" in await talk.say("/greeting 各位联络员：")


async def _is_reminded(app: App, talk: Talk) -> None:
    rows = [{"number": "1", "work": "报送清单", "lead": ["民政局"], "deadline": "3月2日前"}]
    await plan_starting.start(app.services, plan(rows), "test")
    heard = await talk.remind()
    assert heard.startswith("各位联络员：\n【民政局】今天到期\n报送清单")
    assert await talk.remind() == ""
    (row,) = await talk.store.deliveries()
    assert row.state is DeliveryState.SENT


async def _answers(talk: Talk) -> None:
    assert "只有这个单位登录过的联络员" in await talk.press("收到", sender=8)
    assert "已确认收到 1 项" in await talk.press("收到")
    assert not talk.api.sent("editMessageText", "editMessageReplyMarkup")
    assert "请写一句办理情况" in await talk.press("已完成")
    assert "已记为 2026-03-02 办结" in await talk.press("直接办结")
    (state,) = await talk.store.all_kept(TaskState)
    assert (state.record.done_on.isoformat(), state.record.by) == ("2026-03-02", "某人7")
    assert "已解绑" in await talk.say("/unbind")
    assert await talk.store.all_kept(Group) == []


async def test_who_decides_hears_of_a_request_and_the_asker_of_the_decision(app: App) -> None:
    talk = Talk(app, Recorder())
    await talk.channel.start()
    try:
        await talk.staff(9, "区政府", "operator")
        await talk.staff(8, "司法局", "operator")
        await talk.staff(7, "民政局", "liaison")
        await talk.store.put_unit(Unit("民政局", "民政局", competent="区政府"))
        group = Group(address="telegram:-100/45", name="群", units=("民政局",), bound_by="p")
        await talk.store.keep(group, 0)
        rows = [{"number": "1", "work": "报送清单", "lead": ["民政局"], "deadline": "3月2日前"}]
        await plan_starting.start(app.services, plan(rows), "test")
        await talk.remind()
        await _asks(talk, "3月20日 系统联调没有完成")
        assert await talk.remind() == (
            "民政局申请延期：报送清单\n原定 2026-03-02 前，申请延到 2026-03-20。\n原因：系统联调没有完成（某人7）"
        )
        assert talk.api.sent("sendMessage")[-1].given["chat_id"] == "9"
        assert "相应权限" in await _decides(talk, "不同意", 8)
        assert await _decides(talk, "不同意", 9) == "没有同意，时限不变。"
        assert "已经有了决定" in await _decides(talk, "同意", 9)
        assert await talk.remind() == "民政局的“报送清单”：延期申请没有同意，时限不变。"
        assert talk.api.sent("sendMessage")[-1].given["chat_id"] == "-100"
        await _asks(talk, "3月25日 还在联调")
        await talk.remind()
        assert await _decides(talk, "同意", 9) == "已同意，时限改为 2026-03-25。"
        assert await talk.remind() == "民政局的“报送清单”：延期申请已同意，时限改为 2026-03-25。"
    finally:
        await talk.channel.stop()


async def _decides(talk: Talk, label: str, sender: int) -> str:
    """In the private chat in which the request was delivered."""
    request = next(call for call in talk.api.sent("sendMessage")[::-1] if len(call.buttons) == 2)
    data = next(key for text, key in request.buttons if text.endswith(f" {label}") or text == label)
    before = len(talk.api.sent("sendMessage"))
    await talk.api.handle(callback_query=pressed(data, sender))
    return talk._heard(before)


async def _asks(talk: Talk, when_and_why: str) -> None:
    reminder = next(call for call in talk.api.sent("sendMessage") if len(call.buttons) == 5)
    data = next(key for label, key in reminder.buttons if label.endswith("延期申请"))
    for update in (
        {"callback_query": pressed(data, 7, chat=GROUP, message_thread_id=45, is_topic_message=True)},
        {"message": await _reply(talk, when_and_why)},
    ):
        await talk.api.handle(**update)


async def _reply(talk: Talk, text: str) -> dict[str, object]:
    asked = {**message("", 666, chat=GROUP), "message_id": 6, "from": BOT, "text": "请写延到哪一天"}
    return message(text, 7, chat=GROUP, message_thread_id=45, is_topic_message=True, reply_to_message=asked)
