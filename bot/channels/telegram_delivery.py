"""Telegram's way out to groups and people who did not just speak, with what came of it by name."""

import os
from collections.abc import Callable

import httpx
import structlog
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import BaseRequest

from bot.channels.telegram_reading import Place
from bot.channels.telegram_sending import Outgoing, outgoing, send
from bot.delivery import Moved, Outcome, Refused, Sent, TryLater, Unknown
from bot.messages import Replies
from bot.settings import Settings
from bot.texts import Texts

log = structlog.get_logger()

CHANNEL = "telegram"
NETWORK_PAUSE = 15.0
"""Seconds before a message is tried again that never left this machine."""

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class TelegramSender:
    """A bot of its own, without the waiting that the answering one does after a 429."""

    def __init__(self, settings: Settings, connect: Callable[[], BaseRequest]) -> None:
        # Else the library warns at every 429 that it will give times in its newer way.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        server = str(settings.telegram_api).rstrip("/")
        token = settings.telegram_token.get_secret_value()
        self._bot = Bot(
            token, base_url=f"{server}/bot", base_file_url=f"{server}/file/bot", request=connect()
        )
        self._choose = Texts(settings.locale).say("telegram.choose")

    async def send(self, address: str, replies: Replies) -> Outcome:
        """All messages of the replies; once one is out, a failure leaves the whole unknown."""
        place = place_of(address)
        if place is None:
            return Refused("delivery.wrong_address")
        for number, message in enumerate(outgoing(replies, self._choose)):
            outcome = await self._send(place, message)
            if outcome != Sent():
                return outcome if number == 0 else Unknown("delivery.partly")
        return Sent()

    async def close(self) -> None:
        await self._bot.shutdown()

    async def _send(self, place: Place, message: Outgoing) -> Outcome:
        try:
            await send(self._bot, place, message)
        except TelegramError as error:
            log.info("telegram.not_delivered", error=type(error).__name__, reason=error.message)
            return outcome_of(error)
        return Sent()


def outcome_of(error: TelegramError) -> Outcome:
    """What a refusal means for the message that was sent."""
    match error:
        case RetryAfter():
            return TryLater(_seconds(error), busy=True)
        case ChatMigrated():
            return Moved(f"{CHANNEL}:{error.new_chat_id}")
        case Forbidden() | BadRequest():
            return Refused("delivery.blocked" if isinstance(error, Forbidden) else "delivery.refused")
    never_left = isinstance(error, InvalidToken) or isinstance(error.__cause__, NEVER_LEFT)
    return TryLater(NETWORK_PAUSE) if never_left else Unknown("delivery.no_answer")


def _seconds(error: RetryAfter) -> float:
    pause = error.retry_after
    return float(pause) if isinstance(pause, int) else pause.total_seconds()


def place_of(address: str) -> Place | None:
    """telegram:chat or telegram:chat/topic."""
    chat, _, thread = address.partition(":")[2].partition("/")
    try:
        number = int(chat)
        return Place(number, int(thread) if thread else None, private=number > 0)
    except ValueError:
        return None
