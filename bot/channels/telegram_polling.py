"""Fetches updates where there is no public address, letting go of none before it is handled."""

import asyncio
from collections.abc import Callable, Iterator

import structlog
from telegram import Bot, Update
from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram_reading import ALLOWED

log = structlog.get_logger()

LONG_POLL = 25
"""Seconds Telegram holds a request open while nothing comes."""

GLANCE = 0.1
"""Seconds between requests while an earlier update is still being handled."""

LONGEST_PAUSE = 60.0

Submit = Callable[[Update], asyncio.Future[bool]]


class Polling:
    """The loop, and the first update that is not yet handled: asking from there on confirms all before."""

    def __init__(self, bot: Bot, submit: Submit) -> None:
        self._bot = bot
        self._submit = submit
        self._offset: int | None = None
        self._fetched: dict[int, asyncio.Future[bool]] = {}

    async def run(self) -> None:
        """Fetch and hand over until cancelled."""
        pauses = back_off()
        while True:
            try:
                await self._fetch()
                pauses = back_off()
            except TelegramError as error:
                pause = pause_after(error, pauses)
                log.warning("telegram.polling", error=type(error).__name__, reason=error.message, pause=pause)
                await asyncio.sleep(pause)
            except Exception:
                log.exception("telegram.polling")
                await asyncio.sleep(next(pauses))

    async def confirm(self) -> None:
        """Tell Telegram what was handled, so that the next process does not get it again."""
        self._advance()
        if self._offset is not None:
            await self._bot.get_updates(offset=self._offset, limit=1, timeout=0, allowed_updates=ALLOWED)

    async def _fetch(self) -> None:
        waiting = any(not future.done() for future in self._fetched.values())
        updates = await self._bot.get_updates(
            offset=self._offset, timeout=0 if waiting else LONG_POLL, allowed_updates=ALLOWED
        )
        for update in updates:
            if update.update_id not in self._fetched:
                self._fetched[update.update_id] = self._submit(update)
        if self._fetched:
            await asyncio.wait(self._fetched.values(), timeout=GLANCE)
        if self._advance():
            await asyncio.sleep(1)

    def _advance(self) -> bool:
        """Move on to the first update not handled; whether one of them has to be fetched again."""
        owed = {number for number, future in self._fetched.items() if not _handled(future)}
        if self._fetched:
            self._offset = min(owed, default=max(self._fetched) + 1)
        again = {number for number in owed if self._fetched[number].done()}
        self._fetched = {
            number: future
            for number, future in self._fetched.items()
            if number >= (self._offset or 0) and number not in again
        }
        return bool(again)


def back_off() -> Iterator[float]:
    """Seconds to wait after one failure more: 1, 2, 4, … and then always the longest."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE)


def pause_after(error: TelegramError, pauses: Iterator[float]) -> float:
    """Seconds to wait; what Telegram asks for comes first."""
    pause = next(pauses)
    if not isinstance(error, RetryAfter):
        return pause
    asked = error.retry_after
    return max(pause, float(asked) if isinstance(asked, int) else asked.total_seconds())


def _handled(future: asyncio.Future[bool]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None and future.result()
