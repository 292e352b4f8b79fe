"""What is not a question for an item: danger first, then greetings and the like, then what others answer."""

from knowledge import words
from knowledge.text import plain

SOCIAL = ("greeting", "thanks", "farewell", "human", "help")
OUTSIDE = ("prompt", "abuse", "complaint", "elsewhere", "chat")
DOUBTFUL = {"grievance": "complaint", "beyond": "elsewhere"}
"""Sections that only say something together with a doubtful match, and the kind they are of."""


def emergency(text: str) -> str:
    """The number to call, or empty."""
    patterns = words.sections("scope")
    for service in ("120", "119", "110", "122"):
        if patterns[f"emergency_{service}"].search(text):
            return service
    return ""


def social(text: str) -> str:
    """The kind, where the whole message is nothing else."""
    bare = plain(text)
    patterns = words.sections("scope")
    return next((kind for kind in SOCIAL if bare and patterns[kind].fullmatch(bare)), "")


def outside(text: str) -> str:
    """The kind of what no item answers, or empty."""
    patterns = words.sections("scope")
    return next((kind for kind in OUTSIDE if patterns[kind].search(text)), "")


def doubtful(text: str) -> str:
    """The kind of what is probably no question for an item, unless one fits very well."""
    patterns = words.sections("scope")
    return next((kind for section, kind in DOUBTFUL.items() if patterns[section].search(text)), "")


def is_gibberish(text: str) -> bool:
    """Too little to be a question: no letters, one character, one character repeated, or only digits."""
    bare = plain(text)
    return len(bare) < 2 or len(set(bare)) == 1 or (bare.isdigit() and len(bare) < 8)
