"""The boosted candidates: small LightGBM models with strong shrinkage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from leadgate.arrays import Bools, Floats
from leadgate.model import Blend, BoostedMember, Contrast
from training.estimators.arm_trees import arm_trees

# A second thread waits longer than it works on small matrices, and up to fifty times as long where
# another process wants its core: each leaf of each tree waits for both. A prediction waits once.
_CELLS_FOR_TWO_THREADS = 20_000_000
_CELLS_TO_PREDICT = 3_000_000


@dataclass(frozen=True)
class Size:
    """How large the trees are, and which share of the columns each one may use."""

    trees: int
    leaves: int
    l2: float
    columns: float
    rate: float = 0.05


def fit_boosted(
    X: Floats, y: Floats, weight: Floats, offset: Floats, is_category: Sequence[bool], size: Size,
    *, seed: int = 0,
) -> BoostedMember:  # fmt: skip
    """Fit gradient-boosted trees on the weighted log loss; equal input gives equal trees.

    Parameters
    ----------
    X
        Shape (n, p), NaN where missing; categories as codes.
    y, weight
        Shape (n,): 1 won, 0 not; what each row counts.
    offset
        Shape (n,), log-odds that the trees are added to in the fit and that no member keeps: the
        base rate.
    is_category
        Shape (p,).
    """
    text = _trees(X, y, weight, offset, is_category, size, seed)
    return BoostedMember(text, threads=_to_predict(X))


def fit_boosted_arms(
    X: Floats, y: Floats, weight: Floats, offset: Floats, unworked: Bools,
    is_category: Sequence[bool], size: Size, *, seed: int = 0,
) -> tuple[BoostedMember, Contrast]:  # fmt: skip
    """Fit trees to which the arm is one more column.

    Parameters
    ----------
    offset
        The base rate of the arm of each row.
    unworked
        Shape (n,), the rows of leads left to marketing; all else as in `fit_boosted`.

    Returns
    -------
    member : BoostedMember
        The trees of the worked arm.
    contrast : Contrast
        What changes in them for a lead left to marketing.
    """
    both, categories = np.column_stack([X, unworked]), [*is_category, False]
    trees = arm_trees(_trees(both, y, weight, offset, categories, size, seed))
    threads = _to_predict(X)
    member = BoostedMember(trees.worked, threads=threads)
    if not trees.asking_worked:
        return member, Contrast(Blend([], []), Blend([], []))
    arms = (trees.asking_unworked, trees.asking_worked)
    return member, Contrast(*(Blend([BoostedMember(t, threads=threads)], [1.0]) for t in arms))


def _to_predict(X: Floats) -> int:
    return 2 if X.size > _CELLS_TO_PREDICT else 1


def _trees(
    X: Floats, y: Floats, weight: Floats, offset: Floats, is_category: Sequence[bool], size: Size,
    seed: int,
) -> str:  # fmt: skip
    """Return the trees as LightGBM writes them."""
    threads = 2 if X.size > _CELLS_FOR_TWO_THREADS else 1
    categories = [j for j, category in enumerate(is_category) if category]
    data = lightgbm.Dataset(
        X, y, weight=weight, init_score=offset, categorical_feature=categories, free_raw_data=False,
        params={"max_bin": 127, "min_data_in_bin": 5, "verbose": -1, "num_threads": threads},
    )  # fmt: skip
    params = _params(size, len(y), seed) | {"num_threads": threads}
    text: str = lightgbm.train(params, data, size.trees).model_to_string()
    return text


def _params(size: Size, n: int, seed: int) -> dict[str, object]:
    return {
        "objective": "binary",
        "num_leaves": size.leaves,
        "max_depth": math.ceil(math.log2(size.leaves)) + 1,
        "learning_rate": size.rate,
        "lambda_l2": size.l2,
        "min_data_in_leaf": int(np.clip(n // 100, 10, 100)),
        "min_sum_hessian_in_leaf": 1.0,
        "feature_fraction": size.columns,
        "cat_l2": 20.0,
        "cat_smooth": 20.0,
        "max_cat_to_onehot": 4,
        "min_data_per_group": 20,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
