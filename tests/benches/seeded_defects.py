"""Plants one known defect at a time in sound sample items, and counts how many the rules find."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from item_store.findings import Finding, Surroundings
from item_store.item import Item
from item_store.kinds import Value
from item_store.rules import RULE, check, check_order
from item_store.sample import sample_items
from tests.benches import defects_entries, defects_fields
from tests.benches.planting import Defect, surroundings

ITEMS_EACH = 4
"""Sample items each defect is planted in."""


@dataclass(frozen=True)
class Planted:
    defect: Defect
    item: Item
    values: dict[str, Value]
    around: Surroundings

    @property
    def found(self) -> list[Finding]:
        return [
            finding
            for finding in check(self.values, self.around)
            if (finding.rule.id, finding.field) == (self.defect.rule, self.defect.field)
        ]


def defects() -> Iterator[Defect]:
    """At least one defect for every rule and every field the rule stands for."""
    for module in (defects_fields, defects_entries):
        for source in module.SOURCES:
            yield from source()


def planted() -> Iterator[Planted]:
    """Each defect in several items, those that come first and fit; a different part of the sample for each."""
    items = sample_items()
    for number, defect in enumerate(defects()):
        start = number * 7 % len(items)
        yield from islice(_fitting(defect, [*items[start:], *items[:start]]), ITEMS_EACH)


def _fitting(defect: Defect, items: list[Item]) -> Iterator[Planted]:
    for item in items:
        changed = defect.plant(dict(item.values), surroundings(item))
        if changed is not None:
            yield Planted(defect, item, *changed)


def false_alarms() -> list[tuple[str, Finding]]:
    found = [(item.id, one) for item in sample_items() for one in check(item.values, surroundings(item))]
    return [*found, *(("list", one) for one in check_order([item.values for item in sample_items()]))]


def main() -> None:
    began = time.perf_counter()
    everything = list(planted())
    missed = [one for one in everything if not one.found]
    kinds = {(one.defect.rule, one.defect.field) for one in everything}
    seconds = time.perf_counter() - began
    print(f"seeded defects: {len(everything)} of {len(kinds)} kinds (rule × field) in {len(RULE)} rules")
    print(
        f"caught: {len(everything) - len(missed)} ({1 - len(missed) / len(everything):.1%}), {seconds:.1f} s"
    )
    for (rule, field, name), count in Counter(
        (m.defect.rule, m.defect.field, m.defect.name) for m in missed
    ).items():
        print(f"  missed {count}: {rule} in {field} {name}")
    alarms = false_alarms()
    print(f"false alarms on {len(sample_items())} sample items: {len(alarms)}")
    for item_id, finding in alarms:
        print(f"  {item_id}: {finding.rule.id} in {finding.field} {dict(finding.details)}")


if __name__ == "__main__":
    main()
