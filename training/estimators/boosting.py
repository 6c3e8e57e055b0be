"""The boosted candidates: small LightGBM models with strong shrinkage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from leadgate.arrays import Floats
from leadgate.model import BoostedMember

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
    threads = 2 if X.size > _CELLS_FOR_TWO_THREADS else 1
    categories = [j for j, category in enumerate(is_category) if category]
    data = lightgbm.Dataset(
        X, y, weight=weight, init_score=offset, categorical_feature=categories, free_raw_data=False,
        params={"max_bin": 127, "min_data_in_bin": 5, "verbose": -1, "num_threads": threads},
    )  # fmt: skip
    params = _params(size, len(y), seed) | {"num_threads": threads}
    text = lightgbm.train(params, data, size.trees).model_to_string()
    return BoostedMember(text, threads=2 if X.size > _CELLS_TO_PREDICT else 1)


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
