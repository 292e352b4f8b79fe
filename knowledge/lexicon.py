"""Everyday and official words for the same: folds a text to the official ones and names its concepts."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from knowledge import words

FIRST_CONCEPT = 0xE000
"""Concepts are numbered in Unicode's private area, so that one number can name a character or a concept."""


@dataclass(frozen=True, slots=True)
class Word:
    """A listed word: what it folds to, the concepts it names, the families of action it belongs to."""

    folded: str
    concepts: tuple[int, ...] = ()
    actions: int = 0


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in official words, with its concepts and a bit for each family of action."""

    text: str
    concepts: frozenset[int]
    actions: int
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A family of actions: same thing, other action, other item."""

    key: str
    label: str
    bit: int


class Lexicon:
    """The listed words by their first two characters, longest first."""

    def __init__(self, entries: dict[str, Word], actions: list[Action]) -> None:
        self.entries = entries
        self.actions = {action.key: action for action in actions}
        self._by_start: dict[str, list[str]] = {}
        for word in sorted(entries, key=len, reverse=True):
            self._by_start.setdefault(word[:2], []).append(word)

    def fold(self, text: str) -> Folded:
        """Replace listed words by the official ones, the longest at each place."""
        parts: list[str] = []
        concepts: set[int] = set()
        found: list[str] = []
        actions = place = 0
        while place < len(text):
            word = self._word_at(text, place)
            if word is None:
                parts.append(text[place])
                place += 1
                continue
            entry = self.entries[word]
            parts.append(entry.folded)
            concepts.update(entry.concepts)
            actions |= entry.actions
            found.append(word)
            place += len(word)
        return Folded("".join(parts), frozenset(concepts), actions, tuple(found))

    def bits(self, keys: Iterable[str]) -> int:
        return sum(self.actions[key].bit for key in set(keys))

    def action_keys(self, bits: int) -> tuple[str, ...]:
        return tuple(key for key, action in self.actions.items() if action.bit & bits)

    def _word_at(self, text: str, place: int) -> str | None:
        for word in self._by_start.get(text[place : place + 2], ()):
            if text.startswith(word, place):
                return word
        return text[place] if text[place] in self.entries else None


@cache
def for_names() -> Lexicon:
    """The words as they are read in official names."""
    return _load(asked=False)


@cache
def for_questions() -> Lexicon:
    """The words as they are read in questions: with those too short or loose to be read in a name."""
    return _load(asked=True)


def _load(asked: bool) -> Lexicon:
    entries: dict[str, Word] = {}
    for number, (head, variants) in enumerate(words.pairs("terms")):
        for word in (head, *variants):
            _add(entries, word, head, FIRST_CONCEPT + number)
    for word in " ".join(words.lines("not_actions")).split():
        entries.setdefault(word, Word(word))
    actions = _add_actions(entries, asked)
    return Lexicon(entries, actions)


def _add(entries: dict[str, Word], word: str, head: str, concept: int) -> None:
    known = entries.get(word, Word(head))
    entries[word] = Word(known.folded, (*known.concepts, concept), known.actions)


def _add_actions(entries: dict[str, Word], asked: bool) -> list[Action]:
    """Rows of `key label = words ~ words of questions alone`; a word of several families is left as it is."""
    actions: list[Action] = []
    for number, (head, variants) in enumerate(words.pairs("actions")):
        key, label = head.split()
        actions.append(Action(key, label, 1 << number))
        official, _, loose = " ".join(variants).partition("~")
        for word in official.split():
            _add_action(entries, word, label, 1 << number)
        for word in loose.split() if asked else ():
            _add_action(entries, word, word, 1 << number)
    return actions


def _add_action(entries: dict[str, Word], word: str, folded: str, bit: int) -> None:
    known = entries.get(word)
    if known is None:
        entries[word] = Word(folded, (), bit)
        return
    shared = word if known.actions and not known.concepts else known.folded
    entries[word] = Word(shared, known.concepts, known.actions | bit)
