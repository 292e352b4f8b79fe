"""How fast messages may leave: per channel, per recipient, and after the other side asked for patience."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MINUTE = 60.0
SHARED_REFUSALS = 2
"""Recipients that must be too busy at once before the whole channel is held back."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Messages a second over the whole channel, and a minute to one recipient."""

    per_second: float
    per_minute: int


LIMITS: Mapping[str, Limit] = {
    # Telegram allows 30 and 20; what is left is for answers to those who speak.
    "telegram": Limit(20, 15),
    "wecom": Limit(10, 18),
    "dingtalk": Limit(10, 18),
    "feishu": Limit(5, 90),
}
USUAL = Limit(10, 15)


class Pace:
    """Remembers what left when; `now` counts seconds and never goes back."""

    def __init__(self, now: Callable[[], float], limits: Mapping[str, Limit] = LIMITS) -> None:
        self._now = now
        self._limits = limits
        self._next: dict[str, float] = {}
        self._left: dict[str, deque[float]] = {}
        self._patience: dict[str, float] = {}

    def spend(self, address: str, messages: int = 1) -> None:
        """Count what leaves for a recipient now."""
        now, limit, channel = self._now(), self._limit(address), _channel(address)
        self._next[channel] = max(now, self._next.get(channel, now)) + messages / limit.per_second
        left = self._left.setdefault(address, deque(maxlen=limit.per_minute))
        left.extend([now] * messages)

    def be_patient(self, address: str, seconds: float) -> None:
        """Nothing more for so long: to this recipient, or, where others are refused too, to the channel."""
        now, channel = self._now(), _channel(address)
        self._patience[address] = now + seconds
        waiting = [
            each for each, until in self._patience.items() if until > now and _channel(each) == channel
        ]
        if len(waiting) >= SHARED_REFUSALS:
            self._patience[channel] = now + seconds

    def held_back(self) -> list[str]:
        """Recipients, and channels with their colon, that can be sent nothing now."""
        now = self._now()
        self._forget(now)
        full = [address for address, left in self._left.items() if self._is_full(address, left, now)]
        spent = [channel for channel, at in self._next.items() if at > now]
        return list(dict.fromkeys([*full, *spent, *self._patience]))

    def wait(self) -> float:
        """Seconds until something that is held back now is free; infinite when nothing is."""
        now = self._now()
        free = [at for at in (*self._next.values(), *self._patience.values()) if at > now]
        free += [left[0] + MINUTE for each, left in self._left.items() if self._is_full(each, left, now)]
        return min(free) - now if free else math.inf

    def _limit(self, address: str) -> Limit:
        return self._limits.get(address.partition(":")[0], USUAL)

    def _is_full(self, address: str, left: deque[float], now: float) -> bool:
        return len(left) >= self._limit(address).per_minute and left[0] + MINUTE > now

    def _forget(self, now: float) -> None:
        self._patience = {each: until for each, until in self._patience.items() if until > now}
        self._left = {each: left for each, left in self._left.items() if left and left[-1] + MINUTE > now}


def _channel(address: str) -> str:
    return address.partition(":")[0] + ":"
