"""The Telegram channel: webhook or long polling, commands, buttons, files and groups."""

import asyncio
import contextlib
import hmac
import json
import logging
import os
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import structlog
from aiohttp import web
from telegram import Bot, BotCommand, Document, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, TypeHandler
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels import telegram_reading as reading
from bot.channels.telegram_buttons import acknowledge, tidy
from bot.channels.telegram_inbox import Inbox
from bot.channels.telegram_polling import Polling, back_off, pause_after
from bot.channels.telegram_reading import Heard
from bot.channels.telegram_sending import Outgoing, deliver, outgoing, typing
from bot.handlers.start import COMMANDS
from bot.messages import MAX_TEXT, Incoming, IncomingFile, Replies
from bot.pace import Pace
from bot.services import Services
from bot.settings import Settings
from bot.texts import Texts, best_locale

log = structlog.get_logger()

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
MAX_FILE = 20_000_000
"""Bytes of a file the Bot API lets a bot fetch."""

FETCHED_AT_ONCE = 4
"""Files in memory at the same time."""

REPLY_WITHIN = 25.0
"""Seconds a webhook call is held open; later ones are called again by Telegram and find the work done."""

STOP_WITHIN = 15.0
RETRIES = 3
"""Times a message is tried again after waiting as long as a 429 asked."""

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Talk(Protocol):
    """What the channel needs of the conversation."""

    async def converse(self, incoming: Incoming) -> Replies:
        """Answer one message."""
        ...


def connection() -> BaseRequest:
    """The network."""
    return HTTPXRequest(connection_pool_size=64, pool_timeout=10)


class TelegramChannel:
    """Telegram in front of the conversation. Build it only when there is a token."""

    def __init__(
        self,
        conversation: Talk,
        services: Services,
        connect: Callable[[], BaseRequest] = connection,
        pace: Pace | None = None,
    ) -> None:
        self._conversation = conversation
        self._pace = pace or Pace(time.monotonic)
        self._settings = settings = services.settings
        self._secret = settings.telegram_webhook_secret.get_secret_value() if settings.public_url else ""
        self._application = _build(settings, connect)
        self._application.add_handler(TypeHandler(Update, self._answer))
        self._application.add_error_handler(self._note_failure)
        self._inbox = Inbox()
        self._polling = Polling(self._bot, self._submit)
        self._unsent: dict[int, deque[Outgoing]] = {}
        self._again: set[int] = set()
        self._fetching = asyncio.Semaphore(FETCHED_AT_ONCE)
        self._ready = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @property
    def _bot(self) -> Bot:
        bot: Bot = self._application.bot
        return bot

    def routes(self) -> list[web.RouteDef]:
        """The webhook; nothing while polling."""
        return [web.post(PATH, self._receive)] if self._secret else []

    async def start(self) -> None:
        """Begin, without waiting for Telegram: the other channels do not depend on it."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish what is being answered, so that a new process goes on where this one ends."""
        if self._running:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._inbox.drain(STOP_WITHIN)
        if self._ready.is_set() and not self._secret:
            with contextlib.suppress(TelegramError):
                await self._polling.confirm()
        await self._application.shutdown()

    async def _run(self) -> None:
        if not await self._reach():
            return
        self._ready.set()
        log.info("telegram.ready", bot=self._bot.username, webhook=bool(self._secret))
        await self._publish_commands()
        if not self._secret:
            await self._polling.run()

    async def _reach(self) -> bool:
        """Connect, however long Telegram is away; False when it does not know the token."""
        pauses = back_off()
        while True:
            try:
                await self._connect()
            except InvalidToken:
                log.error("telegram.wrong_token")
                return False
            except TelegramError as error:
                pause = pause_after(error, pauses)
                log.warning(
                    "telegram.connecting", error=type(error).__name__, reason=error.message, pause=pause
                )
                await asyncio.sleep(pause)
            else:
                return True

    async def _connect(self) -> None:
        """Who the bot is, and how updates reach it. What waits at Telegram is never dropped."""
        await self._application.initialize()
        if not self._secret:
            await self._bot.delete_webhook(drop_pending_updates=False)
            return
        address = str(self._settings.public_url).rstrip("/") + PATH
        await self._bot.set_webhook(address, secret_token=self._secret, allowed_updates=reading.ALLOWED)

    async def _publish_commands(self) -> None:
        texts = Texts(self._settings.locale)
        names = [command.removeprefix("/") for command in COMMANDS]
        try:
            await self._bot.set_my_commands(
                [BotCommand(n, texts.say(f"telegram.command.{n}")) for n in names]
            )
        except TelegramError as error:
            log.warning("telegram.commands", reason=error.message)

    async def _receive(self, request: web.Request) -> web.Response:
        """One webhook call; 200 only once the update is handled, as Telegram then forgets it."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return web.Response(status=403)
        try:
            update = Update.de_json(json.loads(await request.read()), self._bot)
        except json.JSONDecodeError:
            return web.Response(status=400)
        except (TypeError, KeyError, ValueError, AttributeError):
            # An update of a kind this release cannot read would otherwise come again for a day.
            log.exception("telegram.unreadable")
            return web.Response()
        return web.Response(status=200 if await self._handled_in_time(update) else 503)

    async def _handled_in_time(self, update: Update) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REPLY_WITHIN):
                await self._ready.wait()
                return await asyncio.shield(self._submit(update))
        return False

    def _submit(self, update: Update) -> asyncio.Future[bool]:
        number = update.update_id
        future = self._inbox.submit(number, reading.spoken_by(update), lambda: self._handle(update))
        future.add_done_callback(lambda done: self._forget(number, done))
        return future

    async def _handle(self, update: Update) -> bool:
        await self._application.process_update(update)
        sent = update.update_id not in self._again
        self._again.discard(update.update_id)
        return sent

    def _forget(self, number: int, done: asyncio.Future[bool]) -> None:
        """Drop what could not be sent once nobody will try again."""
        if done.cancelled() or done.exception() or done.result():
            self._unsent.pop(number, None)

    async def _note_failure(self, update: object, context: Any) -> None:
        """A message that Telegram could not take now is tried again; a mistake of ours is only logged."""
        error = context.error
        if isinstance(error, TelegramError) and isinstance(update, Update):
            log.warning("telegram.unsent", error=type(error).__name__, reason=error.message)
            self._again.add(update.update_id)
            return
        log.error("telegram.failed", exc_info=error)

    async def _answer(self, update: Update, _: object) -> None:
        heard = reading.read(update, self._bot.bot)
        query = update.callback_query
        if query is None:
            if heard:
                await self._reply(heard)
            return
        if reading.meant_for_another(query):
            texts = self._texts(query.from_user.language_code or "")
            await acknowledge(query, texts.say("telegram.not_yours"))
        elif heard:
            await asyncio.gather(acknowledge(query), tidy(query), self._reply(heard))
        else:
            await acknowledge(query)

    async def _reply(self, heard: Heard) -> None:
        """Answer, or go on sending an answer that could not be sent to its end before."""
        if heard.update not in self._unsent:
            async with typing(self._bot, heard.place):
                self._unsent[heard.update] = await self._messages(heard)
        self._pace.answer(f"telegram:{heard.place.chat}", len(self._unsent[heard.update]))
        await deliver(self._bot, heard.place, self._unsent[heard.update])

    async def _messages(self, heard: Heard) -> deque[Outgoing]:
        texts = self._texts(heard.language)
        messages: deque[Outgoing] = deque()
        if heard.notice:
            messages.append(Outgoing(texts.say(heard.notice, limit=MAX_TEXT)))
        if not heard.asks:
            return messages
        file = await self._fetch(heard.document) if heard.document else None
        if isinstance(file, str):
            return deque([*messages, Outgoing(texts.say(file, limit=MAX_FILE // 1_000_000))])
        replies = await self._conversation.converse(heard.incoming(file))
        return messages + outgoing(replies, texts.say("telegram.choose"))

    async def _fetch(self, document: Document) -> IncomingFile | str:
        """The file, or the phrase that says why not."""
        if (document.file_size or 0) > MAX_FILE:
            return "telegram.file_too_big"
        try:
            async with self._fetching:
                file = await self._bot.get_file(document.file_id)
                if (file.file_size or 0) > MAX_FILE:
                    return "telegram.file_too_big"
                content = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            log.warning("telegram.file", error=type(error).__name__, reason=error.message)
            return "telegram.file_failed"
        return IncomingFile(name=(document.file_name or "file")[-200:], content=content)

    def _texts(self, language: str) -> Texts:
        return Texts(best_locale(language, self._settings.locale))


def _build(settings: Settings, connect: Callable[[], BaseRequest]) -> AnyApplication:
    # Else the library warns at every 429 that it will give times in its newer way.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # At its usual level httpx logs every address, and the token is part of it.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    server = str(settings.telegram_api).rstrip("/")
    return (
        ApplicationBuilder()
        .token(settings.telegram_token.get_secret_value())
        .base_url(f"{server}/bot")
        .base_file_url(f"{server}/file/bot")
        .request(connect())
        .get_updates_request(connect())
        .rate_limiter(AIORateLimiter(max_retries=RETRIES))
        .updater(None)
        .job_queue(None)
        .build()
    )
