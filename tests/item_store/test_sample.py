"""The sample items are complete, true to the official lists and to the cross-field rules."""

import re
from collections import Counter
from typing import TypeVar

import pytest

from item_store.closed_lists import closed_list
from item_store.codes import CodeKind, Valid, check, looks_like_citizen_id, scheme_for
from item_store.fields import FIELD
from item_store.item import OWN_KEYS, Item
from item_store.limits import Limit, Unit, read_limit
from item_store.parts import Faq, LegalBasis, Location, Material, Step
from item_store.sample import district, sample_items, sample_records

ITEMS = sample_items()
RECORDS = sample_records()
TOPICS = """
新生儿出生登记 身份证首次申领 身份证换领 身份证丢失补领 临时居民身份证 夫妻投靠 父母投靠 购房落户 死亡注销 户口簿补领
居住证 普通护照 港澳通行证签注 养犬登记 驾驶证期满换证 驾驶证补证 机动车转移登记 结婚登记 离婚登记 补领婚姻登记证
收养子女登记 最低生活保障 临时救助 特困人员 高龄津贴 老年人优待证 火化补贴 公墓 残疾人证新办 残疾人证换领 残疾人证补办
困难残疾人生活补贴 出生医学证明 生育登记 再生育 计划生育家庭奖励扶助 公共场所卫生许可 城乡居民基本养老保险
职工基本养老保险 城乡居民基本医疗保险 职工基本医疗保险 社会保障卡申领 社会保障卡补换 社会保障卡挂失 退休 失业保险金
工伤认定 提取（购买住房） 提取（租赁住房） 提取（离休、退休） 公积金个人住房贷款 不动产转移登记 公共租赁住房 义务教育
学生资助 教师资格认定 个体工商户设立 个体工商户变更 个体工商户注销 有限责任公司设立 食品经营许可新办 食品经营许可变更
食品经营许可延续 食品经营许可注销 食品经营许可补办 小作坊 药品零售 烟草专卖零售 法律援助 公证 读者证 体育场馆
占用城市道路 户外广告 用水 用气 档案查询
"""
CATCH_ALL = re.compile(
    r"(?:其他|有关|相关)(?:材料|证明|资料|证件|文件)|等相关|按(?:照)?(?:有关|相关)?规定提供|视情况而定"
)
VAGUE_IN_CONDITIONS = re.compile(r"符合规定|达到规定|其他条件|有关规定|相关规定")
SAMPLE_PHONE = re.compile(r"023-0000\d{4}")
SEVEN_TO_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{7,11}(?!\d)")

each_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)


P = TypeVar("P")


def parts(item: Item, key: str, model: type[P]) -> list[P]:
    return [part for part in item[key] or () if isinstance(part, model)]


def known_limit(item: Item, key: str) -> Limit:
    limit = item.limit(key)
    assert isinstance(limit, Limit), f"{item.id}: {key} {limit}"
    return limit


def days(step: Step) -> int:
    limit = read_limit(step.days)
    assert isinstance(limit, Limit), step
    return limit.days


def test_there_are_enough_items_and_each_has_its_own_name_and_codes() -> None:
    assert len(ITEMS) >= 64
    for key in ("name", "basic_code", "implementation_code"):
        doubled = [value for value, count in Counter(item[key] for item in ITEMS).items() if count > 1]
        assert not doubled, key
    assert len({item.id for item in ITEMS}) == len(ITEMS)


def test_every_item_type_of_both_lists_stands_in_the_sample() -> None:
    assert {item["item_type"] for item in ITEMS} == set(closed_list("item_type").choices)


def test_both_audiences_stand_and_items_for_individuals_come_first() -> None:
    for_individuals = [bool("自然人" in (item["audience"] or ())) for item in ITEMS]
    assert for_individuals == sorted(for_individuals, reverse=True)
    assert sum("法人" in (item["audience"] or ()) for item in ITEMS) >= 20
    assert not all(for_individuals)


@pytest.mark.parametrize("topic", TOPICS.split())
def test_the_life_of_ordinary_people_is_covered(topic: str) -> None:
    assert [item.name for item in ITEMS if topic in item.name]


def test_records_use_known_keys_only_and_are_items_unchanged() -> None:
    for record, item in zip(RECORDS, ITEMS, strict=True):
        assert record.keys() <= FIELD.keys() | set(OWN_KEYS), record["id"]
        assert item == Item.from_record(record) == Item.from_record(item.record())


@each_item
def test_every_required_field_is_filled_and_fits_its_kind(item: Item) -> None:
    assert [field.key for field in item.missing] == []
    problems = {key: FIELD[key].kind.check(value) for key, value in item.values.items()}
    assert {key: problem for key, problem in problems.items() if problem} == {}


@each_item
def test_it_belongs_to_the_invented_district_and_says_it_is_a_sample(item: Item) -> None:
    assert item.id.startswith("sample-")
    assert (item.region, item.source, item.version) == (district()["name"], "示例数据", 1)
    assert item.published_at is not None
    assert item.published_at.tzinfo is not None
    assert all(district()["name"] in place.region for place in parts(item, "handling_location", Location))


@each_item
def test_codes_are_valid_and_agree_with_level_type_and_agency(item: Item) -> None:
    implementation = check(str(item["implementation_code"]), CodeKind.IMPLEMENTATION)
    assert isinstance(implementation, Valid)
    scheme = scheme_for("50")
    assert scheme is not None
    assert str(item["basic_code"])[:4] == "50" + str(scheme.type_digits(str(item["item_type"])))
    assert str(item["implementation_code"])[2:8] == "500199"
    assert str(item["implementation_code"])[18:] == "4" + str(item["basic_code"])
    assert not looks_like_citizen_id(str(item["implementation_code"])[:18])


def test_an_agency_has_one_credit_code_and_a_credit_code_one_agency() -> None:
    pairs = {(item["agency"], str(item["implementation_code"])[:18]) for item in ITEMS}
    assert len(pairs) == len({agency for agency, _ in pairs}) == len({code for _, code in pairs})


@each_item
def test_limits_case_type_and_steps_agree(item: Item) -> None:
    promised, statutory = known_limit(item, "promised_limit"), known_limit(item, "statutory_limit")
    assert (item["case_type"] == "即办件") == (promised.unit is Unit.INSTANT)
    # Working days never outlast as many calendar days times seven fifths; 60 days bound 15 working days.
    calendar = 7 / 5 if (promised.unit, statutory.unit) == (Unit.WORKING, Unit.CALENDAR) else 1
    assert promised.days * calendar <= statutory.days
    steps = parts(item, "procedure", Step)
    assert len(steps) >= 2
    assert all(step.description for step in steps)
    assert sum(days(step) for step in steps) == promised.days


@each_item
def test_a_fee_has_standard_and_basis_and_no_fee_has_neither(item: Item) -> None:
    charged = item["charges_fee"] == "是"
    assert bool(item["fee_standard"]) == bool(item["fee_basis"]) == charged
    assert charged or item["supports_online_payment"] == "否"
    assert not charged or re.search(r"\d元|元至|免费", str(item["fee_standard"]))


@each_item
def test_phones_are_invented_distinct_and_no_other_number_is_said(item: Item) -> None:
    assert item["enquiry_phone"] != item["supervision_phone"]
    phones = [item["enquiry_phone"], item["supervision_phone"]]
    phones += [place.phone for place in parts(item, "handling_location", Location)]
    assert all(SAMPLE_PHONE.fullmatch(str(phone)) for phone in phones)
    said = re.sub(SAMPLE_PHONE, "", str(item.record()))
    codes = (str(item["implementation_code"]), str(item["basic_code"]))
    for code in codes:
        said = said.replace(code, "")
    assert not SEVEN_TO_ELEVEN_DIGITS.search(said)


@each_item
def test_wording_has_no_catch_all(item: Item) -> None:
    assert not CATCH_ALL.search(str(item.record()))
    assert not VAGUE_IN_CONDITIONS.search(str(item["conditions"]))


@each_item
def test_every_material_says_what_a_citizen_must_know(item: Item) -> None:
    materials = parts(item, "materials", Material)
    assert materials
    for material in materials:
        assert material.material_type in closed_list("material_type").choices
        assert material.needs_electronic in ("是", "否")
        assert all((material.source, material.copies_and_spec, material.acceptance_standard))
    in_general = [material.name for material in materials if not material.situations]
    assert len(in_general) == len(set(in_general))


def test_some_materials_may_wait_be_pledged_or_are_not_asked_for() -> None:
    materials = [material for item in ITEMS for material in parts(item, "materials", Material)]
    for attribute in ("deferrable", "pledge", "shared_from", "situations", "e_form"):
        assert sum(bool(getattr(material, attribute)) for material in materials) >= 15, attribute


@each_item
def test_the_legal_basis_stands_in_order_of_rank_with_articles(item: Item) -> None:
    entries = parts(item, "legal_basis", LegalBasis)
    ranks = closed_list("legal_rank").choices
    assert entries
    assert [entry.rank for entry in entries] == sorted((entry.rank for entry in entries), key=ranks.index)
    assert all(entry.article and entry.text and entry.title.startswith("《") for entry in entries)


@each_item
def test_questions_aliases_and_results_are_there(item: Item) -> None:
    answers = parts(item, "faq", Faq)
    assert 1 <= len(answers) <= 4
    assert all(answer.question.endswith("？") and answer.answer for answer in answers)
    assert 3 <= len(item.aliases) <= 8
    assert len(set(item.aliases)) == len(item.aliases)
    if re.search(r"(?:证|证书|证明书|批复|决定书|执照)$", str(item["result_name"])):
        assert item["result_sample"]


@each_item
def test_approvals_have_the_statutory_steps(item: Item) -> None:
    if item["item_type"] == "行政审批":
        steps = "".join(step.name for step in parts(item, "procedure", Step))
        assert all(word in steps for word in ("申请", "受理", "审查", "决定"))


@each_item
def test_authority_is_divided_exactly_when_several_levels_share_it(item: Item) -> None:
    assert ("、" in str(item["exercise_level"])) == bool(item["authority_division"])


@each_item
def test_every_audience_finds_a_theme_of_its_own_list(item: Item) -> None:
    themes = set(item["theme"] or ())
    lists = {"自然人": "个人", "法人": "法人"}
    assert all(themes & set(closed_list("theme").group(lists[str(who)])) for who in item["audience"] or ())


def test_places_stand_at_district_town_and_community_level() -> None:
    levels = Counter(place.level for item in ITEMS for place in parts(item, "handling_location", Location))
    assert levels.keys() == set(closed_list("location_level").choices)
    own = [{place.level for place in parts(item, "handling_location", Location)} for item in ITEMS]
    assert sum(len(one) > 1 for one in own) >= 30
    assert any(one == set(levels) for one in own)


def test_the_district_names_its_towns_communities_and_enquiry_line() -> None:
    places = district()["locations"]
    towns = {place["region"].removeprefix(district()["name"]) for place in places["street_centres"]}
    assert towns == set(district()["towns"])
    communities = {place["name"].removesuffix("便民服务站") for place in places["community_stations"]}
    assert communities == {name for names in district()["towns"].values() for name in names}
    assert district()["enquiry_line"]["phone"] == "12345"


def test_items_are_made_once_and_the_list_is_the_callers_own() -> None:
    first = sample_items()
    first.clear()
    assert len(sample_items()) == len(ITEMS)
