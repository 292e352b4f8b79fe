"""How fast messages may leave: per channel, per recipient, and after the other side asked for patience."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MINUTE = 60.0
LONGEST_ROOM = 0.5
"""Seconds that a reminder waits at most for answers: however much is asked, some leave."""

CREDIT = 0.05
"""Seconds that a message which left late gives back to the next."""

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
        self._sent: dict[str, deque[float]] = {}
        self._last: dict[str, float] = {}
        self._patience: dict[str, float] = {}

    def spend(self, address: str, messages: int = 1) -> None:
        """Count what leaves for a recipient now."""
        now, limit, channel = self._now(), self._limit(address), _channel(address)
        last = self._next.get(channel, now)
        self._next[channel] = max(now - CREDIT, last) + messages / limit.per_second
        self._last[channel] = now
        self._count(address, messages)

    def answer(self, address: str, messages: int = 1) -> None:
        """Count what leaves for somebody who spoke: it waits for nothing, and reminders make room for it."""
        self._count(address, messages)

    def be_patient(self, address: str, seconds: float) -> None:
        """Nothing more for so long: to this recipient, or, where others are refused too, to the channel."""
        now, channel = self._now(), _channel(address)
        self._patience[_chat(address)] = now + seconds
        waiting = [
            each for each, until in self._patience.items() if until > now and _channel(each) == channel
        ]
        if len(waiting) >= SHARED_REFUSALS:
            self._patience[channel] = now + seconds

    def held_back(self) -> list[str]:
        """Chats with all their topics, and channels with their colon, that can be sent nothing now."""
        now = self._now()
        self._forget(now)
        full = [address for address, left in self._left.items() if self._is_full(address, left, now)]
        spent = [channel for channel in self._sent if self._free_at(channel) > now]
        return list(dict.fromkeys([*full, *spent, *self._patience]))

    def wait(self) -> float:
        """Seconds until something that is held back now is free; infinite when nothing is."""
        now = self._now()
        free = [at for at in (*map(self._free_at, self._sent), *self._patience.values()) if at > now]
        free += [left[0] + MINUTE for each, left in self._left.items() if self._is_full(each, left, now)]
        return min(free) - now if free else math.inf

    def _count(self, address: str, messages: int) -> None:
        now, limit, channel = self._now(), self._limit(address), _channel(address)
        sent = self._sent.setdefault(channel, deque(maxlen=math.ceil(limit.per_second)))
        left = self._left.setdefault(_chat(address), deque(maxlen=limit.per_minute))
        sent.extend([now] * messages)
        left.extend([now] * messages)

    def _free_at(self, channel: str) -> float:
        """When the next reminder may leave: evenly, and not into a second that answers have filled."""
        sent, last = self._sent[channel], self._last.get(channel, -math.inf)
        room = sent[0] + 1 if len(sent) == sent.maxlen else 0.0
        return max(self._next.get(channel, 0.0), min(room, last + LONGEST_ROOM))

    def _limit(self, address: str) -> Limit:
        return self._limits.get(address.partition(":")[0], USUAL)

    def _is_full(self, address: str, left: deque[float], now: float) -> bool:
        return len(left) >= self._limit(address).per_minute and left[0] + MINUTE > now

    def _forget(self, now: float) -> None:
        self._patience = {each: until for each, until in self._patience.items() if until > now}
        self._left = {each: left for each, left in self._left.items() if left and left[-1] + MINUTE > now}


def _chat(address: str) -> str:
    """A group's topics share its limit."""
    return address.partition("/")[0]


def _channel(address: str) -> str:
    return address.partition(":")[0] + ":"
