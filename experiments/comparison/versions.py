"""Every registered version on the leads that came after its data, by the model as registered."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.parsing.times import NAT, US_PER_DAY, iso
from features.tables import Tables
from leadgate.arrays import Floats, Positions
from leadgate.bundle.bundle import Bundle, load_bundle
from leadgate.config import Config
from leadgate.errors import LeadgateError, ModelError
from leadgate.jsonfile import json_values
from leadgate.policy.ranking import ranked
from leadgate.registry.registry import Registry
from training.dataset.even_sample import even_sample
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.evaluate import view
from training.evaluation.evaluated import Evaluated, Metric, measured
from training.packaging.arrivals import capacity_share
from training.promotion.champion import end_of_data
from training.promotion.compare import readiness
from training.statistics import metrics
from training.validation.windows import MIN_OF_A_KIND

Say = Callable[[str], None]

# Weekly trainings of half a year; older versions have nothing new to say.
MOST_VERSIONS, MOST_ROWS = 26, 20_000
RATIO, LOG_LOSS, AUC, WINS = "calibration_in_the_large", "log_loss", "auc", "wins_captured"
FIGURES = {
    RATIO: "predicted-to-actual ratio",
    LOG_LOSS: "log loss",
    AUC: "AUC",
    WINS: "share of wins captured at capacity",
}


@dataclass(frozen=True)
class VersionScore:
    """One version, without refitting, on the leads seen after its data ended.

    Attributes
    ----------
    until
        The end of its data, microseconds UTC; `NAT` where it does not say.
    leads, wins
        Those whose outcome had to be known by now: sums of weights.
    since
        By the names of `FIGURES`, with 90 % intervals by account; empty where too few matured.
    expected
        The same figures on its own test window, as far as training gave them.
    why_not
        Why there are no figures yet; "" where there are.
    """

    version: str
    aliases: list[str]
    verdict: str
    until: int
    leads: float
    wins: float
    since: dict[str, Metric]
    expected: dict[str, Metric]
    why_not: str

    def to_dict(self) -> dict[str, Any]:
        """Return the version as JSON values."""
        return {**json_values(self), "until": iso(self.until)}


@dataclass(frozen=True)
class VersionsOverTime:
    """The newest versions of a model, newest first.

    `share` is that of the leads that the team can take, `until` the end of the export, `older` how
    many versions are not looked at.
    """

    model: str
    scores: list[VersionScore]
    share: float
    until: int
    older: int

    @property
    def scored(self) -> list[VersionScore]:
        """The versions with figures, newest first."""
        return [score for score in self.scores if score.since]

    @property
    def waiting(self) -> dict[str, list[str]]:
        """The others, by the reason."""
        names: dict[str, list[str]] = {}
        for score in self.scores:
            if not score.since:
                names.setdefault(score.why_not, []).append(score.version)
        return names

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the command."""
        return {
            "model": self.model,
            "until": iso(self.until),
            "capacity_share": self.share,
            "versions": [score.to_dict() for score in self.scores],
            "older": self.older,
        }


def over_versions(
    config: Config, tables: Tables, say: Say = lambda _step: None
) -> VersionsOverTime:
    """Score the newest versions of a model on what matured after their data.

    Only snapshots seen after a version's data ended count. Of those seen earlier it knows the
    outcomes that came early, so that late wins and losses alone would be left.

    Raises
    ------
    LeadgateError
        ``no_dates``: nothing says what came after a version.
    RegistryError
        If the registry cannot be reached.
    """
    registry, history = Registry(config.tracking, config.folder), tables.history()
    if not history.dated:
        raise LeadgateError(
            "The export has no dates: nothing says what came after a version was trained.",
            code="no_dates",
            hint="Name the column of creation dates: columns.created_at",
        )
    names, aliases = registry.versions(), registry.aliases()
    share = capacity_share(config, history)
    samples: dict[Settings, Sample] = {}
    scores = []
    for name in names[:MOST_VERSIONS]:
        say(f"scoring version {name}")
        named = sorted(alias for alias, version in aliases.items() if version == name)
        try:
            bundle = load_bundle(registry.bundle(name))
        except ModelError as error:
            gone = f"its bundle cannot be read: {error.message}"
            scores.append(VersionScore(name, named, "", NAT, 0.0, 0.0, {}, {}, gone))
            continue
        settings = Settings.from_dict(bundle.meta["settings"])
        if settings not in samples:
            samples[settings] = Sample.of(history, settings)
        segments = config.columns.segments
        scores.append(_score(name, named, bundle, samples[settings], segments, share))
    older = max(0, len(names) - MOST_VERSIONS)
    return VersionsOverTime(registry.model, scores, share, history.until, older)


def _score(
    name: str, aliases: list[str], bundle: Bundle, sample: Sample, segments: list[str], share: float
) -> VersionScore:
    """Score one version on what matured after it."""
    labels, until = sample.labels, end_of_data(bundle)
    rows: Positions = np.empty(0, dtype=np.intp)
    why_not = "it does not say where its data ended"
    if until != NAT:
        later = (labels.evaluation_weight > 0) & (sample.snapshots.order > until)
        rows = even_sample(np.flatnonzero(later), MOST_ROWS)
        why_not = _too_few(sample, labels.y[rows], until)
    figures = {}
    if not why_not:
        evaluated = view(sample, rows, readiness(bundle, sample, rows), segments)
        figures = _figures(evaluated, share)
    weight = labels.evaluation_weight[rows]
    return VersionScore(
        version=name,
        aliases=aliases,
        verdict=str(bundle.meta.get("verdict", "")),
        until=until,
        leads=float(weight.sum()),
        wins=float(weight @ labels.y[rows]) if rows.size else 0.0,
        since=figures,
        expected=_expected(bundle),
        why_not=why_not,
    )


def _too_few(sample: Sample, y: Floats, until: int) -> str:
    wins, losses = int((y == 1).sum()), int((y == 0).sum())
    fewer = min(wins, losses)
    if fewer >= MIN_OF_A_KIND:
        return ""
    return (
        f"of the snapshots seen since, {wins} won and {losses} not won have matured by "
        f"{iso(sample.history.until)[:10]}, and {MIN_OF_A_KIND} of either are needed: an outcome "
        f"counts {sample.labels.mature_days:.0f} days after a lead is seen"
        f"{_when(sample, until, MIN_OF_A_KIND - fewer)}"
    )


def _when(sample: Sample, until: int, missing: int) -> str:
    """Say with data until when there are so many more of the rarer kind, at the rate so far."""
    labels = sample.labels
    mature = labels.evaluation_weight > 0
    rarer = min(int((labels.y[mature] == kind).sum()) for kind in (0, 1))
    if not rarer:
        return ""
    days = float(np.ptp(sample.snapshots.order[mature])) / US_PER_DAY * missing / rarer
    first = max(until + round(labels.mature_days * US_PER_DAY), sample.history.until)
    day = iso(first + math.ceil(days) * US_PER_DAY)[:10]
    return f", so at the rate so far there are enough with data until {day}"


def _figures(evaluated: Evaluated, share: float) -> dict[str, Metric]:
    y, p, weight = evaluated.y, evaluated.readiness, evaluated.weight
    best_first = ranked(p, evaluated.lead_id)

    def all_of(w: Floats) -> Floats:
        return np.stack(
            [
                metrics.calibration_in_the_large(y, p, w),
                metrics.log_loss(y, p, w),
                metrics.auc(y, p, w),
                share * metrics.lift_at(y, best_first, w, share),
            ]
        )

    rate = float(weight @ y / weight.sum())
    base = float(metrics.log_loss(y, np.full(y.size, rate), weight))
    seen = measured(all_of, evaluated.account, weight, [1.0, base, 0.5, share])
    return dict(zip(FIGURES, seen, strict=True))


def _expected(bundle: Bundle) -> dict[str, Metric]:
    """Return what training said of a version's own test window; nothing where it was moved."""
    if bundle.meta.get("level") and "shift" in bundle.meta["level"]:
        return {}
    written = bundle.meta.get("metrics") or {}
    ends = ("value", "low", "high", "baseline")
    return {
        name: Metric(*(_number(written[name].get(end)) for end in ends))
        for name in FIGURES
        if name in written
    }


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
