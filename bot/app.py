"""The composition root: puts store, index, conversation and channels together."""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog
from aiohttp import web

import knowledge
from bot import handed_out, metrics, reviews
from bot.answer_record import AnswerRecord
from bot.catalogue import Catalogue
from bot.clock import Clock, system_clock
from bot.conversation import Conversation
from bot.delivery import Delivery, Sender
from bot.pace import Pace
from bot.reminders import Reminders
from bot.rule_check import RuleCheck
from bot.services import Services
from bot.settings import Settings
from item_store.sample import sample_items
from item_store.store import open_store

log = structlog.get_logger()

TIDY_SECONDS = 3600
"""Pause between two rounds of forgetting silent conversations."""

GRACE_SECONDS = 20
"""Time running requests get to end when the server is asked to stop."""


SWITCH_SECONDS = 0.001
"""Time a computing thread keeps the interpreter to itself."""


class Channel(Protocol):
    """A way to speak with people that lives in the web server."""

    def routes(self) -> Sequence[web.RouteDef]:
        """What it answers over HTTP."""
        ...

    async def start(self) -> None:
        """Begin to listen."""
        ...

    async def stop(self) -> None:
        """End what has begun."""
        ...


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a running process."""

    services: Services
    conversation: Conversation


@asynccontextmanager
async def open_app(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[App]:
    """Open the database, fill the index, and put the parts together."""
    # A chain that cannot be used is told before anybody waits for it.
    reviews.chains(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    warming = asyncio.create_task(asyncio.to_thread(knowledge.warm))
    store = await open_store(settings.database_url(), clock)
    catalogue = Catalogue(store, settings.data_dir / "index")
    try:
        if not settings.db and not await store.published_count():
            await store.publish_many(sample_items())
        await warming
        await catalogue.load()
        warming = asyncio.create_task(asyncio.to_thread(knowledge.warm_pinyin))
        metrics.published_items.set_function(lambda: len(catalogue))
        services = Services(store, catalogue, settings, clock, RuleCheck(catalogue, store))
        yield App(services, Conversation(services))
    finally:
        await catalogue.close()
        await store.close()
        await warming


def channels_of(app: App, pace: Pace) -> list[Channel]:
    """The channels that the settings switch on."""
    from bot.channels.desk_pages import DeskPages
    from bot.channels.guide_pages import GuidePages
    from bot.channels.liaison_pages import LiaisonPages
    from bot.channels.report_pages import ReportPages
    from bot.channels.web import WebChannel

    channels: list[Channel] = [WebChannel(app.conversation, app.services)]
    channels += [GuidePages(app.services), DeskPages(app.services)]
    channels += [LiaisonPages(app.services), ReportPages(app.services)]
    if app.services.settings.telegram_token.get_secret_value():
        from bot.channels.telegram import TelegramChannel

        channels.append(TelegramChannel(app.conversation, app.services, pace=pace))
    return channels


def delivery_of(app: App) -> Delivery:
    """The ways to somebody who did not just speak that the settings switch on."""
    from bot.channels.group_webhook import BODIES, WebhookSender

    services = app.services
    webhooks = WebhookSender(services.store, services.clock)
    senders: dict[str, Sender] = dict.fromkeys(BODIES, webhooks)
    if services.settings.telegram_token.get_secret_value():
        from bot.channels.telegram import connection
        from bot.channels.telegram_delivery import CHANNEL, TelegramSender

        senders[CHANNEL] = TelegramSender(services.settings, connection)
    return Delivery(senders)


def web_application(app: App) -> web.Application:
    """All channels and the background work behind one web server."""
    application = web.Application()
    # Answers and reminders leave under the same limits.
    pace = Pace(time.monotonic)
    channels = channels_of(app, pace)

    async def lifespan(_: web.Application) -> AsyncIterator[None]:
        app.services.catalogue.start_following()
        tidying = asyncio.create_task(_tidy(app.services))
        delivery = delivery_of(app)
        reminders = Reminders(
            app.services, delivery, pace=pace, answering=lambda: app.conversation.under_way > 0
        )
        reminders.start()
        answer_record = AnswerRecord(app.services)
        answer_record.start()
        for channel in channels:
            await channel.start()
        yield
        tidying.cancel()
        # It must let go of the database before that is closed.
        await asyncio.gather(tidying, return_exceptions=True)
        await reminders.stop()
        await delivery.close()
        for channel in reversed(channels):
            await channel.stop()
        await answer_record.stop()

    for channel in channels:
        application.add_routes(channel.routes())
    application.cleanup_ctx.append(lifespan)
    return application


def prefer_answers() -> None:
    """Keep answers from waiting for threads that compute, and for the collector to go through all items."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()


async def serve(settings: Settings) -> None:
    """Serve until asked to stop."""
    async with open_app(settings) as app:
        prefer_answers()
        runner = web.AppRunner(web_application(app), access_log=None, shutdown_timeout=GRACE_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
            log.info(
                "serving", url=f"http://{settings.host}:{settings.port}", items=len(app.services.catalogue)
            )
            await _stop_signal()
        finally:
            await runner.cleanup()


async def _stop_signal() -> None:
    import signal

    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


async def _tidy(services: Services) -> None:
    """Forget conversations that have been silent for long, and proposals that nobody adds to."""
    while True:
        before = services.clock() - timedelta(days=services.settings.session_days)
        await services.store.forget_sessions_before(before)
        stale = services.clock() - timedelta(days=services.settings.learn_days)
        await services.store.forget_proposals_before(stale)
        await handed_out.tidy(services)
        await asyncio.sleep(TIDY_SECONDS)
