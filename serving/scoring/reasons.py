"""The reasons: which facts about a lead moved its readiness most, in a salesperson's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from features.aggregation.definitions import Feature
from features.explanation import wording
from features.explanation.fact_groups import DECIMALS, Facts, last_of
from leadgate.arrays import Floats, Texts

N_REASONS = 5
N_UPLIFT_REASONS = 3
# Log-odds; what moves the readiness by less than a quarter of a point is no reason.
_NEGLIGIBLE = 0.01
# Up to so many leads are explained one by one.
_FEW = 16
# In brackets, as a spreadsheet takes a cell that begins with a sign for a formula.
_FOR, _AGAINST = "(+) ", "(-) "
_HELPS, _HELPS_LESS = "sales helps here because: ", "sales helps less here because: "


class Reasons:
    """Turns contributions into sentences.

    Parameters
    ----------
    features
        The definitions, in the order of the matrix; `features.explanation.fact_groups` says which
        share a sentence.
    vocabularies
        The texts of the codes, by source.
    what
        What a value speaks by, before each sentence; "" for the value itself.
    """

    def __init__(
        self, features: Sequence[Feature], vocabularies: Mapping[str, Sequence[str]], what: str = ""
    ) -> None:
        self._features = features
        self._what = what
        self._words = [vocabularies.get(f.source, ()) if f.of_attribute else () for f in features]
        self._facts = Facts(features)
        self._last = last_of(features)

    def sentences(self, X: Floats, contributions: Floats) -> Texts:
        """Return the texts of `strongest`."""
        return self.strongest(X, contributions)[0]

    def strongest(self, X: Floats, contributions: Floats) -> tuple[Texts, Floats]:
        """Return up to five reasons a lead, strongest first, and what each moved.

        Parameters
        ----------
        X
            Shape (n, p), the features.
        contributions
            Shape (n, p), each feature's share of the log-odds.

        Returns
        -------
        texts : ndarray of shape (n, 5)
            ``"(+) sentence"`` speaks for the lead, ``"(-) sentence"`` against it, ``""`` is none.
        log_odds : ndarray of shape (n, 5)
            By how much each moved the log-odds; NaN for none.
        """
        texts = np.full((len(X), N_REASONS), "", dtype=object)
        log_odds: Floats = np.full((len(X), N_REASONS), np.nan)
        if not self._features or not len(X):
            return texts, log_odds
        shares = contributions.round(DECIMALS)
        if len(X) <= _FEW:
            for lead, (x, by) in enumerate(zip(X.tolist(), shares, strict=True)):
                few = _moving(self._facts.strongest_of_one(x, by, N_REASONS))
                texts[lead, : len(few)] = self._few(x, few)
                log_odds[lead, : len(few)] = [moved for _, moved in few]
            return texts, log_odds
        strongest = self._facts.strongest(X, shares, N_REASONS)
        row, place = np.nonzero(np.abs(strongest.moved) >= _NEGLIGIBLE)
        column, moved = strongest.column[row, place], strongest.moved[row, place]
        sentences = np.empty(column.size, dtype=object)
        for j in np.unique(column).tolist():
            cells = np.flatnonzero(column == j)
            sentences[cells] = self._column(j, X[row[cells]])
        texts[row, place] = np.where(moved > 0, _FOR, _AGAINST).astype(object) + sentences
        log_odds[row, place] = moved
        return texts, log_odds

    def against(self, x: Floats, contributions: Floats) -> tuple[list[str], list[float]]:
        """Return up to five reasons against one lead, strongest first, and what each moved.

        Parameters
        ----------
        x, contributions
            Shape (p,), as in `strongest`.
        """
        if not self._features:
            return [], []
        facts = self._facts.strongest_of_one(
            x.tolist(), contributions.round(DECIMALS), len(self._facts.names)
        )
        few = [fact for fact in _moving(facts) if fact[1] < 0][:N_REASONS]
        return self._few(x.tolist(), few), [moved for _, moved in few]

    def difference(self, X: Floats, contributions: Floats) -> Texts:
        """Return why working a lead helps it more or less than others: up to three facts.

        Parameters
        ----------
        X
            Shape (n, p), the features.
        contributions
            Shape (n, p), each feature's share of the difference of the log-odds of both arms.

        Returns
        -------
        ndarray of shape (n,)
            ``"sales helps here because ..."`` with ``(+)`` before what makes working it help more,
            ``(-)`` before what makes it help less; "" where nothing does.
        """
        facts = self.sentences(X, contributions)[:, :N_UPLIFT_REASONS]
        texts = np.full(len(X), "", dtype=object)
        for lead in np.flatnonzero(facts[:, 0] != "").tolist():
            some = [fact for fact in facts[lead].tolist() if fact]
            begin = _HELPS if some[0].startswith(_FOR) else _HELPS_LESS
            texts[lead] = begin + "; ".join(some)
        return texts

    def _few(self, x: list[float], strongest: list[tuple[int, float]]) -> list[str]:
        """Return the reasons of one lead."""
        reasons = []
        for j, by in strongest:
            last = self._last.get(j)
            text = self._sentence(j, x[j], None if last is None else x[last])
            reasons.append((_FOR if by > 0 else _AGAINST) + text)
        return reasons

    def _column(self, j: int, X: Floats) -> Texts:
        """Return what a column says of each row, each distinct sentence made once."""
        last = self._last.get(j)
        if last is None:
            values, code = np.unique(X[:, j], return_inverse=True)
            texts = [self._sentence(j, value) for value in values.tolist()]
        else:
            # Sentences name whole days; a count is never missing, the days since none are.
            days = np.nan_to_num(np.floor(X[:, last]), nan=-1.0)
            pairs, code = np.unique(X[:, j] + 1j * days, return_inverse=True)
            ago = np.where(pairs.imag < 0, np.nan, pairs.imag)
            counts = zip(pairs.real.tolist(), ago.tolist(), strict=True)
            texts = [self._sentence(j, count, since) for count, since in counts]
        return np.array(texts, dtype=object)[code]

    def _sentence(self, column: int, value: float, days: float | None = None) -> str:
        feature = self._features[column]
        text = (
            wording.sentence(feature, value, self._words[column])
            if days is None
            else wording.engagement(feature, value, days)
        )
        return self._what + text


def _moving(facts: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return the facts that move the readiness enough to be a reason."""
    return [fact for fact in facts if abs(fact[1]) >= _NEGLIGIBLE]
