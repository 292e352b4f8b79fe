"""Learning: what citizens choose is counted without telling who, and counts only once a person accepts it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import learning
from bot.__main__ import main
from bot.app import App, open_app
from bot.catalogue import Catalogue
from bot.hints import words_of
from bot.messages import Incoming, Reply
from bot.settings import Settings
from item_store.item import Item
from item_store.learning import Accepted, Heard, Hint, NotWaiting
from item_store.one_time_codes import hash_of
from item_store.people import Invitation, grants_of
from item_store.store import open_store
from item_store.units import Unit
from knowledge.answering import Found, answer
from knowledge.index import Index
from tests.transcripts import MovedClock

SLANG = "红壳壳"
LONG = "燃气表移位改装拆除迁移报停恢复安装检修换表过户更名缴费"
QUESTION = f"请问{SLANG}要带什么材料"
ITEMS = [
    {"id": "dog-east", "name": "养犬登记", "region": "东示例区", "agency": "示例公安局"},
    {"id": "dog-west", "name": "养犬登记", "region": "西示例区", "agency": "示例公安局"},
    {"id": "water", "name": "用水报装", "region": "东示例区", "agency": "示例水务局"},
]


@pytest.fixture
async def app(tmp_path: Path, clock: MovedClock) -> AsyncIterator[App]:
    settings = Settings(data_dir=tmp_path, question_limit=1000, db=f"sqlite:///{tmp_path / 'learn.db'}")
    async with open_app(settings, clock) as opened:
        await opened.services.store.publish_many([Item.from_record(record) for record in ITEMS])
        await opened.services.catalogue.refresh()
        yield opened


async def say(app: App, sender: str, text: str = "", choice: str = "") -> list[Reply]:
    incoming = Incoming(channel="console", sender=sender, text=text, choice=choice)
    return list(await app.conversation.converse(incoming))


async def press(app: App, sender: str, replies: list[Reply], label: str) -> list[Reply]:
    (key,) = [choice.id for choice in replies[-1].choices if choice.label == label]
    return await say(app, sender, choice=key)


async def ask_in_vain(app: App, *people: str) -> None:
    """Where nothing is published nothing is found, whatever the words are like."""
    for record in ITEMS:
        await app.services.store.withdraw(record["id"])
    await app.services.catalogue.refresh()
    for person in people:
        await say(app, person, QUESTION)


async def proposed(app: App, item_id: str = "dog-east", words: str = SLANG) -> learning.Proposal:
    for person in "abc":
        await app.services.store.note_hint(Hint(words, person, words, item_id, Heard.CHOSEN), 3)
    return next(each for each in await learning.waiting(app.services) if each.words == words)


async def staff(app: App, role: str, unit: str = "office") -> str:
    """Somebody signed in with this role."""
    store = app.services.store
    await store.put_unit(Unit("office", "示例政务办"))
    await store.put_unit(Unit("police", "示例公安局", competent="office"))
    await store.put_unit(Unit("waterworks", "示例水务局", competent="office"))
    code = f"{role}-{unit}".upper().replace("_", "-")
    lasts = app.services.clock().replace(year=2099)
    await store.invite(Invitation(hash_of(code), lasts, "test", "王芳", grants_of(unit, [role])))
    assert await store.redeem(hash_of(code), f"console:{role}")
    return role


# What is noted


async def test_an_unanswered_question_of_three_people_is_proposed(app: App) -> None:
    await ask_in_vain(app, "a", "b", "b", "b")
    assert await learning.waiting(app.services) == []
    await ask_in_vain(app, "c")
    (proposal,) = await learning.waiting(app.services)
    assert (proposal.words, proposal.item_id, proposal.people, proposal.unanswered) == (SLANG, "", 3, 5)


async def test_nothing_of_few_people_can_be_read_in_the_database(app: App, tmp_path: Path) -> None:
    await ask_in_vain(app, "anna", "bert")
    rows = sqlite3.connect(tmp_path / "learn.db").execute("SELECT * FROM alias_proposals").fetchall()
    marks = sqlite3.connect(tmp_path / "learn.db").execute("SELECT * FROM alias_proposal_marks").fetchall()
    assert len(rows) == 1
    assert len(marks) == 2
    assert not any(word in str((rows, marks)) for word in (SLANG, "anna", "bert", "console"))


async def test_a_choice_is_noted_for_the_words_asked(app: App) -> None:
    for person in "abc":
        replies = await say(app, person, "用水登记")
        assert replies[-1].choices, replies
        await press(app, person, replies, "用水报装")
    (proposal,) = await learning.waiting(app.services)
    assert (proposal.item_id, proposal.chosen) == ("water", 3)


@pytest.mark.parametrize(
    "question",
    ["我的身份证号50010719900307123X要变更", "电话13912345678打不通的事", "我在12345678号房", "好", LONG],
)
def test_words_that_may_tell_of_a_person_are_not_kept(question: str) -> None:
    assert words_of(question, Index()) == ""


async def test_words_the_item_is_called_by_are_no_news(app: App) -> None:
    catalogue = app.services.catalogue
    assert catalogue.is_called("water", "用水报装")
    assert catalogue.is_called("water", "用水、报装！")
    assert not catalogue.is_called("water", SLANG)
    assert not catalogue.is_called("gone", SLANG)


# What accepting does


async def test_nothing_is_answered_otherwise_before_it_is_accepted(app: App) -> None:
    before = answer(SLANG, app.services.catalogue.index)
    await proposed(app)
    await app.services.catalogue.refresh()
    assert answer(SLANG, app.services.catalogue.index) == before
    assert not isinstance(before, Found)


async def test_an_accepted_alias_finds_every_item_of_the_name(app: App) -> None:
    proposal = await proposed(app)
    outcome = await learning.accept(app.services, proposal, SLANG, "dog-east", "anna")
    assert outcome == Accepted(SLANG, ("dog-east", "dog-west"))
    candidates = answer(SLANG, app.services.catalogue.index).candidates
    assert candidates[0].name == "养犬登记"
    assert [known.id for known in (await app.services.store.published("dog-west"),) if known] == ["dog-west"]


async def test_the_published_record_and_what_is_stated_stay(app: App) -> None:
    store, catalogue = app.services.store, app.services.catalogue
    before = catalogue.item("water")
    await learning.accept(app.services, await proposed(app, "water"), SLANG, "water", "anna")
    assert catalogue.item("water") == before == await store.published("water")
    assert len(await store.history("water")) == 1
    entry = catalogue.index.get("water")
    assert entry is not None
    assert SLANG in entry.aliases
    replies = await say(app, "a", QUESTION)
    assert replies[0].card is not None
    assert SLANG not in str(replies[0].card)


async def test_other_replicas_follow_within_a_second(app: App, tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'learn.db'}")
    other = Catalogue(store)
    await other.load()
    other.start_following()
    try:
        await learning.accept(app.services, await proposed(app, "water"), SLANG, "water", "anna")
        await asyncio.sleep(1)
        assert isinstance(answer(SLANG, other.index), Found)
        await learning.revoke(app.services, SLANG, "anna")
        await asyncio.sleep(1)
        assert not isinstance(answer(SLANG, other.index), Found)
    finally:
        await other.close()
        await store.close()


async def test_a_learned_alias_outlives_a_new_version_and_a_restart(app: App) -> None:
    await learning.accept(app.services, await proposed(app, "water"), SLANG, "water", "anna")
    await app.services.store.publish(Item.from_record({**ITEMS[2], "content": "新"}))
    await app.services.catalogue.refresh()
    fresh = Catalogue(app.services.store)
    await fresh.load()
    for catalogue in (app.services.catalogue, fresh):
        entry = catalogue.index.get("water")
        assert entry is not None
        assert (entry.content, entry.aliases) == ("新", (SLANG,))


@pytest.mark.parametrize(
    ("alias", "item_id", "why"),
    [
        ("红", "water", "length"),
        (LONG, "water", "length"),
        ("电话13912345678", "water", "personal"),
        ("用水报装", "water", "known"),
        (SLANG, "gone", "item"),
    ],
)
async def test_a_wrong_alias_is_refused_with_the_reason(app: App, alias: str, item_id: str, why: str) -> None:
    proposal = await proposed(app)
    assert await learning.accept(app.services, proposal, alias, item_id, "anna") == learning.WrongAlias(why)
    assert await app.services.store.learned_aliases() == []


async def test_the_second_of_two_decisions_is_told(app: App) -> None:
    proposal = await proposed(app)
    await learning.accept(app.services, proposal, SLANG, "water", "anna")
    again = await learning.accept(app.services, proposal, "别的话", "water", "bert")
    assert again == NotWaiting(proposal.number)


# Who may


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [
        ("publisher", "office", True),
        ("operator", "office", True),
        ("operator", "waterworks", True),
        ("operator", "police", False),
    ],
)
async def test_only_those_with_the_right_in_the_unit_may_accept(
    app: App, role: str, unit: str, may: bool
) -> None:
    person = await staff(app, role, unit)
    await proposed(app, "water")
    listing = await say(app, person, "/learn")
    shown = await press(app, person, listing, listing[-1].choices[0].label)
    await press(app, person, shown, "采纳")
    assert bool(await app.services.store.learned_aliases()) is may
    use = (await app.services.store.uses())[0]
    assert (use.right, use.unit, use.allowed) == ("teach", "waterworks", may)


@pytest.mark.parametrize("role", ["clerk", "reviewer", "coder"])
async def test_others_are_told_that_they_may_not(app: App, role: str) -> None:
    person = await staff(app, role)
    await proposed(app, "water")
    for who in (person, "citizen"):
        replies = await say(app, who, "/learn")
        assert SLANG not in replies[-1].text
        assert not replies[-1].choices


async def test_a_rewritten_alias_is_tried_first_and_then_accepted(app: App) -> None:
    person = await staff(app, "publisher")
    await proposed(app, "water")
    listing = await say(app, person, "/learn")
    shown = await press(app, person, listing, listing[-1].choices[0].label)
    await press(app, person, shown, "改写后采纳")
    tried = await say(app, person, "红壳壳本本")
    assert "红壳壳本本" in tried[-1].text
    assert await app.services.store.learned_aliases() == []
    await press(app, person, tried, "采纳")
    assert [a.alias for a in await app.services.store.learned_aliases()] == ["红壳壳本本"]


async def test_words_after_another_button_are_a_question_again(app: App) -> None:
    person = await staff(app, "publisher")
    await proposed(app, "water")
    listing = await say(app, person, "/learn")
    shown = await press(app, person, listing, listing[-1].choices[0].label)
    rewriting = await press(app, person, shown, "改写后采纳")
    await press(app, person, rewriting, "全部建议")
    replies = await say(app, person, "用水报装要带什么")
    assert replies[-1].card is not None


async def test_words_that_found_nothing_are_given_an_item_by_button(app: App) -> None:
    person = await staff(app, "publisher")
    await proposed(app, "", "养犬红壳壳")
    listing = await say(app, person, "/learn")
    which = await press(app, person, listing, listing[-1].choices[0].label)
    shown = await press(app, person, which, "养犬登记")
    await press(app, person, shown, "采纳")
    assert [a.item_id for a in await app.services.store.learned_aliases()] == ["dog-east", "dog-west"]


async def test_refusing_is_for_good(app: App) -> None:
    person = await staff(app, "publisher")
    await proposed(app, "water")
    listing = await say(app, person, "/learn")
    shown = await press(app, person, listing, listing[-1].choices[0].label)
    await press(app, person, shown, "不采纳")
    for who in "defg":
        await app.services.store.note_hint(Hint(SLANG, who, SLANG, "water", Heard.CHOSEN), 3)
    assert await learning.waiting(app.services) == []


# On the command line


def banshi(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0)


def test_the_command_lists_shows_and_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BANSHI_DATA_DIR", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'learn.db'}"
    asyncio.run(_prepare(url))
    assert banshi("learn", "list", "--db", url) == 0
    assert f"1. “{SLANG}” → 用水报装（3 人）" in capsys.readouterr().out
    assert banshi("learn", "show", "1", "--db", url) == 0
    assert "直接回答“用水报装”" in capsys.readouterr().out
    assert banshi("learn", "accept", "2", "--db", url) == 1
    assert "编码" in capsys.readouterr().out
    assert banshi("learn", "accept", "2", "--item", "dog-east", "--as", "狗娃上户", "--db", url) == 0
    assert banshi("learn", "refuse", "1", "--db", url) == 0
    assert banshi("learn", "refuse", "1", "--db", url) == 1
    capsys.readouterr()
    assert banshi("learn", "aliases", "--db", url) == 0
    assert "“狗娃上户” → 养犬登记" in capsys.readouterr().out
    assert banshi("learn", "revoke", "狗娃上户", "--db", url) == 0
    assert banshi("learn", "revoke", "狗娃上户", "--db", url) == 1


async def _prepare(url: str) -> None:
    store = await open_store(url)
    await store.publish_many([Item.from_record(record) for record in ITEMS])
    for words, item_id in ((SLANG, "water"), ("狗娃", "")):
        for person in "abc":
            await store.note_hint(Hint(words, person, words, item_id, Heard.CHOSEN), 3)
    await store.close()


# What turns one down, corrects or leans on another is not taken for words


async def test_turning_all_options_down_counts_for_the_words_asked(app: App) -> None:
    for person in "abc":
        await say(app, person, "用水登记")
        await say(app, person, "都不对")
    (proposal,) = await learning.waiting(app.services)
    assert (proposal.item_id, proposal.unanswered) == ("", 3)
    assert proposal.words == "用水登记"


async def test_a_correction_counts_for_the_words_before_it(app: App) -> None:
    records = [{"id": f"pet-{n}", "name": f"宠物证{name}"} for n, name in enumerate(("补办", "注销"))]
    await app.services.store.publish_many([Item.from_record(record) for record in records])
    await app.services.catalogue.refresh()
    for person in "abc":
        first = await say(app, person, "宠物证牌牌补办")
        second = await say(app, person, "不是，我是问注销")
        assert [replies[-1].card and replies[-1].card.title for replies in (first, second)] == [
            "宠物证补办",
            "宠物证注销",
        ]
    (proposal,) = await learning.waiting(app.services)
    assert (proposal.words, proposal.item_id, proposal.corrected) == ("宠物证牌牌补办", "pet-1", 3)
