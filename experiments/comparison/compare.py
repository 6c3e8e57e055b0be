"""Two registered versions on the same leads: the newer one's test window, and what came after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.comparison.contests import Group, group_of
from experiments.comparison.later import later
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, iso
from features.tables import load_tables
from leadgate.arrays import Floats
from leadgate.bundle.bundle import Bundle, load_bundle
from leadgate.config import Config
from leadgate.errors import LeadgateError
from leadgate.registry.registry import Registry
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.evaluate import view
from training.evaluation.evaluated import Evaluated, Metric
from training.fit import fit_for_window
from training.packaging.arrivals import capacity_share
from training.promotion.champion import end_of_data
from training.promotion.compare import fit_of_recipe, shared_rows
from training.promotion.evidence import MIN_WINS, Evidence
from training.promotion.paired import Contest, segment_gains
from training.statistics.bootstrap import bootstrap
from training.statistics.metrics import calibration_in_the_large
from training.validation.windows import Window

Say = Callable[[str], None]

REFITTED, SAME = (
    "its recipe, refitted on the data cut at the start of the window",
    "the same recipe, so the same model",
)


@dataclass(frozen=True)
class Comparison:
    """Two versions of one model on the same leads.

    Attributes
    ----------
    how
        By version, which fit of it was evaluated on the window.
    window
        The newer version's test window.
    objections
        What the gate would have against replacing the older version by the newer one.
    since
        Leads seen after the data of both ended, whose outcome is known by now, by the registered
        models; None where these are too few, and `why_not_since` says so.
    dated
        Whether the export has dates.
    """

    model: str
    older: str
    newer: str
    how: dict[str, str]
    window: Group
    objections: list[str]
    since: Group | None
    why_not_since: str
    dated: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON values: ``theirs`` is the older version's figure."""
        names = ("model", "older", "newer", "how", "objections", "why_not_since")
        groups = {"window": self.window, "since": self.since}
        return {name: getattr(self, name) for name in names} | {
            name: None if group is None else self._dates(group) | group.to_dict()
            for name, group in groups.items()
        }

    def _dates(self, group: Group) -> dict[str, Any]:
        ends = {"from": group.start, "until": group.end}
        return {k: iso(at) for k, at in ends.items()} if self.dated else dict(ends)


def compare(config: Config, a: str, b: str, say: Say = lambda _step: None) -> Comparison:
    """Evaluate two versions on the newer one's test window, and on what matured after both.

    On the window both are fitted again, on the same cut and for each part of the accounts on the
    others, as the promotion gate does (`training.promotion.compare`).

    Parameters
    ----------
    a, b
        Versions or aliases, in any order.
    say
        Called with the step that is under way.

    Raises
    ------
    LeadgateError
        ``same_version``; ``no_evidence`` where the newer version has no test window.
    RegistryError
        If the registry cannot be reached, or does not know a version.
    DataError
        If the export cannot be read.
    """
    registry = Registry(config.tracking, config.folder)
    older, newer = sorted((registry.version(a), registry.version(b)), key=int)
    if older == newer:
        raise LeadgateError(
            f"{a} and {b} both name version {newer} of {registry.model}.",
            code="same_version",
            hint="Name two versions: leadgate experiments lists them.",
        )
    before, after = (load_bundle(registry.bundle(version)) for version in (older, newer))
    span = _window(after, newer, registry.model)
    say("reading the data")
    history = load_tables(config).history()
    say(f"evaluating versions {older} and {newer}")
    evaluated, theirs, how = _on_window(config, history, span, before, after, newer)
    share = capacity_share(config, history)
    say(f"looking for outcomes since version {newer}")
    window = group_of(evaluated, theirs, share, span)
    since, why_not = later(config, history, before, after, share)
    return Comparison(
        model=registry.model,
        older=older,
        newer=newer,
        how={older: how, newer: REFITTED},
        window=window,
        objections=_objections(older, evaluated, theirs, window.overall),
        since=since,
        why_not_since=why_not,
        dated=history.dated,
    )


def _window(bundle: Bundle, version: str, model: str) -> Window:
    ends = bundle.meta.get("test_window")
    if not ends:
        raise LeadgateError(
            f"Version {version} of {model} has no test window: it was never evaluated.",
            code="no_evidence",
            hint="Train again when there are more closed leads: leadgate train",
        )
    return Window(*ends)


def _on_window(
    config: Config, history: LeadHistory, span: Window, before: Bundle, after: Bundle, newer: str
) -> tuple[Evaluated, Floats, str]:
    """Return the window with the newer version's readiness, the older one's, and how it is fitted.

    Only what the fits of both evaluate is returned.
    """
    settings = Settings.from_dict(after.meta["settings"])
    sample = Sample.of(_as_known(history, after), settings)
    ours = fit_for_window(sample, span, settings)
    if ours is None or not ours.rows.size:
        raise LeadgateError(
            f"The export of today holds too little of the test window of version {newer}.",
            code="no_evidence",
            hint="Compare on the export that it was trained on, or train again.",
        )
    theirs = fit_of_recipe(before, sample, ours, settings)
    if theirs is None:
        raise LeadgateError(
            "Before the test window too few outcomes were known to fit the older version's recipe.",
            code="no_evidence",
        )
    rows = shared_rows(ours, theirs)
    readiness, other = (
        fit.readiness(sample)[np.searchsorted(fit.rows, rows)] for fit in (ours, theirs)
    )
    evaluated = view(sample, rows, readiness, config.columns.segments)
    return evaluated, other, SAME if theirs is ours else REFITTED


def _as_known(history: LeadHistory, bundle: Bundle) -> LeadHistory:
    """Return the history as it stood at the end of the data that a bundle was trained on."""
    end = end_of_data(bundle)
    if not history.dated or end == NAT or end >= history.until:
        return history
    return replace(history.cut(end + 1), until=end)


def _objections(older: str, evaluated: Evaluated, theirs: Floats, overall: Contest) -> list[str]:
    """Return what the gate has against the newer version."""

    def level(weight: Floats) -> Floats:
        return calibration_in_the_large(evaluated.y, evaluated.readiness, weight)

    low, high = bootstrap(level, evaluated.account, evaluated.weight)
    calibration = Metric(float(level(evaluated.weight)), float(low), float(high))
    segments = segment_gains(evaluated, theirs, MIN_WINS)
    return Evidence(older, overall, segments, calibration).objections()
