"""Fits the weights of words/weights.json on your own items and questions: `python -m knowledge.tuning FOLDER…`.

A folder holds items.jsonl (id, name, …) and questions.jsonl (question, and gold ids or gold_name or gold_names);
without items.jsonl, `--items FOLDER` says where the items are. What is fitted is judged on items it has not seen.
"""

import argparse
import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import words
from knowledge.entry import Entry
from knowledge.index import Index
from knowledge.deciding import signs
from knowledge.ranking import FEATURES, featured, rank
from knowledge.reading import read

FOLDS = 5
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One question: the features of its candidates, which of them are right, and what it weighs."""

    features: Floats
    right: NDArray[np.bool_]
    names: tuple[str, ...]
    fold: int
    weight: float


def read_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_index(folder: Path) -> Index:
    """The items of a folder; only what an entry knows is taken."""
    return Index.build(entry_of(row) for row in read_lines(folder / "items.jsonl"))


def entry_of(row: dict[str, Any]) -> Entry:
    audience = row.get("audience") or ()
    return Entry(
        id=row["id"],
        name=row["name"],
        aliases=tuple(row.get("aliases", ())),
        agency=row.get("agency", ""),
        region=row.get("region", ""),
        code=row.get("implementation_code", ""),
        item_type=row.get("item_type", ""),
        audience=tuple(audience.split() if isinstance(audience, str) else audience),
    )


def right_answers(question: dict[str, Any]) -> set[str]:
    names = question.get("gold_names") or [question.get("gold_name")]
    return {*(question.get("gold") or ()), *(name for name in names if name)}


def samples(index: Index, questions: Sequence[dict[str, Any]]) -> list[Sample]:
    """Questions asked of one item often count less each; an item is always wholly in one fold."""
    often = Counter(min(right_answers(question), default="") for question in questions)
    found = []
    for question in questions:
        right = right_answers(question)
        matrices = featured(read(question["question"]), index) if right else []
        if not matrices:
            continue
        entries = [hit.segment.entry(int(hit.segment.owner[row])) for hit, _ in matrices for row in hit.rows]
        item = min(right)
        found.append(
            Sample(
                np.concatenate([features for _, features in matrices]).astype(float),
                np.array([entry.id in right or entry.name in right for entry in entries]),
                tuple(entry.name for entry in entries),
                zlib.crc32(item.encode()) % FOLDS,
                1 / np.sqrt(often[item]),
            )
        )
    return found


def fit(train: Sequence[Sample], penalty: float = 1.0, rounds: int = 60) -> Floats:
    """Weights under which the right candidates are likeliest (a softmax over each question's candidates)."""
    usable = [sample for sample in train if sample.right.any() and not sample.right.all()]
    weights = np.zeros(len(FEATURES))
    for _ in range(rounds):
        gradient, curvature = -penalty * weights, penalty * np.eye(len(weights))
        for sample in usable:
            slope, bend = _slope(sample, weights)
            gradient += sample.weight * slope
            curvature += sample.weight * bend
        step = np.linalg.solve(curvature, gradient)
        weights = weights + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-3:
            break
    return weights


def _slope(sample: Sample, weights: Floats) -> tuple[Floats, Floats]:
    """Gradient of the log-likelihood and (an upper bound of) its negated curvature, for one question."""
    scores = sample.features @ weights
    likely = np.exp(scores - scores.max())
    all_of = likely / likely.sum()
    right = np.where(sample.right, likely, 0)
    right_of = right / right.sum()
    mean = all_of @ sample.features
    spread = sample.features - mean
    return right_of @ sample.features - mean, (spread * all_of[:, None]).T @ spread


def hits(judged: Sequence[Sample], weights: Floats, first: int) -> float:
    """The share of questions with a right name among the first so many names."""
    return float(np.mean([_place(sample, weights) < first for sample in judged])) if judged else 0.0


def _place(sample: Sample, weights: Floats) -> int:
    """The place of the first right name, names counted once."""
    names: list[str] = []
    for number in np.argsort(-(sample.features @ weights), kind="stable"):
        if sample.right[number]:
            return len(names)
        if sample.names[number] not in names:
            names.append(sample.names[number])
    return 99


def cross_validated(sets: dict[str, list[Sample]], shares: dict[str, float], penalty: float) -> dict[str, list[float]]:
    """Hit at 1 and at 5 on items that were not fitted, for each set."""
    found: dict[str, list[float]] = {name: [0.0, 0.0] for name in sets}
    for fold in range(FOLDS):
        weights = fit(mixed(sets, shares, lambda sample, fold=fold: sample.fold != fold), penalty)  # type: ignore[misc]
        for name, all_of in sets.items():
            held = [sample for sample in all_of if sample.fold == fold]
            for which, first in enumerate((1, 5)):
                found[name][which] += hits(held, weights, first) * len(held) / max(1, len(all_of))
    return found


def mixed(sets: dict[str, list[Sample]], shares: dict[str, float], wanted: Any = lambda sample: True) -> list[Sample]:
    """One training set in which each set weighs its share, however many questions it has."""
    whole = []
    for name, all_of in sets.items():
        total = sum(sample.weight for sample in all_of)
        scale = 300 * shares.get(name, 1.0) / max(total, 1e-9)
        whole += [
            Sample(one.features, one.right, one.names, one.fold, one.weight * scale) for one in all_of if wanted(one)
        ]
    return whole


def fit_confidence(index: Index, questions: Sequence[dict[str, Any]]) -> tuple[Floats, Floats, Floats]:
    """Signs, whether the best name was right, and weights, for questions that have a right answer and that have none."""
    rows, right, weight = [], [], []
    often = Counter(min(right_answers(question), default="") for question in questions)
    for question in questions:
        asked = read(question["question"])
        ranked = rank(asked, index) if asked.content else []
        if not ranked:
            continue
        gold = right_answers(question)
        rows.append(signs(asked, ranked))
        right.append(float(bool({ranked[0].entry.id, ranked[0].entry.name} & gold)))
        weight.append(1 / np.sqrt(often[min(gold)]) if gold else 1.0)
    return np.array(rows), np.array(right), np.array(weight)


def logistic(rows: Floats, right: Floats, weight: Floats, penalty: float = 1.0, rounds: int = 50) -> Floats:
    """Logistic regression by Newton's method."""
    weights = np.zeros(rows.shape[1])
    for _ in range(rounds):
        likely = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (weight * (right - likely)) - penalty * weights
        curvature = (rows * (weight * likely * (1 - likely))[:, None]).T @ rows + penalty * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights = weights + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-4:
            break
    return weights


def store(weights: Floats, path: Path) -> None:
    """Put the weights in the place of the old ones; the file's other tables stay."""
    table = json.loads(path.read_text(encoding="utf8")) if path.exists() else {}
    table["ranking"] = {name: round(float(weight), 3) for name, weight in zip(FEATURES, weights, strict=True)}
    path.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--items", type=Path, help="folder of the items for folders that have none")
    parser.add_argument("--penalty", type=float, default=2.0, help="how strongly weights are held near zero")
    parser.add_argument("--store", action="store_true", help="write the weights into words/weights.json")
    given = parser.parse_args()
    sets = {}
    for folder in given.folders:
        items = folder if (folder / "items.jsonl").exists() else given.items
        sets[folder.name] = samples(read_index(items), read_lines(folder / "questions.jsonl"))
    for name, (first, five) in cross_validated(sets, {}, given.penalty).items():
        print(f"{name}: hit@1 {first:.3f}, hit@5 {five:.3f} on items not fitted")
    weights = fit(mixed(sets, {}), given.penalty)
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f"{name} {weight:.3f}")
    if given.store:
        store(weights, words.FOLDER / "weights.json")


if __name__ == "__main__":
    main()
