"""What citizens' choices, corrections and unanswered questions hint at: words an item may be known by."""

import re

from bot.redaction import MARK, redact
from bot.rights import identity
from bot.secret import sealed
from bot.turn import Turn
from item_store.learning import Heard, Hint
from knowledge import following, words
from knowledge.answering import Context, Found, NotFound, Outcome
from knowledge.index import Index
from knowledge.reading import read
from knowledge.text import plain, tidy

SHORTEST, LONGEST = 2, 24
"""Characters of words that can become an alias; a long story is none."""

NUMBERS = re.compile(r"\d{5}")


async def note_outcome(turn: Turn, question: str, before: Context, outcome: Outcome) -> None:
    """Learn from how a typed message was answered, given what was remembered before it."""
    if isinstance(outcome, Found) and outcome.item in before.options:
        await note(turn, before.question, outcome.item, Heard.CHOSEN)
    elif isinstance(outcome, Found) and before.item not in ("", outcome.item) and is_correction(question):
        await note(turn, before.question, outcome.item, Heard.CORRECTED)
    elif isinstance(outcome, NotFound):
        said_none = following.says_none(plain(tidy(question)))
        await note(turn, before.question if said_none else question, "", Heard.UNANSWERED)


async def note(turn: Turn, question: str, item_id: str, heard: Heard) -> None:
    """Count the words of a question for an item, unless it is known by them or they tell of a person."""
    catalogue, settings = turn.services.catalogue, turn.services.settings
    said = words_of(question, catalogue.index)
    if not said or (item_id and catalogue.is_called(item_id, said)):
        return
    item_id = catalogue.namesakes(item_id)[0] if item_id else ""
    key = sealed(settings, "words", said)
    mark = sealed(settings, "person", key, item_id, identity(turn))
    hint = Hint(key, mark, said, item_id, heard)
    await turn.services.store.note_hint(hint, settings.learn_people)


def words_of(question: str, index: Index) -> str:
    """What a question is about, without courtesy, place and aspects; empty where nothing can be kept."""
    if MARK in redact(question) or NUMBERS.search(question):
        return ""
    said = plain(read(question, tuple(index.regions)).content)
    return said if SHORTEST <= len(said) <= LONGEST else ""


def is_correction(question: str) -> bool:
    """Whether a message puts the question before it right."""
    return words.pattern("corrections").match(plain(tidy(question))) is not None
