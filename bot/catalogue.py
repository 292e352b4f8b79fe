"""Keeps the index equal to the published items, so that answering needs no database."""

import asyncio
import contextlib
from collections.abc import Sequence

import structlog

from item_store.contract import ChangeKind, ItemStore
from item_store.item import Item
from item_store.parts import Faq, Material
from item_store.register import Switch
from knowledge.entry import Entry
from knowledge.index import Index

log = structlog.get_logger()

FOLLOW_SECONDS = 0.5
"""Pause between two looks for what other processes published."""


class Catalogue:
    """The published items and the index over them."""

    def __init__(self, store: ItemStore) -> None:
        self._store = store
        self._items: dict[str, Item] = {}
        self._by_agency: dict[str, set[str]] = {}
        self._sequence = 0
        self._switches: Sequence[Switch] = ()
        self._follower: asyncio.Task[None] | None = None
        self.index = Index()

    def __len__(self) -> int:
        return len(self._items)

    def item(self, item_id: str) -> Item | None:
        """The published version of an item."""
        return self._items.get(item_id)

    def of_agency(self, agency: str) -> list[Item]:
        """What one agency has published, in the order of ids."""
        return [self._items[item_id] for item_id in sorted(self._by_agency.get(agency, ()))]

    def items(self) -> list[Item]:
        """All that is published, in the order of ids."""
        return [self._items[item_id] for item_id in sorted(self._items)]

    def switched_off(self, item_id: str, aspect: str = "") -> Switch | None:
        """What keeps this item, or this aspect of it, from being answered now."""
        return next((s for s in self._switches if s.covers(item_id, aspect)), None)

    async def load(self) -> None:
        """Read everything that is published."""
        self._sequence = await self._store.sequence()
        self._switches = await self._store.switches()
        async for item in self._store.all_published():
            self._take(item)

    async def refresh(self) -> int:
        """Take over what was published or withdrawn since the last look; says how many changes."""
        changes = await self._store.changes_since(self._sequence)
        if any(change.kind is ChangeKind.SWITCHED for change in changes):
            self._switches = await self._store.switches()
        for change in changes:
            item = await self._store.published(change.item_id)
            if item is None:
                self._drop(change.item_id)
            else:
                self._take(item)
            self._sequence = change.sequence
        return len(changes)

    def start_following(self) -> None:
        """Begin to refresh in the background."""
        self._follower = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop following."""
        if self._follower:
            self._follower.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._follower

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            try:
                await self._store.take_effect()
                await self.refresh()
            except Exception:
                log.exception("catalogue.refresh_failed")

    def _take(self, item: Item) -> None:
        self._forget_agency(item.id)
        self._items[item.id] = item
        self._by_agency.setdefault(item.text("agency"), set()).add(item.id)
        self.index.put(entry_of(item))

    def _drop(self, item_id: str) -> None:
        self._forget_agency(item_id)
        if self._items.pop(item_id, None):
            self.index.remove(item_id)

    def _forget_agency(self, item_id: str) -> None:
        item = self._items.get(item_id)
        if item:
            self._by_agency[item.text("agency")].discard(item_id)


def entry_of(item: Item) -> Entry:
    """What knowledge needs to find an item."""
    materials = item.parts("materials", Material)
    return Entry(
        id=item.id,
        name=item.name,
        aliases=item.aliases,
        questions=tuple(faq.question for faq in item.parts("faq", Faq)),
        agency=item.text("agency"),
        region=item.region,
        code=item.text("implementation_code"),
        item_type=item.text("item_type"),
        content=item.text("content"),
        audience=item.names("audience"),
        theme=item.names("theme"),
        situations=tuple(dict.fromkeys(s for material in materials for s in material.situations)),
    )
