"""The arithmetic of fitting: softmax over each question's candidates, by Newton's method; boosted trees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.kept import Arrays

Floats = NDArray[np.float64]
GROWTH = {
    "learning_rate": 0.05, "max_iter": 250, "max_leaf_nodes": 15, "max_depth": 6, "min_samples_leaf": 60,
    "l2_regularization": 5.0, "max_features": 0.3,
}  # fmt: skip
"""Chosen by cross-validation; twice as many leaves or half as fast a growth make no difference."""
STRENGTH = 0.3
"""How freely the weights of a logistic regression grow; from a third to three times as much is alike."""
FURTHEST = 2.0
"""No weight moves more than this in one round."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question: the features of its candidates, which of them are right, and what it weighs."""

    features: Floats
    right: NDArray[np.bool_]
    names: tuple[str, ...]
    fold: int
    weight: float


def softmax(train: Sequence[Sample], penalty: float, rounds: int = 60) -> Floats:
    """Weights under which the right candidates are likeliest among the candidates of their question."""
    usable = [sample for sample in train if sample.right.any() and not sample.right.all()]
    weights = np.zeros(usable[0].features.shape[1])
    for _ in range(rounds):
        gradient, curvature = -penalty * weights, penalty * np.eye(len(weights))
        for sample in usable:
            slope, bend = _slope(sample, weights)
            gradient += sample.weight * slope
            curvature += sample.weight * bend
        step = np.linalg.solve(curvature, gradient)
        weights = weights + np.clip(step, -FURTHEST, FURTHEST)
        if np.abs(step).max() < 1e-3:
            break
    return weights


def logistic(
    texts: Sequence[NDArray[np.int64]], width: int, right: NDArray[np.bool_], weight: Floats
) -> Floats:
    """What each column says for a text being right, and last what all do; texts tell which columns hold."""
    from scipy import sparse
    from sklearn import linear_model

    ends = np.cumsum([0, *map(len, texts)])
    matrix: Any = sparse.csr_matrix
    rows = matrix((np.ones(ends[-1]), np.concatenate(texts), ends), shape=(len(texts), width))
    regression: Any = linear_model.LogisticRegression
    fitted = regression(C=STRENGTH, solver="liblinear", random_state=0)
    fitted.fit(rows, right, sample_weight=weight)
    return np.append(fitted.coef_[0], fitted.intercept_)


def boosted(rows: NDArray[np.float32], right: NDArray[np.bool_], weight: Floats) -> Arrays:
    """Trees whose sum tells the probability that a row is right (Friedman 2001), for knowledge/trees.py."""
    from sklearn import ensemble

    grown: Any = ensemble.HistGradientBoostingClassifier
    fitted = grown(**GROWTH, early_stopping=False, random_state=0)
    fitted.fit(rows, right, sample_weight=weight)
    trees = [tree.nodes for (tree,) in fitted._predictors]
    roots = np.cumsum([0, *(len(nodes) for nodes in trees[:-1])])
    nodes = np.concatenate(trees)
    itself, root = np.arange(len(nodes)), np.repeat(roots, [len(one) for one in trees])
    is_leaf = nodes["is_leaf"].astype(bool)
    return {
        "roots": roots.astype(np.int32),
        "columns": np.where(is_leaf, 0, nodes["feature_idx"]).astype(np.int16),
        "thresholds": np.where(is_leaf, 0.0, nodes["num_threshold"]),
        "low": np.where(is_leaf, itself, nodes["left"] + root).astype(np.int32),
        "high": np.where(is_leaf, itself, nodes["right"] + root).astype(np.int32),
        "values": np.where(is_leaf, nodes["value"], 0.0).astype(np.float32),
        "start": fitted._baseline_prediction.ravel()[0],
        "depth": nodes["depth"].max(),
    }


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
    return len(names) + 99


def _slope(sample: Sample, weights: Floats) -> tuple[Floats, Floats]:
    """Gradient of the log-likelihood and an upper bound of its negated curvature, for one question."""
    scores = sample.features @ weights
    likely = np.exp(scores - scores.max())
    of_all = likely / likely.sum()
    right = np.where(sample.right, likely, 0)
    mean = of_all @ sample.features
    spread = sample.features - mean
    return right / right.sum() @ sample.features - mean, (spread * of_all[:, None]).T @ spread
