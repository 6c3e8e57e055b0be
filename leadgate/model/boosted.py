"""The boosted member: LightGBM trees, read from their text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np

from leadgate.arrays import Floats
from leadgate.model.tabled import MAX_PATH, TabledTrees
from leadgate.model.trees import Forest

# Rows that one thread predicts at once.
_CHUNK = 4096


class BoostedMember:
    """Gradient-boosted trees on the log-odds.

    Parameters
    ----------
    text
        The model as LightGBM writes it (`Booster.model_to_string`).
    threads
        Threads of one prediction. One row is quickest with one.

    Raises
    ------
    lightgbm.basic.LightGBMError
        If the text is not a model.
    """

    def __init__(self, text: str, *, threads: int = 1) -> None:
        # Imported here: it takes more than a second, and a linear bundle does without.
        import lightgbm

        self.text = text
        self.threads = threads
        self._booster = lightgbm.Booster(model_str=text)

    def log_odds(self, X: Floats) -> Floats:
        """Return the raw score (log-odds) of each row; shape (n,)."""
        if self.threads == 1 or len(X) <= _CHUNK:
            return self._scores(X)
        parts = [X[start : start + _CHUNK] for start in range(0, len(X), _CHUNK)]
        # Threads of LightGBM's own wait for each other, busily, wherever one is interrupted.
        with ThreadPoolExecutor(self.threads) as pool:
            return np.concatenate([*pool.map(self._scores, parts)])

    def contributions(self, X: Floats) -> Floats:
        """Return the exact Shapley values of the trees, shape (n, p).

        With `bias` they sum to the log-odds (Lundberg et al. 2020, https://arxiv.org/abs/1905.04610).
        """
        if self._tabled is None:
            return self._explained(X)[:, :-1]
        return self._tabled.contributions(X, threads=self.threads)

    @cached_property
    def bias(self) -> float:
        """Log-odds expected before anything is known of a lead."""
        return float(self._explained(np.zeros((1, self._booster.num_feature())))[0, -1])

    @cached_property
    def _tabled(self) -> TabledTrees | None:
        """The tables; None for trees that are too deep."""
        forest = Forest(self.text)
        if forest.depth > MAX_PATH:
            return None
        return TabledTrees(forest, self._booster.num_feature())

    def _scores(self, X: Floats) -> Floats:
        return np.asarray(self._booster.predict(X, raw_score=True, num_threads=1))

    def _explained(self, X: Floats) -> Floats:
        return np.asarray(self._booster.predict(X, pred_contrib=True, num_threads=self.threads))
