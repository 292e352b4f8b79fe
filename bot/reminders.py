"""The clock loop: what is due is planned, claimed, sent and marked, and no message twice in silence."""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import structlog

from bot import liaison, self_reported
from bot.delivery import Delivery, Moved, Outcome, Refused, Sent, TryLater, Unknown
from bot.messages import Replies
from bot.pace import Pace
from bot.reminder_messages import Messages
from bot.services import Services
from item_store.bulletins.days import bulletins_due
from item_store.contract import ItemStore
from item_store.deliveries import Delivery as Row
from item_store.deliveries import DeliveryState, NewDelivery
from item_store.people import Right
from item_store.records import Group, Kept, StartedPlan
from item_store.reminding import NO_ADDRESS, reminders

log = structlog.get_logger()

LEASE = timedelta(minutes=3)
"""Longer than any one sending takes; what is not marked by then is uncertain."""

STOP_WITHIN = 10
"""Seconds a tick may take to end when the program stops."""

IDLE = 5.0
"""Seconds between two looks when nothing waits."""

LOOK_EVERY = 30.0
SENDERS = 8
"""Messages on their way at the same time; the pace is kept over all of them."""

CHARACTERS = 3500
"""Of one message; longer ones leave in several."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What to write down of a sending."""

    state: DeliveryState
    why: str = ""
    wait: timedelta = timedelta()


class Reminders:
    """One worker; any number may run over the same database."""

    def __init__(
        self,
        services: Services,
        delivery: Delivery,
        monotonic: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        self._services = services
        self._delivery = delivery
        self._now = monotonic
        self._pace = pace or Pace(monotonic)
        self._messages = Messages(services)
        self._looked = -math.inf
        self._quiet = True
        self._running: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._stopping = asyncio.Event()

    @property
    def _store(self) -> ItemStore:
        return self._services.store

    @property
    def is_quiet(self) -> bool:
        """Whether the last look found that nobody is to be disturbed."""
        return self._quiet

    def start(self) -> None:
        """Begin to run in the background."""
        self._stopping.clear()
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Let what has begun come to its end; a sending that is cut off is found uncertain later."""
        self._stopping.set()
        if self._running:
            _, late = await asyncio.wait({self._running}, timeout=STOP_WITHIN)
            for task in late:
                task.cancel()

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                pause = await self.tick()
            except Exception:
                log.exception("reminders.failed")
                pause = IDLE
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def tick(self) -> float:
        """Plan and sweep from time to time, then send all that may go; seconds until the next look."""
        if self._now() - self._looked >= LOOK_EVERY:
            self._looked = self._now()
            await self.look()
        if self._quiet:
            return IDLE
        await asyncio.gather(*(self._send_all() for _ in range(SENDERS)))
        return min(self._pace.wait(), IDLE)

    async def look(self) -> None:
        """Take up what other workers left lying, and plan what the days since the last look call for."""
        swept = await self._store.sweep_deliveries()
        if swept.uncertain:
            log.warning("reminders.uncertain", count=swept.uncertain)
        known = await liaison.calendar(self._store)
        today = liaison.today(self._services)
        self._quiet = liaison.is_quiet(self._services.clock(), self._services.settings, known)
        for kept in await liaison.running_plans(self._store):
            await self_reported.take_over(self._services, kept.record.plan)
            if kept.record.looked_until < today:
                await self._plan(kept, today)
        year = known.unannounced_year(today)
        if year:
            await self._warn(year)
        await self._messages.take_notices()

    async def _plan(self, kept: Kept[StartedPlan], today: date) -> None:
        """All deliveries first, then the note that they are planned: done over, nothing is added twice."""
        started = kept.record
        situation = await liaison.situation(self._services, started.plan)
        first = started.looked_until + timedelta(days=1)
        # Thousands of rows take a while, in which citizens are not to wait.
        rows = await asyncio.to_thread(reminders, situation, first, today)
        rows += await asyncio.to_thread(bulletins_due, situation, first, today)
        added = await self._store.plan_deliveries(rows)
        await self._store.keep(started.model_copy(update={"looked_until": today}), kept.version)
        log.info("reminders.planned", plan=started.plan.name, day=today.isoformat(), added=added)

    async def _warn(self, year: int) -> None:
        """Operators hear in time that the holidays of a year are not known."""
        registry = await liaison.registry(self._store)
        operators = [person for person in registry.people if person.units_with(Right.MANAGE_STAFF)]
        found = [address for person in operators for address in registry.reachable(person)[:1]]
        rows = [
            NewDelivery(
                occurrence=f"calendar:{year}",
                recipient=address,
                stage="warning",
                not_before=self._services.clock(),
                data={"kind": "calendar", "year": year},
                state=DeliveryState.WAITING if found else DeliveryState.FAILED,
                why="" if found else NO_ADDRESS,
            )
            for address in found or ["operators"]
        ]
        await self._store.plan_deliveries(rows)

    async def _send_all(self) -> None:
        while not self._stopping.is_set() and await self.send_next():
            pass

    async def send_next(self) -> bool:
        """Send the most urgent message that may go now; False when there is none."""
        batch = uuid4().hex[:16]
        rows = await self._store.claim_deliveries(batch, LEASE, self._pace.held_back())
        if not rows:
            return False
        recipient = rows[0].recipient
        self._pace.spend(recipient)
        begun = await self._store.begin_sending(batch, recipient)
        if begun:
            await self._send(batch, recipient, begun)
        return True

    async def _send(self, batch: str, recipient: str, rows: Sequence[Row]) -> None:
        try:
            replies, dropped = await self._messages.compose(rows, batch, recipient)
        except Exception:
            log.exception("reminders.not_composed", recipient=recipient)
            await self._store.end_sending(batch, recipient, DeliveryState.FAILED, why="delivery.not_composed")
            return
        if dropped:
            await self._store.end_sending(
                batch, recipient, DeliveryState.CANCELLED, why="delivery.settled_before", only=dropped
            )
        if replies:
            self._pace.spend(recipient, messages=_messages(replies) - 1)
            await self._mark(batch, recipient, await self._delivery.send(recipient, replies))

    async def _mark(self, batch: str, recipient: str, outcome: Outcome) -> None:
        if isinstance(outcome, TryLater):
            of_all = recipient if outcome.busy else recipient.partition(":")[0] + ":"
            self._pace.be_patient(of_all, outcome.seconds)
        ended = _ended(outcome)
        await self._store.end_sending(batch, recipient, ended.state, why=ended.why, wait=ended.wait)
        if isinstance(outcome, Moved):
            await self._move(recipient, outcome.address)
        elif isinstance(outcome, Refused):
            log.warning("reminders.refused", recipient=recipient, why=outcome.why)
            await self._close(recipient, outcome.why)

    async def _move(self, old: str, new: str) -> None:
        """A group became a supergroup: its record and all that waits for it go along."""
        kept = await self._store.kept(Group, old)
        if kept and await self._store.kept(Group, new) is None:
            await self._store.keep(kept.record.model_copy(update={"address": new}), 0)
        await self._store.move_deliveries(old, new)
        await self._store.drop(Group, old)

    async def _close(self, address: str, why: str) -> None:
        """A group that threw the bot out gets nothing more until it is bound again."""
        kept = await self._store.kept(Group, address)
        if kept and why == "delivery.blocked":
            await self._store.keep(kept.record.model_copy(update={"closed": why}), kept.version)


def _ended(outcome: Outcome) -> Ended:
    match outcome:
        case Sent():
            return Ended(DeliveryState.SENT)
        case Refused(why):
            return Ended(DeliveryState.FAILED, why)
        case TryLater(seconds):
            return Ended(DeliveryState.WAITING, wait=timedelta(seconds=seconds))
        case Moved():
            return Ended(DeliveryState.WAITING)
        case Unknown(why):
            return Ended(DeliveryState.UNCERTAIN, why)


def _messages(replies: Replies) -> int:
    return sum(1 + len(reply.text) // CHARACTERS for reply in replies)
