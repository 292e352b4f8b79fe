"""Places: districts by their short names, towns and communities of handling locations by their own."""

import pytest

from knowledge import places
from knowledge.answering import Context, Found, answer
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
