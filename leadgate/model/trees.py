"""Boosted trees as arrays, read from LightGBM's text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Bools, Floats, Ints, Positions

# Bits of `decision_type`: category, default direction, then two for what counts as missing.
_CATEGORY, _DEFAULT_LEFT, _MISSING_SHIFT = 1, 2, 2
_NONE_MISSING, ZERO_IS_MISSING, NAN_IS_MISSING = 0, 1, 2
# LightGBM takes what is smaller for zero.
_ZERO = 1e-35
_NONE: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Step:
    """One condition on the way to a leaf.

    `node` is its position in `Forest`, `left` the side taken, `share` the part of the node's
    training rows that took it.
    """

    node: int
    left: bool
    share: float


@dataclass(frozen=True)
class Leaf:
    """A leaf: what it adds to the log-odds, and the conditions on the way to it."""

    value: float
    path: tuple[Step, ...]


class Forest:
    """All conditions of all trees side by side, and their leaves.

    Parameters
    ----------
    text
        A model as LightGBM writes it, its trees without linear leaves.

    Attributes
    ----------
    feature, threshold, missing, default_left
        Of each condition, shape (n_nodes,): a row goes left when its value is at most the
        threshold; what is missing goes the default way.
    category
        Of each condition the row of `codes_left`, -1 for a number; shape (n_nodes,).
    codes_left
        Which codes -1, 0, 1, ... go left, shape (n, c); -1 is missing, the last one any other.
    trees
        The leaves of each tree, from left to right.

    Raises
    ------
    KeyError, ValueError
        If it is not such a text.
    """

    def __init__(self, text: str) -> None:
        self.trees: list[list[Leaf]] = []
        self._categories: dict[int, Ints] = {}
        self._columns: list[tuple[Ints, Floats, Ints]] = [(_NONE, np.empty(0), _NONE)]
        self._size = 0
        for part in text.split("\nTree=")[1:]:
            lines = part.split("\n\n")[0].splitlines()[1:]
            self._add(dict(line.split("=", 1) for line in lines if "=" in line))
        feature, threshold, kind = zip(*self._columns, strict=True)
        self.feature: Ints = np.concatenate(feature)
        self.threshold: Floats = np.concatenate(threshold)
        decision_types: Ints = np.concatenate(kind)
        self.missing: Ints = decision_types >> _MISSING_SHIFT
        self.default_left: Bools = (decision_types & _DEFAULT_LEFT) > 0
        self._table_categories()
        # What `goes_left` needs of every row: worked out once.
        is_zero = self.threshold >= 0.0
        self._nan_left: Bools = np.where(self.missing == _NONE_MISSING, is_zero, self.default_left)
        self._zeros = np.flatnonzero(self.missing == ZERO_IS_MISSING)
        self._coded = np.flatnonzero(self.category >= 0)
        self._table = self.category[self._coded]

    @property
    def depth(self) -> int:
        """The most conditions on the way to a leaf."""
        return max((len(leaf.path) for tree in self.trees for leaf in tree), default=0)

    def goes_left(self, X: Floats) -> Bools:
        """Return which way a few rows take at every condition; shape (n, nodes)."""
        x = X[:, self.feature]
        left: Bools = np.where(np.isnan(x), self._nan_left, x <= self.threshold)
        if self._zeros.size:
            zero = np.abs(x[:, self._zeros]) <= _ZERO
            default = self.default_left[self._zeros]
            left[:, self._zeros] = np.where(zero, default, left[:, self._zeros])
        if self._coded.size:
            left[:, self._coded] = self.codes_left[self._table, self.code(x[:, self._coded])]
        return left

    def code(self, x: Floats) -> Positions:
        """Return the column of `codes_left` of each value of a category."""
        code = np.where(np.isnan(x) | (x <= -1), -1.0, np.trunc(x))
        column = np.minimum(code + 1, self.codes_left.shape[1] - 1)
        return np.asarray(column.astype(np.intp))

    def _add(self, fields: dict[str, str]) -> None:
        values = np.array(fields["leaf_value"].split(), dtype=np.float64)
        if values.size == 1:
            self.trees.append([Leaf(float(values[0]), ())])
            return
        feature, kind, left, right, covers, leaf_covers = (
            np.array(fields[name].split(), dtype=np.int64)
            for name in (
                "split_feature", "decision_type", "left_child", "right_child", "internal_count",
                "leaf_count",
            )
        )  # fmt: skip
        threshold = np.array(fields["threshold"].split(), dtype=np.float64)
        self._read_categories(fields, threshold, kind)
        self._columns.append((feature, threshold, kind))
        children, first = np.stack([right, left]), self._size
        self._size += feature.size
        leaves: list[Leaf] = []

        def walk(node: int, path: tuple[Step, ...]) -> None:
            if node < 0:
                leaves.append(Leaf(float(values[~node]), path))
                return
            for side in (1, 0):
                child = int(children[side, node])
                cover = covers[child] if child >= 0 else leaf_covers[~child]
                step = Step(first + node, side == 1, float(cover / covers[node]))
                walk(child, (*path, step))

        walk(0, ())
        self.trees.append(leaves)

    def _table_categories(self) -> None:
        self.category: Ints = np.full(self._size, -1)
        self.category[list(self._categories)] = np.arange(len(self._categories))
        size = 2 + max(
            (int(codes.max(initial=-1)) for codes in self._categories.values()), default=0
        )
        self.codes_left: Bools = np.zeros((len(self._categories), size + 1), dtype=np.bool_)
        for row, codes in enumerate(self._categories.values()):
            self.codes_left[row, codes + 1] = True

    def _read_categories(self, fields: dict[str, str], threshold: Floats, kind: Ints) -> None:
        """Read the codes that go left: bits of 32-bit words, one run for each condition."""
        if not (kind & _CATEGORY).any():
            return
        ends = np.array(fields["cat_boundaries"].split(), dtype=np.int64)
        words = np.array(fields["cat_threshold"].split(), dtype="<u4")
        for node in np.flatnonzero(kind & _CATEGORY):
            run = int(threshold[node])
            bits = np.unpackbits(words[ends[run] : ends[run + 1]].view("u1"), bitorder="little")
            self._categories[self._size + int(node)] = np.flatnonzero(bits)


def read_as(x: Floats, missing: Ints | int) -> Floats:
    """Return values as conditions read them: NaN where missing, and else 0 for NaN.

    Parameters
    ----------
    x
        Any shape.
    missing
        What the conditions take for missing, broadcast against `x`.
    """
    zero = np.where(np.equal(missing, NAN_IS_MISSING), x, np.where(np.isnan(x), 0.0, x))
    return np.where(np.equal(missing, ZERO_IS_MISSING) & (np.abs(zero) <= _ZERO), np.nan, zero)
