"""Who owes what: the units a plan's row names, extensions and handovers taken into account."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import yaml

from item_store.due_days import DueDay
from item_store.records import TaskState
from item_store.units import Unit, UnitKind

COLLECTIVES_FILE = Path(__file__).with_name("collectives.yaml")
EXTENSIONS = 50
"""Times one due day is followed from extension to extension."""


@cache
def collectives() -> Mapping[str, frozenset[UnitKind]]:
    """Names for many units at once (街镇), and the kinds of unit they mean."""
    rows = yaml.safe_load(COLLECTIVES_FILE.read_text(encoding="utf-8"))
    return {name: frozenset(map(UnitKind, kinds)) for name, kinds in rows.items()}


@dataclass(frozen=True, slots=True)
class Named:
    """The units some names stand for, and the names that stand for none."""

    units: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def named(names: Iterable[str], units: Mapping[str, Unit]) -> Named:
    """Units by name or id, collectives by kind; each unit once."""
    by_name = {unit.name: unit.id for unit in units.values()}
    found: dict[str, None] = {}
    unknown = []
    for name in names:
        ids = [by_name[name]] if name in by_name else [name] if name in units else _of_kinds(name, units)
        found.update(dict.fromkeys(ids))
        if not ids:
            unknown.append(name)
    return Named(tuple(found), tuple(unknown))


def _of_kinds(name: str, units: Mapping[str, Unit]) -> list[str]:
    kinds = collectives().get(name, frozenset())
    return [unit.id for unit in units.values() if unit.kind in kinds]


@dataclass(frozen=True)
class Standing:
    """What units have reported, by due day and unit."""

    states: Mapping[tuple[str, str], TaskState] = field(default_factory=dict)

    @classmethod
    def of(cls, states: Iterable[TaskState]) -> "Standing":
        return cls({(state.due_id, state.unit): state for state in states})

    def state(self, due_id: str, unit: str) -> TaskState:
        """What a unit has reported; that it owes when it has said nothing."""
        return self.states.get((due_id, unit)) or TaskState(due_id=due_id, unit=unit)

    def current(self, day: DueDay, unit: str) -> DueDay:
        """The due day that counts for a unit, after the extensions it was granted."""
        for _ in range(EXTENSIONS):
            until = self.state(day.id, unit).until
            if until is None or until == day.due:
                return day
            day = replace(day, due=until)
        return day

    def owners(self, day: DueDay, units: Mapping[str, Unit]) -> tuple[str, ...]:
        """Who leads, and who it was handed to, whether they still owe or not."""
        found = dict.fromkeys(named(day.task.lead, units).units)
        waiting = list(found)
        while waiting:
            current = self.current(day, unit := waiting.pop())
            handed = self.state(current.id, unit).handed_to
            if handed and handed not in found:
                found[handed] = None
                waiting.append(handed)
        return tuple(found)

    def owing(self, day: DueDay, units: Mapping[str, Unit]) -> Iterator[tuple[str, DueDay]]:
        """Each unit that has not finished, with the due day that counts for it."""
        for unit in self.owners(day, units):
            current = self.current(day, unit)
            if self.state(current.id, unit).owes:
                yield unit, current
