"""From typed text to what is searched for: width, script, typing, aspects, rules, concepts."""

import re

import pytest

from knowledge import aspects, marks, pinyin, rules, spelling, text, words
from knowledge.lexicon import for_names, for_questions
from knowledge.reading import parts_of, read
from knowledge.tokens import cut, is_common, is_word


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("身份證遺失", "身份证遗失"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("办证😂\u200b吗", "办证 吗"),
        ("哈哈哈哈哈哈", "哈哈"),
        ("11111111", "11111111"),
    ],
)
def test_tidy(typed: str, clean: str) -> None:
    assert text.tidy(typed) == clean


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sfz补办", "身份证补办"),
        ("huzhao到期", "护照到期"),
        ("shen fen zheng", "身份证"),
        ("canji证", "残疾证"),
        ("hkb zhao bu dao le", "户口本找不到了"),
        ("wo de jsz xia ge yue guo qi", "我的驾驶证下个月过期"),
        ("how to get a visa", "how to get a visa"),
        ("外婆去逝了", "外婆去世了"),
        ("gongshang认定", "工伤认定"),
        ("驾使证", "驾驶证"),
        ("社保卡挂矢", "社保卡挂失"),
        ("护土执业", "护士执业"),
        ("ktv开业", "ktv开业"),
        ("工商登记", "工商登记"),
        ("骑车去检定所公示", "骑车去检定所公示"),
    ],
)
def test_typing_is_mended_and_what_is_right_stays(typed: str, meant: str) -> None:
    assert spelling.correct(typed) == meant


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("带啥去", ("materials",)),
        ("花钱不", ("fee",)),
        ("几天能拿", ("limit",)),
        ("周六上不上班", ("hours",)),
        ("在哪办，带什么", ("place", "materials")),
        ("网上能办吗", ("online",)),
        ("能邮寄吗", ("delivery",)),
        ("要预约吗", ("booking",)),
        ("投诉电话多少", ("supervision",)),
        ("法律依据是什么", ("basis",)),
        ("身份证补领", ()),
    ],
)
def test_aspects(asked: str, parts: tuple[str, ...]) -> None:
    assert read(asked).aspects == parts
    assert set(parts) <= set(aspects.ORDER)


def test_an_action_named_in_asking_is_kept() -> None:
    question = read("驾照丢了怎么补")
    assert for_questions().action_keys(question.actions).count("reissue") == 1
    assert "补" in question.content


def test_official_and_everyday_words_fold_to_one() -> None:
    assert for_questions().fold("驾照").text == for_names().fold("机动车驾驶证").text
    assert for_questions().fold("驾照").concepts == for_names().fold("机动车驾驶证").concepts


def test_rules_give_way_to_an_action_named_outright() -> None:
    assert "残疾人证新办" in rules.additions("残疾证怎么办理")
    assert "食品经营许可新设" not in read("食品经营许可注销 开餐馆的").additions


def test_no_rule_is_passed_over_for_how_its_parts_begin() -> None:
    said: dict[str, set[str]] = {}
    for conditions, _, added in (line.partition(">") for line in words.lines("rules") if "!" not in line):
        parts = [part.strip() for part in conditions.split("&")]
        message = "，".join(part.strip("()").split("|")[-1] for part in parts)
        if all(re.search(part, message) for part in parts):
            said[message] = {one.strip() for one in added.split("|")}
    assert len(said) > 100
    assert [message for message, added in said.items() if not added <= set(rules.additions(message))] == []


def test_marks_of_special_cases() -> None:
    assert marks.of_name("国外婚生婴儿出生登记户口") & ~marks.of_question("宝宝上户口")
    assert not marks.of_name("军人随军家属落户") & ~marks.of_question("我在部队当兵，家属想随军落户")


def test_parts_of_two_questions() -> None:
    assert len(parts_of(read("结婚证丢了补办，另外户口本也丢了"))) == 2
    assert parts_of(read("身份证补办在哪里办，带什么")) == []


def test_dialect_becomes_standard() -> None:
    assert text.standard("娃儿上户口要带啥子") == "孩子上户口要带什么"


def test_words_of_our_own_are_cut_whole() -> None:
    assert cut("机动车驾驶证补证") == ["机动车驾驶证", "补证"]
    assert is_word("骑车")
    assert not is_word("认订")
    assert is_common("的")


def test_sounds_fold_what_southerners_mix() -> None:
    assert pinyin.folded("zheng") == pinyin.folded("zen")
    assert pinyin.folded("nan") == pinyin.folded("lan")
    assert pinyin.syllable("身") == pinyin.syllable("深")


def test_codes_are_told_from_years_and_phones() -> None:
    assert read("11500105009272345K4000112001000").codes == ("11500105009272345k4000112001000",)
    assert read("身份证2024年办").codes == ()
