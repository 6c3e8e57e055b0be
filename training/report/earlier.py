"""Earlier versions beside a new one: what they were trained on, how they did, what changed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from features.feature_set import FeatureSet
from features.parsing.times import NAT, iso
from leadgate.bundle.bundle import Bundle, load_bundle
from leadgate.errors import LeadgateError
from leadgate.metrics import METRIC_NAMES
from leadgate.registry.registry import Registry
from leadgate.registry.tags import verdict_in_words
from training.evaluation.evaluated import Metric
from training.report.formats import DASH, figure, interval
from training.result import TrainingResult


@dataclass(frozen=True)
class Earlier:
    """An earlier version.

    Attributes
    ----------
    roles
        What it is now: ``champion``, ``the version before``, or both.
    data_until
        A day; a dash without dates.
    metrics
        Of its own test window, by the names of `leadgate.metrics`.
    features
        What it looks at.
    """

    version: str
    roles: tuple[str, ...]
    data_until: str
    verdict: str
    metrics: dict[str, Metric]
    features: frozenset[str]

    @classmethod
    def of(
        cls, version: str, bundle: Bundle, roles: tuple[str, ...], compared_with: str = ""
    ) -> Earlier:
        """Return what a bundle says of its version.

        Parameters
        ----------
        compared_with
            The version of the champion that its verdict is about, "" for none.
        """
        meta = bundle.meta
        return cls(
            version=version,
            roles=roles,
            data_until=str(meta.get("data_until") or DASH)[:10],
            verdict=verdict_in_words(str(meta.get("verdict", "")), compared_with),
            metrics={
                name: Metric(*(_number(held[end]) for end in ("value", "low", "high", "baseline")))
                for name, held in (meta.get("metrics") or {}).items()
            },
            features=names_of(FeatureSet.from_dict(bundle.features)),
        )


def earlier_versions(registry: Registry, champion: str) -> list[Earlier]:
    """Return the champion and the newest version so far, as far as their files are there.

    Parameters
    ----------
    registry
        Where they are kept.
    champion
        A version, "" for none.
    """
    versions = registry.versions()
    roles: dict[str, list[str]] = {}
    if champion:
        roles.setdefault(champion, []).append("champion")
    if versions:
        roles.setdefault(versions[0], []).append("the version before")
    result = []
    for version, names in roles.items():
        try:
            bundle = load_bundle(registry.bundle(version))
        except LeadgateError:
            continue  # Its files were moved or are damaged: the run goes on without it.
        compared_with = registry.tags(version).get("compared_with", "")
        result.append(Earlier.of(version, bundle, tuple(names), compared_with))
    return result


def names_of(features: FeatureSet) -> frozenset[str]:
    """Return the names of the groups of features, as reasons have them."""
    return frozenset(feature.group for feature in features.features_)


def changed_features(trained: TrainingResult, earlier: Earlier) -> tuple[list[str], list[str]]:
    """Return the features that are new since an earlier version, and those that are gone."""
    now = names_of(trained.shipped.feature_set)
    return sorted(now - earlier.features), sorted(earlier.features - now)


def in_words(trained: TrainingResult, earlier: Earlier) -> str:
    """Return what changed in the features since an earlier version."""
    new, gone = changed_features(trained, earlier)
    parts = [f"new: {', '.join(new[:8])}"] if new else []
    parts += [f"gone: {', '.join(gone[:8])}"] if gone else []
    return "; ".join(parts) if parts else "the same features"


def markdown(trained: TrainingResult, versions: list[Earlier]) -> str:
    """Return the comparison with earlier versions for a description; "" without any."""
    if not versions:
        return ""
    named = [f"version {e.version} ({', '.join(e.roles)})" for e in versions]
    now = DASH if trained.data_until == NAT else iso(trained.data_until)[:10]
    rows = [
        ["", "this version", *named],
        ["---"] * (len(named) + 2),
        ["data until (UTC)", now, *(e.data_until for e in versions)],
        ["verdict", trained.verdict_in_words, *(e.verdict for e in versions)],
    ]
    for name, term in METRIC_NAMES.items():
        cells = [_cell(trained.metrics.get(name))]
        rows.append([term, *cells, *(_cell(e.metrics.get(name)) for e in versions)])
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    changes = " ".join(f"Since version {e.version}: {in_words(trained, e)}." for e in versions)
    return (
        f"## Beside earlier versions\n\nEach on its own test window, with 90 % intervals.\n\n"
        f"{table}\n\n{changes}"
    )


def _cell(metric: Metric | None) -> str:
    if metric is None or not math.isfinite(metric.value):
        return DASH
    return f"{figure(metric.value)} ({interval(metric)})"


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
