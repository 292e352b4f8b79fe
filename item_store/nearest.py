"""The values of a closed list nearest to what somebody wrote."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from item_store.closed_lists import comparable

LEAST = 0.25
"""Likeness below which a value is no suggestion."""


def nearest(text: str, choices: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """Best first; values that hold the text or are held by it stand before those that are only alike."""
    scored = sorted(((_likeness(text, choice), choice) for choice in choices), key=lambda pair: -pair[0])
    return tuple(choice for score, choice in scored[:limit] if score >= LEAST)


def _likeness(text: str, choice: str) -> float:
    wanted, offered = comparable(text), comparable(choice)
    held = bool(wanted) and (wanted in offered or offered in wanted)
    shared = len(set(wanted) & set(offered)) / max(len(set(offered)), 1)
    return held + SequenceMatcher(None, wanted, offered).ratio() / 2 + shared / 2
