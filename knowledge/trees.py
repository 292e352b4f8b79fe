"""Boosted decision trees: each row falls through all of them, and what the leaves say adds up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trees:
    """The nodes of all trees in a row, and where each leads: above, then below; a leaf to itself."""

    roots: NDArray[np.int32]
    columns: NDArray[np.int16]
    thresholds: NDArray[np.float64]
    children: NDArray[np.int32]
    values: Floats
    start: float
    depth: int

    @classmethod
    def of(cls, made: Mapping[str, NDArray[Any]]) -> "Trees":
        """From arrays of these names."""
        arrays = {name: made[name] for name in ("roots", "columns", "thresholds", "values")}
        children = np.stack([made["high"], made["low"]], axis=1).ravel()
        return cls(**arrays, children=children, start=float(made["start"]), depth=int(made["depth"]))

    def probabilities(self, rows: Floats) -> Floats:
        """For each row of features, the probability that the trees tell."""
        nodes = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        flat, first = rows.ravel(), np.arange(len(rows))[:, None] * rows.shape[1]
        for _ in range(self.depth):
            below = flat.take(first + self.columns.take(nodes)) <= self.thresholds.take(nodes)
            nodes = self.children.take(2 * nodes + below)
        said = self.values.take(nodes).sum(axis=1)
        return np.asarray(1 / (1 + np.exp(-self.start - said)), dtype=np.float32)
