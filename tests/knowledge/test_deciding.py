"""What is done with candidates: answered, offered about what splits them, refused; places and turns remembered."""

import pytest

from knowledge.answering import (
    STEPS,
    Choose,
    Context,
    Emergency,
    Found,
    NotFound,
    OutOfScope,
    answer,
    choose,
    explain,
)
from knowledge.deciding import CONCEIVABLE
from knowledge.entry import Entry
from knowledge.index import Index
from knowledge.ranking import FEATURES

SIBLINGS = Index.build(
    Entry(f"dog-{n}", f"养犬{action}")
    for n, action in enumerate(("登记", "变更登记", "注销登记", "登记证补领"))
)
DISTRICTS = Index.build(
    Entry(f"item-{place}", "残疾人证新办", region=f"长江市{place}区") for place in ("东山", "西河", "南岸")
)


MANY = tuple(f"长江市{first}{second}区" for first in "东西南北" for second in "山河原林湖桥城坝江滩")
NAMED = ("残疾人证新办", "残疾人证换领", "残疾人证挂失补办", "养犬登记", "居住证申领", "老年人优待证办理")
CITY = Index.build(Entry(f"{name}-{place}", name, region=place) for name in NAMED for place in MANY)


def test_every_candidate_has_a_probability_and_the_first_is_likeliest() -> None:
    scores = [one.score for one in answer("养犬证", SIBLINGS).candidates]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_at_most_five_are_offered() -> None:
    index = Index.build(Entry(f"item-{n}", f"养老补贴{n}号发放") for n in range(9))
    outcome = answer("养老补贴", index)
    assert isinstance(outcome, Choose)
    assert 2 <= len(outcome.options) <= 5
    assert len(outcome.candidates) == 5


def test_one_item_in_several_districts_is_asked_about_by_place_once() -> None:
    outcome = answer("残疾人证新办要什么材料", DISTRICTS)
    assert isinstance(outcome, Choose)
    assert outcome.about == "region"
    assert set(outcome.options) == {"item-东山", "item-西河", "item-南岸"}
    named = answer("西河区", DISTRICTS, outcome.context)
    assert isinstance(named, Found)
    assert (named.item, named.aspects) == ("item-西河", ("materials",))
    later = answer("残疾人证新办多久", DISTRICTS, named.context)
    assert isinstance(later, Found)
    assert later.item == "item-西河"


def test_a_place_named_at_once_is_not_asked_for() -> None:
    outcome = answer("我在东山，残疾人证新办去哪里", DISTRICTS)
    assert isinstance(outcome, Found)
    assert outcome.item == "item-东山"


@pytest.mark.parametrize("place", [MANY[0], MANY[17], MANY[-1]])
def test_each_of_many_districts_is_answered_with_its_own_item(place: str) -> None:
    named = answer(f"我在{place.removeprefix('长江市')}，残疾证掉了怎么补", CITY)
    assert isinstance(named, Found)
    assert named.item == f"残疾人证挂失补办-{place}"
    asked = answer("残疾证掉了怎么补", CITY)
    assert isinstance(asked, Choose)
    assert asked.about == "region"
    assert len({option.rpartition("-")[2] for option in asked.options}) == 5
    told = answer(place.removeprefix("长江市"), CITY, asked.context)
    assert isinstance(told, Found)
    assert told.item == f"残疾人证挂失补办-{place}"


def test_an_item_that_was_picked_is_asked_for_by_place() -> None:
    offered = Context(options=tuple(f"{name}-{MANY[0]}" for name in NAMED[:3]), aspects=("fee",), asked=1)
    asked = answer("第二个", CITY, offered)
    assert isinstance(asked, Choose)
    assert (asked.about, asked.aspects) == ("region", ("fee",))
    told = answer("北滩区", CITY, asked.context)
    assert isinstance(told, Found)
    assert (told.item, told.aspects) == (f"残疾人证换领-{MANY[-1]}", ("fee",))


def test_the_name_of_what_was_picked_asks_for_nothing() -> None:
    index = Index.build(Entry(place, "停车场收费备案", region=place) for place in MANY[:3])
    asked = choose(MANY[0], index)
    assert isinstance(asked, Choose)
    assert (asked.context.question, asked.context.aspects) == ("停车场收费备案", ())
    told = answer(MANY[2].removeprefix("长江市"), index, asked.context)
    assert isinstance(told, Found)
    assert told.item == MANY[2]


def test_two_things_at_once_are_not_answered_for_any_place() -> None:
    both = answer("残疾人证换领，老年人优待证办理", CITY)
    assert not isinstance(both, Found)
    there = answer("我在北滩区，残疾人证换领，老年人优待证办理", CITY)
    assert isinstance(there, Found)
    assert {item.rpartition("-")[2] for item in (there.item, *there.also)} == {MANY[-1]}


def test_nobody_is_asked_three_times_in_a_row() -> None:
    context = Context()
    for _ in range(4):
        outcome = answer("养犬证", SIBLINGS, context)
        context = outcome.context
    assert not isinstance(outcome, Choose) or context.asked <= 2


def test_choices_by_number_word_and_name() -> None:
    offered = Context(options=("dog-0", "dog-1", "dog-2"), aspects=("fee",), asked=1, question="狗证")
    for said, item in (("2", "dog-1"), ("第三个", "dog-2"), ("最后一个", "dog-2"), ("养犬登记", "dog-0")):
        outcome = answer(said, SIBLINGS, offered)
        assert isinstance(outcome, Found)
        assert (outcome.item, outcome.aspects) == (item, ("fee",))
    assert isinstance(answer("都不是", SIBLINGS, offered), NotFound)


def test_danger_goes_before_everything() -> None:
    outcome = answer("路口撞车了有人流血，养犬登记怎么办", SIBLINGS)
    assert isinstance(outcome, Emergency)
    assert outcome.service in ("120", "122")
    assert STEPS[0].__name__ == "call_for_help"


def test_a_complaint_is_not_a_question_for_its_item() -> None:
    outcome = answer("办养犬登记的窗口态度太差我要投诉", SIBLINGS)
    assert isinstance(outcome, OutOfScope)
    assert outcome.kind == "complaint"


def test_why_is_explained() -> None:
    told = explain("狗死了要注销狗证吗", SIBLINGS)
    assert told.step == "search"
    assert told.outcome == answer("狗死了要注销狗证吗", SIBLINGS)
    assert told.candidates
    assert all(set(FEATURES) <= set(parts) for _, parts in told.candidates)


def test_aliases_and_questions_of_an_item_find_it() -> None:
    index = Index.build(
        [
            Entry("card", "图书馆读者证办理", aliases=("小蓝卡",), questions=("几岁可以借书",)),
            Entry("dog", "养犬登记"),
        ]
    )
    assert answer("小蓝卡", index).candidates[0].id == "card"
    assert answer("几岁可以借书", index).candidates[0].id == "card"


@pytest.mark.parametrize(
    ("said", "name", "about"),
    [
        ("食品经营许可证", "choose", "action"),
        ("食品经营许可证要带什么", "found", ""),
        ("食品经营许可证到期了怎么延续", "found", ""),
        ("食品经营许可新设", "found", ""),
    ],
)
def test_where_only_the_thing_is_named_the_action_is_asked(said: str, name: str, about: str) -> None:
    siblings = ("食品经营许可新设", "食品经营许可延续", "食品经营许可变更", "食品经营许可注销")
    index = Index.build(Entry(id=one, name=one) for one in (*siblings, "养犬登记", "居民身份证补领"))
    outcome = answer(said, index)
    assert (outcome.name, getattr(outcome, "about", "")) == (name, about)


def test_what_nobody_means_is_not_offered_beside_the_likeliest() -> None:
    names = (
        "食品经营许可变更",
        "个体工商户变更登记",
        "残疾人证换领",
        "机动车驾驶证补证",
        "公共体育场馆开放服务预约",
    )
    index = Index.build(Entry(f"item-{n}", name) for n, name in enumerate(names))
    told = answer("想去体育馆打球", index)
    assert isinstance(told, Choose)
    assert told.options == ("item-4",)
    best, *others = told.candidates
    assert others
    assert all(one.score < CONCEIVABLE * best.score for one in others)


@pytest.mark.parametrize(
    "asked", ["才买的二手房，房产证过户带啥子", "在工地搬砖把脚砸断了要养三个月，哪里给我认定一下"]
)
def test_what_rules_name_and_no_item_is_called_is_not_answered_with_the_next_best(asked: str) -> None:
    index = Index.build(Entry(name, name) for name in ("购买成套住房落户", "停工留薪期确认", "出生登记"))
    outcome = answer(asked, index)
    assert outcome.candidates[0].score > 0.8
    assert isinstance(outcome, Choose)


@pytest.mark.parametrize(
    ("served", "about"),
    [((("自然人",), ("企业法人",)), "audience"), ((("自然人", "企业法人"), ("自然人",)), "item")],
)
def test_who_asks_is_asked_only_where_that_tells_the_options_apart(
    served: tuple[tuple[str, ...], ...], about: str
) -> None:
    names = ("契税减免备案", "契税补缴申报")
    index = Index.build(Entry(n, n, audience=one) for n, one in zip(names, served, strict=True))
    outcome = answer("契税", index)
    assert isinstance(outcome, Choose)
    assert outcome.about == about
