"""Fits words/weights.json and words/judging.npz on your own items and questions.

`python -m knowledge.tuning FOLDER… [--store]`, with the extra "tuning" installed. A folder holds items.jsonl
(id, name, …) and questions.jsonl (question; what is right as gold, gold_name or gold_names; none for one that
no item answers). `FOLDER=2` counts twice, `FOLDER:ITEMS` takes the items of another folder. What is fitted is
judged on items it has not seen.
"""

import argparse
import json
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from knowledge import words
from knowledge.fitting import Floats, Sample, boosted, hits, softmax
from knowledge.index import Index
from knowledge.judgements import Judged, judged, told_apart
from knowledge.judging import FILE
from knowledge.ranking import FEATURES, featured
from knowledge.reading import read
from knowledge.sets import FOLDS, Lines, is_right, read_index, read_lines, right_answers, topic_of

EACH = 300.0
"""Every set weighs as much as so many questions, however many it has."""
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.01)


def samples(index: Index, questions: Lines, share: float) -> list[Sample]:
    """Questions on one item weigh less each; an item is always wholly in one fold."""
    often = Counter(topic_of(question) for question in questions)
    found = [_sample(index, question, often) for question in questions if right_answers(question)]
    usable = [sample for sample in found if sample is not None]
    scale = EACH * share / max(1e-9, sum(sample.weight for sample in usable))
    return [replace(sample, weight=sample.weight * scale) for sample in usable]


def _sample(index: Index, question: dict[str, str], often: Counter[str]) -> Sample | None:
    matrices = featured(read(question["question"]), index)
    if not matrices:
        return None
    right, topic = right_answers(question), topic_of(question)
    entries = [hit.segment.entry(int(hit.segment.owner[row])) for hit, _ in matrices for row in hit.rows]
    return Sample(
        np.concatenate([features for _, features in matrices]).astype(float),
        np.array([is_right(entry, right) for entry in entries]),
        tuple(entry.name for entry in entries),
        zlib.crc32(topic.encode()) % FOLDS,
        often[topic] ** -0.5,
    )


def cross_validated(sets: dict[str, list[Sample]], penalty: float) -> dict[str, tuple[float, float]]:
    """Hit at 1 and at 5 on items that were not fitted, for each set."""
    held: dict[str, list[tuple[int, float, float]]] = {name: [] for name in sets}
    for fold in range(FOLDS):
        weights = softmax(_all(sets, lambda sample, fold=fold: sample.fold != fold), penalty)  # type: ignore[misc]
        for name, whole in sets.items():
            part = [sample for sample in whole if sample.fold == fold]
            held[name].append((len(part), hits(part, weights, 1), hits(part, weights, 5)))
    return {name: _mean(rows) for name, rows in held.items()}


def _all(sets: dict[str, list[Sample]], wanted: Callable[[Sample], bool] = lambda _: True) -> list[Sample]:
    return [sample for whole in sets.values() for sample in whole if wanted(sample)]


def _mean(rows: Sequence[tuple[int, float, float]]) -> tuple[float, float]:
    total = max(1, sum(count for count, _, _ in rows))
    return sum(n * one for n, one, _ in rows) / total, sum(n * five for n, _, five in rows) / total


def reliability(likely: Floats, right: Floats) -> list[tuple[float, float, int, float, float]]:
    """For each range of probability: from, to, questions, the mean told and the share right."""
    table = []
    for low, high in pairwise(BINS):
        inside = (likely >= low) & (likely < high)
        if inside.any():
            row = (
                low,
                min(high, 1.0),
                int(inside.sum()),
                float(likely[inside].mean()),
                float(right[inside].mean()),
            )
            table.append(row)
    return table


def store(name: str, fitted: dict[str, float]) -> None:
    """Put a table of weights in the place of the old one; the file's other tables stay."""
    path = words.FOLDER / "weights.json"
    tables = json.loads(path.read_text(encoding="utf8"))
    tables[name] = {key: round(float(weight), 3) for key, weight in fitted.items()}
    path.write_text(json.dumps(tables, indent=1, ensure_ascii=False) + "\n", encoding="utf8")


def _given(told: str) -> tuple[Path, Path, float]:
    """FOLDER, FOLDER:ITEMS, FOLDER=SHARE or FOLDER:ITEMS=SHARE."""
    paths, _, share = told.partition("=")
    folder, _, items = paths.partition(":")
    return Path(folder), Path(items or folder), float(share or 1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=_given)
    parser.add_argument("--penalty", type=float, default=2.0, help="how strongly weights are held near zero")
    parser.add_argument("--only", choices=("ranking", "judging"), help="fit one of the two alone")
    parser.add_argument("--store", action="store_true", help="write the weights into words/weights.json")
    given = parser.parse_args()
    indexes = {items: read_index(items) for _, items, _ in given.folders}
    asked = {
        folder: (indexes[items], read_lines(folder / "questions.jsonl"), share)
        for folder, items, share in given.folders
    }
    if given.only != "judging":
        fit_ranking({str(folder): samples(*one) for folder, one in asked.items()}, given.penalty, given.store)
    if given.only != "ranking":
        fit_judging([judged(*one) for one in asked.values()], given.store)


def fit_ranking(sets: dict[str, list[Sample]], penalty: float, keep: bool) -> None:
    sets = {name: whole for name, whole in sets.items() if whole}
    for name, (first, five) in cross_validated(sets, penalty).items():
        print(f"{name}: hit@1 {first:.3f}, hit@5 {five:.3f} on items not fitted")
    fitted = dict(zip(FEATURES, softmax(_all(sets), penalty), strict=True))
    print("\n".join(f"{name} {weight:.3f}" for name, weight in fitted.items()))
    if keep:
        store("ranking", fitted)


def fit_judging(parts: Sequence[Judged], keep: bool) -> None:
    every = Judged.together(parts)
    likely = told_apart(every)
    best = every.best(likely)
    best = best[every.record[best] == 0]
    for low, high, count, told, true in reliability(likely[best], every.right[best].astype(float)):
        print(f"told {low:.2f} to {high:.2f}: {count} questions, mean {told:.3f}, right {true:.3f}")
    if keep:
        np.savez_compressed(FILE, **boosted(every.rows, every.right, every.weight))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
