"""Two registered versions on the same leads: the newer one's test window, and what came after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from experiments.comparison.contests import Group, group_of
from experiments.comparison.later import end_of_data, later
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, iso
from features.tables import Tables, load_tables
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
from training.promotion.compare import as_registered, readiness, readiness_by
from training.promotion.evidence import MIN_WINS, Evidence
from training.promotion.paired import Contest, segment_gains
from training.statistics.bootstrap import bootstrap
from training.statistics.metrics import calibration_in_the_large
from training.tracking.digest import digest
from training.validation.windows import Window

Say = Callable[[str], None]

EVALUATED, AS_IT_WAS, REFITTED, SAME = (
    "the fit that it was evaluated by",
    "as it was registered: its data end before the window",
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

    On the window the older version is represented as in the promotion gate
    (`training.promotion.compare`), the newer one by the fit of all that was known before the window
    where the older one is as it was registered, too. Where the older one has to be fitted again,
    or the export has changed, both are fitted for each part of the accounts on the others.

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
    tables = load_tables(config)
    history = tables.history()
    say(f"evaluating versions {older} and {newer}")
    evaluated, theirs, how = _on_window(config, tables, registry, span, before, after, newer)
    share = capacity_share(config, history)
    say(f"looking for outcomes since version {newer}")
    window = group_of(evaluated, theirs, share, span)
    since, why_not = later(config, history, before, after, share)
    return Comparison(
        model=registry.model,
        older=older,
        newer=newer,
        how=dict(zip((older, newer), how, strict=True)),
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
    config: Config,
    tables: Tables,
    registry: Registry,
    span: Window,
    before: Bundle,
    after: Bundle,
    newer: str,
) -> tuple[Evaluated, Floats, tuple[str, str]]:
    """Return the window with the newer version's readiness, the older one's, and how."""
    settings = Settings.from_dict(after.meta["settings"])
    sample = Sample.of(_as_known(tables.history(), after), settings)
    frozen = as_registered(before, sample, span, settings)
    unchanged = digest(tables) == after.meta["data_sha256"]
    path = registry.evaluated(newer) if frozen and unchanged else None
    if path is not None:
        rows, how = sample.evaluated(span), EVALUATED
        ours = readiness(load_bundle(path), sample, rows)
    else:
        fit = fit_for_window(sample, span, settings)
        if fit is None or not fit.rows.size:
            raise LeadgateError(
                f"The export of today holds too little of the test window of version {newer}.",
                code="no_evidence",
                hint="Compare on the export that it was trained on, or train again.",
            )
        rows, how = fit.rows, REFITTED
        ours = fit.readiness(sample)
    evaluated = view(sample, rows, ours, config.columns.segments)
    theirs = readiness_by(before, sample, span, rows, evaluated, settings)
    if theirs is None:
        raise LeadgateError(
            "Before the test window too few outcomes were known to fit the older version's recipe.",
            code="no_evidence",
        )
    same = theirs is evaluated.readiness
    alone = AS_IT_WAS if frozen else REFITTED
    return evaluated, theirs, (SAME if same else alone, how)


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
