"""What those who asked were told, for the record: from which version, never the words of the question."""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog

from bot.clock import china_day
from bot.secret import sealed
from bot.services import Services
from bot.settings import Settings
from bot.turn import Turn
from item_store.audit import PAGE, SYSTEM, Act, Told
from item_store.item import Item
from knowledge import answering
from knowledge.answering import Outcome

log = structlog.get_logger()

SEAL_SECONDS = 1.0
"""Pause between two additions to the chain."""

MOST_UNKEPT = 20_000
"""Answers outside a conversation that may wait for the database; with more, such questions are refused."""

MARK = 16
"""Hexadecimal digits that stand for a person on one day."""

TOLD_OF = answering.Choose | answering.NotFound | answering.OutOfScope | answering.Emergency
"""Outcomes on record beside the cards; greetings and thanks tell nothing."""


def mark_of(settings: Settings, identity: str, at: datetime) -> str:
    """Who was told, only for those who know the person and hold the secret; another one each day."""
    return sealed(settings, "asker", identity, china_day(at))[:MARK]


def note_card(turn: Turn, item: Item, aspects: Sequence[str], off: Iterable[str] = ()) -> None:
    """A card was shown; `off` are the aspects whose notice stood in their place, * being all of it."""
    details = {"version": item.version, "code": code_of(item), "aspects": list(aspects)}
    _note(turn, "answer", f"item:{item.id}", details | ({"off": list(off)} if off else {}))


def note_outcome(turn: Turn, outcome: Outcome) -> None:
    """Items were offered to choose from, or none was given."""
    if isinstance(outcome, answering.Choose):
        _note(turn, "offer", "outcome:choose", {"items": list(outcome.options)})
    elif isinstance(outcome, TOLD_OF):
        _note(turn, "refuse", f"outcome:{outcome.name}", {})


def code_of(item: Item) -> str:
    """What stands for the item on a card."""
    return item.text("implementation_code") or item.text("basic_code") or item.id


def _note(turn: Turn, action: str, subject: str, details: dict[str, object]) -> None:
    services, incoming = turn.services, turn.incoming
    at = services.clock()
    # A question to the plain address comes from nobody.
    nobody = incoming.sender == incoming.channel
    to = "" if nobody else mark_of(services.settings, incoming.person, at)
    turn.told.append(
        Told(at, Act(SYSTEM, action, subject, {"to": to, "channel": incoming.channel, **details}))
    )


class AnswerRecord:
    """Seals what was told, a second later at most; several replicas write one chain."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to seal in the background."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Seal what is left, once nobody is answered any more."""
        self._stopping.set()
        if self._task:
            await self._task
        await self._guarded()

    async def seal(self) -> int:
        """One round; says how many lines were added."""
        await self._keep()
        lines = 0
        while added := await self._services.store.seal_told(PAGE):
            lines += added
        return lines

    async def _keep(self) -> None:
        """Answers outside a conversation come with no transaction of their own."""
        unkept = self._services.told
        kept = unkept[:]
        if kept:
            await self._services.store.note_told(kept)
            del unkept[: len(kept)]

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self._guarded()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), SEAL_SECONDS)

    async def _guarded(self) -> None:
        try:
            await self.seal()
        except Exception:
            log.exception("answers.not_sealed", unkept=len(self._services.told))
