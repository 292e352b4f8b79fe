"""A liaison world for tests: two bureaus and a town, a running plan, a clock that is set, a channel that records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bot.catalogue import Catalogue
from bot.clock import CHINA
from bot.delivery import Delivery, Outcome, Sent
from bot.messages import Replies
from bot.reminders import Reminders
from bot.services import Services
from bot.settings import Settings
from item_store.contract import ItemStore
from item_store.memory import open_memory
from item_store.plans import plan_from
from item_store.records import Group, StartedPlan
from item_store.tasks import Plan
from item_store.units import Unit, UnitKind

UNITS = (
    Unit("civil", "民政局"),
    Unit("justice", "司法局"),
    Unit("town", "某镇", UnitKind.TOWN),
    Unit("office", "督查室", UnitKind.OFFICE),
)
ROWS = (
    {"number": "1", "work": "报送清单", "lead": ["民政局"], "deadline": "3月31日前"},
    {"number": "2", "work": "核对依据", "lead": ["司法局", "街镇"], "deadline": "3月31日前"},
)


@dataclass
class SetClock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def at(self, day: str, hour: int = 9, minute: int = 0) -> None:
        """A moment in China."""
        on = date.fromisoformat(day)
        self.now = datetime(on.year, on.month, on.day, hour, minute, tzinfo=CHINA).astimezone(UTC)


@dataclass
class Recording:
    """A channel that says what it was told to say."""

    outcomes: list[Outcome | BaseException] = field(default_factory=list)
    sent: list[tuple[str, Replies]] = field(default_factory=list)

    async def send(self, address: str, replies: Replies) -> Outcome:
        outcome = self.outcomes.pop(0) if self.outcomes else Sent()
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome == Sent():
            self.sent.append((address, replies))
        return outcome

    async def close(self) -> None:
        """Nothing is held open."""

    @property
    def texts(self) -> list[str]:
        return ["\n".join(reply.text for reply in replies) for _, replies in self.sent]


@dataclass
class World:
    services: Services
    clock: SetClock
    channel: Recording
    reminders: Reminders
    seconds: list[float]

    @property
    def store(self) -> ItemStore:
        return self.services.store

    async def day(self, day: str, hour: int = 9) -> list[str]:
        """Let a day come, and say what was sent on it."""
        before = len(self.channel.sent)
        self.clock.at(day, hour)
        self.seconds[0] += 3600
        await self.reminders.look()
        await self.minute()
        return self.channel.texts[before:]

    async def minute(self) -> None:
        """Let the loop run while a little time goes by."""
        for _ in range(30):
            self.seconds[0] += 0.1
            await self.reminders.tick()
            await self.reminders.settle()


class Crash(BaseException):
    """The process dies here."""


def plan(rows: Sequence[dict[str, object]] = ROWS, **more: object) -> Plan:
    base = {
        "name": "p",
        "title": "示例计划",
        "year": 2026,
        "starts": date(2026, 1, 1),
        "ends": date(2026, 12, 31),
    }
    return plan_from({**base, "tasks": list(rows), **more})


async def open_world(store: ItemStore | None = None, running: Plan | None = None) -> World:
    clock = SetClock(datetime(2026, 3, 1, tzinfo=UTC))
    store = store or open_memory(clock)
    for unit in UNITS:
        await store.put_unit(unit)
    for unit, chat in (("civil", "-1"), ("justice", "-2"), ("town", "-3")):
        group = Group(address=f"telegram:{chat}", name=f"{unit}群", units=(unit,), bound_by="operator")
        await store.keep(group, 0)
    started = StartedPlan(plan=running or plan(), started_by="operator", looked_until=date(2026, 3, 1))
    await store.keep(started, 0)
    services = Services(store, Catalogue(store), Settings(), clock)
    channel, seconds = Recording(), [0.0]
    delivery = Delivery({"telegram": channel})
    return World(services, clock, channel, Reminders(services, delivery, lambda: seconds[0]), seconds)
