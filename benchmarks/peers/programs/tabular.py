"""One peer, in its own environment: fit on a matrix, answer with probabilities.

    PYTHON benchmarks/peers/programs/tabular.py PEER FOLDER SECONDS

FOLDER holds train.parquet and test.parquet (features, and in train `y` and `weight`) and
meta.json (`categories`: the columns that hold codes). Written beside them: PEER.npy, the
probabilities of the test rows, and PEER.json, the seconds of fit and predict.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Predict = Callable[[pd.DataFrame], Any]


def autogluon(X: pd.DataFrame, y: np.ndarray, weight: np.ndarray, seconds: float) -> Predict:
    """AutoGluon, `best_quality`, evaluated by log loss."""
    from autogluon.tabular import TabularPredictor

    data = X.assign(y=y, row_weight=weight)
    predictor = TabularPredictor(
        "y", problem_type="binary", eval_metric="log_loss", sample_weight="row_weight",
        path=tempfile.mkdtemp(), verbosity=0,
    )  # fmt: skip
    predictor.fit(
        data, presets="best_quality", time_limit=seconds, num_cpus=2, dynamic_stacking=False
    )
    return lambda new: predictor.predict_proba(new.assign(row_weight=1.0))[1].to_numpy()


def flaml(X: pd.DataFrame, y: np.ndarray, weight: np.ndarray, seconds: float) -> Predict:
    """FLAML over its tabular learners, evaluated by log loss."""
    from flaml import AutoML

    model = AutoML()
    model.fit(
        X, y, task="classification", metric="log_loss", time_budget=seconds, sample_weight=weight,
        estimator_list=["lgbm", "xgboost", "rf", "extra_tree", "lrl1"], n_jobs=2, seed=0, verbose=0,
    )  # fmt: skip
    return lambda new: model.predict_proba(new)[:, 1]


def lightgbm(X: pd.DataFrame, y: np.ndarray, weight: np.ndarray, seconds: float) -> Predict:
    """LightGBM as it comes."""
    import lightgbm

    model = lightgbm.LGBMClassifier(verbose=-1, n_jobs=2)
    model.fit(X, y, sample_weight=weight)
    return lambda new: model.predict_proba(new)[:, 1]


def logistic(X: pd.DataFrame, y: np.ndarray, weight: np.ndarray, seconds: float) -> Predict:
    """Logistic regression as it comes, on standardised numbers and one column for each code."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include="category")),
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=2000))
    model.fit(X, y, logisticregression__sample_weight=weight)
    return lambda new: model.predict_proba(new)[:, 1]


def naive_bayes(X: pd.DataFrame, y: np.ndarray, weight: np.ndarray, seconds: float) -> Predict:
    """Categorical naive Bayes; numbers in ten bins of equal size, missing ones in another."""
    from sklearn.naive_bayes import CategoricalNB

    edges = {
        name: np.unique(np.nanquantile(x.to_numpy(float), np.linspace(0.1, 0.9, 9)))
        for name, x in X.select_dtypes("number").items()
        if x.notna().any()
    }
    sizes = [
        12 if n not in X.select_dtypes("category") else len(X[n].cat.categories) + 2 for n in X
    ]

    def codes(new: pd.DataFrame) -> np.ndarray:
        return np.column_stack([_code(new[name], edges.get(name)) for name in X])

    model = CategoricalNB(min_categories=sizes)
    model.fit(codes(X), y, sample_weight=weight)
    return lambda new: model.predict_proba(codes(new))[:, 1]


def _code(x: pd.Series[Any], edges: np.ndarray | None) -> np.ndarray:
    if isinstance(x.dtype, pd.CategoricalDtype):
        return x.cat.codes.to_numpy() + 1
    values = x.to_numpy(float)
    if edges is None:
        return np.zeros(len(x), dtype=int)
    return np.where(np.isnan(values), 0, 1 + np.searchsorted(edges, values, side="right"))


PEERS = {peer.__name__: peer for peer in (autogluon, flaml, lightgbm, logistic, naive_bayes)}


def _read(folder: Path, name: str, categories: dict[str, int]) -> pd.DataFrame:
    data = pd.read_parquet(folder / f"{name}.parquet")
    for column, count in categories.items():
        codes = pd.CategoricalDtype(range(count))
        data[column] = data[column].astype("Int64").astype(codes)
    return data


def main(peer: str, folder: Path, seconds: float) -> None:
    """Fit, predict and write the answer."""
    categories = json.loads((folder / "meta.json").read_text())["categories"]
    train, test = _read(folder, "train", categories), _read(folder, "test", categories)
    y, weight = train.pop("y").to_numpy(int), train.pop("weight").to_numpy(float)
    begin = time.perf_counter()
    predict = PEERS[peer](train, y, weight, seconds)
    fitted = time.perf_counter()
    p = np.asarray(predict(test), dtype=np.float64)
    took = {"fit": fitted - begin, "predict": time.perf_counter() - fitted}
    np.save(folder / f"{peer}.npy", p)
    (folder / f"{peer}.json").write_text(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
