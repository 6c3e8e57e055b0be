"""Shapley values by looking them up: all tables at once for few rows, one by one for many."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from leadgate.arrays import Bools, Floats, Positions
from leadgate.model.shapley import Table, tables_of
from leadgate.model.trees import Forest, read_as

# Longer paths make tables too large.
MAX_PATH = 12
# Rows at once: with fewer, threads wait for the interpreter's lock longer than they work.
_CHUNK = 32_768
# Up to so many rows are explained side by side.
_FEW = 16


class TabledTrees:
    """Shapley values of a forest.

    Parameters
    ----------
    forest
        The trees; no path of them has more than `MAX_PATH` conditions.
    n_features
        Columns of the matrix.
    """

    def __init__(self, forest: Forest, n_features: int) -> None:
        self.forest = forest
        self.n_features = n_features
        self._trees = tables_of(forest)
        self._align([table for tables in self._trees for table in tables])

    def contributions(self, X: Floats, *, threads: int = 1) -> Floats:
        """Return the Shapley values, shape (n, p)."""
        if len(X) <= _FEW:
            return self._few(X)
        result = np.empty((len(X), self.n_features))

        def fill(start: int) -> None:
            rows = slice(start, start + _CHUNK)
            result[rows] = self._many(X[rows]).T

        # NumPy lets go of the interpreter while it works on a chunk.
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(fill, range(0, len(X), _CHUNK)):
                pass
        return result

    def _align(self, tables: Sequence[Table]) -> None:
        """Lay all tables side by side, for looks into all of them at once."""
        width = max((len(t.nodes) for t in tables), default=0)
        self._nodes = np.zeros((len(tables), width), dtype=np.intp)
        self._bits = np.zeros((len(tables), width), dtype=np.int64)
        for row, table in enumerate(tables):
            self._nodes[row, : len(table.nodes)] = table.nodes
            self._bits[row, : len(table.nodes)] = 1 << np.arange(len(table.nodes))
        sizes = np.array([table.values.shape[1] for table in tables for _ in table.features], int)
        self._begin = np.cumsum(sizes) - sizes
        self._of = np.repeat(np.arange(len(tables)), [len(t.features) for t in tables])
        self._moved = np.concatenate([[], *(t.features for t in tables)]).astype(np.int64)
        self._values = np.concatenate([[], *(t.values.ravel() for t in tables)])

    def _few(self, X: Floats) -> Floats:
        left = self.forest.goes_left(X)
        code = np.einsum("ntk,tk->nt", left.take(self._nodes, axis=1), self._bits)
        looked_up = self._values.take(self._begin + code.take(self._of, axis=1))
        result = np.empty((len(X), self.n_features))
        for row, values in zip(result, looked_up, strict=True):
            row[:] = np.bincount(self._moved, values, minlength=self.n_features)
        return result

    def _many(self, X: Floats) -> Floats:
        """Return the values by feature, shape (p, n)."""
        columns = _Columns(self.forest, X)
        result = np.zeros((self.n_features, len(X)))
        looked_up = np.empty(len(X))
        for tables in self._trees:
            left = {
                node: columns.goes_left(node).view(np.uint8) for t in tables for node in t.nodes
            }
            for table in tables:
                place = _code([left[node] for node in table.nodes])
                for feature, values in zip(table.features, table.values, strict=True):
                    np.take(values, place, out=looked_up, mode="clip")
                    result[feature] += looked_up
        return result


def _code(answers: Sequence[NDArray[np.uint8]]) -> Positions:
    """Return the numbers whose bits the answers are; shape (n,)."""
    # Eight answers fit one byte, which is quickest.
    kind = np.uint8 if len(answers) <= 8 else np.uint16
    code = np.zeros(answers[0].size, dtype=kind)
    for bit, answer in enumerate(answers):
        np.bitwise_or(code, np.left_shift(answer, bit, dtype=kind), out=code)
    return code.astype(np.intp)


class _Columns:
    """The columns of some rows, each prepared once for the conditions on it."""

    def __init__(self, forest: Forest, X: Floats) -> None:
        self._forest, self._X = forest, X
        self._read: dict[tuple[int, int], Floats] = {}
        self._codes: dict[int, Positions] = {}

    def goes_left(self, node: int) -> Bools:
        """Return whether a row goes left at a condition; shape (n,)."""
        forest = self._forest
        feature, missing = int(forest.feature[node]), int(forest.missing[node])
        if forest.category[node] >= 0:
            code = self._codes.get(feature)
            if code is None:
                code = self._codes[feature] = forest.code(self._X[:, feature])
            return np.asarray(forest.codes_left[forest.category[node]].take(code))
        x = self._read.get((feature, missing))
        if x is None:
            x = self._read[feature, missing] = read_as(self._X[:, feature], missing)
        threshold = forest.threshold[node]
        return ~(x > threshold) if forest.default_left[node] else np.asarray(x <= threshold)
