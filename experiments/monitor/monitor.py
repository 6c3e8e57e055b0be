"""One look at a model since it was trained, and whether somebody should look closer."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from experiments.figures.shares import Share
from experiments.monitor.drift import Drift, Shift, drift
from experiments.monitor.matured import Promise, by_grade, handoffs_of, promise
from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, parse_instant
from features.stored_tables import StoredTables
from features.tables import Tables
from leadgate.bundle.bundle import Bundle
from leadgate.config import Config
from training.dataset.feedback import with_store
from training.packaging.reference import READINESS, values, waiting

SHOWN = 10


@dataclass(frozen=True)
class Monitored:
    """What `leadgate monitor` found.

    Attributes
    ----------
    alarm, why
        Whether anything needs a look, and all that is worth saying, in sentences.
    drift, calibration
        None where there is nothing to compare yet.
    handoffs
        By grade, as `experiments.monitor.matured.by_grade`.
    """

    alarm: bool
    why: str
    drift: Drift | None
    calibration: Promise | None
    handoffs: dict[str, dict[str, Share]]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the command."""
        return {
            "alarm": self.alarm,
            "why": self.why,
            "drift": None if self.drift is None else _drift(self.drift),
            "calibration": None if self.calibration is None else asdict(self.calibration),
            "handoffs": {
                grade: {name: asdict(share) for name, share in shares.items()}
                for grade, shares in self.handoffs.items()
            },
        }


def monitor(
    config: Config, bundle: Bundle, tables: Tables, stored: StoredTables | None
) -> Monitored:
    """Compare a model with what came after it.

    Parameters
    ----------
    config
        Of the data set.
    bundle
        The model.
    tables
        The export of today.
    stored
        What the endpoint's store holds; None where there is none.
    """
    if stored is not None:
        tables = with_store(config, tables, stored)
    history = tables.history()
    moved = _drifted(bundle, history)
    horizon = bundle.meta["horizon_days"]
    kept, grades = None, {}
    if stored is not None:
        handed = handoffs_of(history, stored.decisions)
        kept, grades = promise(handed, horizon), by_grade(handed, horizon)
    alarms = [*_of_drift(moved), *_of_promise(kept)]
    return Monitored(
        alarm=bool(alarms),
        why=" ".join(alarms or _calm(moved, kept)),
        drift=moved,
        calibration=kept,
        handoffs=grades,
    )


def _drifted(bundle: Bundle, history: LeadHistory) -> Drift | None:
    """Compare the leads that wait now with those of training; None where no new ones came."""
    until = bundle.meta["data_until"]
    end = NAT if until is None else parse_instant(until, field="data_until")
    if not history.dated or history.until <= end:
        return None
    at = waiting(history, end)
    features = FeatureSet.from_dict(bundle.features)
    now = values(features, bundle.model, history, at)
    accounts = int(np.unique(history.accounts[at.lead]).size)
    return drift(bundle.reference, now, accounts)


def _of_drift(moved: Drift | None) -> list[str]:
    alarming = [] if moved is None else moved.alarming
    if not alarming:
        return []
    named = [
        f"{'readiness' if shift.name == READINESS else shift.name} (PSI {shift.psi:.2f}, by chance "
        f"below {shift.high:.2f})"
        for shift in alarming[:SHOWN]
    ]
    more = f" and {len(alarming) - SHOWN} more" if len(alarming) > SHOWN else ""
    return [f"The leads before the gate look other than in training: {', '.join(named)}{more}."]


def _of_promise(kept: Promise | None) -> list[str]:
    if kept is None or not kept.alarming:
        return []
    return [
        f"The promise is not kept: of {kept.leads} matured handoffs {kept.won} were won, "
        f"{kept.ratio.value:.2f} times what was expected "
        f"({kept.ratio.low:.2f} to {kept.ratio.high:.2f})."
    ]


def _calm(moved: Drift | None, kept: Promise | None) -> list[str]:
    looks = "No new leads came since the training, so there is no drift to see."
    if moved is not None:
        looks = f"The leads of {moved.accounts} accounts look as those of training did."
    promised = "No handoff of the store has matured yet."
    if kept is not None:
        promised = (
            f"{kept.leads} matured handoffs were won {kept.ratio.value:.2f} times as often as "
            f"expected ({kept.ratio.low:.2f} to {kept.ratio.high:.2f})."
        )
    return [looks, promised]


def _drift(moved: Drift) -> dict[str, Any]:
    return {
        "accounts": moved.accounts,
        "accounts_in_training": moved.then,
        READINESS: _shift(moved.readiness),
        "columns": [_shift(shift) for shift in moved.columns[:SHOWN]],
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {**asdict(shift), "alarm": shift.alarming}


def metrics(found: Monitored) -> dict[str, float]:
    """Return the figures that are worth following over time; defined ones only."""
    flat: dict[str, float] = {"alarm": float(found.alarm)}
    if found.drift is not None:
        worst = max((shift.psi for shift in found.drift.columns), default=math.nan)
        flat |= {"psi_readiness": found.drift.readiness.psi, "psi_highest": worst}
        flat["columns_drifted"] = float(len(found.drift.alarming))
    if found.calibration is not None:
        ratio = found.calibration.ratio
        flat |= {"won_over_expected": ratio.value, "matured": float(found.calibration.leads)}
        flat |= {"won_over_expected_low": ratio.low, "won_over_expected_high": ratio.high}
    for grade, shares in found.handoffs.items():
        flat |= {f"{name}_{grade}": share.value for name, share in shares.items()}
        flat[f"handoffs_{grade}"] = float(shares["worked"].of)
    return {name: value for name, value in flat.items() if math.isfinite(value)}
