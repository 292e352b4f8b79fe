"""Regression questions: which would change for an alias, told before anybody accepts it."""

from pathlib import Path

import pytest

from bot.catalogue import Catalogue
from bot.learning import standing
from bot.regression import Answer, Effect, Known, RegressionFileError, Wish, known_questions, trial
from item_store.item import Item
from item_store.learning import Heard, Hint
from item_store.memory import open_memory

CLAIM = "失业保险金申领"


async def catalogue(*items: Item) -> Catalogue:
    store = open_memory()
    await store.publish_many(items)
    opened = Catalogue(store)
    await opened.load()
    return opened


def item(item_id: str, name: str, *aliases: str, **values: object) -> Item:
    return Item.from_record({"id": item_id, "name": name, "aliases": list(aliases), **values})


async def two() -> Catalogue:
    return await catalogue(
        item("claim", CLAIM, "领失业钱"),
        item("register", "失业登记", faq=[{"question": "没得工作了去哪里登记", "answer": "窗口"}]),
    )


def effect_of(opened: Catalogue, alias: str, *item_ids: str, every: bool = True) -> Effect:
    known = known_questions(opened, None)
    return trial(opened, Wish(alias, alias, item_ids), known, every).run()


async def test_questions_and_aliases_of_the_items_are_the_default() -> None:
    opened = await two()
    assert known_questions(opened, None) == [
        Known("领失业钱", "claim"),
        Known("没得工作了去哪里登记", "register"),
    ]


async def test_accepted_aliases_are_regression_questions_too() -> None:
    store = open_memory()
    await store.publish(item("claim", CLAIM))
    await store.note_hint(Hint("k", "m", "吃低保险", "claim", Heard.CHOSEN), 1)
    await store.accept_proposal(1, "吃低保险", ["claim"], "anna")
    opened = Catalogue(store)
    await opened.load()
    assert known_questions(opened, None) == [Known("吃低保险", "claim")]


async def test_a_good_alias_changes_only_its_own_words() -> None:
    opened = await two()
    found = effect_of(opened, "打烂仗补贴", "claim")
    assert found.now != Answer("found", ("claim",))
    assert found.then == Answer("found", ("claim",))
    assert (found.tried, found.total, found.changed) == (2, 2, ())


async def test_an_alias_that_takes_another_items_question_is_told() -> None:
    opened = await two()
    known = [Known("打烂仗", "register"), Known("领失业钱", "claim")]
    (changed,) = trial(opened, Wish("打烂仗", "打烂仗", ("claim",)), known, every=True).run().changed
    assert changed.known == Known("打烂仗", "register")
    assert changed.after == Answer("found", ("claim",))
    assert standing(opened, changed.after, "register") < standing(opened, changed.before, "register")


async def test_trying_changes_nothing() -> None:
    opened = await two()
    before = opened.index.get("claim")
    effect_of(opened, "打烂仗补贴", "claim")
    assert opened.index.get("claim") == before
    assert len(opened.index) == 2


async def test_only_near_questions_are_asked_unless_all_are_wanted() -> None:
    opened = await two()
    assert effect_of(opened, "失业的钱", "claim", every=False).tried == 1
    assert effect_of(opened, "工作没得了", "claim", every=False).tried == 2


async def test_the_districts_own_file_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "丢了饭碗", "item": "claim"}\n\n', encoding="utf8")
    assert known_questions(await two(), path) == [Known("丢了饭碗", "claim")]


@pytest.mark.parametrize("line", ["no json", "[]", '{"question": "丢了饭碗"}'])
async def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "甲", "item": "a"}\n' + line, encoding="utf8")
    with pytest.raises(RegressionFileError, match=r"questions.jsonl:2"):
        known_questions(await two(), path)


async def test_better_answers_stand_higher() -> None:
    opened = await catalogue(item("a", "养犬登记"), item("b", "养犬登记"), item("c", "用水报装"))
    right, offered = Answer("found", ("b",)), Answer("choose", ("b", "c"))
    nothing, wrong = Answer("not_found"), Answer("found", ("c",))
    standings = [standing(opened, given, "a") for given in (right, offered, nothing, wrong)]
    assert standings == sorted(set(standings), reverse=True)
