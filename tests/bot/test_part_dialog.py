"""The small dialogue of entries: quick lines, asked attributes, changing, moving, removing."""

import json
from typing import Any

import pytest

from bot import part_dialog
from bot.part_dialog import PartState
from item_store.fields import FIELD, Field
from item_store.kinds import Parts, Unreadable
from item_store.parts import Faq, LegalBasis, Location, Material, Part, Step
from item_store.parts.quick import read_quick
from item_store.templates import TEMPLATES

STRUCTURED = [field for field in FIELD.values() if isinstance(field.kind, Parts)]


def begun(key: str) -> tuple[Field, part_dialog.Questions, PartState]:
    field = FIELD[key]
    return field, part_dialog.questions(field), part_dialog.begin(field, None)


def good(state: PartState | Unreadable) -> PartState:
    assert isinstance(state, PartState), state
    return state


@pytest.mark.parametrize("field", STRUCTURED, ids=lambda field: field.key)
def test_every_structured_field_is_asked_for_by_known_attributes(field: Field) -> None:
    how = part_dialog.questions(field)
    assert set(how.asked) <= set(how.attributes)
    for attribute in how.attributes.values():
        for text in attribute.suggest:
            assert not isinstance(attribute.kind.read(text), Unreadable), text


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.name)
def test_every_structured_field_of_a_template_has_questions(template: Any) -> None:
    for field in template.asked:
        if part_dialog.is_structured(field):
            assert part_dialog.questions(field).model is field.kind.model


def test_a_material_is_a_name_and_its_copies() -> None:
    _, how, state = begun("materials")
    state = good(part_dialog.add(state, how, "户口簿"))
    attribute = part_dialog.asked(state, how)
    assert attribute and attribute.key == "copies_and_spec"
    state = good(part_dialog.set_attribute(state, how, attribute, "复印件1份"))
    state = part_dialog.pass_over(state, how)
    assert part_dialog.asked(state, how) is None
    assert state.entries == (Material(name="户口簿", copies_and_spec="复印件1份"),)


def test_an_attribute_can_be_passed_over_or_come_later() -> None:
    _, how, state = begun("materials")
    state = good(part_dialog.add(state, how, "户口簿"))
    for _ in how.asked:
        state = part_dialog.pass_over(state, how)
    assert part_dialog.asked(state, how) is None
    state = part_dialog.want(state, 1, "deferrable", how)
    state = good(part_dialog.set_attribute(state, how, how.attributes["deferrable"], "是"))
    assert state.entries == (Material(name="户口簿", deferrable=True),)
    assert part_dialog.asked(state, how) is None


def test_what_an_attribute_cannot_be_is_refused() -> None:
    _, how, state = begun("procedure")
    state = good(part_dialog.add(state, how, "受理"))
    refused = part_dialog.set_attribute(state, how, how.attributes["days"], "很快")
    assert isinstance(refused, Unreadable)
    empty = part_dialog.want(state, 1, "name", how)
    assert isinstance(part_dialog.set_attribute(empty, how, how.attributes["name"], " "), Unreadable)
    assert isinstance(part_dialog.add(state, how, " "), Unreadable)


def test_entries_are_moved_and_removed() -> None:
    _, how, state = begun("procedure")
    state = good(part_dialog.add(state, how, "受理 1个工作日\n审核\n办结"))
    state = part_dialog.move(state, 3, 1)
    assert [getattr(entry, "name", "") for entry in state.entries] == ["办结", "受理", "审核"]
    state = part_dialog.remove(state, 1)
    assert state.entries == (Step(name="受理", days="1个工作日"), Step(name="审核"))


def test_legal_bases_are_ordered_by_rank_and_others_are_not() -> None:
    field = FIELD["legal_basis"]
    low, high, none = (
        LegalBasis(title="甲", rank="规章"),
        LegalBasis(title="乙", rank="法律"),
        LegalBasis(title="丙"),
    )
    assert part_dialog.ordered(field, (none, low, high)) == (high, low, none)
    steps = (Step(name="乙"), Step(name="甲"))
    assert part_dialog.ordered(FIELD["procedure"], steps) == steps


def test_the_state_is_plain_data() -> None:
    field, how, state = begun("materials")
    state = part_dialog.want(good(part_dialog.add(state, how, "户口簿\n身份证")), 2, "source", how)
    data = json.loads(json.dumps(part_dialog.data_of(state)))
    assert part_dialog.state_of(data, field) == state
    assert part_dialog.state_of(data, FIELD["faq"]) is None
    broken = part_dialog.state_of(data | {"open": 7, "wanted": "gone"}, field)
    assert broken == PartState("materials", state.entries)


@pytest.mark.parametrize(
    ("model", "text", "entries"),
    [
        (Material, "身份证\n户口簿|原件1份", [{"name": "身份证"}, {"name": "户口簿", "copies_and_spec": "原件1份"}]),
        (Material, "1．身份证\n　　来源渠道：公安机关\n2．户口簿", [{"name": "身份证", "source": "公安机关"}, {"name": "户口簿"}]),
        (Step, "审核（5个工作日）", [{"name": "审核", "days": "5个工作日"}]),
        (Step, "办结，即时办结", [{"name": "办结", "days": "即时办结"}]),
        (LegalBasis, "法律《甲法》第三条第一款：内容。", [{"rank": "法律", "title": "《甲法》", "article": "第三条第一款", "text": "内容。"}]),
        (LegalBasis, "《甲法》（2020年修订）第三条\n第二行", [{"title": "《甲法》（2020年修订）", "article": "第三条", "text": "第二行"}]),
        (LegalBasis, "1．法律《甲法》第一条：一。\n2．规章《乙办法》", [
            {"rank": "法律", "title": "《甲法》", "article": "第一条", "text": "一。"}, {"rank": "规章", "title": "《乙办法》"}]),
        (Faq, "问：可以代办吗？\n答：可以。\n要多久？五天。", [
            {"question": "可以代办吗？", "answer": "可以。"}, {"question": "要多久？", "answer": "五天。"}]),
        (Location, "示例路1号\t中心\t9:00", [{"address": "示例路1号", "name": "中心", "hours": "9:00"}]),
        (Material, " \n ", []),
    ],
)  # fmt: skip
def test_lines_and_blocks(model: type[Part], text: str, entries: list[dict[str, str]]) -> None:
    assert read_quick(model, text) == entries
