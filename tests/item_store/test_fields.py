"""The declaration of the fields is whole and true to itself."""

from collections import Counter

import pytest

from item_store.closed_lists import closed_list, closed_lists
from item_store.fields import (
    CATALOG_FIELDS,
    FIELD,
    FIELD_KINDS,
    FIELDS,
    IMPLEMENTATION_FIELDS,
    SECTIONS,
    Field,
    missing,
)
from item_store.kinds import Unreadable
from item_store.parts import Faq, LegalBasis, Location, Material, Part, Step

BY_FIELD = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)


def test_all_36_fields_and_the_catalogs_two_are_declared_in_order() -> None:
    assert [field.number for field in IMPLEMENTATION_FIELDS] == list(range(1, 37))
    assert [field.key for field in FIELDS if field.number is None] == ["theme", "is_public"]
    assert [field.catalog_column for field in CATALOG_FIELDS] == list(range(1, 10))
    assert all(count == 1 for count in Counter(field.key for field in FIELDS).values())


@BY_FIELD
def test_a_field_says_all_that_a_form_needs(field: Field) -> None:
    assert field.title
    assert field.help
    assert field.section in SECTIONS
    assert field.filled_by in ("clerk", "coder")
    assert field.applies is None or field.applies.field in FIELD
    assert bool(field.catalog_column) == bool(field.catalog_title)


@BY_FIELD
def test_an_example_is_readable_by_its_own_kind_and_kept_whole(field: Field) -> None:
    value = field.kind.read(field.example)
    assert not isinstance(value, Unreadable), value
    assert field.kind.check(value) is None
    assert field.kind.load(field.kind.record(value)) == value
    assert field.kind.load(field.kind.cell(value)) == value
    assert field.kind.show(value)


@pytest.mark.parametrize(
    ("name", "group", "count", "first", "last"),
    [
        ("item_type", "行政权力", 10, "行政审批", "其他行政权力"),
        ("item_type", "公共服务", 10, "基本公共教育", "其他公共服务"),
        ("theme", "个人", 31, "生育收养", "其他"),
        ("theme", "法人", 34, "设立变更", "其他"),
        ("exercise_level", "行使层级", 3, "市", "乡镇（街道）"),
        ("agency_nature", "实施主体性质", 3, "法定机关", "受委托组织"),
        ("audience", "服务对象", 2, "自然人", "法人"),
        ("case_type", "办件类型", 2, "承诺件", "即办件"),
        ("cross_region_scope", "通办范围", 3, "全国", "跨区（县）"),
        ("handling_form", "办理形式", 2, "窗口办理", "网上办理"),
        ("operating_system", "运行系统", 3, "国家级", "区县级"),
        ("legal_rank", "位阶", 6, "法律", "授权依据或委托依据"),
        ("location_level", "网点层级", 3, "区县", "村（社区）"),
    ],
)
def test_closed_lists_are_complete(name: str, group: str, count: int, first: str, last: str) -> None:
    values = closed_list(name).group(group)
    assert (len(values), values[0], values[-1]) == (count, first, last)
    assert len(set(values)) == count


@pytest.mark.parametrize("name", closed_lists())
def test_a_value_is_offered_or_only_accepted_never_both(name: str) -> None:
    closed = closed_list(name)
    assert not set(closed.choices) & set(closed.also)
    assert all(value in closed for value in (*closed.choices, *closed.also))
    assert "完全无关的值" not in closed


def test_kinds_are_known_by_their_names() -> None:
    assert {field.kind.name for field in FIELDS} <= set(FIELD_KINDS)
    assert all(kind.name == name for name, kind in FIELD_KINDS.items())


def test_a_material_has_the_nine_official_attributes_and_our_own() -> None:
    assert list(Material.model_fields) == [
        *("name", "material_type", "sample", "e_form", "source", "copies_and_spec", "instructions"),
        *("acceptance_standard", "needs_electronic", "deferrable", "pledge", "shared_from", "situations"),
    ]


@pytest.mark.parametrize("model", [Material, Step, LegalBasis, Location, Faq])
def test_an_entry_needs_only_what_it_is_called(model: type[Part]) -> None:
    entry = model.model_validate("名称")
    assert entry.record() == {model.lead(): "名称"}
    assert all(title and not title.isascii() for title in model.titles().values())


def test_fee_fields_are_missing_only_where_a_fee_is_charged() -> None:
    assert "fee_standard" not in {field.key for field in missing({"charges_fee": "否"})}
    assert {"fee_standard", "fee_basis"} <= {field.key for field in missing({"charges_fee": "是"})}
    assert "fee_basis" not in {field.key for field in missing({"charges_fee": "是", "fee_basis": "文件"})}


@pytest.mark.parametrize(
    ("level", "asked"),
    [("区县", False), ("市、区县", True), ("区县、乡镇（街道）", True), ("乡镇（街道）", False)],
)
def test_a_division_of_authority_is_asked_of_shared_items(level: str, asked: bool) -> None:
    assert FIELD["authority_division"].applies_to({"exercise_level": level}) is asked


def test_codes_are_never_asked_of_a_clerk() -> None:
    assert {field.key for field in FIELDS if field.filled_by == "coder"} == {
        "basic_code",
        "implementation_code",
    }
    assert not {"basic_code", "implementation_code"} & {field.key for field in missing({})}
