"""How well each candidate fits a question: features, and one fitted weight for each."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge import segment as parts
from knowledge import words
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
LIMIT = 60
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
VERY_NAME = 3.0
"""What the very name of an item weighs at least, however seldom the fitted questions use it."""
SHOWN = 24
"""So many of the best are read whole: enough for five names where one item has several."""
FIRST, OF_ONE_NAME = 6, 6
"""For so many of the first wordings so many items that read the same are told of, one for each later."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score, what it is made of, and the probability that it is what was meant."""

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
    matrices = featured(question, index)
    if not matrices:
        return []
    scores = np.concatenate([features @ weight_vector() for _, features in matrices])
    if not words.sections("enforcement")["asked"].search(question.text):
        scores[np.concatenate([_punishes(hit) for hit, _ in matrices])] = -np.inf
    lines = [(hit, features, line) for hit, features in matrices for line in range(len(hit.rows))]
    best_lines = np.argsort(-scores, kind="stable")[: min(SHOWN, int(np.isfinite(scores).sum()))]
    near, scored = index.regions_of(place), dict[str, Scored]()
    for nth, number in enumerate(best_lines.tolist()):
        hit, features, line = lines[number]
        for row in hit.segment.alike(int(hit.rows[line]), near, OF_ONE_NAME if nth < FIRST else 1):
            entry = hit.segment.entry(int(hit.segment.owner[row]))
            best = scored.setdefault(entry.id, Scored(entry, float(scores[number]), features[line].copy()))
            # Whichever of its wordings is the one that was said or that a rule names, it is the item that is.
            best.features[EXACTLY] = np.maximum(best.features[EXACTLY], features[line, EXACTLY])
    return sorted(scored.values(), key=lambda one: (-round(one.score, 4), len(one.entry.name), one.entry.id))


def by_names(ranked: list[Scored], most: int) -> list[Scored]:
    """The best candidate of each name, for so many names."""
    best: dict[str, Scored] = {}
    for one in ranked:
        best.setdefault(one.entry.name, one)
    return list(best.values())[:most]


def _punishes(hit: Hits) -> NDArray[np.bool_]:
    return np.asarray(hit.segment.flags[hit.segment.owner[hit.rows]] & PUNISHES, dtype=np.bool_)


def featured(question: Question, index: Index) -> list[tuple[Hits, Floats]]:
    """The candidates with their features, part by part of the index."""
    wanted = wanted_of(question, index)
    hits = index.candidates(wanted.terms, wanted.asked + wanted.added, LIMIT)
    told = index.candidates(wanted.terms, wanted.told, LIMIT_TOLD) if question.told else []
    highest = max((float(hit.scores.max()) for hit in hits), default=1.0)
    return [(hit, _features(question, wanted, hit, highest)) for hit in joined(hits, told)]


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
    shared = _shared(segment, wanted, rows)
    family = parts.families(wanted.terms)
    texts = segment.texts(rows)
    told = _told(question, texts)
    asked = [_share_of(shared, np.where(family == number, wanted.asked, 0)) for number in range(3)]
    length = min(1.0, len(question.text) / STORY)
    columns = [
        *asked,
        *_shares_of_names(shared, wanted, family, segment.sizes[rows]),
        hit.scores / highest,
        *_fuzzy(question, texts),
        *_added(question, shared, np.where(family == 1, wanted.added, 0), texts),
        *told,
        *(length * column for column in (*told[:3], asked[0], hit.scores / highest)),
        *_deeds(question, segment.actions[rows]),
        *_actions(question.actions, segment.actions[rows]),
        *_marks(question.marks, segment.marks[rows]),
        np.array([text in (question.folded.text, question.whole, *question.named) for text in texts]),
        segment.flags[segment.owner[rows]] & ENFORCES,
        segment.kind[rows] > 0,
        np.log1p([len(text) for text in texts]),
    ]
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _shared(segment: parts.Segment, wanted: Wanted, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which candidate has which term that was asked or added: each is looked up in each posting list."""
    shared = np.zeros((len(wanted.terms), len(rows)), dtype=np.bool_)
    needed = np.flatnonzero(wanted.asked + wanted.added)
    # Of the postings' own type, else each posting list is copied for the search.
    sought = rows.astype(np.int32)
    for line, place in zip(needed.tolist(), segment.positions(wanted.terms[needed]).tolist(), strict=True):
        if place >= 0:
            posting = segment.posting(place)
            shared[line] = posting.take(posting.searchsorted(sought), mode="clip") == sought
    return shared.T


def _share_of(shared: NDArray[np.bool_], weights: Floats) -> Floats:
    total = float(weights.sum())
    return np.asarray(shared @ weights / total if total else np.zeros(len(shared)), dtype=np.float32)


def _shares_of_names(
    shared: NDArray[np.bool_], wanted: Wanted, family: NDArray[np.int8], sizes: Floats
) -> list[Floats]:
    weights = np.maximum(wanted.asked, wanted.added)
    found = [shared @ np.where(family == number, weights, 0) for number in range(3)]
    return [np.minimum(found[number] / np.maximum(sizes[:, number], 1e-6), 1.5) for number in range(3)]


def _fuzzy(question: Question, texts: list[str]) -> list[Floats]:
    """Likeness to the topic, to the question with the words of asking, and to the part that fits best."""
    asked, whole = question.folded.text, question.whole
    likeness = process.cdist([asked, whole], texts, scorer=fuzz.ratio) / 100
    return [
        likeness[0],
        likeness.max(axis=0),
        process.cdist([asked], texts, scorer=fuzz.partial_ratio)[0] / 100,
    ]


def _added(question: Question, shared: NDArray[np.bool_], weights: Floats, texts: list[str]) -> list[Floats]:
    """How near each name is to what the rules say the question is about."""
    if not question.additions or not texts:
        return [np.zeros(len(texts), np.float32)] * 4
    folded = [_folded(addition) for addition in question.additions]
    ratio = process.cdist(folded, texts, scorer=fuzz.ratio).max(axis=0) / 100
    partial = process.cdist(folded, texts, scorer=fuzz.partial_ratio).max(axis=0) / 100
    return [ratio, _share_of(shared, weights), partial, ratio > ALIKE]


def _told(question: Question, texts: list[str]) -> list[Floats]:
    """How near each name is to what the question tells of, by the pools of sayings and the other opinion."""
    views = question.told, question.opinion
    wordings = list(dict.fromkeys(saying.wordings for view in views for saying in view))
    if not wordings or not texts:
        return [np.zeros(len(texts), np.float32)] * 10
    variants = [_folded(variant) for wording in wordings for variant in wording]
    firsts = np.cumsum([0, *(len(wording) for wording in wordings[:-1])])
    near = process.cdist(variants, texts, scorer=fuzz.ratio, dtype=np.float32) / 100
    ratios = dict(zip(wordings, np.maximum.reduceat(near, firsts, axis=0), strict=True))
    partial = {
        likeliest: _partial(likeliest, texts) for likeliest in {view[0].wordings for view in views if view}
    }
    return [column for view in views for column in _view(view, ratios, partial, len(texts))]


def _partial(wording: tuple[str, ...], texts: list[str]) -> Floats:
    """How like the names are to a wording where the shorter of the two fits best."""
    variants = [_folded(variant) for variant in wording]
    return np.asarray(process.cdist(variants, texts, scorer=fuzz.partial_ratio).max(axis=0) / 100)


Likenesses = dict[tuple[str, ...], Floats]


def _view(view: tuple[Saying, ...], near: Likenesses, partial: Likenesses, names: int) -> list[Floats]:
    """How like the names are to what one of the two tells: to the best of all, to the first, surely."""
    if not view:
        return [np.zeros(names, np.float32)] * 5
    ratios = np.stack([near[saying.wordings] for saying in view])
    shares = np.array([saying.share for saying in view], dtype=np.float32)
    margin = shares[0] - (shares[1] if len(shares) > 1 else 0)
    return [
        (ratios * ((shares / shares[0]) ** 2)[:, None]).max(axis=0),
        ratios[0],
        ratios[0] * min(1.0, margin / CLEAR),
        ratios[0] * shares[0],
        partial[view[0].wordings],
    ]


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
