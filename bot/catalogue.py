"""Keeps the index equal to the published items, so that answering needs no database."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

import structlog

from item_store.contract import ChangeKind, ItemStore
from item_store.item import Item
from item_store.parts import Faq, Location, Material
from item_store.register import Switch
from knowledge.entry import Entry
from knowledge.index import Index, StaleIndexError
from knowledge.text import plain, tidy

log = structlog.get_logger()

FOLLOW_SECONDS = 0.5
"""Pause between two looks for what other processes published."""


class Catalogue:
    """The published items and the index over them.

    The index is kept in a folder, if one is given: at the next start only what changed is indexed anew.
    """

    def __init__(self, store: ItemStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder
        self._saved = False
        self._items: dict[str, Item] = {}
        self._by_agency: dict[str, set[str]] = {}
        self._by_name: dict[str, tuple[str, ...]] = {}
        self._learned: dict[str, tuple[str, ...]] = {}
        self._sequence = 0
        self._switches: Sequence[Switch] = ()
        self._follower: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self.index = self._kept_index()

    def __len__(self) -> int:
        return len(self._items)

    def item(self, item_id: str) -> Item | None:
        """The published version of an item."""
        return self._items.get(item_id)

    @property
    def sequence(self) -> int:
        """Of the last change that was taken over."""
        return self._sequence

    def of_agency(self, agency: str) -> list[Item]:
        """What one agency has published, in the order of ids."""
        return [self._items[item_id] for item_id in sorted(self._by_agency.get(agency, ()))]

    def namesakes(self, item_id: str) -> Sequence[str]:
        """The items of one name, as several districts have them, in the order of ids; the item at least."""
        item = self._items.get(item_id)
        return self._by_name[item.name] if item else (item_id,)

    def is_called(self, item_id: str, words: str) -> bool:
        """Whether the words are the item's name, an alias, or a learned one."""
        item = self._items.get(item_id)
        names = (item.name, *item.aliases, *self._learned.get(item_id, ())) if item else ()
        return plain(tidy(words)) in {plain(tidy(name)) for name in names}

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
        await self._relearn(None)
        async for item in self._store.all_published():
            self._take(item)
        if len(self.index) > len(self._items):
            for gone in {entry.id for entry in self.index.entries()} - self._items.keys():
                self._forget(gone)
        await self._save()

    async def refresh(self) -> int:
        """Take over what was published or withdrawn since the last look; says how many changes."""
        changes = await self._store.changes_since(self._sequence)
        if any(change.kind is ChangeKind.SWITCHED for change in changes):
            self._switches = await self._store.switches()
        await self._relearn([change.item_id for change in changes if change.kind is ChangeKind.LEARNED])
        for change in changes:
            item = await self._store.published(change.item_id)
            if item is None:
                self._drop(change.item_id)
            else:
                self._take(item)
            self._sequence = change.sequence
        return len(changes)

    async def _relearn(self, item_ids: Sequence[str] | None) -> None:
        """Read the learned aliases of these items, or of all."""
        if item_ids == []:
            return
        found: dict[str, tuple[str, ...]] = dict.fromkeys(item_ids or (), ())
        for learned in await self._store.learned_aliases(item_ids):
            found[learned.item_id] = (*found.get(learned.item_id, ()), learned.alias)
        self._learned.update(found)

    def start_following(self) -> None:
        """Begin to refresh in the background."""
        self._follower = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop following, between two looks: a query that is cancelled can keep its connection for ever."""
        self._stopping.set()
        if self._follower:
            await self._follower
        await self._save()

    def _kept_index(self) -> Index:
        if self._folder:
            try:
                index = Index.load(self._folder)
            except StaleIndexError as error:
                log.info("catalogue.index_anew", why=str(error))
            else:
                self._saved = True
                return index
        return Index()

    async def _save(self) -> None:
        """Keep the index if it changed; without it the next start takes longer: a full disk stops nothing."""
        if self._folder and not self._saved:
            try:
                await asyncio.to_thread(self.index.save, self._folder)
                self._saved = True
            except OSError:
                log.exception("catalogue.index_not_saved")

    async def _is_stopping(self) -> bool:
        """Whether to stop, after the pause between two looks."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), FOLLOW_SECONDS)
        return self._stopping.is_set()

    async def _follow(self) -> None:
        while not await self._is_stopping():
            try:
                await self._store.take_effect()
                await self.refresh()
            except Exception:
                log.exception("catalogue.refresh_failed")

    def _take(self, item: Item) -> None:
        self._forget_groups(item.id)
        self._items[item.id] = item
        self._by_agency.setdefault(item.text("agency"), set()).add(item.id)
        self._by_name[item.name] = tuple(sorted({*self._by_name.get(item.name, ()), item.id}))
        entry = entry_of(item, self._learned.get(item.id, ()))
        if self.index.get(item.id) != entry:
            self.index.put(entry)
            self._saved = False

    def _drop(self, item_id: str) -> None:
        self._forget_groups(item_id)
        if self._items.pop(item_id, None):
            self._forget(item_id)

    def _forget(self, item_id: str) -> None:
        self.index.remove(item_id)
        self._saved = False

    def _forget_groups(self, item_id: str) -> None:
        item = self._items.get(item_id)
        if item:
            self._by_agency[item.text("agency")].discard(item_id)
            rest = tuple(other for other in self._by_name.pop(item.name) if other != item_id)
            self._by_name |= {item.name: rest} if rest else {}


def entry_of(item: Item, learned: Sequence[str] = ()) -> Entry:
    """What knowledge needs to find an item; learned aliases count as its own."""
    materials = item.parts("materials", Material)
    places = item.parts("handling_location", Location)
    return Entry(
        id=item.id,
        name=item.name,
        aliases=tuple(dict.fromkeys((*item.aliases, *learned))),
        questions=tuple(faq.question for faq in item.parts("faq", Faq)),
        agency=item.text("agency"),
        region=item.region,
        code=item.text("implementation_code"),
        item_type=item.text("item_type"),
        content=item.text("content"),
        audience=item.names("audience"),
        theme=item.names("theme"),
        situations=tuple(dict.fromkeys(s for material in materials for s in material.situations)),
        places=tuple(dict.fromkeys(place.region for place in places if place.region)),
    )
