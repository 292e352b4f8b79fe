"""What is not a question for an item: danger first, then greetings and the like, then what others answer."""

import re

from knowledge import words
from knowledge.lexicon import for_questions
from knowledge.reading import Question
from knowledge.text import plain

SOCIAL = ("greeting", "thanks", "farewell", "human", "help")
OUTSIDE = ("prompt", "abuse", "complaint", "elsewhere", "chat")
DOUBTFUL = {"grievance": "complaint", "beyond": "elsewhere"}
"""Sections that only say something together with a doubtful match, and the kind they are of."""


def emergency(question: Question) -> str:
    """The number to call, or empty."""
    patterns = words.sections("scope")
    services = ("120", "119", "110", "122")
    return next((one for one in services if _says(patterns[f"emergency_{one}"], question)), "")


def social(question: Question) -> str:
    """The kind, where the whole message is nothing else."""
    bare = plain(question.text)
    patterns = words.sections("scope")
    return next((kind for kind in SOCIAL if bare and patterns[kind].fullmatch(bare)), "")


def outside(question: Question) -> str:
    """The kind of what no item answers, or empty; in the raw text there are marks that tidying takes away."""
    patterns = words.sections("scope")
    if patterns["prompt"].search(question.raw.lower()):
        return "prompt"
    return next((kind for kind in OUTSIDE if _says(patterns[kind], question)), "")


def doubtful(question: Question) -> str:
    """The kind of what is probably no question for an item, unless one fits very well."""
    patterns = words.sections("scope")
    return next((kind for section, kind in DOUBTFUL.items() if _says(patterns[section], question)), "")


def is_gibberish(question: Question) -> bool:
    """Too little to be a question: no letters, one character, one character repeated, or only digits."""
    bare = plain(question.text)
    unread = bare.isascii() and bare.isalpha() and not for_questions().fold(bare).found
    return len(bare) < 2 or len(set(bare)) == 1 or unread or (bare.isdigit() and len(bare) < 8)


def _says(pattern: re.Pattern[str], question: Question) -> bool:
    """In the words that were typed, or in standard ones."""
    return bool(pattern.search(question.clean) or pattern.search(question.text))
