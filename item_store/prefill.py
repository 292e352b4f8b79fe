"""Beginning a draft from what is known: a catalog entry, another unit's item, or the unit's own habits."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from item_store.closed_lists import comparable
from item_store.fields import CATALOG_FIELDS
from item_store.item import Item
from item_store.kinds import Value
from item_store.parts import Material

LOCKED = (
    "basic_code",
    "name",
    "item_type",
    "legal_basis",
    "content",
    "audience",
    "theme",
    "statutory_limit",
    "result_name",
    "is_public",
)
"""Equal at every level and place; claimed with an item and not to be changed."""

CARRIED = (
    "conditions",
    "materials",
    "intermediary_services",
    "procedure",
    "quantity_limit",
    "result_sample",
    "charges_fee",
    "fee_standard",
    "fee_basis",
    "case_type",
    "promised_limit",
    "handling_form",
    "supports_booking",
    "supports_online_payment",
    "supports_delivery",
    "faq",
)
"""Come over as a proposal; each unit may do better. All else a unit says of itself."""

USUAL = (
    "agency",
    "agency_nature",
    "exercise_level",
    "authority_division",
    "operating_system",
    "handling_location",
    "handling_hours",
    "enquiry_phone",
    "supervision_phone",
    "supports_booking",
)
"""What one unit mostly says alike in all its items."""

# The catalog list and the implementation list name the same things differently.
AS_IN_IMPLEMENTATION: Mapping[str, Mapping[str, str]] = {
    "audience": {"个人": "自然人", "个人（含个体工商户）": "自然人", "法人（含其他组织）": "法人"},
    "handling_form": {"窗口": "窗口办理", "网上": "网上办理"},
}
Values = dict[str, Value]


def from_item(item: Item) -> tuple[Values, tuple[str, ...]]:
    """Claim an item: its shared elements, which are then locked, and what may be kept or changed."""
    values = {key: item.values[key] for key in (*LOCKED, *CARRIED) if key in item.values}
    return values, tuple(key for key in LOCKED if key in values)


def from_catalog_entry(entry: Item | Mapping[str, Value]) -> Values:
    """The elements both lists have, in the implementation list's words, and the basic code."""
    listed = entry.values if isinstance(entry, Item) else entry
    keys = ("basic_code", *(field.key for field in CATALOG_FIELDS))
    return {key: _in_words(key, listed[key]) for key in keys if listed.get(key)}


def _in_words(key: str, value: Value) -> Value:
    words = AS_IN_IMPLEMENTATION.get(key)
    if words is None or isinstance(value, str):
        return value
    return tuple(dict.fromkeys(words.get(str(name), str(name)) for name in value))


def defaults_of(items: Sequence[Item]) -> Values:
    """What most of a unit's items say; a field on which they differ has no default."""
    found: Values = {}
    for key in USUAL:
        said = Counter(item.values[key] for item in items if key in item.values)
        value, count = next(iter(said.most_common(1)), ("", 0))
        if count * 2 > len(items):
            found[key] = value
    return found


def common_materials(items: Iterable[Item], limit: int = 20) -> list[Material]:
    """Materials a unit's items ask for, the most frequent first, each as it is mostly described."""
    by_name: dict[str, Counter[Material]] = {}
    for item in items:
        for material in item.parts("materials", Material):
            by_name.setdefault(comparable(material.name), Counter())[material] += 1
    ordered = sorted(by_name.values(), key=lambda forms: -forms.total())
    return [forms.most_common(1)[0][0] for forms in ordered[:limit]]
