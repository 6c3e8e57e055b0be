"""Exact Shapley values of boosted trees from tables: quick for one row and for many.

What a leaf adds to each feature depends only on which of its few conditions hold. So leaves that
share their conditions share one table, whose rows are all answers to these conditions and whose
columns the features; a row of data is explained by one look into each table. The values are those
of path-dependent TreeSHAP (Lundberg et al. 2020, https://arxiv.org/abs/1905.04610), which takes
time for every leaf and every feature on the way to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Ints
from leadgate.model.trees import Forest, Leaf

# Conditions of a table: more make fewer but larger tables. Eight bits fit one byte.
CONDITIONS = 8


@dataclass(frozen=True)
class Table:
    """What some leaves add to the features, by the answers to their conditions.

    Attributes
    ----------
    nodes
        The conditions; the answer to the k-th (1: left) is bit k of a code.
    features
        The features that are moved, shape (f,).
    values
        Shape (f, 2 ** len(nodes)), by code.
    """

    nodes: tuple[int, ...]
    features: Ints
    values: Floats


def tables_of(forest: Forest) -> list[list[Table]]:
    """Return the tables of each tree."""
    paths = [[_Path.of(forest, leaf) for leaf in tree if leaf.path] for tree in forest.trees]
    _fill([path for tree in paths for path in tree])
    return [[_table(part) for part in _parts(tree)] for tree in paths]


@dataclass
class _Path:
    """The way to a leaf: for each of its features the answers under which it is open.

    `wanted` holds the nodes and sides of each feature, `share` the part of the training rows that
    each lets through; `values`, shape (2 ** f, f), is what the leaf adds to its features when those
    whose bit is set let the row through.
    """

    leaf: Leaf
    features: list[int]
    wanted: list[list[tuple[int, bool]]]
    share: list[float]
    values: Floats

    @classmethod
    def of(cls, forest: Forest, leaf: Leaf) -> _Path:
        """Return the path to a leaf, its values still empty."""
        path = cls(leaf, [], [], [], np.empty((0, 0)))
        for step in leaf.path:
            feature = int(forest.feature[step.node])
            if feature not in path.features:
                path.features.append(feature)
                path.wanted.append([])
                path.share.append(1.0)
            place = path.features.index(feature)
            path.wanted[place].append((step.node, step.left))
            path.share[place] *= step.share
        return path


def _fill(paths: Sequence[_Path]) -> None:
    """Compute the values of all paths, those of equally many features together."""
    lengths = np.array([len(path.features) for path in paths], dtype=np.int64)
    for d in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == d)
        # Memory: each leaf takes 2 ** d times d times d / 2 numbers.
        for part in np.array_split(rows, -(-rows.size * d * d * 2**d // 4_000_000)):
            share = np.array([paths[row].share for row in part])
            value = np.array([paths[row].leaf.value for row in part])
            for row, values in zip(part, _leaf_values(share, value), strict=True):
                paths[row].values = values


def _leaf_values(share: Floats, value: Floats) -> Floats:
    """Return the Shapley values of the features of leaves, shape (n, 2 ** d, d), by open bits.

    A leaf is the game ``value * prod_k (o_k if k is known else share_k)`` with o_k 1 where feature
    k lets the row through and else 0. The weights of the coalitions are a beta integral, so that
    the value of j is ``value (o_j - share_j) int prod_{k != j} (t o_k + (1 - t) share_k) dt`` over
    0 to 1; Gauss-Legendre is exact for this polynomial.
    """
    d = share.shape[1]
    is_open = (np.arange(2**d)[:, None] >> np.arange(d) & 1).astype(np.float64)
    at, weight = np.polynomial.legendre.leggauss((d + 1) // 2)
    t = (at + 1) / 2
    factor = t[:, None, None, None] * is_open + (1 - t)[:, None, None, None] * share[:, None]
    before = np.cumprod(factor[..., :-1], axis=-1)
    after = np.cumprod(factor[..., :0:-1], axis=-1)[..., ::-1]
    others = np.ones_like(factor)
    others[..., 1:] *= before
    others[..., :-1] *= after
    integral = np.einsum("q,qncd->ncd", weight / 2, others)
    return np.asarray(value[:, None, None] * (is_open - share[:, None]) * integral)


def _parts(tree: Sequence[_Path]) -> list[list[_Path]]:
    """Part the leaves of a tree, left to right, into runs of few conditions together."""
    parts: list[list[_Path]] = []
    nodes: set[int] = set()
    for path in tree:
        own = {step.node for step in path.leaf.path}
        if not parts or len(nodes | own) > CONDITIONS:
            parts.append([])
            nodes = set()
        parts[-1].append(path)
        nodes |= own
    return parts


def _table(part: Sequence[_Path]) -> Table:
    """Add up what the leaves of one part say, by the answers to all their conditions."""
    nodes = tuple(sorted({step.node for path in part for step in path.leaf.path}))
    features = sorted({feature for path in part for feature in path.features})
    bit = {node: place for place, node in enumerate(nodes)}
    codes = np.arange(2 ** len(nodes))
    values = np.zeros((len(features), codes.size))
    for path in part:
        own = np.zeros(codes.size, dtype=np.int64)
        for place, wanted in enumerate(path.wanted):
            mask = sum(1 << bit[node] for node, _ in wanted)
            answer = sum(1 << bit[node] for node, left in wanted if left)
            own |= ((codes & mask) == answer).astype(np.int64) << place
        values[np.searchsorted(features, path.features)] += path.values[own].T
    return Table(nodes, np.array(features, dtype=np.int64), values)
