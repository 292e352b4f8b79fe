"""Boosted decision trees: each row falls through all of them, and what the leaves say adds up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trees:
    """The nodes of all trees in a row; a leaf leads to itself on either side."""

    roots: NDArray[np.int32]
    columns: NDArray[np.int16]
    thresholds: NDArray[np.float64]
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    values: Floats
    start: float
    depth: int

    @classmethod
    def of(cls, made: Mapping[str, NDArray[Any]]) -> "Trees":
        """From arrays of these names."""
        arrays = {name: made[name] for name in ("roots", "columns", "thresholds", "low", "high", "values")}
        return cls(**arrays, start=float(made["start"]), depth=int(made["depth"]))

    def probabilities(self, rows: Floats) -> Floats:
        """For each row of features, the probability that the trees tell."""
        nodes = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        line = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            below = rows[line, self.columns[nodes]] <= self.thresholds[nodes]
            nodes = np.where(below, self.low[nodes], self.high[nodes])
        return np.asarray(1 / (1 + np.exp(-self.start - self.values[nodes].sum(axis=1))), dtype=np.float32)
