"""One turn: nothing lost, nothing doubled, nothing raised."""

import asyncio
from datetime import timedelta

import pytest

from bot.app import App, open_app
from bot.conversation import Conversation
from bot.messages import Incoming, Reply
from bot.turn import Turn
from tests.transcripts import MovedClock


def said(text: str = "", **more: str) -> Incoming:
    return Incoming.model_validate({"channel": "console", "sender": "a", "text": text, **more})


class Failing:
    """A handler that breaks."""

    __name__ = "failing"

    def wants(self, turn: Turn) -> bool:
        return True

    async def handle(self, turn: Turn) -> list[Reply]:
        raise RuntimeError("broken")


class Counting(Failing):
    """A handler that counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def handle(self, turn: Turn) -> list[Reply]:
        self.asked += 1
        await asyncio.sleep(0)
        return [Reply(f"reply {self.asked}")]


async def test_the_same_message_twice_is_answered_once(app: App) -> None:
    handler = Counting()
    conversation = Conversation(app.services, [handler])
    first = await conversation.converse(said("x", message_id="1"))
    again = await conversation.converse(said("x", message_id="1"))
    assert [r.text for r in first] == [r.text for r in again] == ["reply 1"]
    assert handler.asked == 1


async def test_messages_at_once_are_all_answered(app: App) -> None:
    conversation = Conversation(app.services, [Counting()])
    replies = await asyncio.gather(*(conversation.converse(said("x", message_id=str(n))) for n in range(20)))
    assert {r[0].text for r in replies} == {f"reply {n}" for n in range(1, 21)}
    assert len(await conversation.history("console:a")) == 20


async def test_two_replicas_do_not_lose_each_others_turns(app: App) -> None:
    one, two = Conversation(app.services, [Counting()]), Conversation(app.services, [Counting()])
    await asyncio.gather(one.converse(said("x", message_id="1")), two.converse(said("y", message_id="2")))
    assert {e.said for e in await one.history("console:a")} == {"x", "y"}


async def test_a_broken_handler_is_told_politely(app: App) -> None:
    replies = await Conversation(app.services, [Failing()]).converse(said("x"))
    assert "12345" in replies[0].text


async def test_too_many_messages_are_refused_for_a_minute(app: App, clock: MovedClock) -> None:
    few = app.services.settings.model_copy(update={"question_limit": 1})
    from dataclasses import replace

    conversation = Conversation(replace(app.services, settings=few), [Counting()])
    replies = [(await conversation.converse(said("x")))[0].text for _ in range(2)]
    clock.now += timedelta(minutes=2)
    replies.append((await conversation.converse(said("x")))[0].text)
    assert [text.startswith("reply") for text in replies] == [True, False, True]


async def test_personal_numbers_are_not_kept(app: App) -> None:
    await app.conversation.converse(said("我的身份证号是11010519491231002X，怎么补办"))
    stored = await app.services.store.load_session("console:a")
    assert stored
    assert "11010519491231002X" not in str(stored.data)


async def test_an_old_button_is_said_to_be_expired(app: App) -> None:
    replies = await app.conversation.converse(Incoming(channel="console", sender="a", choice="999.9"))
    assert "过期" in replies[0].text


async def test_a_restart_goes_on_where_it_was(app: App) -> None:
    await app.conversation.converse(said("办身份证要带什么材料"))
    async with open_app(app.services.settings, app.services.clock) as later:
        replies = await later.conversation.converse(said("那要多久？"))
    assert replies[0].card
    assert replies[0].card.sections[0].heading == "承诺办结时限"


@pytest.mark.parametrize(
    "text", ["", "\x00\x01", "😀" * 500, "<b>&amp;", "a" * 2000, "\u202e倒", "{line}", "%s", "1", "0", "-1"]
)
async def test_anything_typed_gets_a_reply(app: App, text: str) -> None:
    replies = await app.conversation.converse(said(text))
    assert replies
    assert all(reply.text or reply.card for reply in replies)


async def test_changes_of_another_process_are_answered(app: App) -> None:
    item = next(iter([item async for item in app.services.store.all_published()]))
    async with open_app(app.services.settings, app.services.clock) as other:
        await other.services.store.withdraw(item.id)
        await app.services.catalogue.refresh()
        assert app.services.catalogue.item(item.id) is None
