"""A closer look at the best few candidates: each beside the others, and the probability that it is meant.

The ranking (knowledge/ranking.py) weighs every candidate for itself, in one sum. Of the few that remain,
boosted trees see how far each is behind the best of the others in every single respect, and what kind of
message it is: which lead counts depends on what was said.
"""

from functools import cache
from itertools import accumulate, pairwise

import numpy as np

from knowledge import likeness, sayings, scope, words
from knowledge.index import Index
from knowledge.kinds import LEARNED, kinds
from knowledge.opinion import opinion
from knowledge.ranking import FEATURES, Floats, Scored, by_names, rank
from knowledge.reading import Question
from knowledge.talk import talk
from knowledge.text import plain
from knowledge.trees import Trees

FILE = words.FOLDER / "judging.npz"
NAMES = 6
"""So many names are looked at; the rest of the candidates are taken to be as unlikely as the last of them."""
ALMOST = 0.8
"""From this likeness a name is taken to be a wording."""
FAR = 9.0
"""How far the score of a candidate without another one is ahead."""
OF_MESSAGE = (
    "long", "asks", "grieves", "told", "told_lead", "opinion", "opinion_lead", "beyond", *LEARNED, "talk",
    "names",
)  # fmt: skip
COMPARED = (*FEATURES, "nearest_saying", "nearest_three", "nearest_part", "agreed")
SIGNS = (
    *COMPARED, *(f"{feature}_lead" for feature in COMPARED),
    "score", "lead", "second_lead", "place", "alike", *OF_MESSAGE,
)  # fmt: skip


def judge(question: Question, index: Index, place: str = "") -> list[Scored]:
    """The candidates, likeliest first, each with the probability that it is what was meant."""
    ranked = rank(question, index, place)
    if not ranked:
        return []
    first = by_names(ranked, NAMES)
    likely = _trees().probabilities(signs(question, first)).tolist()
    sure = dict(zip((one.entry.name for one in first), likely, strict=True))
    least = min(likely)
    for one in ranked:
        one.sure = sure.get(one.entry.name, least)
    return sorted(ranked, key=lambda one: -one.sure)


def signs(question: Question, first: list[Scored]) -> Floats:
    """What is judged by: a row for each candidate, a column for each of SIGNS."""
    own = np.stack([one.features for one in first])
    names = [plain(one.entry.name) for one in first]
    features = np.column_stack([own, _nearest(question, names), _agreed(question, names)])
    scores = np.array([one.score for one in first], dtype=np.float32)
    place = np.arange(len(first), dtype=np.float32)
    alike = _alike(names)
    message = np.tile(np.array(_of_message(question, len(first)), np.float32), (len(first), 1))
    behind = features - _best_of_others(features)
    table = np.column_stack([features, behind, scores, *_leads(scores), place, alike, message])
    return np.asarray(table, dtype=np.float32)


def _nearest(question: Question, names: list[str]) -> Floats:
    """How like the message is to the single sayings of each candidate's wording, that are most like it."""
    text, wordings = plain(question.text), _wordings_of(question, names)
    said = {one: sayings.said(one) for one in dict.fromkeys(wordings) if one}
    every = [saying for some in said.values() for saying in some]
    like, part = likeness.ratios([text], every)[0], likeness.partials([text], every)[0]
    ends = zip(said, pairwise(accumulate(map(len, said.values()), initial=0)), strict=True)
    most = {one: _most(like[first:end], part[first:end]) for one, (first, end) in ends}
    return np.array([most.get(one, (0.0, 0.0, 0.0)) for one in wordings], dtype=np.float32)


def _most(like: Floats, part: Floats) -> tuple[float, float, float]:
    """Of the sayings of one wording: the most like, the mean of the three most like, the part most like."""
    best = np.sort(like)[-3:]
    return float(best[-1]), float(best.mean()), float(part.max())


def _wordings_of(question: Question, names: list[str]) -> list[tuple[str, ...]]:
    """For each candidate the likely wording that its name is almost the same as, or an empty one."""
    likely = list(dict.fromkeys(one.wordings for one in (*question.told, *question.opinion)))
    variants = [(plain(variant), wordings) for wordings in likely for variant in wordings]
    if not variants:
        return [()] * len(names)
    same = likeness.ratios(names, [variant for variant, _ in variants])
    return [variants[row.argmax()][1] if row.max() >= ALMOST else () for row in same]


def _agreed(question: Question, names: list[str]) -> Floats:
    """How far the message and the name of each candidate are taken for the same wording.

    What both merely have in common, as the same action, does not count here.
    """
    return opinion().agreement(question.opinion, names)


def _of_message(question: Question, names: int) -> list[float]:
    """What the message is like, whichever candidate is looked at."""
    said = plain(question.text)
    weights = kinds().weigh(said)
    return [
        float(np.log1p(len(question.content))),
        float(bool(question.aspects)),
        float(bool(scope.doubtful(question))),
        *_first_and_lead([saying.share for saying in question.told]),
        *_first_and_lead([saying.share for saying in question.opinion]),
        scope.nearness(question),
        *(weights[kind] for kind in LEARNED),
        talk().weigh(said),
        float(names),
    ]


def _first_and_lead(shares: list[float]) -> list[float]:
    first, second = [*shares, 0.0, 0.0][:2]
    return [first, first - second]


def _alike(names: list[str]) -> Floats:
    """How like each name is to the one of the others that it is most like."""
    alike = likeness.ratios(names, names)
    np.fill_diagonal(alike, 0)
    return np.asarray(alike.max(axis=1))


def _leads(scores: Floats) -> tuple[Floats, Floats]:
    """How far each score is ahead of the best other one, and of the one after that."""
    none = scores.min() - np.float32(FAR)
    first, second, third = sorted([*scores, none, none], reverse=True)[:3]
    return (
        scores - np.where(scores == first, second, first),
        scores - np.where(scores >= second, third, second),
    )


def _best_of_others(features: Floats) -> Floats:
    """For each row, the most of every column among the other rows; 0 where there are none."""
    if len(features) == 1:
        return np.zeros_like(features)
    order = np.sort(features, axis=0)
    return np.asarray(np.where(features == order[-1], order[-2], order[-1]))


@cache
def _trees() -> Trees:
    with np.load(FILE, allow_pickle=False) as made:
        return Trees.of(dict(made))
