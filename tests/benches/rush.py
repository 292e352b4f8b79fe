"""A thousand groups in the same minute, by a simulated clock: the limits and the order of urgency."""

import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.catalogue import Catalogue
from bot.delivery import Delivery, Outcome, Sent
from bot.messages import Replies
from bot.pace import Pace
from bot.reminders import Reminders
from bot.services import Services
from bot.settings import Settings
from item_store.contract import ItemStore
from item_store.plans import plan_from
from item_store.records import Group, StartedPlan
from item_store.store import open_store
from item_store.tasks import Plan
from item_store.units import Unit
from tests.benches.mishaps import WORK, Clocks


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
    per_message: float

    def line(self) -> str:
        return (
            f"groups {self.groups:,}  reminders {self.reminders:,}  arrived {self.arrived:,}  "
            f"simulated {self.seconds:.0f} s  most in a second {self.most_in_a_second} of 30  "
            f"most to a group in a minute {self.most_to_a_group} of 20  by urgency {self.in_order}  "
            f"{1000 * self.per_message:.1f} ms a message"
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
        await plan_groups(store, groups, each)
        return await _measure(store, clock, groups, groups * each)
    finally:
        await store.close()


async def plan_groups(store: ItemStore, groups: int, each: int) -> None:
    """Units with their groups, and a plan whose reminders are due now."""
    for n in range(groups):
        await store.put_unit(Unit(f"g{n}", f"g{n}"))
        await store.keep(Group(address=f"telegram:-1{n:05}", name="", units=(f"g{n}",), bound_by="b"), 0)
    before = date(2026, 3, 30)
    await store.keep(StartedPlan(plan=_rush_plan(groups, each), started_by="b", looked_until=before), 0)


def _rush_plan(groups: int, each: int) -> Plan:
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
    await loop.look()
    planned = time.perf_counter()
    while len(meter.left) < groups and clock.seconds < 3600:
        if not await loop.send_next():
            clock.go_on(min(pace.wait(), 5.0))
    ended = time.perf_counter()
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
        per_message=(ended - planned) / max(1, len(moments)),
    )


def _most_within(moments: Sequence[float], seconds: float) -> int:
    window: deque[float] = deque()
    most = 0
    for at in moments:
        window.append(at)
        while window[0] <= at - seconds:
            window.popleft()
        most = max(most, len(window))
    return most
