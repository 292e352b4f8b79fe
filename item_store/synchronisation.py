"""Keeping equal to the authoritative register: what would be new, changed, withdrawn or in conflict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from item_store.contract import ItemStore
from item_store.item import Item


@dataclass(frozen=True, slots=True)
class Plan:
    """What a synchronisation would do; conflicts were changed on both sides and are left alone.

    `gone` are conflicts too: changed here, and no longer in the register.
    """

    new: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()
    withdrawn: tuple[str, ...] = ()
    conflicts: tuple[Item, ...] = ()
    gone: tuple[str, ...] = ()
    agreed: tuple[Item, ...] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.withdrawn)


def plan(register: Iterable[Item], published: Mapping[str, str], taken: Mapping[str, str]) -> Plan:
    """Compare the register with the digests that are published, and those last taken over from it.

    What was never taken over belongs to this program: it is never withdrawn because the register lacks it.
    """
    named = {item.id: item for item in register}
    new, changed, conflicts, agreed, unchanged = [], [], [], [], 0
    for item in named.values():
        here, before = published.get(item.id), taken.get(item.id)
        if here == item.digest:
            unchanged += 1
            if before != item.digest:
                agreed.append(item)
        elif here is None and before is None:
            new.append(item)
        elif here == before:
            changed.append(item)
        else:
            conflicts.append(item)
    missing = sorted(taken.keys() - named.keys())
    withdrawn = tuple(item_id for item_id in missing if published.get(item_id) == taken[item_id])
    gone = tuple(i for i in missing if i in published and published[i] != taken[i])
    return Plan(tuple(new), tuple(changed), withdrawn, tuple(conflicts), gone, tuple(agreed), unchanged)


async def plan_for(store: ItemStore, register: Iterable[Item]) -> Plan:
    return plan(register, await store.published_digests(), await store.synchronised())


async def apply(store: ItemStore, agreed: Plan, by: str, overwrite: bool = False) -> None:
    """Do what the plan says, all or nothing; with `overwrite` the register wins where both changed."""
    taken = [*agreed.new, *agreed.changed, *agreed.agreed]
    withdrawn = list(agreed.withdrawn)
    if overwrite:
        taken += agreed.conflicts
        withdrawn += agreed.gone
    if taken or withdrawn:
        await store.synchronise(taken, withdrawn, by)
