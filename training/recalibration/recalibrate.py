"""Move the base-rate offset of the champion by what matured since it was trained."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.feature_set import FeatureSet
from features.parsing.times import iso
from features.tables import Tables, load_tables
from leadgate.arrays import Positions
from leadgate.bundle.bundle import Bundle, load_bundle
from leadgate.config import Config
from leadgate.errors import DataError, PromotionRefused
from leadgate.model.calibration import sigmoid
from leadgate.registry.mlflow_store import Progress
from leadgate.registry.registry import BUNDLE, CHAMPION, resolve
from training import package
from training.dataset.even_sample import even_sample
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.following import Trajectory, follow
from training.ensemble.mature import MOST_ROWS
from training.ensemble.prequential import outcomes_of
from training.promotion.promote import promote
from training.recalibration.champion import TRAIN, Offset, check_export
from training.recalibration.moved import write_moved
from training.recalibration.since import Since
from training.tracking.digest import digest
from training.tracking.open_run import open_run
from training.tracking.recalibrated import REFRESH, log_recalibrated


@dataclass(frozen=True)
class Recalibration:
    """One recalibration: the version that it registered and what it rests on.

    Attributes
    ----------
    model, champion, version, run_id
        The registered model, the version it started from, and what it registered.
    why
        The reason of the verdict, which is ``refresh``.
    shift
        By how much the offset differs from that of the champion, on the log-odds.
    example
        A readiness of the champion, and what becomes of it: the mean among what matured.
    since, until
        Outcomes that matured after and by then moved it, microseconds UTC.
    matured
        What they show.
    promoted
        Whether it is champion now.
    """

    model: str
    champion: str
    version: str
    run_id: str
    why: str
    shift: float
    example: tuple[float, float]
    since: int
    until: int
    matured: Since
    seconds: float
    promoted: bool

    def to_dict(self) -> dict[str, Any]:
        """Return what ``leadgate recalibrate --json`` prints."""
        names = ("model", "champion", "version", "run_id", "why", "shift", "seconds", "promoted")
        return {
            **{name: getattr(self, name) for name in names},
            "verdict": REFRESH,
            "since": iso(self.since),
            "until": iso(self.until),
            "matured": self.matured.to_dict(),
        }


def recalibrate(
    config: Config,
    *,
    read: Callable[[Config], Tables] = load_tables,
    promoting: bool = False,
    progress: Progress | None = None,
) -> Recalibration:
    """Register a version that differs from the champion in its base-rate offset only.

    The offset is filtered anew from the trained one, over all weeks since, so it does not matter
    how often this was done before. The alias ``challenger`` stays where it is.

    Parameters
    ----------
    read
        Reads the data; what it returns may hold more than the configuration's tables.
    promoting
        Move the champion to it, through the gate.

    Raises
    ------
    PromotionRefused
        ``no_signal``, ``no_dates``, ``does_not_pay``: the champion cannot be recalibrated; ``harm``
        where following has raised the log loss since.
    DataError
        ``nothing_matured``; ``wrong_export``; if the export cannot be used.
    NoChampionError
        If nothing has been promoted yet.
    RegistryError
        If the registry cannot be reached.
    """
    begin, say = time.perf_counter(), progress or (lambda _label, _share: None)
    registered = resolve(config.tracking, config.folder, CHAMPION)
    bundle, version = load_bundle(registered.path), registered.version
    offset = Offset.of(bundle, version)
    say("reading the data", 0.1)
    tables = read(config)
    history = tables.history()
    check_export(bundle, version, config, history)
    say("following the outcomes", 0.5)
    trajectory, matured, mean = _followed(bundle, offset, _sample(bundle, tables), version)
    target = offset.intercept + trajectory.last
    shift = target - bundle.model.calibration.intercept
    if objections := matured.objections():
        raise PromotionRefused(
            f"Champion version {version} keeps its offset: {'; '.join(objections)}.",
            code="harm",
            hint=TRAIN,
        )
    why = _why(version, shift, mean, matured)
    say("registering", 0.8)
    with (
        open_run(config, "leadgate recalibrate", progress) as run,
        package.new_run(config.folder) as folder,
    ):
        path = write_moved(
            bundle, folder / BUNDLE, shift=shift,
            variance=float(trajectory.variance[-1]) - offset.variance,
            meta=_meta(bundle, offset, trajectory, history.until, digest(tables), version, why),
            card=f"{bundle.card.rstrip()}\n\n## Recalibrated\n\n{why}\n",
        )  # fmt: skip
        new = log_recalibrated(run, load_bundle(path), champion=version, matured=matured.to_dict())
        run_id = run.run_id
        package.keep(folder, new)
    if promoting:
        promote(config, new)
    return Recalibration(
        model=config.tracking.model,
        champion=version,
        version=new,
        run_id=run_id,
        why=why,
        shift=shift,
        example=(mean, _moved(mean, shift)),
        since=offset.since,
        until=history.until,
        matured=matured,
        seconds=time.perf_counter() - begin,
        promoted=promoting,
    )


def _sample(bundle: Bundle, tables: Tables) -> Sample:
    return Sample.of(tables.history(), Settings.from_dict(bundle.meta["settings"]))


def _followed(
    bundle: Bundle, offset: Offset, sample: Sample, version: str
) -> tuple[Trajectory, Since, float]:
    """Filter the offset over what matured since the training; also the mean readiness of that."""
    rows = _matured(sample, offset, version)
    at, model = sample.snapshots.take(rows), bundle.model
    X = FeatureSet.from_dict(bundle.features).matrix(sample.history, at.lead, at.as_of)
    log_odds = model.calibration.slope * model.log_odds(X) + offset.intercept
    outcomes = outcomes_of(sample, rows, log_odds)
    trajectory = follow(offset.walk, outcomes, offset.since)
    readiness = model.readiness(X)
    mean = float(outcomes.weight @ readiness / outcomes.weight.sum())
    return trajectory, Since.of(outcomes, trajectory), mean


def _matured(sample: Sample, offset: Offset, version: str) -> Positions:
    """Return the snapshots that matured since the training, if any did since the champion's end."""
    labels = sample.labels
    mature = labels.evaluation_weight > 0
    rows = np.flatnonzero(mature & (labels.matures_at > offset.since))
    if not rows.size or labels.matures_at[rows].max() <= offset.matured_until:
        later = labels.matures_at[labels.matures_at > sample.history.until]
        nxt = f" The next snapshot matures at {iso(int(later.min()))}." if later.size else ""
        raise DataError(
            f"Nothing has matured since {iso(offset.matured_until)}, the end of what champion "
            f"version {version} knows: the export ends at {iso(sample.history.until)}.{nxt}",
            code="nothing_matured",
            hint="Export again when there are newer outcomes, or read the store: --from-store",
        )
    return even_sample(rows, MOST_ROWS)


def _moved(readiness: float, shift: float) -> float:
    odds = np.log(readiness) - np.log1p(-readiness)
    return float(sigmoid(odds + shift))


def _why(version: str, shift: float, mean: float, matured: Since) -> str:
    before, after = matured.before, matured.after
    return (
        f"Champion version {version} with its base-rate offset moved by {shift:+.3f} on the "
        f"log-odds: a readiness of {mean:.1%} becomes {_moved(mean, shift):.1%}. Of "
        f"{matured.leads:.0f} leads that matured since it was trained {matured.wins:.0f} were won; "
        f"the predicted-to-actual ratio is {before.value:.2f} ({before.low:.2f} to "
        f"{before.high:.2f}) as trained and {after.value:.2f} now. {matured.check}"
    )


def _meta(
    bundle: Bundle, offset: Offset, trajectory: Trajectory, until: int, sha256: str, version: str,
    why: str,
) -> dict[str, Any]:  # fmt: skip
    """Return the entries of bundle.json that differ from those of the champion."""
    level = {
        **bundle.meta["level"],
        "shift": trajectory.last,
        "variance_now": float(trajectory.variance[-1]),
        "matured_until": iso(until),
        "trained_version": offset.trained_version or version,
    }
    return {
        "data_until": iso(until), "data_sha256": sha256, "verdict": REFRESH, "why": why,
        "level": level,
    }  # fmt: skip
