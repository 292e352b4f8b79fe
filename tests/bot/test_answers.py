"""Every fact that is stated stands in the record: every sample item, every aspect, every channel."""

import re
from collections.abc import Iterator

import pytest

from bot import answers
from bot.app import App
from bot.messages import Card, Incoming, Line
from bot.rendering import html, plain
from bot.sessions import Session
from bot.texts import Texts, catalog
from bot.turn import Turn
from item_store.fields import FIELDS
from item_store.item import Item

TEXTS = Texts()
TITLES = {field.title for field in FIELDS}


def strings_of(data: object) -> Iterator[str]:
    """Every text anywhere in a record."""
    if isinstance(data, dict):
        for value in data.values():
            yield from strings_of(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from strings_of(value)
    elif data is not None:
        yield str(data)


def phrases(item: Item) -> set[str]:
    """Phrases a card may hold, with their details put in from the record."""
    details = {"phone": item.text("enquiry_phone"), "version": item.version}
    details["date"] = item.published_at.date().isoformat() if item.published_at else ""
    fixed = {text for text in catalog("zh_CN").values() if "{" not in text}
    return fixed | {TEXTS.say("answer.empty_ask", **details), TEXTS.say("answer.version", **details)}


def unfounded(card: Card, item: Item) -> list[str]:
    """Texts of a card that are neither in the record nor a phrase."""
    record, allowed = list(strings_of(item.record())), phrases(item)

    def founded(text: str) -> bool:
        parts = [part.removesuffix("……") for part in re.split(r"\n| · |、", text)]
        return text in allowed or all(any(part in value for value in record) for part in parts)

    lines = [line for section in card.sections for line in section.lines] + list(card.origin)
    headings = [section.heading for section in card.sections] + [label for label in labels(lines) if label]
    wrong = [heading for heading in headings if heading not in TITLES | allowed and not founded(heading)]
    return wrong + [text for text in texts(lines) if not founded(text)]


def texts(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        yield line.text
        yield from texts(list(line.notes))


def labels(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        yield line.label
        yield from labels(list(line.notes))


def turn_of(app: App) -> Turn:
    return Turn(Incoming(channel="console", sender="a"), Session(), app.services, TEXTS)


async def items_of(app: App) -> list[Item]:
    return [item async for item in app.services.store.all_published()]


async def test_every_stated_fact_is_in_the_record(app: App) -> None:
    turn, walked = turn_of(app), 0
    for item in await items_of(app):
        for aspect in ("", *answers.ASPECT_FIELDS):
            for full in (False, True):
                card = answers.reply(turn, item, [aspect], full).card
                assert card
                assert unfounded(card, item) == [], (item.id, aspect)
                walked += 1
    assert walked >= 60 * 2 * len(answers.ASPECT_FIELDS)


async def test_every_channel_renders_all_of_the_card_and_nothing_else(app: App) -> None:
    turn = turn_of(app)
    for item in await items_of(app):
        for aspect in answers.ASPECT_FIELDS:
            reply = answers.reply(turn, item, [aspect])
            assert reply.card
            lines = [line for section in reply.card.sections for line in section.lines] + list(
                reply.card.origin
            )
            stated = {squeeze(text) for text in [*texts(lines), *labels(lines)]}
            for rendered in (plain(reply), unescape(html(reply))):
                left, whole = squeeze(rendered).replace(squeeze(reply.card.notice), ""), squeeze(rendered)
                assert all(text in whole for text in stated), (item.id, aspect)
                known = [
                    item.name,
                    *(s.heading for s in reply.card.sections),
                    *(c.label for c in reply.choices),
                ]
                for text in sorted(stated | set(map(squeeze, known)), key=len, reverse=True):
                    left = left.replace(text, "")
                assert re.fullmatch(r"[\d.【】〔〕：\[\]]*", left), (item.id, aspect, left)


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def unescape(text: str) -> str:
    from html import unescape as unescape_html

    return unescape_html(re.sub(r"</?b>", "", text))


async def test_the_asked_part_stands_first(app: App) -> None:
    for item in await items_of(app):
        for aspect, keys in answers.ASPECT_FIELDS.items():
            if item[keys[0]]:
                card = answers.reply(turn_of(app), item, [aspect]).card
                assert card
                assert card.sections[0].heading == next(f.title for f in FIELDS if f.key == keys[0])


async def test_a_card_says_where_it_comes_from(app: App) -> None:
    for item in await items_of(app):
        card = answers.reply(turn_of(app), item, ["materials"]).card
        assert card
        origin = "".join(line.text for line in card.origin)
        assert item.text("implementation_code") in origin
        assert item.text("enquiry_phone") in origin
        assert card.notice == TEXTS.say("answer.sample")


@pytest.mark.parametrize("aspect", answers.ASPECT_FIELDS)
def test_an_empty_field_says_so_and_gives_the_phone(aspect: str, app: App) -> None:
    item = Item("x", {"name": "事项", "enquiry_phone": "023-00001234"}, version=1)
    card = answers.reply(turn_of(app), item, [aspect]).card
    assert card
    if aspect != "phone":
        assert card.sections[0].lines[0].text == TEXTS.say("answer.empty_ask", phone="023-00001234")


@pytest.mark.parametrize(
    ("charged", "shown"),
    [
        ({"charges_fee": "是", "fee_standard": "每证10元。按示例文件收取"}, "是 · 每证10元"),
        ({"charges_fee": "是"}, "是"),
        ({"charges_fee": "否"}, "否"),
    ],
)
def test_the_main_points_tell_how_much_it_costs(charged: dict[str, str], shown: str) -> None:
    section = answers.overview(TEXTS, Item("x", {"name": "事项", **charged}, version=1))
    assert [line.text for line in section.lines if line.label == "是否收费"] == [shown]
