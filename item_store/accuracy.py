"""What is wrong with published items: where they break a hard rule, beside what is merely missing."""

from collections.abc import Sequence

from item_store.figures import is_catalog_alone
from item_store.item import Item
from item_store.proofs import Proofs
from item_store.rules import Finding, Surroundings, check
from item_store.templates import TEMPLATES

COUNTED_ELSEWHERE = frozenset({"missing"})
"""Rules whose findings are a matter of completeness."""


def flaws_of_unit(items: Sequence[Item], proofs: Proofs) -> dict[str, tuple[Finding, ...]]:
    """By item, for all items of one unit; soft findings are questions, and were answered at submission."""
    entries = [item for item in items if is_catalog_alone(item)]
    return {item.id: _flaws(item, items, entries, proofs) for item in items}


def _flaws(
    item: Item, unit_items: Sequence[Item], entries: Sequence[Item], proofs: Proofs
) -> tuple[Finding, ...]:
    template = "catalog" if is_catalog_alone(item) else "implementation"
    around = Surroundings(
        fields=TEMPLATES[template].asked,
        item_id=item.id,
        unit_items=unit_items,
        catalog=[entry.values for entry in entries if entry.id != item.id],
        proofs=proofs,
    )
    found = check(item.values, around)
    return tuple(one for one in found if one.rule.hard and one.rule.id not in COUNTED_ELSEWHERE)


def seal_of_proofs(proofs: Proofs) -> int:
    """Changes with what any item asks for or issues: circles go through all units."""
    return hash(tuple((proof.item_id, proof.issues, frozenset(proof.asks)) for proof in proofs.all))


def seal_of_unit(items: Sequence[Item]) -> int:
    """Changes with any item of the unit."""
    return hash(tuple((item.id, item.version) for item in items))
