"""Handles each update once: those of one person in order, those of different people side by side."""

import asyncio
import weakref
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()

TRIES = 5
"""Times an update is handled anew when its answer could not be sent."""

REMEMBERED = 4096
"""Updates remembered as handled, as a webhook may be called again for the same one."""

Work = Callable[[], Awaitable[bool]]
"""Handles one update; False when it has to be handled again."""


class Inbox:
    """The updates being handled now, and the numbers of those that were."""

    def __init__(self) -> None:
        self._running: dict[int, asyncio.Task[bool]] = {}
        self._handled: OrderedDict[int, None] = OrderedDict()
        self._tries: Counter[int] = Counter()
        self._turns: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    def submit(self, number: int, person: str, work: Work) -> asyncio.Future[bool]:
        """Whether the update is done with; one that is already here is not handled a second time."""
        if number in self._handled:
            return _known(True)
        if number not in self._running:
            self._running[number] = asyncio.create_task(self._handle(number, person, work))
        return self._running[number]

    async def drain(self, seconds: float) -> None:
        """Wait for what is being handled, then give up on it; it comes again."""
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _handle(self, number: int, person: str, work: Work) -> bool:
        turn = self._turns.setdefault(person, asyncio.Lock())
        try:
            async with turn:
                done = await work()
        finally:
            del self._running[number]
        self._tries[number] += 1
        if not done and self._tries[number] < TRIES:
            return False
        if not done:
            log.error("telegram.gave_up", update=number)
        del self._tries[number]
        self._remember(number)
        return True

    def _remember(self, number: int) -> None:
        self._handled[number] = None
        if len(self._handled) > REMEMBERED:
            self._handled.popitem(last=False)


def _known(result: bool) -> asyncio.Future[bool]:
    future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    future.set_result(result)
    return future
