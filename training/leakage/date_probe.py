"""The date probe: time proxies, columns by which no lead to come can be ranked."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from math import nan

from features.feature_set import FeatureSet
from training.dataset.sample import Sample
from training.ensemble.fold_sample import FoldSample, fold_samples
from training.ensemble.forward import Fold
from training.ensemble.members import Members, fit_members
from training.estimators.tuning import Tuning
from training.leakage.probe_losses import ProbeLosses
from training.leakage.time_proxy import time_proxy_aucs

# An honest column may drift; one that separates the leads of a window from those before it this
# well takes values there that the fit has hardly seen.
PROXY_AUC = 0.9
# So many standard errors are not random.
SURELY = 2.0
# What is lost with a column that means something comes back in no other way, and every training
# finds the harm of a time proxy again: less of it than this part of the loss is accepted.
HARM = 0.01

# Why a time proxy stays.
ASKED = "of --keep"
TOO_FEW = "the forward windows hold too few leads to evaluate {it}"
RANKS = "the model ranks the leads within the forward windows by {it}"
NOTHING_ELSE = "there is no other feature"
NO_HARM = (
    "leaving {{it}} out does no plain good on the forward windows (log loss {change:+.5f}, "
    "standard error {error:.5f})"
)


@dataclass(frozen=True)
class DateProbe:
    """The time proxies, which of them were left out, and why the others stay.

    Attributes
    ----------
    aucs
        How well each of them separates the leads of a window from those before it: mean of the
        windows.
    left_out
        Those that are no features.
    kept
        Why each of the others is one.
    gain, error
        The log loss on the forward windows with the columns that do not rank less that without
        them, and its standard error by account; NaN where that was not asked.
    """

    aucs: dict[str, float]
    left_out: tuple[str, ...] = ()
    kept: dict[str, str] = field(default_factory=dict)
    gain: float = nan
    error: float = nan

    def keeping(self, names: Collection[str], why: str) -> DateProbe:
        """Return the same with some columns kept for a reason."""
        return replace(self, kept=self.kept | dict.fromkeys(names, why))

    def reasons(self) -> dict[str, str]:
        """Return why each column that was left out is no feature."""
        return {
            name: f"time proxy (leads of a window from those before it: AUC {auc:.2f})"
            for name, auc in self.aucs.items()
            if name in self.left_out
        }

    def sentences(self) -> list[str]:
        """Say what was left out, on what evidence, and how to keep it; and what was kept."""
        if not self.left_out:
            return self.of_kept()
        keep = " ".join(f"--keep {shlex.quote(name)}" for name in self.left_out)
        left_out = (
            f"{_are_proxies(self.left_out)} only (left out unless {keep}): without, the log loss "
            f"on the forward windows changes by {-self.gain:+.5f} (standard error "
            f"{self.error:.5f})."
        )
        return [left_out, *self.of_kept()]

    def of_kept(self) -> list[str]:
        """Say for each reason which time proxies stay for it."""
        said = []
        for why in dict.fromkeys(self.kept.values()):
            names = [name for name, reason in self.kept.items() if reason == why]
            many = len(names) > 1
            aucs = ", ".join(f"{self.aucs[name]:.2f}" for name in names)
            said.append(
                f"{_are_proxies(names)} (AUC {aucs}) and {'were' if many else 'was'} kept because "
                f"{why.format(it='them' if many else 'it')}."
            )
        return said


def _are_proxies(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'are time proxies' if len(names) > 1 else 'is a time proxy'}"


def probe_dates(
    sample: Sample,
    features: FeatureSet,
    folds: Sequence[Fold],
    names: Sequence[str],
    tuning: Tuning,
    keep: Collection[str] = (),
) -> DateProbe | None:
    """Look for time proxies; None where there is none.

    A suspect separates the leads of the forward windows from those that came before them. It stays
    where shuffling it within each window costs more than two standard errors. The other suspects
    are left out where the recipe without them, at the base-rate offset that would have shipped
    before each window, surely loses less, by a hundredth of the loss or more. Where a horizon lets
    young snapshots take part, of which only outcomes that came early are known, they are left out
    unless the recipe surely loses more: they show a fit which snapshots are young, and that is what
    the weights of the censoring rest on. The test window has no say, and at most 7,500 rows of each
    fold and window have one.

    Parameters
    ----------
    sample
        What was known before the test window.
    features
        Of the fit before it.
    folds
        The forward windows and what was known before each.
    names, tuning
        The candidates and their hyper-parameters.
    keep
        Columns that stay whatever is found.

    References
    ----------
    Covariate shift as a question of classification: Bickel et al. 2009, Discriminative learning
    under covariate shift.
    """
    windows = [fold.window for fold in folds]
    aucs = time_proxy_aucs(sample, features, windows)
    probe = DateProbe({name: auc for name, auc in aucs.items() if auc >= PROXY_AUC})
    if not probe.aucs:
        return None
    probe = probe.keeping([name for name in probe.aucs if name in keep], ASKED)
    suspects = [name for name in probe.aucs if name not in keep]
    if not suspects:
        return probe
    return _evaluated(probe, suspects, fold_samples(sample, folds), names, tuning)


def _evaluated(
    probe: DateProbe,
    suspects: Sequence[str],
    folds: Sequence[FoldSample],
    names: Sequence[str],
    tuning: Tuning,
) -> DateProbe:
    """Return which of the suspects are left out and why the others are kept."""
    fits = [fit_members(fold.matrix, names, tuning) for fold in folds]
    full = ProbeLosses.of(fits, folds) if fits else None
    if full is None or not full.oof.enough:
        return probe.keeping(suspects, TOO_FEW)
    ranking = _ranking(suspects, fits, folds, full)
    probe = probe.keeping(ranking, RANKS)
    idle = [name for name in suspects if name not in ranking]
    if not idle:
        return probe
    fewer = [fold.without(idle) for fold in folds]
    if not all(fold.X.shape[1] for fold in fewer):
        return probe.keeping(idle, NOTHING_ELSE)
    others = [fit_members(fold.matrix, names, tuning) for fold in fewer]
    now = full.as_shipped(fits, folds)
    gain, error = full.oof.mean(now - ProbeLosses.of(others, fewer).as_shipped(others, fewer))
    probe = replace(probe, gain=gain, error=error)
    plainly = max(SURELY * error, HARM * full.oof.mean(now)[0])
    if gain < (-SURELY * error if _has_young(folds) else plainly):
        return probe.keeping(idle, NO_HARM.format(change=-gain, error=error))
    return replace(probe, left_out=tuple(idle))


def _has_young(folds: Sequence[FoldSample]) -> bool:
    """Return whether snapshots take part in a fit of which only early outcomes can be known."""
    return any((fold.matrix.evaluation_weight == 0).any() for fold in folds)


def _ranking(
    suspects: Sequence[str],
    fits: Sequence[Members],
    folds: Sequence[FoldSample],
    full: ProbeLosses,
) -> list[str]:
    """Return the suspects by which the model ranks leads within the windows.

    With free offsets: what shuffling takes away is the order of the leads of one window and not
    where the window stands, and an offset that is wrong would weigh the same order otherwise.
    """
    now, ranking = full.with_free_offsets(), []
    for name in suspects:
        shuffled = full.on(fits, [fold.shuffled(name) for fold in folds])
        earned, error = full.oof.mean(shuffled.with_free_offsets() - now)
        if earned > SURELY * error:
            ranking.append(name)
    return ranking
