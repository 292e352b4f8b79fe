"""Reasons for which an item may be added, changed or cancelled, as rows."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

REASONS_FILE = Path(__file__).with_name("adjustments.yaml")
ADD, CHANGE, CANCEL = "add", "change", "cancel"


@dataclass(frozen=True, slots=True)
class Reason:
    id: str
    title: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why an adjustment is asked for: the reason's id, and its basis in the applicant's words."""

    reason: str = ""
    basis: str = ""


@cache
def _tables() -> dict[str, tuple[Reason, ...]]:
    rows = yaml.safe_load(REASONS_FILE.read_text(encoding="utf-8"))
    return {
        name: tuple(Reason(row["id"], row["title"], tuple(row["changes"])) for row in table)
        for name, table in rows.items()
    }


def reasons_for(template: str, change: str) -> tuple[Reason, ...]:
    """The reasons that allow a change of a list; the tables of 2016 go by the implementation's."""
    table = _tables().get(template) or _tables()["implementation"]
    return tuple(reason for reason in table if change in reason.changes)


def accepts(template: str, change: str, grounds: Grounds) -> bool:
    """Whether a reason that allows the change is given, with a basis."""
    allowed = {reason.id for reason in reasons_for(template, change)}
    return grounds.reason in allowed and bool(grounds.basis.strip())


def reason_title(template: str, reason_id: str) -> str:
    table = _tables().get(template) or _tables()["implementation"]
    return next((reason.title for reason in table if reason.id == reason_id), reason_id)
