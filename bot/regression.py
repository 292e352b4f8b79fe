"""Questions whose right item is known, and which an alias would change: asked on copies of the index."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.catalogue import Catalogue
from knowledge import answering
from knowledge.answering import Choose, Found
from knowledge.entry import Entry
from knowledge.index import Index
from knowledge.text import plain, tidy
from knowledge.trial import trial_of


class RegressionFileError(ValueError):
    """A line of the file of regression questions cannot be read."""


@dataclass(frozen=True, slots=True)
class Known:
    """A question and the item that is right for it."""

    question: str
    item_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question comes to: an outcome's name, and the items it is answered with or offers."""

    outcome: str
    item_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A regression question with another answer than before."""

    known: Known
    before: Answer
    after: Answer


@dataclass(frozen=True, slots=True)
class Effect:
    """What an alias would do: to its own words, and to so many questions tried of all there are."""

    now: Answer
    then: Answer
    tried: int
    total: int
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """The words that people used, and the alias that these items are to have for them."""

    words: str
    alias: str
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The index as it is and as it would be, and what to ask both; safe to run in another thread."""

    before: Index
    after: Index
    entries: tuple[Entry, ...]
    wish: Wish
    questions: tuple[Known, ...]
    total: int

    def run(self) -> Effect:
        """Ask everything of both."""
        for entry in self.entries:
            self.after.put(entry)
        changed = [
            Changed(known, before, after)
            for known in self.questions
            if (before := ask(known.question, self.before)) != (after := ask(known.question, self.after))
        ]
        now, then = ask(self.wish.words, self.before), ask(self.wish.words, self.after)
        return Effect(now, then, len(self.questions), self.total, tuple(changed))


def trial(catalogue: Catalogue, wish: Wish, known: Sequence[Known], every: bool = False) -> Trial:
    """Prepare to compare; only questions that the alias comes near are asked, or every one."""
    index = catalogue.index
    entries = tuple(with_alias(entry, wish.alias) for each in wish.item_ids if (entry := index.get(each)))
    near = tuple(known) if every else tuple(one for one in known if _near(one, wish))
    return Trial(trial_of(index), trial_of(index), entries, wish, near, len(known))


def with_alias(entry: Entry, alias: str) -> Entry:
    """The entry as it would be."""
    return replace(entry, aliases=(*entry.aliases, alias))


def ask(question: str, index: Index) -> Answer:
    """What a first question comes to."""
    outcome = answering.answer(question, index)
    if isinstance(outcome, Found):
        return Answer(outcome.name, (outcome.item, *outcome.also))
    return Answer(outcome.name, outcome.options if isinstance(outcome, Choose) else ())


def known_questions(catalogue: Catalogue, path: Path | None) -> list[Known]:
    """The district's own file, or the questions and aliases of all items. Raises RegressionFileError."""
    return list(_read(path) if path else _of_items(catalogue))


def _of_items(catalogue: Catalogue) -> Iterator[Known]:
    for item in catalogue.items():
        entry = catalogue.index.get(item.id)
        if entry:
            yield from (Known(text, item.id) for text in (*entry.questions, *entry.aliases))


def _read(path: Path) -> Iterator[Known]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                yield Known(str(row["question"]), str(row["item"]))
            except (ValueError, KeyError, TypeError) as error:
                raise RegressionFileError(
                    f"{path}:{number}: not a JSON object with question and item"
                ) from error


def _near(known: Known, wish: Wish) -> bool:
    return known.item_id in wish.item_ids or bool(_pairs(known.question) & _pairs(wish.alias))


def _pairs(text: str) -> set[str]:
    clean = plain(tidy(text))
    return {clean[place : place + 2] for place in range(len(clean) - 1)}
