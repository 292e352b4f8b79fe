"""The form stepper: the field asked follows from the answers, and no answer is ever lost."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot import dialog
from bot.dialog import Form
from item_store.fields import Field
from item_store.kinds import Unreadable, Value
from item_store.templates import TEMPLATES


def read(field: Field, text: str) -> Value:
    value = field.kind.read(text)
    assert not isinstance(value, Unreadable), (field.key, value)
    return value


def filled(form: Form, until: str = "") -> Form:
    while (field := dialog.next_field(form)) and field.key != until:
        form = dialog.answer(form, field.key, read(field, field.example))
    return form


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_examples_fill_every_template(name: str) -> None:
    form = filled(Form(TEMPLATES[name]))
    assert dialog.missing(form) == []
    assert dialog.progress(form).done == dialog.progress(form).total


def test_fields_are_asked_in_the_official_order_and_codes_are_left_to_the_coder() -> None:
    form, numbers = Form(TEMPLATES["implementation"]), []
    while field := dialog.next_field(form):
        numbers.append(field.number)
        form = dialog.answer(form, field.key, read(field, field.example))
    assert numbers == [number for number in range(3, 37) if number not in (21, 22)]


def test_changing_a_field_far_back_goes_on_where_it_was() -> None:
    form = filled(Form(TEMPLATES["implementation"]), until="operating_system")
    form = dialog.change(form, "legal_basis")
    assert dialog.next_field(form) == form.template.by_key["legal_basis"]
    form = dialog.answer(form, "legal_basis", read(form.template.by_key["legal_basis"], "《示例法》"))
    assert dialog.next_field(form) == form.template.by_key["operating_system"]


def test_back_in_a_change_leaves_everything_as_it_was() -> None:
    form = filled(Form(TEMPLATES["implementation"]), until="faq")
    assert dialog.back(dialog.change(form, "name")) == form
    skipped = dialog.skip(form, "faq")
    assert dialog.back(dialog.change(skipped, "faq")) == skipped


def test_back_walks_to_the_beginning_and_ends_there() -> None:
    form = filled(Form(TEMPLATES["catalog"]))
    values = dict(form.values)
    while before := dialog.back(form):
        form = before
    assert (dict(form.values), dict(form.dropped)) == ({}, values)
    for key in values:
        form = dialog.restore(form, key)
    assert dict(form.values) == values


def test_fee_fields_appear_vanish_and_come_back() -> None:
    form = filled(Form(TEMPLATES["implementation"]), until="charges_fee")
    with_fee = dialog.answer(form, "charges_fee", "是")
    assert [t.field.key for t in dialog.turned(form, with_fee) if t.appeared] == ["fee_standard", "fee_basis"]
    with_fee = dialog.answer(with_fee, "fee_standard", "每证10元")
    changing = dialog.change(with_fee, "charges_fee")
    assert dialog.turned(with_fee, changing) == []
    without = dialog.answer(changing, "charges_fee", "否")
    assert [t.field.key for t in dialog.turned(with_fee, without)] == ["fee_standard", "fee_basis"]
    assert without.dropped["fee_standard"] == "每证10元"
    again = dialog.restore(dialog.answer(without, "charges_fee", "是"), "fee_standard")
    assert again.values["fee_standard"] == "每证10元"


def test_answers_from_elsewhere_fill_gaps_and_locked_ones_stay() -> None:
    form = dialog.answer(Form(TEMPLATES["implementation"]), "name", "旧名")
    form = dialog.answer(form, "item_type", "社会保险")
    prefilled = dialog.prefill(
        form, {"name": "新名", "item_type": "行政确认", "content": "内容", "theme": ("其他",)}, ["name"]
    )
    assert prefilled.values == {"name": "新名", "item_type": "社会保险", "content": "内容"}
    assert prefilled.locked == ("name",)
    before = dialog.back(prefilled)
    assert before and before.values == {"name": "新名", "content": "内容"}
    assert dialog.back(before) is None


def test_taking_an_answer_away_sets_it_aside() -> None:
    form = dialog.answer(Form(TEMPLATES["implementation"]), "name", "名")
    without = dialog.take_away(form, "name")
    assert (without.values, without.dropped) == ({}, {"name": "名"})
    assert dialog.take_away(without, "name") == without


def test_what_was_skipped_and_is_required_is_asked_again() -> None:
    form = Form(TEMPLATES["catalog"])
    while field := dialog.next_field(form):
        form = dialog.skip(form, field.key)
    assert len(dialog.missing(form)) == 9
    assert dialog.next_field(dialog.fill_missing(form)) == form.template.asked[0]


def test_fields_are_found_by_number_key_and_title() -> None:
    template = TEMPLATES["implementation"]
    for wanted in ("5", "５", "legal_basis", "设定依据", "设定"):
        assert [field.key for field in template.find(wanted)] == ["legal_basis"], wanted
    assert len(template.find("办理")) > 1
    assert template.find("1") == template.find("") == template.find("没有") == ()


def test_data_of_an_older_release_is_read() -> None:
    form = dialog.form_of(
        {"template": "catalog", "values": {"gone": "x", "name": "名"}, "answered": ["gone", "name"]}
    )
    assert (dict(form.values), form.answered, form.wanted) == ({"name": "名"}, ("name",), "")


class Walk(RuleBasedStateMachine):
    """All commands in any order."""

    @initialize(name=st.sampled_from(sorted(TEMPLATES)))
    def begin(self, name: str) -> None:
        self.form = Form(TEMPLATES[name])
        self.said: dict[str, Value] = {}

    @rule(yes=st.booleans(), several=st.booleans())
    def answer(self, yes: bool, several: bool) -> None:
        field = dialog.next_field(self.form)
        if field is None:
            return
        text = {"charges_fee": "是" if yes else "否", "exercise_level": "市、区县" if several else "市"}
        value = read(field, text.get(field.key, field.example))
        self.form = dialog.answer(self.form, field.key, value)
        self.said[field.key] = value

    @rule()
    def skip(self) -> None:
        field = dialog.next_field(self.form)
        if field:
            self.form = dialog.skip(self.form, field.key)

    @rule()
    def back(self) -> None:
        self.form = dialog.back(self.form) or self.form

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        self.form = dialog.change(self.form, data.draw(st.sampled_from(self.form.fields)).key)

    @precondition(lambda self: self.form.dropped)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.form.dropped)))
        self.form = dialog.restore(self.form, key)

    @rule()
    def fill_missing(self) -> None:
        self.form = dialog.fill_missing(self.form)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert {**self.form.dropped, **self.form.values} == self.said
        assert not self.form.dropped.keys() & self.form.values.keys()

    @invariant()
    def what_is_asked_applies(self) -> None:
        field = dialog.next_field(self.form)
        assert field is None or field in self.form.fields
        assert field is not None or not set(dialog.missing(self.form)) - {
            self.form.template.by_key[key] for key in self.form.skipped
        }

    @invariant()
    def nothing_that_does_not_apply_is_kept_as_an_answer(self) -> None:
        assert self.form.values.keys() <= {field.key for field in self.form.fields}

    @invariant()
    def it_is_plain_data(self) -> None:
        assert dialog.form_of(json.loads(json.dumps(dialog.data_of(self.form)))) == self.form


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
