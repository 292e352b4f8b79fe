"""Near by: the locations of the place a person named stand first, and the answer says which place that is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.messages import Incoming, Reply
from bot.nearest import near
from bot.settings import Settings
from item_store.item import Item
from item_store.parts import Location
from tests.transcripts import MovedClock

DISTRICT, TOWN, OTHER = "重庆市嘉澄区", "重庆市嘉澄区桐坪镇", "重庆市嘉澄区白渡镇"
PLACES = (
    ("区大厅", "区县", DISTRICT),
    ("白渡镇中心", "乡镇（街道）", OTHER),
    ("桐花社区", "村（社区）", f"{TOWN}桐花社区"),
    ("桐坪镇中心", "乡镇（街道）", TOWN),
    ("没写地区的点", "", ""),
)


def item(*places: tuple[str, str, str], **own: str) -> Item:
    locations = [{"name": n, "address": f"{n}路1号", "level": lv, "region": r} for n, lv, r in places]
    record = {"id": "card", "name": "残疾人证新办", "region": DISTRICT, "handling_location": locations}
    return Item.from_record({**record, **own})


def names(found: Item) -> list[str]:
    return [place.name for place in found.parts("handling_location", Location)]


def test_a_town_comes_before_its_communities_and_the_district() -> None:
    found = near(item(*PLACES), TOWN)
    assert names(found.serving) == ["桐坪镇中心", "桐花社区", "区大厅"]
    assert names(found.whole) == [*names(found.serving), "白渡镇中心", "没写地区的点"]
    assert (found.phrase, found.place) == ("answer.near", "桐坪镇")


def test_a_community_is_served_by_its_own_then_its_town_then_the_district() -> None:
    assert names(near(item(*PLACES), f"{TOWN}桐花社区").serving) == ["桐花社区", "桐坪镇中心", "区大厅"]


def test_a_community_without_a_place_of_its_own_is_told_so() -> None:
    found = near(item(*PLACES), f"{TOWN}石板村")
    assert names(found.serving) == ["桐坪镇中心", "区大厅"]
    assert (found.phrase, found.place) == ("answer.near_above", "桐坪镇石板村")


def test_the_district_itself_leaves_nothing_out_and_tells_nothing() -> None:
    found = near(item(*PLACES), DISTRICT)
    assert names(found.serving) == ["区大厅", "白渡镇中心", "桐坪镇中心", "桐花社区"]
    assert found.phrase == ""


@pytest.mark.parametrize("region", ["桐坪镇", "嘉澄区桐坪镇", TOWN])
def test_a_place_may_be_written_short_or_long(region: str) -> None:
    assert names(near(item(*PLACES), region).serving)[0] == "桐坪镇中心"


@pytest.mark.parametrize("region", ["", "吉林省长春市朝阳区"])
def test_no_place_or_one_elsewhere_changes_nothing(region: str) -> None:
    found = near(item(*PLACES), region)
    assert found.whole == found.serving == item(*PLACES)
    assert found.phrase == ""


def test_a_single_location_needs_no_order() -> None:
    assert near(item(PLACES[0]), TOWN).phrase == ""


# In a conversation

CARDS = [item(*PLACES).record()]
RENEWALS = [
    {"id": f"{key}-{number}", "name": name, "region": region, "handling_location": f"{region}某路{road}号"}
    for key, name, road in (("renew", "养犬登记换证", 1), ("close", "养犬登记注销", 2))
    for number, region in enumerate(("东山区", "西山区", "南山区"))
]


@pytest.fixture
async def app(tmp_path: Path, clock: MovedClock) -> AsyncIterator[App]:
    settings = Settings(data_dir=tmp_path, question_limit=1000, db=f"sqlite:///{tmp_path / 'place.db'}")
    async with open_app(settings, clock) as opened:
        await opened.services.store.publish_many([Item.from_record(record) for record in CARDS + RENEWALS])
        await opened.services.catalogue.refresh()
        yield opened


async def say(app: App, text: str = "", choice: str = "") -> Reply:
    incoming = Incoming(channel="console", sender="a", text=text, choice=choice)
    return (await app.conversation.converse(incoming))[-1]


def first_lines(reply: Reply) -> list[str]:
    assert reply.card is not None
    return [line.text for line in reply.card.sections[0].lines]


async def test_a_town_named_once_is_remembered(app: App) -> None:
    there = await say(app, "桐坪镇哪里可以新办残疾人证")
    assert first_lines(there)[0] == "桐坪镇中心"
    assert "桐坪镇" in there.text
    later = await say(app, "那什么时候上班")
    assert later.card is not None
    assert "桐坪镇" in later.text


async def test_the_full_text_has_the_places_elsewhere_too(app: App) -> None:
    there = await say(app, "桐坪镇哪里可以新办残疾人证")
    assert "白渡镇中心" not in first_lines(there)
    (full,) = [choice.id for choice in there.choices if choice.label == "看全文"]
    assert "白渡镇中心" in first_lines(await say(app, choice=full))


async def test_places_are_not_told_where_nobody_asked_for_them(app: App) -> None:
    await say(app, "桐坪镇哪里可以新办残疾人证")
    assert (await say(app, "要带什么")).text == ""


async def test_one_item_of_several_districts_is_asked_for_by_district(app: App) -> None:
    asked = await say(app, "养犬登记换证在哪里办")
    labels = [choice.label for choice in asked.choices]
    assert sorted(labels[:3]) == ["东山区", "南山区", "西山区"]
    assert "养犬登记换证" in asked.text
    (west,) = [choice.id for choice in asked.choices if choice.label == "西山区"]
    assert first_lines(await say(app, choice=west)) == ["西山区某路1号"]
    assert first_lines(await say(app, "养犬登记换证在哪里办")) == ["西山区某路1号"]


@pytest.mark.parametrize("reply", ["西山区", "我在西山区", "第{place}个"])
async def test_the_district_can_be_typed(app: App, reply: str) -> None:
    asked = await say(app, "养犬登记换证在哪里办")
    place = 1 + [choice.label for choice in asked.choices].index("西山区")
    assert first_lines(await say(app, reply.format(place=place))) == ["西山区某路1号"]
    assert first_lines(await say(app, "养犬登记换证在哪里办")) == ["西山区某路1号"]


async def test_choosing_a_district_teaches_no_alias(app: App) -> None:
    for sender in "abcd":
        incoming = Incoming(channel="console", sender=sender, text="养犬换证在哪里办")
        asked = (await app.conversation.converse(incoming))[-1]
        await app.conversation.converse(
            Incoming(channel="console", sender=sender, choice=asked.choices[0].id)
        )
    assert await app.services.store.proposals(1) == []


@pytest.mark.parametrize("by_tap", [True, False])
async def test_what_was_picked_by_name_is_still_asked_for_by_district(app: App, by_tap: bool) -> None:
    offered = await say(app, "养犬登记")
    labels = [choice.label for choice in offered.choices]
    assert {"养犬登记换证", "养犬登记注销"} <= set(labels)
    (closing,) = [choice.id for choice in offered.choices if choice.label == "养犬登记注销"]
    asked = await (
        say(app, choice=closing) if by_tap else say(app, f"第{labels.index('养犬登记注销') + 1}个")
    )
    assert asked.card is None
    districts = {choice.label: choice.id for choice in asked.choices}
    assert {"东山区", "西山区", "南山区"} <= districts.keys()
    told = await (say(app, choice=districts["西山区"]) if by_tap else say(app, "西山区"))
    assert told.card is not None
    assert told.card.title == "养犬登记注销"
    assert first_lines(await say(app, "在哪里办")) == ["西山区某路2号"]
