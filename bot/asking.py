"""One question answered outside any conversation: for `banshi ask`, its batches and /api/ask."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot import answer_record
from bot.handlers.ask import reply_to
from bot.messages import Incoming
from bot.rendering import plain
from bot.services import Services
from bot.sessions import Session
from bot.texts import Texts
from bot.turn import Turn
from item_store.audit import Told
from knowledge import answering
from knowledge.answering import Outcome

CHANNEL = "api"


def answer_line(question: str, services: Services, told: list[Told] | None = None) -> dict[str, Any]:
    """The outcome of one question as the JSON object of a batch line; `told` takes what is for the record."""
    outcome = answering.answer(question, services.catalogue.index)
    return {
        "question": question,
        "outcome": outcome.name,
        "aspects": list(outcome.aspects),
        "candidates": [asdict(candidate) for candidate in outcome.candidates],
        "text": answer_text(question, outcome, services, told),
    }


def answer_text(question: str, outcome: Outcome, services: Services, told: list[Told] | None = None) -> str:
    """What a person would read."""
    incoming = Incoming(channel=CHANNEL, sender=CHANNEL)
    turn = Turn(
        incoming, Session(context=outcome.context.to_dict()), services, Texts(services.settings.locale)
    )
    answer_record.note_outcome(turn, outcome)
    text = "\n\n".join(plain(reply) for reply in reply_to(outcome, turn))
    if told is not None:
        told += turn.told
    return text


class QuestionFileError(ValueError):
    """A line of a question file cannot be read: {line}"""


def read_questions(path: Path) -> Iterator[str]:
    """The questions of a JSON lines file. Raises QuestionFileError naming the line."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield str(json.loads(line)["question"])
            except (ValueError, KeyError, TypeError) as error:
                raise QuestionFileError(f"{path}:{number}: not a JSON object with a question") from error


def why(question: str, services: Services) -> str:
    """How the question was understood: tokens, aspects, candidates with scores, the step that decided."""
    told = answering.explain(question, services.catalogue.index)
    lines = [
        f"text        {told.question.text}",
        f"topic       {told.question.topic}",
        f"tokens      {' '.join(told.question.tokens)}",
        f"aspects     {' '.join(told.question.aspects)}",
        f"step        {told.step}",
        f"outcome     {told.outcome.name}",
    ]
    for candidate, parts in told.candidates:
        lines.append(f"{candidate.score:.3f}  {candidate.name}  {candidate.id}")
        lines.append("       " + "  ".join(f"{name}={value:.2f}" for name, value in parts.items() if value))
    return "\n".join(lines)
