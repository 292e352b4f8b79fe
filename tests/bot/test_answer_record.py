"""What those who asked were told is on record: item, version and aspects, never their words; nothing is lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.answer_record import AnswerRecord, mark_of
from bot.app import App, open_app, web_application
from bot.channels import web as web_channel
from bot.messages import Incoming, Replies
from bot.settings import Settings
from item_store.audit import AuditLine, Book, verify
from item_store.register import Switch
from tests.transcripts import MovedClock

QUESTION = "中国公民收养子女登记要带什么材料"


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(Settings(data_dir=tmp_path), MovedClock()) as opened:
        yield opened


async def say(app: App, text: str = "", person: str = "li", choice: str = "") -> Replies:
    say.count += 1
    return await app.conversation.converse(
        Incoming(channel="telegram", sender=person, text=text, choice=choice, message_id=f"m{say.count}")
    )


say.count = 0


async def lines(app: App) -> list[AuditLine]:
    await AnswerRecord(app.services).seal()
    return list(await app.services.store.audit_lines(book=Book.ANSWERS))


async def test_a_card_leaves_what_was_said_from_the_record(app: App) -> None:
    await say(app, QUESTION)
    (line,) = await lines(app)
    item = app.services.catalogue.item(line.act.subject.removeprefix("item:"))
    assert item
    assert item.name == "中国公民收养子女登记"
    assert (line.act.by, line.act.action, line.at) == ("system", "answer", app.services.clock())
    assert line.act.details == {
        "to": mark_of(app.services.settings, "telegram:li", line.at),
        "channel": "telegram",
        "version": item.version,
        "code": item.text("implementation_code"),
        "aspects": ["materials"],
    }


async def test_every_outcome_and_no_word_of_a_question(app: App) -> None:
    """Buttons too; thanks and greetings tell nothing."""
    await say(app, QUESTION)
    await say(app, "那要多久")
    offered = await say(app, "身份证怎么办")
    choice = next((choice for reply in offered for choice in reply.choices), None)
    assert choice
    await say(app, choice=choice.id)
    await say(app, "有人晕倒了快叫救护车")
    await say(app, "我要投诉隔壁半夜装修太吵")
    await say(app, "谢谢")
    await say(app, "你好")
    kept = await lines(app)
    assert [line.act.subject for line in kept][-2:] == ["outcome:emergency", "outcome:out_of_scope"]
    assert [line.act.details.get("aspects") for line in kept][:2] == [["materials"], ["limit"]]
    assert {line.act.action for line in kept} == {"answer", "offer", "refuse"}
    offer = next(line for line in kept if line.act.action == "offer")
    assert len(offer.act.details["items"]) >= 2
    said = json.dumps([dict(line.act.details) for line in kept], ensure_ascii=False)
    assert not [word for word in ("收养", "身份证", "晕倒", "投诉", '"li"', ":li") if word in said]
    assert await verify(app.services.store, book=Book.ANSWERS) == []


async def test_what_is_switched_off_is_on_record_as_such(app: App) -> None:
    await say(app, QUESTION)
    item_id = (await lines(app))[0].act.subject.removeprefix("item:")
    await app.services.store.switch_off(Switch("系统升级", item_id=item_id, aspect="materials", by="p"))
    await app.services.catalogue.refresh()
    await say(app, QUESTION)
    await app.services.store.switch_off(Switch("停止办理", item_id=item_id, by="p"))
    await app.services.catalogue.refresh()
    await say(app, QUESTION)
    assert [line.act.details.get("off") for line in await lines(app)] == [None, ["materials"], ["*"]]


async def test_the_mark_of_a_person_is_another_each_day_and_for_each_person(app: App) -> None:
    await say(app, QUESTION)
    await say(app, QUESTION, person="wang")
    app.services.clock.move("1天")  # type: ignore[attr-defined]
    await say(app, QUESTION)
    marks = [line.act.details["to"] for line in await lines(app)]
    assert len(set(marks)) == 3
    assert {len(mark) for mark in marks} == {16}


async def test_a_message_that_comes_twice_is_answered_once(app: App) -> None:
    incoming = Incoming(channel="telegram", sender="li", text=QUESTION, message_id="same")
    await app.conversation.converse(incoming)
    await app.conversation.converse(incoming)
    assert len(await lines(app)) == 1


async def test_a_process_that_dies_after_answering_has_lost_nothing(
    database_address: Callable[[str], str], tmp_path: Path
) -> None:
    """Nothing is sealed and nothing is closed in good order; the answer was kept with its conversation."""
    settings = Settings(data_dir=tmp_path)
    async with open_app(settings) as app:
        await say(app, QUESTION)
        assert await app.services.store.unsealed() == 1
    async with open_app(settings) as app:
        assert len(await lines(app)) == 1


@pytest.fixture
async def client(app: App) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(web_application(app))) as opened:
        yield opened


async def test_the_plain_address_is_sealed_within_a_second_and_at_the_end(
    app: App, client: TestClient
) -> None:
    for _ in range(3):
        await (await client.get("/api/ask", params={"q": QUESTION})).json()
    for _ in range(30):
        if kept := await app.services.store.audit_lines(book=Book.ANSWERS):
            break
        await asyncio.sleep(0.1)
    assert {(line.act.details["channel"], line.act.details["to"]) for line in kept} == {("api", "")}
    await client.get("/api/ask", params={"q": QUESTION})
    await client.close()
    assert (await app.services.store.audit_head(Book.ANSWERS)).sequence == 4
    assert app.services.told == []


async def test_without_a_record_no_answer(
    app: App, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away for long must not let the memory fill."""
    monkeypatch.setattr(web_channel, "MOST_UNKEPT", 0)
    response = await client.get("/api/ask", params={"q": QUESTION})
    assert response.status == 503
    assert (await response.json())["error"]["message"] == "现在太忙，请过一会儿再试。"


async def test_a_store_that_fails_for_a_while_loses_nothing(
    app: App, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> int:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(app.services.store, "note_told", fails)
        await client.get("/api/ask", params={"q": QUESTION})
        await asyncio.sleep(1.2)
        assert len(app.services.told) == 1
    await client.close()
    assert (await app.services.store.audit_head(Book.ANSWERS)).sequence == 1
