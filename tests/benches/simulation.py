"""Runs of reminders by two workers over one database, with everything that can go wrong, each judged."""

import asyncio
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.catalogue import Catalogue
from bot.delivery import Delivery
from bot.handlers.sent_reminders import open_deliveries
from bot.pace import Pace
from bot.reminders import Reminders
from bot.services import Services
from bot.settings import Settings
from item_store.contract import ItemStore
from item_store.deliveries import Delivery as Row
from item_store.deliveries import DeliveryState
from item_store.plans import plan_from
from item_store.records import Group, StartedPlan
from item_store.store import open_store
from item_store.tasks import Plan
from item_store.units import Unit
from tests.benches.mishaps import MORNING, Chats, Clocks, Crash, Fate, Mortal, Told, jump

UNITS = ("u0", "u1", "u2")
LEADS = (("u0", "u1"), ("u0",), ("u2",))
STEPS = 60
"""Calls of the store or the channel among which one is a worker's last."""

OPEN = (DeliveryState.UNCERTAIN, DeliveryState.FAILED)
BAD = ("lost", "doubled", "unlisted", "unmarked", "unexplained", "wrongly_resent")


@dataclass
class Found:
    """Counts over all runs; those of BAD must be nought, and the seeds of runs where one is not are kept."""

    runs: int = 0
    messages: int = 0
    lost: int = 0
    doubled: int = 0
    unlisted: int = 0
    """At the end neither sent nor shown to staff."""
    unmarked: int = 0
    """Acknowledged to a worker that lived on, yet not marked as sent."""
    unexplained: int = 0
    """Uncertain or failed though its worker neither died while sending nor was left without an answer."""
    uncertain: int = 0
    uncertain_arrived: int = 0
    uncertain_absent: int = 0
    wrongly_resent: int = 0
    """Sent again by staff, and then not exactly once more in the chat."""
    failed: int = 0
    crashes: int = 0
    failing: list[int] = field(default_factory=list)

    @property
    def bad(self) -> int:
        return sum(getattr(self, name) for name in BAD)

    def line(self) -> str:
        return "  ".join(
            f"{name} {', '.join(map(str, value)) or 'none' if isinstance(value, list) else f'{value:,}'}"
            for name, value in vars(self).items()
        )


class Worker:
    """One process: it lives until its fate strikes, and is then started anew."""

    def __init__(self, store: ItemStore, clock: Clocks, chats: Chats, dice: random.Random) -> None:
        self.store, self.clock, self.chats, self.dice = store, clock, chats, dice
        self.crashes = 0
        self.died_sending: set[str] = set()
        self.known_sent: set[Told] = set()
        self.begin(mortal=True)

    def begin(self, mortal: bool) -> None:
        self.fate = Fate(self.dice.randrange(1, STEPS) if mortal else -1, self.dice.random() < 0.5)
        store: Any = Mortal(self.store, self.fate)
        self.told = _View(self.chats)
        services = Services(store, Catalogue(store), Settings(), self.clock)
        delivery = Delivery({"telegram": Mortal(self.told, self.fate)})
        self.reminders = Reminders(services, delivery, self.clock.monotonic, Pace(self.clock.monotonic))

    async def live(self, calm: bool = False) -> None:
        """A while of work, with whatever happens in it."""
        try:
            await self.reminders.look()
            if not self.reminders.is_quiet:
                for _ in range(4):
                    if not await self.reminders.send_next():
                        break
                    self.known_sent |= self.told.take()
                    self.clock.go_on(0.1)
        except Crash:
            self.crashes += 1
            if self.fate.sending:
                self.died_sending.add(self.fate.sending.rstrip("0"))
            self.begin(mortal=not calm)


class _View:
    """The chats as one worker sees them: what was acknowledged to it alone."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self._acknowledged: set[Told] = set()

    async def send(self, *given: Any) -> Any:
        before = len(self._chats.acknowledged)
        outcome = await self._chats.send(*given)
        self._acknowledged.update(self._chats.acknowledged[before:])
        return outcome

    def take(self) -> set[Told]:
        """What was acknowledged since the last time."""
        taken, self._acknowledged = self._acknowledged, set()
        return taken


@dataclass
class Run:
    """Four reminders and two workers: what came of each."""

    number: int
    plan: Plan
    workers: Sequence[Worker]
    chats: Chats
    found: Found

    @property
    def store(self) -> ItemStore:
        return self.workers[0].store

    async def go(self, dice: random.Random) -> None:
        for _ in range(4):
            await asyncio.gather(*(worker.live() for worker in self.workers))
            for worker in self.workers:
                worker.clock.go_on(dice.choice((1, 20, 100)), jump(dice))
        await self._calm_down()
        rows = await self._judge()
        await self._judge_sending_again([row for row in rows if row.state is DeliveryState.UNCERTAIN])

    async def _calm_down(self) -> None:
        """No more mishaps: leases and waits given by a clock that ran ahead run out too, what waits leaves."""
        self.chats.calm = True
        self._latest = max(worker.clock.now for worker in self.workers)
        for worker in self.workers:
            worker.begin(mortal=False)
        for minutes in (10, 130, 250):
            for worker in self.workers:
                await self._live_at(worker, minutes)

    async def _live_at(self, worker: Worker, minutes: int) -> None:
        worker.clock.now = max(self._latest, MORNING) + timedelta(minutes=minutes)
        worker.clock.seconds += 600
        await worker.live(calm=True)

    async def _judge(self) -> list[Row]:
        rows = await self.store.deliveries(occurrence=f"{self.plan.name}/", limit=99)
        # Of a chat that moved there may be two rows: the one given up first, the one that counts last.
        rows = sorted(rows, key=lambda row: row.state is not DeliveryState.CANCELLED)
        by_name = {self._told(row): row for row in rows}
        shown = {row.id for row in await open_deliveries(self.store, UNITS)}
        for n, lead in enumerate(LEADS, 1):
            for unit in lead:
                told = (f"telegram:-{unit[1]}1", f"R{self.number}T{n}")
                self._judge_one(told, by_name.get(told), shown)
        return list(by_name.values())

    def _told(self, row: Row) -> Told:
        return row.recipient.rstrip("0"), f"R{self.number}T{row.data['task']}"

    def _judge_one(self, told: Told, row: Row | None, shown: set[int]) -> None:
        found, chats, count = self.found, self.chats, self.chats.arrived[told]
        state = row.state if row else None
        is_open = state in OPEN
        found.messages += 1
        found.doubled += count > 1
        found.lost += count == 0 and not is_open
        # What nobody knows must be shown to staff, never taken for sent.
        found.unlisted += state is not DeliveryState.SENT and not (is_open and row and row.id in shown)
        known_sent = any(told in worker.known_sent for worker in self.workers)
        found.unmarked += known_sent and state is not DeliveryState.SENT
        doubtful = chats.doubtful.union(*(worker.died_sending for worker in self.workers))
        found.uncertain += state is DeliveryState.UNCERTAIN
        found.uncertain_arrived += state is DeliveryState.UNCERTAIN and count > 0
        found.uncertain_absent += state is DeliveryState.UNCERTAIN and count == 0
        found.failed += state is DeliveryState.FAILED
        reasons = doubtful if state is DeliveryState.UNCERTAIN else chats.refused
        found.unexplained += is_open and told[0] not in reasons

    async def _judge_sending_again(self, uncertain: Sequence[Row]) -> None:
        """Somebody of the staff presses 再发一次 on each."""
        before = self.chats.arrived.copy()
        for row in uncertain:
            await self.store.send_again(row.id)
        if uncertain:
            await self._live_at(self.workers[0], 251)
        for row in uncertain:
            now, told = await self.store.delivery(row.id), self._told(row)
            once = self.chats.arrived[told] - before[told] == 1
            self.found.wrongly_resent += not (once and now and now.state is DeliveryState.SENT)


def _plan(number: int) -> Plan:
    return plan_from(
        {
            "name": f"r{number}",
            "title": "bench",
            "year": 2026,
            "starts": date(2026, 3, 1),
            "ends": date(2026, 12, 31),
            "tasks": [
                {"number": str(n), "work": f"R{number}T{n}", "lead": list(lead), "deadline": "3月31日前"}
                for n, lead in enumerate(LEADS, 1)
            ],
        }
    )


async def prepare(store: ItemStore) -> None:
    """Units and their groups, once for all runs."""
    for unit in UNITS:
        await store.put_unit(Unit(unit, unit))
        address = f"telegram:-{unit[1]}1"
        await store.keep(Group(address=address, name=unit, units=(unit,), bound_by="bench"), 0)


async def one_run(number: int, stores: Sequence[ItemStore], clocks: Sequence[Clocks], found: Found) -> None:
    """One seed, from a started plan to the end of its day."""
    dice = random.Random(number)
    for clock in clocks:
        clock.now, clock.seconds = MORNING, 0.0
    chats, plan, bad = Chats(dice), _plan(number), found.bad
    before = date(2026, 3, 30)
    await stores[0].keep(StartedPlan(plan=plan, started_by="bench", looked_until=before), 0)
    workers = [Worker(store, clock, chats, dice) for store, clock in zip(stores, clocks, strict=True)]
    await Run(number, plan, workers, chats, found).go(dice)
    found.runs += 1
    found.crashes += sum(worker.crashes for worker in workers)
    if found.bad > bad:
        found.failing.append(number)
    await _clear(stores[0], plan.name)


async def _clear(store: ItemStore, name: str) -> None:
    await store.drop(StartedPlan, name)
    for kept in await store.all_kept(Group):
        if kept.record.address.endswith("0"):
            await store.drop(Group, kept.record.address)
            await store.keep(kept.record.model_copy(update={"address": kept.record.address.rstrip("0")}), 0)
    for row in await store.deliveries(OPEN, limit=99):
        await store.dismiss(row.id)


def _print(found: Found) -> None:
    print(f"  {found.line()}", file=sys.stderr, flush=True)


async def simulate(address: str, runs: int, first: int = 0, tell: Callable[[Found], None] = _print) -> Found:
    """Many runs over one database, each worker with a connection and clock of its own."""
    clocks = [Clocks(), Clocks()]
    stores = [await open_store(address, clock) for clock in clocks]
    found = Found()
    try:
        await prepare(stores[0])
        for number in range(first, first + runs):
            await one_run(number, stores, clocks, found)
            if found.runs % 1000 == 0:
                tell(found)
    finally:
        for store in stores:
            await store.close()
    return found
