"""The arithmetic of fitting: softmax over each question's candidates, logistic regression; by Newton."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
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


def logistic(rows: Floats, right: Floats, weight: Floats, penalty: float, rounds: int = 60) -> Floats:
    """Weights whose logistic function is the probability of being right."""
    weights = np.zeros(rows.shape[1])
    for _ in range(rounds):
        likely = probabilities(rows, weights)
        gradient = rows.T @ (weight * (right - likely)) - penalty * weights
        curvature = (rows * (weight * likely * (1 - likely))[:, None]).T @ rows + penalty * np.eye(
            len(weights)
        )
        step = np.linalg.solve(curvature, gradient)
        weights = weights + np.clip(step, -FURTHEST, FURTHEST)
        if np.abs(step).max() < 1e-4:
            break
    return weights


def probabilities(rows: Floats, weights: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30))))


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
