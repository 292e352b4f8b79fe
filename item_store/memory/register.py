"""The register over time on dicts."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from item_store.audit import SYSTEM, Act
from item_store.contract import Change, ChangeKind, Clock, NotPublished, Published, Unchanged, Withdrawn
from item_store.item import Item
from item_store.memory.audit import MemoryAudit
from item_store.register import NothingBefore, NothingNamedError, Notice, RolledBack, Scheduled, Switch
from item_store.standing import (
    change_notice,
    claim_notice,
    publish_act,
    schedule_act,
    switch_act,
    withdraw_act,
)

STANDS = (ChangeKind.PUBLISHED, ChangeKind.WITHDRAWN)


class MemoryNotices:
    _clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self._notices: dict[str, Notice] = {}
        self._taken_notices: set[str] = set()
        self._followers: dict[tuple[str, str], datetime] = {}
        self._links: dict[str, tuple[str, str]] = {}
        self._claims: dict[tuple[str, str, int], dict[str, Any]] = {}

    def _put(self, told: Iterable[Notice]) -> None:
        for notice in told:
            self._notices.setdefault(notice.key, replace(notice, at=self._clock()))

    def _tell(self, before: Item | None, now: Item | None, withdrawn: Item | None) -> None:
        item = now or withdrawn
        assert item is not None  # noqa: S101 - one of the two happened
        told = [person for item_id, person in self._followers if item_id == item.id]
        self._put(change_notice(person, before, now, withdrawn) for person in told)
        for lower, (upper, unit) in self._links.items():
            if upper == item.id:
                self._claim(lower, item, unit, ChangeKind.PUBLISHED if now else ChangeKind.WITHDRAWN)

    def _claim(self, lower: str, upper: Item, unit: str, kind: ChangeKind) -> None:
        number = upper.version if kind is ChangeKind.PUBLISHED else -upper.version
        task = {"lower_id": lower, "upper_id": upper.id, "upper_version": number, "unit": unit}
        task |= {"kind": kind, "state": "waiting", "at": self._clock()}
        self._claims[lower, upper.id, number] = task
        self._put([claim_notice(task)])

    async def follow(self, item_id: str, person: str) -> bool:
        new = (item_id, person) not in self._followers
        self._followers.setdefault((item_id, person), self._clock())
        return new

    async def unfollow(self, item_id: str, person: str) -> bool:
        return self._followers.pop((item_id, person), None) is not None

    async def followed_by(self, person: str) -> Sequence[str]:
        return sorted(item_id for item_id, follower in self._followers if follower == person)

    async def waiting_notices(self, limit: int = 100) -> Sequence[Notice]:
        waiting = [notice for key, notice in self._notices.items() if key not in self._taken_notices]
        return tuple(waiting[:limit])

    async def take_notices(self, keys: Sequence[str]) -> int:
        new = set(keys) & self._notices.keys() - self._taken_notices
        self._taken_notices |= new
        return len(new)


class MemoryItems(MemoryAudit, MemoryNotices):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._versions: dict[str, list[Item]] = {}
        self._current: dict[str, Item] = {}
        self._changes: list[Change] = []

    async def publish(self, item: Item, by: str = SYSTEM) -> Published | Unchanged:
        current = self._current.get(item.id)
        if current and current.digest == item.digest:
            return Unchanged(current)
        versions = self._versions.setdefault(item.id, [])
        before = versions[-1] if versions else None
        published = item.published(len(versions) + 1, self._clock())
        versions.append(published)
        self._current[item.id] = published
        assert published.published_at is not None  # noqa: S101 - just given
        self._note(published.id, published.version, ChangeKind.PUBLISHED, published.published_at)
        self._tell(before, published, None)
        self._write([publish_act(published, by)])
        return Published(published)

    async def publish_many(self, items: Sequence[Item], by: str = SYSTEM) -> Sequence[Published | Unchanged]:
        return [await self.publish(item, by) for item in items]

    async def withdraw(self, item_id: str, by: str = SYSTEM) -> Withdrawn | NotPublished:
        item = self._current.pop(item_id, None)
        if item is None:
            return NotPublished(item_id)
        self._note(item_id, item.version, ChangeKind.WITHDRAWN, self._clock())
        self._tell(None, None, item)
        self._write([withdraw_act(item_id, item.version, by)])
        return Withdrawn(item_id, item.version)

    def _note(self, item_id: str, version: int, kind: ChangeKind, at: datetime) -> None:
        self._changes.append(Change(len(self._changes) + 1, item_id, version, kind, at))

    async def published(self, item_id: str) -> Item | None:
        return self._current.get(item_id)

    async def published_count(self) -> int:
        return len(self._current)

    async def published_digests(self) -> Mapping[str, str]:
        return {item.id: item.digest for item in self._current.values()}

    async def all_published(self) -> AsyncIterator[Item]:
        for item_id in sorted(self._current):
            yield self._current[item_id]

    async def version(self, item_id: str, version: int) -> Item | None:
        versions = self._versions.get(item_id, [])
        return versions[version - 1] if 0 < version <= len(versions) else None

    async def history(self, item_id: str) -> Sequence[Item]:
        return tuple(self._versions.get(item_id, ()))

    async def changes_since(self, sequence: int, limit: int = 1000) -> Sequence[Change]:
        return tuple(self._changes[sequence : sequence + limit])

    async def sequence(self) -> int:
        return len(self._changes)


class MemoryRegister(MemoryItems):
    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._scheduled: dict[str, Scheduled] = {}
        self._switches: dict[tuple[str, str], Switch] = {}

    async def published_as_of(self, item_id: str, moment: datetime) -> Item | None:
        told = [c for c in self._changes if c.item_id == item_id and c.at <= moment]
        standing = [change for change in told if change.kind in STANDS]
        if not standing or standing[-1].kind is ChangeKind.WITHDRAWN:
            return None
        return await self.version(item_id, standing[-1].version)

    async def register_as_of(self, moment: datetime) -> AsyncIterator[Item]:
        for item_id in sorted(self._versions):
            item = await self.published_as_of(item_id, moment)
            if item:
                yield item

    async def roll_back(self, item_id: str, by: str, version: int = 0) -> RolledBack | NothingBefore:
        current, history = self._current.get(item_id), self._versions.get(item_id, [])
        wanted = version or (current.version - 1 if current else len(history))
        earlier = await self.version(item_id, wanted)
        outcome = await self.publish(earlier, by) if earlier else None
        if earlier is None or not isinstance(outcome, Published):
            return NothingBefore(item_id)
        self._write([Act(by, "roll_back", f"item:{item_id}", {"restored": earlier.version})])
        return RolledBack(outcome.item, earlier.version)

    async def schedule(self, item_id: str, item: Item | None, effective_at: datetime, by: str) -> Scheduled:
        scheduled = Scheduled(uuid4().hex, item_id, item, effective_at, by)
        self._scheduled[scheduled.id] = scheduled
        self._write([schedule_act(scheduled)])
        return scheduled

    async def scheduled(self) -> Sequence[Scheduled]:
        return sorted(self._scheduled.values(), key=lambda row: (row.effective_at, row.id))

    async def cancel_scheduled(self, schedule_id: str, by: str) -> bool:
        if self._scheduled.pop(schedule_id, None) is None:
            return False
        self._write([Act(by, "cancel_schedule", f"schedule:{schedule_id}")])
        return True

    async def take_effect(self) -> Sequence[str]:
        now = self._clock()
        due = [row for row in await self.scheduled() if row.effective_at <= now]
        for row in due:
            del self._scheduled[row.id]
            await (self.publish(row.item, row.by) if row.item else self.withdraw(row.item_id, row.by))
        return tuple(row.item_id for row in due)

    async def switch_off(self, switch: Switch) -> None:
        if not switch.item_id and not switch.aspect:
            raise NothingNamedError
        kept = replace(switch, by=switch.by or SYSTEM, since=self._clock())
        self._switches[switch.item_id, switch.aspect] = kept
        self._note(switch.item_id, 0, ChangeKind.SWITCHED, self._clock())
        self._write([switch_act(switch)])

    async def switch_on(self, item_id: str, aspect: str, by: str) -> bool:
        if self._switches.pop((item_id, aspect), None) is None:
            return False
        self._note(item_id, 0, ChangeKind.SWITCHED, self._clock())
        self._write([Act(by, "switch_on", f"switch:{item_id}:{aspect}")])
        return True

    async def switches(self) -> Sequence[Switch]:
        return [self._switches[key] for key in sorted(self._switches)]
