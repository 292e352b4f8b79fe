"""What can go wrong while reminders leave: killed workers, refusals, cut networks and clocks that jump."""

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.clock import CHINA
from bot.delivery import Moved, Outcome, Refused, Sent, TryLater, Unknown
from bot.messages import Replies

MORNING = datetime(2026, 3, 31, 9, 0, tzinfo=CHINA)
WORK = re.compile(r"R(\d+)T(\d)U?")

Told = tuple[str, str]
"""A chat, and the name of a piece of work that it was told of."""


class Crash(BaseException):
    """The process is killed here."""


@dataclass
class Fate:
    """Kills a worker before or after its n-th step; knows to whom it was just sending."""

    left: int
    after: bool = False
    sending: str = ""

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
            if name == "begin_sending":
                self._fate.sending = given[1]
            outcome = await call(*given, **named)
            if name == "end_sending" and not named.get("only"):
                self._fate.sending = ""
            self._fate.behind()
            return outcome

        return mortal


@dataclass
class Chats:
    """What really arrived, whatever the sender was told of it; a chat that moved has a 0 behind its number."""

    dice: random.Random
    arrived: Counter[Told] = field(default_factory=Counter)
    acknowledged: list[Told] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    calm: bool = False

    async def send(self, address: str, replies: Replies) -> Outcome:
        chat, outcome = address.rstrip("0"), Sent() if self.calm else self._outcome()
        if address in self.gone or (not self.calm and address.endswith("1") and self.dice.random() < 0.05):
            self.gone.add(address)
            return Moved(address + "0")
        told = [(chat, work[0]) for reply in replies for work in WORK.finditer(reply.text)]
        if outcome == Sent():
            self.acknowledged += told
        if isinstance(outcome, Unknown):
            self.doubtful.add(chat)
        if isinstance(outcome, Refused):
            self.refused.add(chat)
        if outcome == Sent() or (isinstance(outcome, Unknown) and self.dice.random() < 0.5):
            self.arrived.update(told)
        return outcome

    def _outcome(self) -> Outcome:
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


def jump(dice: random.Random) -> timedelta:
    """Now and then a clock is set anew."""
    if dice.random() > 0.15:
        return timedelta()
    return timedelta(seconds=dice.choice((-3600, -120, 200, 1200)))
