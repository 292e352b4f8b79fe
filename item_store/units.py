"""Reporting units: who fills in items, and which unit is competent for which."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class UnitKind(StrEnum):
    """The four kinds that must report, and the offices that review and code."""

    AGENCY = "agency"
    TOWN = "town"
    INSTITUTION = "institution"
    ENTERPRISE = "enterprise"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Unit:
    """`competent` is the unit through which this one reports; empty for one that reports by itself."""

    id: str
    name: str
    kind: UnitKind = UnitKind.AGENCY
    competent: str = ""
    region: str = ""


def chain(units: Mapping[str, Unit], unit_id: str) -> tuple[str, ...]:
    """The unit and those competent above it, nearest first; a circle ends where it closes."""
    found: list[str] = []
    while unit_id and unit_id not in found:
        found.append(unit_id)
        unit_id = units[unit_id].competent if unit_id in units else ""
    return tuple(found)
