"""A draft begins from a claimed item, a catalog entry or the unit's habits, with what is shared locked."""

from item_store.fields import CATALOG_FIELDS, FIELD
from item_store.findings import Surroundings
from item_store.item import Item
from item_store.parts import Material
from item_store.prefill import (
    CARRIED,
    LOCKED,
    USUAL,
    common_materials,
    defaults_of,
    from_catalog_entry,
    from_item,
)
from item_store.rules import check
from item_store.sample import sample_items

ITEM = sample_items()[0]
OWN = (
    "implementation_code",
    "agency",
    "agency_nature",
    "handling_location",
    "handling_hours",
    "enquiry_phone",
    "supervision_phone",
)


def test_a_claim_brings_the_shared_elements_locked_and_asks_for_ones_own() -> None:
    values, locked = from_item(ITEM)
    assert {"basic_code", "name", "item_type", "legal_basis", "content"} <= set(locked)
    assert all(values[key] == ITEM[key] for key in locked)
    assert not set(OWN) & values.keys()
    assert values["materials"] == ITEM["materials"]
    assert "materials" not in locked


def test_lists_name_fields_once() -> None:
    assert not set(LOCKED) & set(CARRIED)
    assert not set(LOCKED) & set(USUAL)
    assert set(LOCKED) | set(CARRIED) | set(USUAL) <= FIELD.keys()


def test_a_claim_from_a_bare_item_locks_nothing_it_lacks() -> None:
    values, locked = from_item(Item("bare", {"name": "某事项"}))
    assert (values, locked) == ({"name": "某事项"}, ("name",))


def test_a_catalog_entry_brings_both_lists_elements_in_the_implementations_words() -> None:
    values = from_catalog_entry(ITEM)
    assert values.keys() == {"basic_code", *(field.key for field in CATALOG_FIELDS)}
    entry = {"name": "某事项", "audience": ("个人（含个体工商户）", "法人"), "handling_form": ("窗口",)}
    assert from_catalog_entry(entry) == {
        "name": "某事项",
        "audience": ("自然人", "法人"),
        "handling_form": ("窗口办理",),
    }
    assert "catalog_differs" not in {f.rule.id for f in check(values, Surroundings(catalog=[ITEM.values]))}


def test_defaults_are_what_most_items_of_a_unit_say() -> None:
    unit = [item for item in sample_items() if item["agency"] == ITEM["agency"]]
    found = defaults_of(unit)
    assert found["agency"] == ITEM["agency"]
    assert found["agency_nature"] == ITEM["agency_nature"]
    assert defaults_of([]) == {}
    differing = [Item(str(n), {"name": "事项", "handling_hours": f"{n}点"}) for n in range(3)]
    assert "handling_hours" not in defaults_of(differing)


def test_common_materials_come_most_frequent_first() -> None:
    forms = [Material(name="申请表"), Material(name="身份证", copies_and_spec="1份"), Material(name="身份证")]
    items = [
        Item(str(n), {"name": "事项", "materials": tuple(part)})
        for n, part in enumerate(([forms[1]], [forms[0], forms[1]], [forms[2]]))
    ]
    assert common_materials(items) == [forms[1], forms[0]]
    assert common_materials(items, limit=1) == [forms[1]]
