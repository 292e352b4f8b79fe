"""Trains words/opinion.npz and words/talk.npz: `python -m knowledge.training`, a minute, after words changed.

The opinion is a softmax over all wordings by AdaGrad (Duchi, Hazan, Singer 2011), with some of the grams of
each saying left out at random, so that no wording is known by a single one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge import opinion, sayings, talk
from knowledge.fitting import logistic
from knowledge.kept import Arrays
from knowledge.sayings import BETWEEN, NOTHING, Pool, grams_of, places_in
from knowledge.text import plain

SIZE = 64
"""Numbers in a vector."""
FEWEST = 6
"""A gram in fewer sayings than this is not learned."""
LEARNERS = 2
"""So many are trained, each from its own chance; what they say together is steadier."""
ROUNDS, SETTLED, BATCH = 8, 4, 256
"""What is kept is the mean of what was learned after each of the last rounds."""
STEPS = 0.1, 0.006
"""How far a step goes, falling from the first round to the last."""
KEPT = 0.7
"""The share of the grams of a saying that is seen at a time."""
RARE = 0.3
"""The fewer sayings a wording has, the more each counts: as their number to this power less."""
BYTE = 127
FEWEST_OF_TALK = 3
"""A gram in fewer messages and sayings than this says nothing of talk: what people say in passing is few."""
SPOKEN_COUNTS, WANTED_COUNTS = 2.0, 6.0
"""So many sayings count a message of talk, and one that wants something in a statement."""
TELLING = 0.01
"""What says less than this for or against talk is left out."""
Floats = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as places of grams, one after the other, with what each is labelled and counts."""

    places: Places
    starts: Places
    labels: Places
    counts: Floats

    @classmethod
    def of(cls, each: Sequence[Places], labels: Places, grams: Places) -> "Texts":
        """From the grams of each text, of which only known ones are seen."""
        flat = np.concatenate([NOTHING, *each])
        line = np.repeat(np.arange(len(each)), [len(one) for one in each])
        places = np.minimum(np.searchsorted(grams, flat), len(grams) - 1)
        known = grams[places] == flat
        starts = np.append(0, np.cumsum(np.bincount(line[known], minlength=len(each))))
        counts = np.bincount(labels)[labels] ** -RARE
        return cls(places[known], starts, labels, (counts / counts.mean()).astype(np.float32))

    def some(self, rows: Places, chance: np.random.Generator) -> tuple[Places, Places, Floats]:
        """Of these texts, at random: which text of them, which gram, and what it weighs."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        line = np.repeat(np.arange(len(rows)), lengths)
        within = np.arange(len(line)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        places = self.places[np.repeat(self.starts[rows], lengths) + within]
        weights = (1 / np.sqrt(np.maximum(lengths, 1)) / KEPT).astype(np.float32)[line]
        seen = chance.random(len(line)) < KEPT
        return line[seen], places[seen], weights[seen]


class Table:
    """Vectors that are learned, each number by steps that grow shorter the more it was moved."""

    def __init__(self, rows: int, chance: np.random.Generator) -> None:
        self.values = (chance.standard_normal((rows, SIZE)) / 10).astype(np.float32)
        self._moved = np.full_like(self.values, 1e-6)

    def move(self, rows: Places | slice, slope: Floats, step: float) -> None:
        """Down the slope."""
        self._moved[rows] += slope**2
        self.values[rows] -= step * slope / np.sqrt(self._moved[rows])


class Learner:
    """The vectors of grams and of wordings on their way."""

    def __init__(self, grams: int, wordings: int, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._grams, self._wordings = Table(grams, self._chance), Table(wordings, self._chance)

    def learned(self, texts: Texts) -> tuple[Floats, Floats]:
        """The means of both after the last rounds."""
        settled = []
        for step in np.linspace(*STEPS, ROUNDS):
            order = self._chance.permutation(len(texts.labels))
            for rows in np.split(order, range(BATCH, len(order), BATCH)):
                self._learn(texts, rows, step)
            settled.append((self._grams.values.copy(), self._wordings.values.copy()))
        grams, wordings = zip(*settled[-SETTLED:], strict=True)
        return np.mean(grams, axis=0), np.mean(wordings, axis=0)

    def _learn(self, texts: Texts, rows: Places, step: float) -> None:
        """One step, on a few texts: the slope of the cross entropy, by the chain rule."""
        line, places, weights = texts.some(rows, self._chance)
        told = np.zeros((len(rows), SIZE), np.float32)
        once, first = np.unique(line, return_index=True)
        told[once] = np.add.reduceat(self._grams.values[places] * weights[:, None], first)
        error = _shares(told @ self._wordings.values.T)
        error[np.arange(len(rows)), texts.labels[rows]] -= 1
        error *= texts.counts[rows, None]
        back = (error @ self._wordings.values)[line] * weights[:, None]
        self._wordings.move(slice(None), error.T @ told, step)
        order = np.argsort(places, kind="stable")
        once, first = np.unique(places[order], return_index=True)
        self._grams.move(once, np.add.reduceat(back[order], first), step)


def _shares(logits: Floats) -> Floats:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def trained(pools: Sequence[Pool]) -> Arrays:
    """The vectors that tell the pools' sayings apart, those of grams in bytes."""
    told = [(n, plain(one)) for n, pool in enumerate(pools) for part in pool for one in part]
    each = [np.unique(grams_of(text)) for _, text in told]
    grams, often = np.unique(np.concatenate(each), return_counts=True)
    grams = grams[often >= FEWEST]
    texts = Texts.of(each, np.array([label for label, _ in told]), grams)
    learned = [Learner(len(grams), len(pools), seed).learned(texts) for seed in range(LEARNERS)]
    vectors, wordings = (np.concatenate(part, axis=1) for part in zip(*learned, strict=True))
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / BYTE
    return {
        "wordings": np.array([BETWEEN.join(wordings) for wordings, _ in pools], dtype=np.str_),
        "grams": grams,
        "vectors": np.rint(vectors / scales[:, None]).astype(np.int8),
        "scales": scales.astype(np.float32),
        "classes": (wordings / LEARNERS).astype(np.float16),
        "stamp": np.array(sayings.stamp(pools)),
    }


def trained_on_talk(spoken: Sequence[str], wanted: Sequence[str], asked: Sequence[str]) -> Arrays:
    """What each gram says for mere talk, beside what is wanted in statements and all that is asked."""
    said = [plain(text) for text in (*spoken, *wanted, *asked)]
    grams, often = np.unique(np.concatenate([np.unique(grams_of(text)) for text in said]), return_counts=True)
    grams = grams[often >= FEWEST_OF_TALK]
    is_talk = np.arange(len(said)) < len(spoken)
    counts = np.repeat([SPOKEN_COUNTS, WANTED_COUNTS, 1.0], [len(spoken), len(wanted), len(asked)])
    *speaks, start = logistic([places_in(grams, text) for text in said], len(grams), is_talk, counts)
    telling = np.abs(speaks) >= TELLING
    return {
        "grams": grams[telling],
        "speaks": np.array(speaks)[telling].astype(np.float16),
        "start": np.array(start),
        "stamp": np.array(talk.stamp(spoken, wanted)),
    }


def main() -> None:
    pools = sayings.pooled()
    np.savez_compressed(opinion.FILE, **trained(pools))  # type: ignore[arg-type]
    asked = [one for _, said in pools for one in said]
    told = trained_on_talk(talk.spoken(), talk.wanted(), asked)
    np.savez_compressed(talk.FILE, **told)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
