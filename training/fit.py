"""The evaluation fit and the refit: one recipe, run before the test window and on everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training.candidates import affordable
from training.forward import Fits, OutOfFold, assemble, forward_fits, out_of_fold
from training.recipe import Members, Sample, Settings, fit_members
from training.result import Fitted
from training.splits import Span

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class WindowFit:
    """The recipe run on the data cut at the start of a window, and what it was chosen by."""

    fitted: Fitted
    members: Members
    fits: Fits
    oof: OutOfFold | None


def fit_for_window(
    sample: Sample, span: Span, settings: Settings, progress: Progress | None = None
) -> WindowFit | None:
    """Fit, blend and calibrate with nothing of a window: not its leads, accounts, or later news.

    None where too few outcomes are left then.
    """
    say = progress or (lambda _label, _share: None)
    earlier = sample.before(span, settings)
    names = affordable(earlier.labels.y[earlier.labels.weight > 0])
    say("fitting before each forward window", 0.15)
    fits = forward_fits(earlier, settings, names)
    say("fitting before the test window", 0.4)
    members = fit_members(earlier, settings, names)
    if members is None:
        return None
    oof = out_of_fold(earlier, fits)
    return WindowFit(assemble(members, earlier, oof), members, fits, oof)


def refit(
    sample: Sample, span: Span, settings: Settings, before: WindowFit
) -> tuple[Fitted, Members, OutOfFold]:
    """Run the same recipe on everything known at the end; the test window is one more fold."""
    members = fit_members(sample, settings, before.members.names)
    oof = out_of_fold(sample, [*before.fits, (span, before.members)])
    assert members is not None
    assert oof is not None
    return assemble(members, sample, oof), members, oof
