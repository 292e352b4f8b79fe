"""Places: districts by their short names, towns and communities of handling locations by their own."""

import pytest

from knowledge import places
from knowledge.answering import Context, Found, OutOfScope, answer
from knowledge.entry import Entry
from knowledge.index import Index
from knowledge.reading import read

DISTRICT = "重庆市嘉澄区"
TOWN, STREET, COMMUNITY = f"{DISTRICT}桐坪镇", f"{DISTRICT}建设街道", f"{DISTRICT}桐坪镇桐花社区"
REGIONS = (DISTRICT, TOWN, STREET, COMMUNITY)


@pytest.mark.parametrize(
    ("region", "local"),
    [
        (TOWN, "桐坪镇"),
        (COMMUNITY, "桐花社区"),
        ("两江新区人和街道", "人和街道"),
        (DISTRICT, ""),
        ("鹿乡镇", ""),
        ("江西省景德镇市", ""),
        ("江苏省镇江市", ""),
        ("长春经济技术开发区", ""),
    ],
)
def test_a_town_or_community_alone(region: str, local: str) -> None:
    assert places.local(region) == local


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("桐坪镇哪里可以办残疾证", TOWN),
        ("我在桐坪,残疾证到期了", TOWN),
        ("桐坪", TOWN),
        ("嘉澄区桐坪镇办残疾证", TOWN),
        ("桐坪镇桐花社区办残疾证", COMMUNITY),
        ("桐花社区能办吗", COMMUNITY),
        ("嘉澄办残疾证", DISTRICT),
        ("住建设街道", STREET),
        ("建设用地规划许可", ""),
        ("办残疾证", ""),
    ],
)
def test_the_place_named(text: str, region: str) -> None:
    assert places.named(text, REGIONS) == region


@pytest.mark.parametrize(
    "text", ["桐坪镇哪里可以办残疾证", "我在桐坪,残疾证哪里办", "嘉澄区桐坪镇桐花社区残疾证哪里办"]
)
def test_the_place_is_no_part_of_what_is_searched_for(text: str) -> None:
    assert read(text, REGIONS).content.strip(",") == "残疾证"


def test_the_index_knows_the_places_of_its_items() -> None:
    index = Index()
    index.put(Entry("a", "残疾人证新办", region=DISTRICT, places=(TOWN, COMMUNITY)))
    index.put(Entry("b", "养犬登记", region=DISTRICT, places=(TOWN,)))
    assert set(index.regions) == {DISTRICT, TOWN, COMMUNITY}
    index.put(Entry("a", "残疾人证新办", region=DISTRICT))
    assert set(index.regions) == {DISTRICT, TOWN}
    index.remove("b")
    assert dict(index.regions) == {DISTRICT: 1}


def test_a_town_is_remembered_and_its_districts_item_answers() -> None:
    index = Index()
    index.put(Entry("here", "残疾人证新办", region=DISTRICT, places=(TOWN,)))
    index.put(Entry("there", "残疾人证新办", region="重庆市远山区"))
    found = answer("桐坪镇哪里可以新办残疾人证", index)
    assert isinstance(found, Found)
    assert (found.item, found.context.region) == ("here", TOWN)
    later = answer("残疾人证新办要带什么", index, Context.from_dict(found.context.to_dict()))
    assert isinstance(later, Found)
    assert (later.item, later.context.region) == ("here", TOWN)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("昆明的居住证到期了在哪儿续", "昆明"),
        ("我在深圳怎么申请公租房", "深圳"),
        ("老家甘肃的,想在那边领结婚证", "甘肃"),
        ("浙江省温州市的居住证怎么办", "浙江省温州市"),
        ("在长沙结的婚,现在回来补结婚证", ""),
        ("贵阳交的公积金能转到这边吗", ""),
        ("我是湖北人,想在嘉澄办居住证", ""),
        ("驾照是西安考的,在重庆换得成不", ""),
        ("搬去成都了,能在那边看病报销吗", ""),
        ("北京路上的幼儿园怎么报名", ""),
        ("国产普通化妆品备案", ""),
        ("去上海出差身份证掉了", ""),
        ("居住证怎么续", ""),
    ],
)
def test_a_place_far_away_where_the_matter_is_to_be_done(text: str, place: str) -> None:
    assert places.far(text, REGIONS) == place


def test_which_places_are_far_depends_on_whose_items_they_are() -> None:
    asked = "广州的居住证怎么续"
    assert places.far(asked, ("广东省",)) == ""
    assert places.far(asked, ("广东省深圳市南山区",)) == "广州"
    assert places.far(asked, ("某某区",)) == ""
    assert places.far(asked, ()) == ""


def test_what_is_to_be_done_far_away_is_not_answered_but_named_for_here() -> None:
    index = Index.build([Entry(id="a", name="居住证签注", region=DISTRICT)])
    outcome = answer("昆明的居住证签注怎么办", index)
    assert isinstance(outcome, OutOfScope)
    assert (outcome.kind, outcome.place, outcome.candidates[0].id) == ("far", "昆明", "a")
