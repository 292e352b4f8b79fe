"""How many messages a minute one person may send."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from bot.clock import Clock

MINUTE = timedelta(minutes=1)
PEOPLE = 100_000
"""People remembered at once, so that many senders cannot fill the memory."""


class Throttle:
    """A sliding minute for each person."""

    def __init__(self, limit: int, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._sent: OrderedDict[str, deque[datetime]] = OrderedDict()

    def allows(self, person: str) -> bool:
        """Count one message; False when it is over the limit."""
        now = self._clock()
        sent = self._sent.setdefault(person, deque(maxlen=self._limit))
        self._sent.move_to_end(person)
        if len(self._sent) > PEOPLE:
            self._sent.popitem(last=False)
        if len(sent) == self._limit and now - sent[0] < MINUTE:
            return False
        sent.append(now)
        return True
