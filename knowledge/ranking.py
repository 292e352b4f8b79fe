"""How well each candidate fits a question: features, and one fitted weight for each."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, reduce

import numpy as np
from numpy.typing import NDArray

from knowledge import likeness, words
from knowledge import segment as parts
from knowledge.deeds import deeds
from knowledge.entry import Entry
from knowledge.index import ENFORCES, PUNISHES, Hits, Index
from knowledge.lexicon import for_names
from knowledge.reading import Question
from knowledge.sayings import Saying
from knowledge.terms import Numbers, grams, numbers
from knowledge.text import plain

FEATURES = (
    "chars_of_question", "pairs_of_question", "concepts_of_question",
    "chars_of_name", "pairs_of_name", "concepts_of_name",
    "shared", "ratio", "whole_ratio", "partial_ratio",
    "added_ratio", "added_of_question", "added_partial", "added_exact",
    "told_ratio", "told_first", "told_margin", "told_share", "told_partial",
    "opinion_ratio", "opinion_first", "opinion_margin", "opinion_share", "opinion_partial",
    "told_ratio_long", "told_first_long", "told_margin_long", "chars_long", "shared_long",
    "deed", "deed_log",
    "action_fits", "action_differs", "new_only_in_name", "action_only_in_name", "action_only_asked",
    "marks_met", "marks_only_in_name", "marks_only_asked",
    "exact", "enforcement", "not_name", "length",
)  # fmt: skip
UNLIKELY = 0.02
"""A deed less probable than this is as good as ruled out."""
LIMIT = 48
"""So many candidates are compared in full."""
LIMIT_TOLD = 24
"""And so many of those that sayings alone lead to."""
EXACTLY = [FEATURES.index("added_exact"), FEATURES.index("exact")]
ALIKE = 0.97
SOUGHT = 3
"""So many wordings that people's sayings stand for are looked for as well."""
STORY = 40
"""Characters from which a message is a story: its many words say less, what it tells of says more."""
CLEAR = 0.1
"""A lead of this share over the next wording is a clear one."""
LEAST, MOST = 1e-6, 1.5
"""A share is never of less than this; and never more: terms weigh by the whole index, names by their part."""
VERY_NAME = 3.0
"""What the very name of an item weighs at least, however seldom the fitted questions use it."""
SHOWN = 24
"""So many of the best are read whole: enough for five names where one item has several."""
FIRST, OF_ONE_NAME = 6, 6
"""For so many of the first wordings so many items that read the same are told of, one for each later."""
Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(slots=True)
class Scored:
    """A candidate with its score, what it is made of, and the probability, told later, that it is meant."""

    entry: Entry
    score: float
    features: Floats
    sure: float = 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question looks for: terms, and what each weighs as asked, added, and told by sayings."""

    terms: Numbers
    asked: Floats
    added: Floats
    told: Floats


def rank(question: Question, index: Index, place: str = "") -> list[Scored]:
    """The best candidates, best first, one for each item; of items that read the same those of the place."""
    near, scored = index.regions_of(place), dict[str, Scored]()
    for nth, (hit, row, score, features) in enumerate(_best(featured(question, index))):
        for same in hit.segment.alike(row, near, OF_ONE_NAME if nth < FIRST else 1):
            entry = hit.segment.entry(int(hit.segment.owner[same]))
            better = scored.get(entry.id)
            if better is None:
                scored[entry.id] = Scored(entry, score, features.copy())
            else:
                # Whichever of its wordings was said or is named by a rule, it is the item that is.
                better.features[EXACTLY] = np.maximum(better.features[EXACTLY], features[EXACTLY])
    return sorted(scored.values(), key=lambda one: (-round(one.score, 4), len(one.entry.name), one.entry.id))


def by_names(ranked: list[Scored], most: int) -> list[Scored]:
    """The best candidate of each name, for so many names."""
    best: dict[str, Scored] = {}
    for one in ranked:
        best.setdefault(one.entry.name, one)
    return list(best.values())[:most]


def _best(matrices: list[tuple[Hits, Floats]]) -> Iterator[tuple[Hits, int, float, Floats]]:
    """The rows of the highest scores, highest first, each with its score and features."""
    if not matrices:
        return
    lines = [(hit, features, line) for hit, features in matrices for line in range(len(hit.rows))]
    scores = np.concatenate([features @ weight_vector() for _, features in matrices])
    for place in np.argsort(-scores, kind="stable")[:SHOWN].tolist():
        hit, features, line = lines[place]
        yield hit, int(hit.rows[line]), float(scores[place]), features[line]


def featured(question: Question, index: Index) -> list[tuple[Hits, Floats]]:
    """The candidates with their features, part by part of the index; who punishes only where it is asked."""
    wanted = wanted_of(question, index)
    hits = index.candidates(wanted.terms, wanted.asked + wanted.added, LIMIT)
    told = index.candidates(wanted.terms, wanted.told, LIMIT_TOLD) if question.told else []
    highest = max((float(hit.scores.max()) for hit in hits), default=1.0)
    found = joined(hits, told)
    if not words.sections("enforcement")["asked"].search(question.text):
        found = [_helpful(hit) for hit in found]
    return [(hit, _features(question, wanted, hit, highest)) for hit in found if len(hit.rows)]


def _helpful(hit: Hits) -> Hits:
    """Without items that punish, seize or force."""
    helps = hit.segment.flags[hit.segment.owner[hit.rows]] & PUNISHES == 0
    return Hits(hit.segment, hit.rows[helps], hit.scores[helps])


def joined(hits: list[Hits], more: list[Hits]) -> list[Hits]:
    """Rows found in either way, each once; those found only in the second share nothing the question says."""
    rows = {id(hit.segment): hit for hit in hits}
    for hit in more:
        first = rows.get(id(hit.segment)) or Hits(hit.segment, hit.rows[:0], hit.scores[:0])
        new = np.setdiff1d(hit.rows, first.rows)
        scores = np.concatenate([first.scores, np.zeros(len(new), np.float32)])
        rows[id(hit.segment)] = Hits(hit.segment, np.concatenate([first.rows, new]), scores)
    return list(rows.values())


def wanted_of(question: Question, index: Index) -> Wanted:
    asked = grams(question.content) | grams(question.folded.text) | question.folded.concepts
    added = _terms_of(question.additions)
    likeliest = question.told[:SOUGHT] + question.opinion[:SOUGHT]
    told = _terms_of(tuple(wording for saying in likeliest for wording in saying.wordings))
    terms = numbers(asked | added | told)
    rarity = parts.idf(index.counts(terms), index.size())
    return Wanted(terms, *(_only(terms, some, rarity) for some in (asked, added, told)))


def _terms_of(wordings: tuple[str, ...]) -> set[int]:
    return set().union(*map(_terms, wordings))


@cache
def _terms(wording: str) -> frozenset[int]:
    """Of one of our own wordings, which are as many as the rules and sayings name."""
    folded = for_names().fold(wording)
    return frozenset(grams(folded.text) | folded.concepts)


def _only(terms: Numbers, some: set[int], rarity: Floats) -> Floats:
    """The rarity of some of the terms, which are in order; 0 for the others."""
    places = np.searchsorted(terms, numbers(some))
    only = np.zeros(len(terms), dtype=np.float32)
    only[places] = rarity[places]
    return only


@cache
def weight_vector() -> Floats:
    table = json.loads((words.FOLDER / "weights.json").read_text(encoding="utf8"))["ranking"]
    table["exact"] = max(table.get("exact", 0.0), VERY_NAME)
    return np.array([table.get(feature, 0.0) for feature in FEATURES], dtype=np.float32)


def _features(question: Question, wanted: Wanted, hit: Hits, highest: float) -> Floats:
    rows, segment = hit.rows, hit.segment
    texts = segment.texts(rows)
    asked, of_names, added = _shares(segment, wanted, rows)
    topic = question.folded.text
    ratios = _likenesses([topic, question.whole, *_named(question)], texts, likeness.ratios)
    partials = _likenesses([topic, *_named(question, 1)], texts, likeness.partials)
    told = [column for view in _views(question) for column in _told(view, ratios, partials, len(rows))]
    share, length = hit.scores / highest, min(1.0, len(question.text) / STORY)
    columns = [
        *asked,
        *of_names,
        share,
        ratios[topic],
        np.maximum(ratios[topic], ratios[question.whole]),
        partials[topic],
        *_added(question, ratios, partials, added),
        *told,
        *(length * column for column in (*told[:3], asked[0], share)),
        *_deeds(question, segment.actions[rows]),
        *_actions(question.actions, segment.actions[rows]),
        *_marks(question.marks, segment.marks[rows]),
        [text in (topic, question.whole, *question.named) for text in texts],
        segment.flags[segment.owner[rows]] & ENFORCES,
        segment.kind[rows] > 0,
        np.log1p([len(text) for text in texts]),
    ]
    table = np.empty((len(rows), len(FEATURES)), dtype=np.float32)
    for place, column in enumerate(columns):
        table[:, place] = column
    return table


def _shares(segment: parts.Segment, wanted: Wanted, rows: Rows) -> tuple[Floats, Floats, Floats]:
    """By characters, pairs and concepts: the share of what was asked that each name has, and the share of the
    name that was asked or added; and the share of the added pairs that it has.
    """
    needed = np.flatnonzero(wanted.asked + wanted.added)
    terms, asked, added = wanted.terms[needed], wanted.asked[needed], wanted.added[needed]
    family = parts.families(terms) == np.arange(3)[:, None]
    weights = np.concatenate([family * asked, family[1:2] * added, family * np.maximum(asked, added)])
    met, whole = weights @ _shared(segment, terms, rows), weights.sum(axis=1, keepdims=True)
    asked_met, added_met = np.split(met[:4] / np.maximum(whole[:4], LEAST), [3])
    return asked_met, np.minimum(met[4:] / np.maximum(segment.sizes[rows].T, LEAST), MOST), added_met[0]


def _shared(segment: parts.Segment, terms: Numbers, rows: Rows) -> Floats:
    """Which term is in which row, as 1: every row is looked up in each posting list."""
    shared = np.zeros((len(terms), len(rows)), dtype=np.float32)
    places = segment.positions(terms)
    known = np.flatnonzero(places >= 0)
    # Of the postings' own type, else each posting list is copied for the search.
    sought = rows.astype(np.int32)
    for line, posting in zip(known.tolist(), segment.postings(places[known]), strict=True):
        shared[line] = posting.take(posting.searchsorted(sought), mode="clip") == sought
    return shared


Reckon = Callable[[list[str], list[str]], Floats]
Likenesses = dict[str, Floats]
"""How like each name is to some texts, by text; all are compared at once."""


def _named(question: Question, most: int | None = None) -> list[str]:
    """What rules add, and what so many of the likeliest sayings tell of, by the pools and by the opinion."""
    told = (wording for view in _views(question) for saying in view[:most] for wording in saying.wordings)
    return [_folded(wording) for wording in (*question.additions, *told)]


def _likenesses(asked: Iterable[str], texts: list[str], reckon: Reckon) -> Likenesses:
    each = list(dict.fromkeys(asked))
    return dict(zip(each, reckon(each, texts), strict=True))


def _added(question: Question, ratios: Likenesses, partials: Likenesses, share: Floats) -> list[Floats]:
    """How near each name is to what the rules say the question is about."""
    if not question.additions:
        return [np.zeros(len(share), np.float32)] * 4
    ratio = _most(ratios, question.additions)
    return [ratio, share, _most(partials, question.additions), (ratio > ALIKE).astype(np.float32)]


def _views(question: Question) -> list[tuple[Saying, ...]]:
    """What the question tells of, by the pools of sayings and by the other opinion."""
    return [question.told, question.opinion]


def _told(view: tuple[Saying, ...], ratios: Likenesses, partials: Likenesses, names: int) -> list[Floats]:
    """How like the names are to what one of the two tells: to the best of all, to the first, surely."""
    if not view:
        return [np.zeros(names, np.float32)] * 5
    near = np.stack([_most(ratios, saying.wordings) for saying in view])
    shares = np.array([saying.share for saying in view], dtype=np.float32)
    margin = shares[0] - (shares[1] if len(shares) > 1 else 0)
    return [
        (near * ((shares / shares[0]) ** 2)[:, None]).max(axis=0),
        near[0],
        near[0] * min(1.0, margin / CLEAR),
        near[0] * shares[0],
        _most(partials, view[0].wordings),
    ]


def _most(likenesses: Likenesses, wordings: tuple[str, ...]) -> Floats:
    """How like the names are to that one of the wordings that each is most like."""
    return reduce(np.maximum, (likenesses[_folded(wording)] for wording in wordings))


@cache
def _folded(wording: str) -> str:
    return for_names().fold(plain(wording)).text


def _deeds(question: Question, named: NDArray[np.int64]) -> list[Floats]:
    """How probable it is that what the name does is what the question wants done."""
    shares = deeds().of_names(question.deeds, named)
    return [shares, np.log(shares + UNLIKELY)]


def _actions(asked: int, named: NDArray[np.int64]) -> list[NDArray[np.bool_]]:
    both = (named & asked) != 0
    new = (named & for_names().actions["new"].bit) != 0
    unasked = (named != 0) & (asked == 0)
    return [
        both,
        (named != 0) & (asked != 0) & ~both,
        unasked & new,
        unasked & ~new,
        (named == 0) & (asked != 0),
    ]


def _marks(asked: int, named: NDArray[np.int64]) -> list[NDArray[np.uint8]]:
    """How many special cases both name, how many only the name, how many only the question."""
    return [np.bitwise_count(bits) for bits in (named & asked, named & ~np.int64(asked), ~named & asked)]
