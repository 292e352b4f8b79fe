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
from bot.reminder_messages import Messages, Worded
from bot.services import Services
from bot.unhurried import unhurried
from item_store.bulletins.days import bulletins_due
from item_store.contract import ItemStore
from item_store.deliveries import Delivery as Row
from item_store.deliveries import DeliveryState, NewDelivery
from item_store.people import Right
from item_store.records import Group, Kept, StartedPlan
from item_store.reminding import NO_ADDRESS, each_reminder, without_superseded

log = structlog.get_logger()

LEASE = timedelta(minutes=3)
"""Longer than any one sending takes; what is not marked by then is uncertain."""

STOP_WITHIN = 10
"""Seconds a tick may take to end when the program stops."""

IDLE = 5.0
"""Seconds between two looks when nothing waits."""

PATIENCE, GLANCE = 0.5, 0.01
"""Seconds that a reminder waits at most while somebody is being answered, and between two looks at that."""

NEWS = 1.0
"""Seconds after which it is asked anew whether anything waits beside what is held back."""

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
        answering: Callable[[], bool] = lambda: False,
    ) -> None:
        self._services = services
        self._delivery = delivery
        self._now = monotonic
        self._pace = pace or Pace(monotonic)
        self._answering = answering
        self._claimed_at = -math.inf
        self._messages = Messages(services)
        self._looked = -math.inf
        self._idle_without: set[str] = set()
        self._idle_until = -math.inf
        self._quiet = True
        self._running: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()
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
        tasks = {*self._leaving, *([self._running] if self._running else [])}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_WITHIN)
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
        return await self._send_all()

    async def look(self) -> None:
        """Take up what other workers left lying, and plan what the days since the last look call for."""
        self._idle_until = -math.inf
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
        rows = without_superseded(await unhurried(each_reminder(situation, first, today)))
        rows += bulletins_due(situation, first, today)
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

    async def _send_all(self) -> float:
        """Claim one message after the other, as the pace allows; several are on their way at once."""
        while not self._stopping.is_set():
            if len(self._leaving) >= SENDERS:
                await asyncio.wait(self._leaving, return_when=asyncio.FIRST_COMPLETED)
            if self._answering() and self._now() - self._claimed_at < PATIENCE:
                return GLANCE
            free_at = self._now() + self._pace.wait()
            claim = await self._claim()
            if claim is None:
                return min(max(0.0, free_at - self._now()), IDLE)
            leaving = asyncio.create_task(self._send(*claim))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._has_left)
        return IDLE

    def _has_left(self, leaving: asyncio.Task[None]) -> None:
        self._leaving.discard(leaving)
        if not leaving.cancelled() and leaving.exception():
            log.error("reminders.failed", exc_info=leaving.exception())

    async def settle(self) -> None:
        """Wait until what is on its way has arrived, or has not."""
        await asyncio.gather(*self._leaving)

    async def send_next(self) -> bool:
        """Send the most urgent message that may go now; False when there is none."""
        claim = await self._claim()
        if claim:
            await self._send(*claim)
        return claim is not None

    async def _claim(self) -> tuple[str, Sequence[Row]] | None:
        """The rows of the most urgent message that may go now, under the name of their batch."""
        batch, held = uuid4().hex[:16], self._pace.held_back()
        if self._now() < self._idle_until and self._idle_without.issubset(held):
            return None
        rows = await self._store.claim_deliveries(batch, LEASE, held)
        if not rows:
            self._idle_without, self._idle_until = set(held), self._now() + (NEWS if held else 0)
            return None
        self._pace.spend(rows[0].recipient)
        self._claimed_at = self._now()
        return batch, rows

    async def _send(self, batch: str, rows: Sequence[Row]) -> None:
        recipient = rows[0].recipient
        # Worded before it is begun: whoever dies over the words leaves nobody in doubt.
        worded = await self._worded(rows, batch, recipient)
        begun = await self._store.begin_sending(batch, recipient)
        if begun and len(begun) < len(rows):
            worded = await self._worded(begun, batch, recipient)
        if begun:
            await self._send_worded(batch, recipient, worded)

    async def _worded(self, rows: Sequence[Row], batch: str, recipient: str) -> Worded | None:
        """The words of a message; None when a mistake of ours stands in the way."""
        try:
            return await self._messages.compose(rows, batch, recipient)
        except Exception:
            log.exception("reminders.not_composed", recipient=recipient)
            return None

    async def _send_worded(self, batch: str, recipient: str, worded: Worded | None) -> None:
        if worded is None:
            await self._store.end_sending(batch, recipient, DeliveryState.FAILED, why="delivery.not_composed")
            return
        replies, dropped = worded
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
