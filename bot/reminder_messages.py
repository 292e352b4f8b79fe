"""From delivery rows to what is said: kinds of delivery, each with the function that words it."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot import bulletin_texts, liaison
from bot.messages import Reply
from bot.reminder_texts import Wording, compose, reminder_of, request, still_owed
from bot.services import Services
from bot.texts import Texts
from item_store.deliveries import Delivery, DeliveryState, NewDelivery
from item_store.owing import Standing
from item_store.records import MAX_KEY, Group, StartedPlan, TaskState
from item_store.register import Notice
from item_store.reminding import NO_ADDRESS, Registry
from item_store.tasks import Plan

Worded = tuple[list[Reply], list[int]]
"""What is said, and the ids of the rows that need not be said any more."""


class Messages:
    """Words deliveries from what stands in the store at the moment they leave."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def compose(self, rows: Sequence[Delivery], batch: str, recipient: str) -> Worded:
        """One reply a kind: all reminders together, notices and bulletins by themselves."""
        kinds: dict[str, list[Delivery]] = defaultdict(list)
        for row in rows:
            kinds[row.data.get("kind", "")].append(row)
        wording, replies, dropped = await self._wording(rows, recipient), list[Reply](), list[int]()
        for kind, of_kind in kinds.items():
            said, over = await self._words[kind](of_kind, wording, batch, recipient)
            replies += said
            dropped += over
        return replies, dropped

    async def take_notices(self) -> int:
        """Plan what the register has to tell; what nobody can be told is kept as failed."""
        store = self._services.store
        waiting = await store.waiting_notices()
        if not waiting:
            return 0
        registry, now = await liaison.registry(store), self._services.clock()
        rows = [
            _notice(notice, address, now)
            for notice in waiting
            for address in _addresses(notice.person, registry) or [""]
        ]
        await store.plan_deliveries(rows)
        return await store.take_notices([notice.key for notice in waiting])

    async def _wording(self, rows: Sequence[Delivery], recipient: str) -> Wording:
        store = self._services.store
        group = await store.kept(Group, recipient)
        named = dict.fromkeys(row.data["unit"] for row in rows if row.data.get("unit"))
        found = [await store.unit(unit) for unit in named]
        return Wording(
            texts=Texts(self._services.settings.locale),
            calendar=await liaison.calendar(store),
            units={unit.id: unit for unit in found if unit},
            today=liaison.today(self._services),
            greeting=group.record.greeting if group else "",
        )

    async def _plans(self, rows: Sequence[Delivery]) -> Mapping[str, Plan]:
        """The running plans that the rows speak of."""
        names = dict.fromkeys(row.data["plan"] for row in rows)
        found = await self._services.store.kept_of(StartedPlan, list(names))
        return {kept.record.plan.name: kept.record.plan for kept in found if not kept.record.ended}

    async def _standing(self, rows: Sequence[Delivery]) -> Standing:
        """What was reported of the due days that the rows speak of."""
        keys = [f"{row.data['due_id']}@{row.data['unit']}" for row in rows]
        states = await self._services.store.kept_of(TaskState, keys)
        return Standing.of(kept.record for kept in states)

    async def _reminders(
        self, rows: Sequence[Delivery], wording: Wording, batch: str, recipient: str
    ) -> Worded:
        plans, standing = await self._plans(rows), await self._standing(rows)
        told = [each for row in rows if (each := reminder_of(row, plans)) and still_owed(each, standing)]
        kept = {each.row.id for each in told}
        dropped = [row.id for row in rows if row.id not in kept]
        return ([compose(told, wording, batch, recipient)] if told else []), dropped

    async def _extensions(
        self, rows: Sequence[Delivery], wording: Wording, batch: str, recipient: str
    ) -> Worded:
        """Requests that nobody has decided on meanwhile."""
        standing = await self._standing(rows)
        state = {row.id: standing.state(row.data["due_id"], row.data["unit"]) for row in rows}
        open_ = [row for row in rows if str(state[row.id].asked_until) == row.data["until"]]
        dropped = [row.id for row in rows if row not in open_]
        return [request(row, wording, batch, recipient) for row in open_], dropped

    async def _calendar(self, rows: Sequence[Delivery], wording: Wording, *_: str) -> Worded:
        return [Reply(wording.texts.say("reminder.calendar", year=row.data["year"])) for row in rows], []

    async def _notices(self, rows: Sequence[Delivery], wording: Wording, *_: str) -> Worded:
        said = [wording.texts.say(row.data["phrase"], **_said(row.data["details"])) for row in rows]
        return [Reply("\n".join(said))], []

    async def _bulletins(self, rows: Sequence[Delivery], wording: Wording, *_: str) -> Worded:
        plans, replies, dropped = await self._plans(rows), list[Reply](), list[int]()
        for row in rows:
            plan = plans.get(row.data["plan"])
            if plan is None:
                dropped.append(row.id)
                continue
            replies.append(await bulletin_texts.of_delivery(self._services, plan, row.data, wording.texts))
        return replies, dropped

    @property
    def _words(self) -> Mapping[str, Callable[..., Awaitable[Worded]]]:
        return {
            "reminder": self._reminders,
            "bulletin": self._bulletins,
            "extension": self._extensions,
            "notice": self._notices,
            "calendar": self._calendar,
        }


def _notice(notice: Notice, address: str, now: datetime) -> NewDelivery:
    key = notice.key if len(notice.key) <= MAX_KEY else sha256(notice.key.encode()).hexdigest()
    return NewDelivery(
        occurrence=key,
        recipient=address or notice.person,
        stage="notice",
        not_before=now,
        urgency=40,
        data={"kind": "notice", "phrase": notice.phrase, "details": dict(notice.details)},
        state=DeliveryState.WAITING if address else DeliveryState.FAILED,
        why="" if address else NO_ADDRESS,
    )


def _said(details: Mapping[str, Any]) -> dict[str, Any]:
    return {key: "、".join(value) if isinstance(value, list) else value for key, value in details.items()}


def _addresses(person: str, registry: Registry) -> list[str]:
    """A notice is for an identity, a person's id, or unit:… with all who answer for it."""
    kind, _, unit = person.partition(":")
    if kind == "unit":
        return registry.addresses(unit, "liaison")
    known = next((each for each in registry.people if each.id == person), None)
    return registry.reachable(known)[:1] if known else [person] if kind in registry.channels else []
