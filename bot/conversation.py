"""One turn: lock the person, load the session, first handler that wants it, save, replies."""

import asyncio
import dataclasses
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot import handed_out, metrics
from bot.handlers import HANDLERS, Handler
from bot.messages import (
    MAX_TEXT,
    STAFF_TEXT,
    Action,
    Choice,
    Incoming,
    Replies,
    Reply,
    reply_from_dict,
    reply_to_dict,
)
from bot.redaction import redact
from bot.services import Services
from bot.sessions import Exchange, Session
from bot.texts import Texts, best_locale
from bot.throttle import Throttle
from bot.turn import Turn
from item_store.contract import Conflict

log = structlog.get_logger()

SAVE_TRIES = 3
"""Times a turn is done over when another replica saved the same session meanwhile."""


@dataclass(slots=True)
class _Loaded:
    session: Session
    version: int


class Conversation:
    """The core all channels talk to."""

    def __init__(self, services: Services, handlers: Sequence[Handler] = HANDLERS) -> None:
        self._services = services
        self.under_way = 0
        self._handlers = handlers
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._throttle = Throttle(services.settings.question_limit, services.clock)

    async def converse(self, incoming: Incoming) -> Replies:
        """Answer one message. Never raises for anything a person can send."""
        texts = self.texts_for(incoming)
        if not self._throttle.allows(incoming.person):
            return [Reply(texts.say("conversation.too_fast"))]
        if len(incoming.text) > MAX_TEXT and not await self.knows(incoming):
            return [Reply(texts.say("console.too_long", limit=MAX_TEXT))]
        lock = self._locks.setdefault(incoming.person, asyncio.Lock())
        started = time.perf_counter()
        self.under_way += 1
        try:
            async with lock:
                replies = await self._guarded(incoming, texts)
        finally:
            self.under_way -= 1
        metrics.turn_seconds.labels(incoming.channel).observe(time.perf_counter() - started)
        return replies

    async def knows(self, incoming: Incoming) -> bool:
        """Whether a member of staff speaks, whose roles still stand; in a group nobody is one."""
        if incoming.group:
            return False
        person = await self._services.store.person_of(incoming.person)
        return person is not None and bool(person.grants)

    async def longest(self, channel: str, sender: str) -> int:
        """Characters of one message that this person may send."""
        return STAFF_TEXT if await self.knows(Incoming(channel=channel, sender=sender)) else MAX_TEXT

    def texts_for(self, incoming: Incoming) -> Texts:
        """The phrases in the person's language."""
        return Texts(best_locale(incoming.language, self._services.settings.locale))

    async def history(self, person: str) -> list[Exchange]:
        """What was said lately, for a page that is loaded again."""
        return (await self._load(person)).session.history

    async def _guarded(self, incoming: Incoming, texts: Texts) -> Replies:
        try:
            for _ in range(SAVE_TRIES):
                replies = await self._once(incoming, texts)
                if replies is not None:
                    return replies
            log.warning("conversation.conflict", channel=incoming.channel)
        except Exception:
            log.exception("conversation.failed", channel=incoming.channel)
        metrics.failures.labels(incoming.channel).inc()
        line = self._services.settings.enquiry_line
        return [Reply(texts.say("conversation.failed", phone=line))]

    async def _once(self, incoming: Incoming, texts: Texts) -> Replies | None:
        """One try; None when another replica saved the session first."""
        loaded = await self._load(incoming.person)
        session = loaded.session
        before = session.answered(incoming.message_id)
        if before:
            return [
                await handed_out.again(self._services, incoming.person, reply_from_dict(data))
                for data in before.replies
            ]
        turn = Turn(incoming, session, self._services, texts)
        handled = await self._handle(turn)
        kept = [await handed_out.keep(self._services, incoming.person, reply) for reply in handled]
        replies = self._number(kept, session)
        at = self._services.clock().isoformat(timespec="seconds")
        said = redact(turn.said()[:MAX_TEXT])
        session.remember(Exchange(incoming.message_id, said, [reply_to_dict(r) for r in replies], at))
        outcome = await self._services.store.save_session(
            incoming.person, session.to_dict(), loaded.version, turn.told
        )
        return None if isinstance(outcome, Conflict) else replies

    async def _load(self, person: str) -> _Loaded:
        stored = await self._services.store.load_session(person)
        if stored is None:
            return _Loaded(Session(), 0)
        return _Loaded(Session.from_dict(stored.data), stored.version)

    async def _handle(self, turn: Turn) -> Replies:
        handler = next(h for h in self._handlers if h.wants(turn))
        replies = await handler.handle(turn)
        metrics.turns.labels(turn.incoming.channel, handler.__name__.rpartition(".")[2]).inc()
        return replies

    def _number(self, replies: Replies, session: Session) -> Replies:
        """Give every button an id and keep what it means."""
        session.turns += 1
        numbered: list[Reply] = []
        actions: dict[str, Action] = {}
        for reply in replies:
            choices = []
            for choice in reply.choices:
                key = f"{session.turns}.{len(actions)}"
                actions[key] = choice.action
                choices.append(dataclasses.replace(choice, id=key))
            numbered.append(dataclasses.replace(reply, choices=tuple(choices)))
        session.keep_actions(actions)
        session.current = [c.id for c in _choices(numbered) if c.numbered]
        session.labels = {c.label: c.id for c in _choices(numbered)}
        return numbered


def _choices(replies: Replies) -> list[Choice]:
    return [choice for reply in replies for choice in reply.choices]
