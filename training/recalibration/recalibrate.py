"""Move the base-rate offset of the champion by what matured since it was trained."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from features.parsing.times import iso
from features.tables import Tables, load_tables
from leadgate.bundle.bundle import load_bundle
from leadgate.config import Config
from leadgate.registry.mlflow_store import Progress
from leadgate.registry.registry import BUNDLE, CHAMPION, resolve
from training import package
from training.promotion.promote import promote
from training.promotion.verdict import REFRESH
from training.recalibration.champion import Offset, check_export
from training.recalibration.followed import Followed, follow_champion
from training.tracking.digest import digest
from training.tracking.open_run import open_run
from training.tracking.recalibrated import log_recalibrated


@dataclass(frozen=True)
class Recalibration:
    """One recalibration: the version that it registered and what it rests on.

    Attributes
    ----------
    model, version, run_id
        The registered model, its new version, and the MLflow run.
    followed
        The champion, and how its offset moved.
    promoted
        Whether the version is champion now.
    """

    model: str
    version: str
    run_id: str
    followed: Followed
    seconds: float
    promoted: bool

    def to_dict(self) -> dict[str, Any]:
        """Return what ``leadgate recalibrate --json`` prints."""
        followed = self.followed
        return {
            "run_id": self.run_id,
            "model": self.model,
            "version": self.version,
            "champion": followed.version,
            "verdict": REFRESH,
            "why": followed.why,
            "shift": followed.shift,
            "since": iso(followed.offset.since),
            "until": iso(followed.until),
            "matured": followed.matured.to_dict(),
            "promoted": self.promoted,
            "seconds": self.seconds,
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
    check_export(bundle, version, config, tables.history())
    say("following the outcomes", 0.5)
    followed = follow_champion(bundle, version, offset, tables)
    say("registering", 0.8)
    with (
        open_run(config, "leadgate recalibrate", progress) as run,
        package.new_run(config.folder) as folder,
    ):
        path = followed.write(folder / BUNDLE, digest(tables))
        matured = followed.matured.to_dict()
        new = log_recalibrated(run, load_bundle(path), champion=version, matured=matured)
        package.keep(folder, new)
    if promoting:
        promote(config, new)
    return Recalibration(
        config.tracking.model, new, run.run_id, followed, time.perf_counter() - begin, promoting
    )
