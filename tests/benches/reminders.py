"""Reminders under crashes, refusals, cut networks and clock jumps; and a thousand groups in the same minute.

python -m tests.benches.reminders [--runs N] [--db URL …] prints the figures; every URL is an empty database.
"""

import argparse
import asyncio
import logging
import random
import re
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.catalogue import Catalogue
from bot.clock import CHINA
from bot.delivery import Delivery, Moved, Outcome, Refused, Sent, TryLater, Unknown
from bot.messages import Replies
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
from item_store.units import Unit
from tests import postgresql

UNITS = ("u0", "u1", "u2")
MORNING = datetime(2026, 3, 31, 9, 0, tzinfo=CHINA)
STEPS = 60
"""Calls of the store or the channel among which one is a worker's last."""

WORK = re.compile(r"R(\d+)T(\d)U?")


class Crash(BaseException):
    """The process is killed here."""


@dataclass
class Fate:
    """Kills a worker before or after its n-th step."""

    left: int
    after: bool = False

    def before(self) -> None:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Crash

    def behind(self) -> None:
        if self.left == 0 and self.after:
            raise Crash


class Mortal:
    """A store or channel whose user may die at any call."""

    def __init__(self, inner: Any, fate: Fate) -> None:
        self._inner, self._fate = inner, fate

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._inner, name)
        if not asyncio.iscoroutinefunction(call):
            return call

        async def mortal(*given: Any, **named: Any) -> Any:
            self._fate.before()
            outcome = await call(*given, **named)
            self._fate.behind()
            return outcome

        return mortal


@dataclass
class Chats:
    """What really arrived, whatever the sender was told of it."""

    dice: random.Random
    arrived: Counter[tuple[str, str]] = field(default_factory=Counter)
    calm: bool = False
    gone: set[str] = field(default_factory=set)

    async def send(self, address: str, replies: Replies) -> Outcome:
        outcome = Sent() if self.calm else self._outcome(address)
        if address in self.gone or (not self.calm and address.endswith("1") and self.dice.random() < 0.05):
            self.gone.add(address)
            return Moved(address + "0")
        arrives = outcome == Sent() or (isinstance(outcome, Unknown) and self.dice.random() < 0.5)
        if arrives:
            for reply in replies:
                self.arrived.update((address.rstrip("0"), work[0]) for work in WORK.finditer(reply.text))
        return outcome

    def _outcome(self, address: str) -> Outcome:
        kinds = (
            Sent(),
            TryLater(self.dice.choice((1, 30, 300)), busy=True),
            TryLater(15),
            Unknown("delivery.no_answer"),
            Refused("delivery.refused"),
        )
        return self.dice.choices(kinds, (60, 14, 12, 12, 2))[0]

    async def close(self) -> None:
        """Nothing is held open."""


@dataclass
class Clocks:
    """One worker's own idea of the time."""

    now: datetime = MORNING
    seconds: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds

    def go_on(self, seconds: float, jump: timedelta = timedelta()) -> None:
        self.seconds += seconds
        self.now += timedelta(seconds=seconds) + jump


@dataclass
class Found:
    """Counts over all runs."""

    runs: int = 0
    messages: int = 0
    lost: int = 0
    doubled: int = 0
    uncertain: int = 0
    failed: int = 0
    crashes: int = 0
    unlisted: int = 0

    def line(self) -> str:
        return "  ".join(f"{name} {value:,}" for name, value in vars(self).items())


class Worker:
    """One process: it lives until its fate strikes, and is then started anew."""

    def __init__(self, store: ItemStore, clock: Clocks, chats: Chats, dice: random.Random) -> None:
        self.store, self.clock, self.chats, self.dice = store, clock, chats, dice
        self.crashes = 0
        self.begin(mortal=True)

    def begin(self, mortal: bool) -> None:
        self.fate = Fate(self.dice.randrange(1, STEPS) if mortal else -1, self.dice.random() < 0.5)
        store: Any = Mortal(self.store, self.fate)
        services = Services(store, Catalogue(store), Settings(), self.clock)
        delivery = Delivery({"telegram": Mortal(self.chats, self.fate)})
        self.reminders = Reminders(services, delivery, self.clock.monotonic, Pace(self.clock.monotonic))

    async def live(self, calm: bool = False) -> None:
        """A while of work, with whatever happens in it."""
        try:
            await self.reminders.look()
            if not self.reminders.is_quiet:
                for _ in range(4):
                    if not await self.reminders.send_next():
                        break
                    self.clock.go_on(0.1)
        except Crash:
            self.crashes += 1
            self.begin(mortal=not calm)


def _jump(dice: random.Random) -> timedelta:
    if dice.random() > 0.15:
        return timedelta()
    return timedelta(seconds=dice.choice((-3600, -120, 200, 1200)))


async def prepare(store: ItemStore) -> None:
    """Units and their groups, once for all runs."""
    for unit in UNITS:
        await store.put_unit(Unit(unit, unit))
        address = f"telegram:-{unit[1]}1"
        await store.keep(Group(address=address, name=unit, units=(unit,), bound_by="bench"), 0)


async def one_run(number: int, stores: Sequence[ItemStore], clocks: Sequence[Clocks], found: Found) -> None:
    """Four reminders, two workers, and everything that can go wrong."""
    dice = random.Random(number)
    for clock in clocks:
        clock.now, clock.seconds = MORNING, 0.0
    chats = Chats(dice)
    plan = plan_from(
        {
            "name": f"r{number}",
            "title": "bench",
            "year": 2026,
            "starts": date(2026, 3, 1),
            "ends": date(2026, 12, 31),
            "tasks": [
                {"number": str(n), "work": f"R{number}T{n}", "lead": lead, "deadline": "3月31日前"}
                for n, lead in enumerate((["u0", "u1"], ["u0"], ["u2"]), 1)
            ],
        }
    )
    expected = {("telegram:-01", 1), ("telegram:-11", 1), ("telegram:-01", 2), ("telegram:-21", 3)}
    before = date(2026, 3, 30)
    await stores[0].keep(StartedPlan(plan=plan, started_by="bench", looked_until=before), 0)
    workers = [Worker(store, clock, chats, dice) for store, clock in zip(stores, clocks, strict=True)]
    for _ in range(4):
        await asyncio.gather(*(worker.live() for worker in workers))
        for worker in workers:
            worker.clock.go_on(dice.choice((1, 20, 100)), _jump(dice))
    await _calm_down(workers, chats)
    await _judge(plan.name, number, expected, chats, stores[0], found)
    found.runs += 1
    found.crashes += sum(worker.crashes for worker in workers)
    await _clear(stores[0], plan.name)


async def _calm_down(workers: Sequence[Worker], chats: Chats) -> None:
    """No more mishaps: leases and waits given by a clock that ran ahead run out too, and what waits leaves."""
    chats.calm = True
    latest = max(worker.clock.now for worker in workers)
    for worker in workers:
        worker.begin(mortal=False)
    for minutes in (10, 130, 250):
        for worker in workers:
            worker.clock.now = max(latest, MORNING) + timedelta(minutes=minutes)
            worker.clock.seconds += 600
            await worker.live(calm=True)


async def _judge(
    name: str, number: int, expected: set[tuple[str, int]], chats: Chats, store: ItemStore, found: Found
) -> None:
    rows = await store.deliveries(occurrence=f"{name}/", limit=99)
    arrived = {
        (address, int(work.rpartition("T")[2])): count
        for (address, work), count in chats.arrived.items()
        if work.startswith(f"R{number}T")
    }
    by_name = {(row.recipient.rstrip("0"), int(row.data["task"])): row for row in _of_moved_last(rows)}
    for each in expected:
        row, count = by_name.get(each), arrived.get(each, 0)
        state = row.state if row else None
        found.messages += 1
        found.doubled += count > 1
        found.uncertain += state is DeliveryState.UNCERTAIN
        found.failed += state is DeliveryState.FAILED
        listed = state in (DeliveryState.UNCERTAIN, DeliveryState.FAILED)
        found.lost += count == 0 and not listed
        # What nobody knows must be shown to staff, never taken for sent.
        found.unlisted += (count == 0 and state is DeliveryState.SENT) or state in (
            DeliveryState.CLAIMED,
            DeliveryState.SENDING,
            DeliveryState.WAITING,
        )


def _of_moved_last(rows: Sequence[Row]) -> list[Row]:
    """Of a group that moved there may be two rows: the one that was given up first, the one that counts last."""
    return sorted(rows, key=lambda row: row.state is not DeliveryState.CANCELLED)


async def _clear(store: ItemStore, name: str) -> None:
    await store.drop(StartedPlan, name)
    for kept in await store.all_kept(Group):
        if kept.record.address.endswith("0"):
            await store.drop(Group, kept.record.address)
            await store.keep(kept.record.model_copy(update={"address": kept.record.address.rstrip("0")}), 0)
    for row in await store.deliveries([DeliveryState.UNCERTAIN, DeliveryState.FAILED], limit=99):
        await store.dismiss(row.id)


async def simulate(address: str, runs: int, first: int = 0) -> Found:
    """Many runs over one database, each worker with a connection and clock of its own."""
    clocks = [Clocks(), Clocks()]
    stores = [await open_store(address, clock) for clock in clocks]
    found = Found()
    try:
        await prepare(stores[0])
        for number in range(first, first + runs):
            await one_run(number, stores, clocks, found)
            if found.runs % 1000 == 0:
                print(f"  {found.line()}", file=sys.stderr, flush=True)
    finally:
        for store in stores:
            await store.close()
    return found


@dataclass
class Rush:
    """A thousand groups in one minute, by a simulated clock."""

    groups: int
    reminders: int
    seconds: float
    most_in_a_second: int
    most_to_a_group: int
    in_order: bool
    arrived: int
    loop_delay: float
    answer_delay: float
    per_message: float

    def line(self) -> str:
        return (
            f"groups {self.groups:,}  reminders {self.reminders:,}  arrived {self.arrived:,}  "
            f"simulated {self.seconds:.0f} s  most in a second {self.most_in_a_second} of 30  "
            f"most to a group in a minute {self.most_to_a_group} of 20  by urgency {self.in_order}\n"
            f"  longest a citizen's answer waited: {1000 * self.answer_delay:.0f} ms at Telegram's limit, "
            f"{1000 * self.loop_delay:.0f} ms in our loop  {1000 * self.per_message:.1f} ms a message"
        )


@dataclass
class Meter:
    """Keeps when each message left, with those of citizens' answers among them."""

    clock: Clocks
    left: list[tuple[float, str]] = field(default_factory=list)
    urgency: list[str] = field(default_factory=list)
    lines: int = 0

    async def send(self, address: str, replies: Replies) -> Outcome:
        self.left.append((self.clock.seconds, address))
        text = "\n".join(reply.text for reply in replies)
        self.lines += len(WORK.findall(text))
        self.urgency.append("after" if "逾期" in text else "on" if "今天" in text else "before")
        return Sent()

    async def close(self) -> None:
        """Nothing is held open."""


async def rush(address: str, groups: int = 1000, each: int = 20) -> Rush:
    """As many reminders for every group as `each`, all due in the same minute."""
    clock = Clocks()
    store = await open_store(address, clock)
    try:
        for n in range(groups):
            await store.put_unit(Unit(f"g{n}", f"g{n}"))
            await store.keep(Group(address=f"telegram:-1{n:05}", name="", units=(f"g{n}",), bound_by="b"), 0)
        await store.keep(
            StartedPlan(plan=_rush_plan(groups, each), started_by="b", looked_until=date(2026, 3, 30)), 0
        )
        return await _measure(store, clock, groups, groups * each)
    finally:
        await store.close()


def _rush_plan(groups: int, each: int) -> Any:
    """A third of the groups is late, a third due today, a third tomorrow."""
    deadlines = ("3月27日前", "3月31日前", "4月1日前")
    tasks = [
        {
            "number": f"{kind}-{n}",
            "work": f"R{kind}T{n % 10}",
            "lead": [f"g{g}" for g in range(kind, groups, len(deadlines))],
            "deadline": deadline,
        }
        for kind, deadline in enumerate(deadlines)
        for n in range(each)
    ]
    base = {"name": "rush", "title": "rush", "year": 2026, "starts": "2026-03-01", "ends": "2026-12-31"}
    return plan_from({**base, "tasks": tasks})


async def _measure(store: ItemStore, clock: Clocks, groups: int, reminders: int) -> Rush:
    meter = Meter(clock)
    pace = Pace(clock.monotonic)
    services = Services(store, Catalogue(store), Settings(), clock)
    loop = Reminders(services, Delivery({"telegram": meter}), clock.monotonic, pace)
    delays: list[float] = []
    watching = asyncio.create_task(_watch(delays))
    await loop.look()
    planned = time.perf_counter()
    while len(meter.left) < groups and clock.seconds < 3600:
        if not await loop.send_next():
            clock.go_on(min(pace.wait(), 5.0))
    ended = time.perf_counter()
    watching.cancel()
    moments = [at for at, _ in meter.left]
    by_group = Counter(address for _, address in meter.left)
    ranks = [("after", "on", "before").index(kind) for kind in meter.urgency]
    return Rush(
        groups=groups,
        reminders=reminders,
        seconds=moments[-1] - moments[0],
        most_in_a_second=_most_within(moments, 1.0),
        most_to_a_group=max(by_group.values()),
        in_order=ranks == sorted(ranks),
        arrived=meter.lines,
        loop_delay=max(delays, default=0.0),
        answer_delay=_answers(moments),
        per_message=(ended - planned) / max(1, len(moments)),
    )


async def _watch(delays: list[float]) -> None:
    """How late a timer of this loop wakes: what an answer to a citizen waits for our own work."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        delays.append(time.perf_counter() - before - 0.005)


def _most_within(moments: Sequence[float], seconds: float) -> int:
    window: deque[float] = deque()
    most = 0
    for at in moments:
        window.append(at)
        while window[0] <= at - seconds:
            window.popleft()
        most = max(most, len(window))
    return most


def _answers(moments: Sequence[float]) -> float:
    """The longest that one of nine answers a second waits for room under 30 a second, reminders beside it."""
    dice = random.Random(1)
    answers = sorted(
        dice.uniform(moments[0], moments[-1]) for _ in range(int(9 * (moments[-1] - moments[0])))
    )
    sent: deque[float] = deque()
    worst = 0.0
    for at, is_answer in sorted([(at, False) for at in moments] + [(at, True) for at in answers]):
        while sent and sent[0] <= at - 1.0:
            sent.popleft()
        wait = sent[0] + 1.0 - at if len(sent) >= 30 else 0.0
        sent.append(at + wait)
        worst = max(worst, wait) if is_answer else worst
    return worst


@contextmanager
def _database() -> Iterator[str]:
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield f"sqlite:///{Path(folder) / 'bench.db'}"


async def _bench(runs: int, addresses: Sequence[str]) -> bool:
    good = True
    with _database() as sqlite, _database() as other:
        for address in (sqlite, *addresses):
            started = time.perf_counter()
            found = await simulate(address, runs)
            took = time.perf_counter() - started
            print(
                f"{address.partition(':')[0]}: {found.line()}  ({1000 * took / runs:.0f} ms a run)",
                flush=True,
            )
            good = good and not (found.lost or found.doubled or found.unlisted)
        print(f"sqlite: {(await rush(other)).line()}", flush=True)
    return good


def main() -> None:
    """Print the figures; exit code 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--db", action="append", default=[], help="an empty PostgreSQL database")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    programs = postgresql.programs()
    if given.db or programs is None:
        sys.exit(not asyncio.run(_bench(given.runs, given.db)))
    with postgresql.server(programs) as server:
        address = postgresql.new_database(server, programs)
        sys.exit(not asyncio.run(_bench(given.runs, [address])))


if __name__ == "__main__":
    main()
