"""Danger, complaints and chat are known by all the words of a message, not by one."""

import pytest

from knowledge.counting import Counts
from knowledge.kinds import CALL, LIKELY, Kinds, kinds, learned
from knowledge.pinyin import heard
from knowledge.reading import read
from knowledge.scope import alarming


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("有个人抢了我的包就跑，户口本和身份证都在里头，快来人", "110"),
        ("排队的大爷突然倒地上了，没得脉搏了", "120"),
        ("隔壁屋头冒好大的烟，门打不开，里头有人在喊", "119"),
    ],
)
def test_a_call_among_words_of_services(said: str, service: str) -> None:
    assert kinds().service(said) == service


@pytest.mark.parametrize(
    "said",
    [
        "我爸去年心梗走了，抚恤金怎么领",
        "房子烧了，户口本也没了，怎么补",
        "身份证掉河里了，补一个要多久",
        "怎么办居住证",
        "",
    ],
)
def test_a_loss_that_is_past_is_no_call(said: str) -> None:
    assert kinds().service(said) == ""


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("取了号等了两个小时，窗口的人在耍手机，问一句还凶我，太气人了", "complaint"),
        ("今天天气真好，中午吃啥子好呢", "chat"),
        ("你会不会把我说的话记下来告诉别人", "meta"),
        ("居住证到期了怎么续签", ""),
    ],
)
def test_kinds_of_what_no_item_fits(said: str, kind: str) -> None:
    assert kinds().presumed(said) == kind


def test_what_is_taught_decides() -> None:
    asked = Counts.of([(1, f"身份证丢了补办{n}") for n in range(50)])
    calls = [("emergency_119", f"着火了快来救人{n}") for n in range(20)]
    taught = Kinds(learned(asked, [*calls, *(("chat", f"今天天气真好{n}") for n in range(20))]))
    assert taught.service("楼里着火了快来救人") == "119"
    assert taught.weigh("身份证丢了")[CALL] < 0
    assert taught.service("天气真好") == ""


def test_counts_of_texts_and_labels() -> None:
    counts = Counts.of([(1, "好好"), (2, "好"), (2, "坏")])
    good, bad, unheard = (ord(character) for character in "好坏早")
    at = counts.at(counts.grams)
    assert at.tolist() == counts.often.tolist()
    assert counts.at(counts.grams[counts.grams == good]).tolist() == [[1, 1]]
    assert counts.at(counts.grams[counts.grams == bad]).tolist() == [[0, 1]]
    assert counts.at(counts.grams[:1] * 0 + unheard).tolist() == [[0, 0]]
    assert counts.texts.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("cangku zhaohuo le, hao da de yan, li mian hai you ren", "119"),
        ("lao ba hun dao le, mei you huxi, kuai lai", "120"),
        ("shenfenzheng diu le, zenme ban", ""),
        ("hukouben bei shui pao lan le, zenme huan", ""),
    ],
)
def test_calls_typed_in_letters_are_heard(said: str, service: str) -> None:
    assert alarming(read(said), LIKELY) == service


def test_what_sounds_alike_is_heard_alike() -> None:
    assert heard("救命") == heard("旧名") == heard("jiuming") == heard("jiu ming")
    assert heard("着火了") == heard("zhaohuole")
    assert heard("qqq 123") == ""
