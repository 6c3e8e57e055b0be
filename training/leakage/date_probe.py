"""The date probe: columns that tell when a lead came, and nothing that ranks the leads to come."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from math import nan

from features.feature_set import FeatureSet
from training.dataset.sample import Sample
from training.ensemble.forward import Fold
from training.ensemble.forward_window import ForwardWindow
from training.ensemble.members import Members, fit_members
from training.estimators.tuning import Tuning
from training.leakage.probe_losses import ProbeLosses
from training.leakage.time_proxy import telling

# An honest column may drift; one that tells the leads of a window from those before it this well
# takes values there that the fit has hardly seen.
TELLING = 0.9
# So many standard errors are no chance.
SURELY = 2.0
# What is lost with a column that means something comes back in no other way, and what one that
# only tells the date does is told anew with every training: less harm than this part of the loss is
# borne.
HARM = 0.01

# Why a column that tells the date stays.
ASKED = "of --keep"
TOO_FEW = "the forward windows hold too few leads to judge {it}"
RANKS = "the model ranks the leads within the forward windows by {it}"
NOTHING_ELSE = "there is no other feature"
NO_HARM = (
    "leaving {{it}} out does no plain good on the forward windows (log loss {change:+.5f}, "
    "standard error {error:.5f})"
)


@dataclass(frozen=True)
class DateProbe:
    """The columns that tell the date, which of them were left out, and why the others stay.

    Attributes
    ----------
    telling
        How well each of them tells the leads of a window from those before it: AUC, mean of the
        windows.
    left_out
        Those that are no features.
    kept
        Why each of the others is one.
    gain, error
        The log loss on the forward windows with the columns that do not rank less that without
        them, and its standard error by account; NaN where that was not asked.
    """

    telling: dict[str, float]
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
            name: f"tells the date only (windows from what came before: AUC {auc:.2f})"
            for name, auc in self.telling.items()
            if name in self.left_out
        }

    def sentences(self) -> list[str]:
        """Say what was left out, on what evidence, and how to keep it; and what was kept."""
        said = self.of_kept()
        if self.left_out:
            names = list(self.left_out)
            keep = " ".join(f"--keep {shlex.quote(name)}" for name in names)
            said.insert(
                0,
                f"{', '.join(names)} {'tell' if len(names) > 1 else 'tells'} the date only (left "
                f"out unless {keep}): without, the log loss on the forward windows changes by "
                f"{-self.gain:+.5f} (standard error {self.error:.5f}).",
            )
        return said

    def of_kept(self) -> list[str]:
        """Say for each reason which columns tell the date and stay for it."""
        said = []
        for why in dict.fromkeys(self.kept.values()):
            names = [name for name, reason in self.kept.items() if reason == why]
            many = len(names) > 1
            aucs = ", ".join(f"{self.telling[name]:.2f}" for name in names)
            said.append(
                f"{', '.join(names)} {'tell' if many else 'tells'} the date (AUC {aucs}) and "
                f"{'were' if many else 'was'} kept because "
                f"{why.format(it='them' if many else 'it')}."
            )
        return said


def probe_dates(
    sample: Sample,
    features: FeatureSet,
    folds: Sequence[Fold],
    names: Sequence[str],
    tuning: Tuning,
    keep: Collection[str] = (),
) -> DateProbe | None:
    """Look for columns that tell the date; None where there is none.

    A suspect tells the leads of the forward windows from those that came before them. It stays
    where shuffling it within each window costs more than two standard errors. The other suspects
    are left out where the recipe without them, at the level that would have shipped before each
    window, surely loses less, by a hundredth of the loss or more. Where a horizon lets young
    snapshots take part, of which only outcomes that came early are known, they are left out unless
    the recipe surely loses more: a fit can tell by them which snapshots are young, and that is what
    the weights of the censoring rest on. The test window has no say, and at most 7,500 rows of
    each fold and window have one.

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
    spans = [fold.span for fold in folds]
    told = {n: auc for n, auc in telling(sample, features, spans).items() if auc >= TELLING}
    if not told:
        return None
    found = DateProbe(told).keeping([name for name in told if name in keep], ASKED)
    suspects = [name for name in told if name not in keep]
    if not suspects:
        return found
    windows = [ForwardWindow.of(sample, fold) for fold in folds]
    windows = [window for window in windows if window.y.size]
    return _judged(found, suspects, windows, names, tuning)


def _judged(
    found: DateProbe,
    suspects: Sequence[str],
    windows: Sequence[ForwardWindow],
    names: Sequence[str],
    tuning: Tuning,
) -> DateProbe:
    """Return which of the suspects are left out and why the others are kept."""
    fits = [fit_members(window.matrix, names, tuning) for window in windows]
    full = ProbeLosses.of(fits, windows) if fits else None
    if full is None or not full.oof.enough:
        return found.keeping(suspects, TOO_FEW)
    ranking = _ranking(suspects, fits, windows, full)
    found = found.keeping(ranking, RANKS)
    idle = [name for name in suspects if name not in ranking]
    if not idle:
        return found
    fewer = [window.without(idle) for window in windows]
    if not all(window.X.shape[1] for window in fewer):
        return found.keeping(idle, NOTHING_ELSE)
    others = [fit_members(window.matrix, names, tuning) for window in fewer]
    now = full.as_shipped(fits, windows)
    gain, error = full.mean(now - ProbeLosses.of(others, fewer).as_shipped(others, fewer))
    found = replace(found, gain=gain, error=error)
    plainly = max(SURELY * error, HARM * full.mean(now)[0])
    if gain < (-SURELY * error if _has_young(windows) else plainly):
        return found.keeping(idle, NO_HARM.format(change=-gain, error=error))
    return replace(found, left_out=tuple(idle))


def _has_young(windows: Sequence[ForwardWindow]) -> bool:
    """Return whether snapshots take part in a fit of which only early outcomes can be known."""
    return any((window.matrix.evaluation_weight == 0).any() for window in windows)


def _ranking(
    suspects: Sequence[str],
    fits: Sequence[Members],
    windows: Sequence[ForwardWindow],
    full: ProbeLosses,
) -> list[str]:
    """Return the suspects by which leads are ranked within the windows.

    Beside free levels: what shuffling takes away is the order of the leads of one window and not
    where the window stands, and a level that is off would weigh the same order otherwise.
    """
    now, found = full.beside_free_levels(), []
    for name in suspects:
        shuffled = full.on(fits, [window.shuffled(name) for window in windows])
        earned, error = full.mean(shuffled.beside_free_levels() - now)
        if earned > SURELY * error:
            found.append(name)
    return found
