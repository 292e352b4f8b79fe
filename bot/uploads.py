"""Lays the rows of a workbook down as drafts: new, changed or known already, never over others' work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.drafts import new_data
from bot.services import Services
from item_store.contract import Conflict, Draft, DraftState
from item_store.draft_workbooks import RowDraft
from item_store.people import Person


class Laid(StrEnum):
    """What became of a row; those from `edited` on are told one by one."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EDITED = "edited"
    SUBMITTED = "submitted"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row, what became of it, and the draft that stands for it; empty where there is none."""

    row: RowDraft
    laid: Laid
    draft: str = ""


@dataclass(frozen=True)
class Unit:
    """The unit that rows are laid down for, by its id and name, with all its drafts."""

    id: str
    name: str
    drafts: Sequence[Draft]


async def lay_down(services: Services, person: Person, unit: Unit, rows: Sequence[RowDraft]) -> list[Outcome]:
    """All rows, in their order."""
    outcomes = []
    for row in rows:
        known = _known(unit, row)
        if known is not None:
            outcomes.append(await _onto(services, person, row, known))
        elif _is_published(services, unit, row):
            outcomes.append(Outcome(row, Laid.PUBLISHED))
        else:
            data = _data(new_data(row.template, unit.id, person), row, version=1)
            draft = await services.store.create_draft(unit.id, data)
            unit = replace(unit, drafts=(*unit.drafts, draft))
            outcomes.append(Outcome(row, Laid.NEW, draft.id))
    return outcomes


def _known(unit: Unit, row: RowDraft) -> Draft | None:
    """The draft this row was exported from, was laid down as before, or has the name of."""
    same = [draft for draft in unit.drafts if draft.data["template"] == row.template]
    if row.exported:
        return next((draft for draft in same if draft.id == row.exported[0]), None)
    by_id = [draft for draft in same if draft.data.get("workbook", {}).get("item") == row.item.id]
    by_name = [draft for draft in same if _name(draft) == row.item.name]
    return next(iter((*by_id, *by_name)), None)


def _name(draft: Draft) -> str:
    return str(draft.data["values"].get("name", ""))


def _is_published(services: Services, unit: Unit, row: RowDraft) -> bool:
    """What is published is changed with a reason and its basis, not by a new draft."""
    if row.template != "implementation":
        return False
    own = services.catalogue.of_agency(unit.name)
    return any(row.item.id == item.id or row.item.name == item.name for item in own)


async def _onto(services: Services, person: Person, row: RowDraft, draft: Draft) -> Outcome:
    """A draft is replaced only while it is as this row's workbook knew it."""
    if draft.state is not DraftState.OPEN:
        return Outcome(row, Laid.SUBMITTED)
    data = _data(draft.data, row, draft.version + 1)
    if data["values"] == draft.data["values"]:
        return Outcome(row, Laid.UNCHANGED, draft.id)
    knew = row.exported[1] if row.exported else draft.data.get("workbook", {}).get("version", 0)
    if knew != draft.version:
        return Outcome(row, Laid.EDITED, draft.id)
    data["authors"] = sorted({*draft.data.get("authors", ()), person.id})
    saved = await services.store.save_draft(draft.id, data, draft.version)
    return Outcome(row, Laid.EDITED if isinstance(saved, Conflict) else Laid.CHANGED, draft.id)


def _data(before: Mapping[str, Any], row: RowDraft, version: int) -> dict[str, Any]:
    """The draft's data with the row's values; what is to be mended is asked again, its text kept."""
    locked = {key: value for key, value in before["values"].items() if key in before["locked"]}
    values = {**row.values, **locked}
    dropped = {key: old for key, old in {**before["dropped"], **row.doubtful}.items() if key not in values}
    return {
        **before,
        "values": values,
        "dropped": dropped,
        "answered": [key for key in before["answered"] if key in values],
        "skipped": [key for key in before["skipped"] if key not in values],
        "part": {},
        "wanted": "",
        "workbook": {"item": row.item.id, "version": version},
    }
