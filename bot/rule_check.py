"""Checks a draft by the rules, with what surrounds it: the unit's items, the catalog, and all proofs."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.catalogue import Catalogue
from bot.checking import Finding
from item_store.contract import Draft, DraftContract
from item_store.fields import FIELD
from item_store.findings import Surroundings, Values
from item_store.kinds import Unreadable, Value
from item_store.proofs import Proofs
from item_store.rules import check
from item_store.templates import TEMPLATES


class RuleCheck:
    """The rules over what is published now; proofs are read anew only when something was published."""

    def __init__(self, catalogue: Catalogue, store: DraftContract) -> None:
        self._catalogue, self._store = catalogue, store
        self._proofs = Proofs(())
        self._read_at = -1

    async def __call__(self, draft: Draft, values: Mapping[str, Value]) -> Sequence[Finding]:
        """What stands against submitting these values."""
        around = await self._surroundings(draft, values)
        return await asyncio.to_thread(check, values, around)

    async def _surroundings(self, draft: Draft, values: Mapping[str, Value]) -> Surroundings:
        agency = values.get("agency")
        return Surroundings(
            fields=TEMPLATES[draft.data["template"]].asked,
            item_id=_item_of(draft),
            unit_items=self._catalogue.of_agency(agency) if isinstance(agency, str) else (),
            catalog=await self._catalog_entries(draft),
            proofs=await self._all_proofs(),
            attachments=frozenset(draft.data.get("files", {})),
        )

    async def _catalog_entries(self, draft: Draft) -> Sequence[Values]:
        """The catalog entries of the same unit, open or submitted."""
        drafts = await self._store.drafts_of(draft.owner)
        entries = [d for d in drafts if d.data["template"] == "catalog" and d.id != draft.id]
        return [_values(entry) for entry in entries]

    async def _all_proofs(self) -> Proofs:
        if self._read_at != self._catalogue.sequence:
            self._read_at = self._catalogue.sequence
            self._proofs = await asyncio.to_thread(Proofs.of, self._catalogue.items())
        return self._proofs


def _item_of(draft: Draft) -> str:
    """The published item that the draft changes or was begun from; it is no duplicate of that."""
    adjusted = draft.data.get("adjustment", {}).get("item", "")
    return str(adjusted or draft.data.get("source_item", ""))


def _values(draft: Draft) -> Values:
    read = {key: FIELD[key].kind.load(raw) for key, raw in draft.data["values"].items() if key in FIELD}
    return {key: value for key, value in read.items() if not isinstance(value, Unreadable) and value}
