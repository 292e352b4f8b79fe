"""Kinds of value: what a clerk writes is read or refused with a reason; what is kept goes in and out whole."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from item_store.fields import FIELD, FIELD_KINDS
from item_store.kinds import Names, Parts, Unreadable, split_list
from item_store.parts import Faq, LegalBasis, Location, Material, Step


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        ("name", "  社保卡补领 ", "社保卡补领"),
        ("item_type", "社会保险", "社会保险"),
        ("item_type", " 行政许可", "行政许可"),
        ("case_type", "即办", "即办件"),
        ("exercise_level", "区县、乡镇(街道)", "区县、乡镇（街道）"),
        ("cross_region_scope", "跨区(县)", "跨区（县）"),
        ("charges_fee", "不收费", "否"),
        ("charges_fee", "是", "是"),
        ("audience", "自然人，法人", ("自然人", "法人")),
        ("handling_form", "窗口 网上", ("窗口", "网上")),
        ("theme", "社会保障（社会保险、社会救助）", ("社会保障（社会保险、社会救助）",)),
        ("joint_agencies", "区民政局、区残联", ("区民政局", "区残联")),
        ("promised_limit", "7(工作日)", "7(工作日)"),
        ("enquiry_phone", "023-00000001（上班时间）", "023-00000001（上班时间）"),
        ("supervision_phone", "https://example.org/complaints", "https://example.org/complaints"),
        ("materials", "户口簿", (Material(name="户口簿"),)),
        ("materials", "1、户口簿\n2、申请表", (Material(name="户口簿"), Material(name="申请表"))),
        ("conditions", "第一行\n第二行", "第一行\n第二行"),
    ],
)
def test_what_is_written_is_read(key: str, written: str, value: object) -> None:
    assert FIELD[key].kind.read(written) == value


@pytest.mark.parametrize(
    ("key", "written", "why"),
    [
        ("name", "  ", "unreadable.empty"),
        ("item_type", "卖东西", "unreadable.choice"),
        ("item_type", "行政", "unreadable.ambiguous"),
        ("exercise_level", "区县、月球", "unreadable.choice"),
        ("exercise_level", "", "unreadable.empty"),
        ("charges_fee", "看情况", "unreadable.choice"),
        ("audience", "自然人、外星人", "unreadable.choice"),
        ("audience", "", "unreadable.empty"),
        ("promised_limit", "尽快", "unreadable.limit.none"),
        ("promised_limit", "受理5个工作日，制证3个工作日", "unreadable.limit.several"),
        ("enquiry_phone", "打电话", "unreadable.phone"),
        ("implementation_code", "编码 待定", "unreadable.code"),
    ],
)
def test_what_cannot_be_read_says_why(key: str, written: str, why: str) -> None:
    read = FIELD[key].kind.read(written)
    assert isinstance(read, Unreadable)
    assert read.why == why


def test_a_refused_choice_names_what_may_be_chosen() -> None:
    read = FIELD["case_type"].kind.read("急件")
    assert isinstance(read, Unreadable)
    assert read.details == {"text": "急件", "choices": "承诺件、即办件"}


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("audience", "自然人 企业法人", ("自然人", "企业法人")),
        ("audience", ["自然人", ""], ("自然人",)),
        ("charges_fee", True, "是"),
        ("charges_fee", False, "否"),
        ("promised_limit", 5.0, "5"),
        ("promised_limit", 5, "5"),
        ("conditions", ["一", "二"], "一\n二"),
        ("handling_location", "办理地点：示例路1号", (Location(address="办理地点：示例路1号"),)),
        ("materials", {"name": "申请表", "deferrable": "是"}, (Material(name="申请表", deferrable=True),)),
        ("materials", ["户口簿", None, ""], (Material(name="户口簿"),)),
        ("procedure", [{"name": "受理", "days": 1}], (Step(name="受理", days="1"),)),
        ("legal_basis", [{"title": "《某法》", "rank": None}], (LegalBasis(title="《某法》"),)),
    ],
)
def test_messy_values_of_files_are_kept_as_they_stand(key: str, raw: Any, value: object) -> None:
    assert FIELD[key].kind.load(raw) == value


@pytest.mark.parametrize(
    ("key", "raw", "why"),
    [
        ("name", {"a": 1}, "unreadable.shape"),
        ("audience", 5, "unreadable.shape"),
        ("audience", [1, 2], "unreadable.shape"),
        ("materials", 7, "unreadable.shape"),
        ("materials", [{"material_type": "原件"}], "unreadable.part"),
        ("faq", [["问", "答"]], "unreadable.part"),
    ],
)
def test_an_impossible_shape_is_named(key: str, raw: Any, why: str) -> None:
    read = FIELD[key].kind.load(raw)
    assert isinstance(read, Unreadable)
    assert read.why == why


def test_a_refused_entry_names_its_place_and_attribute() -> None:
    read = FIELD["materials"].kind.load(["户口簿", {"source": "公安"}])
    assert isinstance(read, Unreadable)
    assert read.details == {"number": "2", "attribute": "材料名称"}


def test_a_rank_outside_its_list_is_noted() -> None:
    kind = FIELD["legal_basis"].kind
    value = kind.load([{"title": "《某办法》", "rank": "内部文件"}])
    assert not isinstance(value, Unreadable)
    problem = kind.check(value)
    assert problem is not None
    assert problem.why == "unreadable.choice"


def test_lists_are_never_cut_within_brackets() -> None:
    assert split_list("甲（一、二）、乙 丙；丁") == ["甲（一、二）", "乙", "丙", "丁"]


def test_a_part_is_shown_on_one_line_with_what_is_filled() -> None:
    kind = FIELD["materials"].kind
    value = kind.load([{"name": "户口簿", "material_type": "原件", "deferrable": True}])
    assert not isinstance(value, Unreadable)
    assert kind.show(value) == ["户口簿（材料类型：原件；可容缺：是）"]


# Line ends that a cell keeps; spreadsheets keep no other control characters.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=30)
NAMES = TEXTS.filter(lambda text: bool(text.strip()))


def _entries(model: Any) -> st.SearchStrategy[Any]:
    values: dict[str, Any] = {
        key: TEXTS for key, info in model.model_fields.items() if info.annotation is str
    }
    values[model.lead()] = NAMES
    if model is Material:
        values |= {
            "deferrable": st.booleans(),
            "pledge": st.booleans(),
            "situations": st.lists(TEXTS, max_size=3),
        }
    return st.lists(st.fixed_dictionaries(values).map(model.model_validate), min_size=1, max_size=4).map(
        tuple
    )


@pytest.mark.parametrize("model", [Material, Step, LegalBasis, Location, Faq])
def test_a_cell_of_entries_reads_back_the_same(model: Any) -> None:
    kind = Parts(model=model)

    @given(_entries(model))
    @settings(max_examples=60)
    def reads_back(value: Any) -> None:
        assert kind.load(kind.cell(value)) == value
        assert kind.load(kind.record(value)) == value

    reads_back()


@given(st.lists(NAMES.map(lambda name: " ".join(name.split())), min_size=1, max_size=4).map(tuple))
def test_a_cell_of_names_reads_back_the_same(value: tuple[str, ...]) -> None:
    assert Names().load(Names().cell(value)) == value


@given(
    st.sampled_from(sorted(FIELD_KINDS)),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
)
@example("agency_nature", ["0\r0"])
def test_nothing_that_a_file_may_hold_breaks_a_kind(name: str, raw: Any) -> None:
    kind = FIELD_KINDS[name]
    value = kind.load(raw)
    if not isinstance(value, Unreadable):
        kind.check(value)
        kind.show(value)
        assert kind.load(kind.record(value)) == value


@given(st.sampled_from(sorted(FIELD_KINDS)), st.text())
def test_nothing_that_a_clerk_writes_breaks_a_kind(name: str, text: str) -> None:
    FIELD_KINDS[name].read(text)
