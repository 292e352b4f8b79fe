"""One question answered outside any conversation: for `banshi ask`, its batches and /api/ask."""

from dataclasses import asdict
from typing import Any

from bot.handlers.ask import reply_to
from bot.messages import Incoming
from bot.rendering import plain
from bot.services import Services
from bot.sessions import Session
from bot.texts import Texts
from bot.turn import Turn
from knowledge import answering
from knowledge.answering import Outcome

CHANNEL = "api"


def answer_line(question: str, services: Services) -> dict[str, Any]:
    """The outcome of one question as the JSON object of a batch line."""
    outcome = answering.answer(question, services.catalogue.index)
    return {
        "question": question,
        "outcome": outcome.name,
        "aspects": list(outcome.aspects),
        "candidates": [asdict(candidate) for candidate in outcome.candidates],
        "text": answer_text(question, outcome, services),
    }


def answer_text(question: str, outcome: Outcome, services: Services) -> str:
    """What a person would read."""
    incoming = Incoming(channel=CHANNEL, sender=CHANNEL)
    turn = Turn(incoming, Session(context=outcome.context.to_dict()), services, Texts(services.settings.locale))
    return "\n\n".join(plain(reply) for reply in reply_to(outcome, turn))
