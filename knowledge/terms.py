"""The numbers a text is indexed by: its characters, its pairs of characters, and its concepts."""

import itertools
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from knowledge.lexicon import FIRST_CONCEPT, Folded
from knowledge.text import plain

Numbers = NDArray[np.uint32]
LAST_CONCEPT = 0xF8FF
PAIRS = 0x10000


def grams(text: str) -> set[int]:
    """Every character and pair of neighbours as a number; those beyond the basic plane are passed over."""
    codes = [code for code in map(ord, plain(text)) if code < FIRST_CONCEPT or LAST_CONCEPT < code < PAIRS]
    pairs = {(first << 16) | second for first, second in itertools.pairwise(codes)}
    return pairs | set(codes)


def of_name(name: str, folded: Folded) -> Numbers:
    """A name is found by its own characters and by those of the official words."""
    return numbers(grams(name) | grams(folded.text) | folded.concepts)


def numbers(terms: Iterable[int]) -> Numbers:
    return np.fromiter(sorted(terms), dtype=np.uint32)


def is_concept(terms: Numbers) -> NDArray[np.bool_]:
    return (terms >= FIRST_CONCEPT) & (terms <= LAST_CONCEPT)


def is_pair(terms: Numbers) -> NDArray[np.bool_]:
    return terms >= PAIRS


def shown(term: int) -> str:
    """A term as people read it."""
    if term >= PAIRS:
        return chr(term >> 16) + chr(term & 0xFFFF)
    return f"#{term - FIRST_CONCEPT}" if FIRST_CONCEPT <= term <= LAST_CONCEPT else chr(term)
