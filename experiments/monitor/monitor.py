"""One look at a model since it was trained, and whether somebody should look closer."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from experiments.figures.share import Share
from experiments.monitor.matured import Calibration, by_grade, calibration, handoffs_of
from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, parse_instant
from features.stored_tables import StoredTables
from features.tables import Tables
from leadgate.bundle.bundle import Bundle
from leadgate.config import Config
from training.dataset.feedback import with_store
from training.packaging.drift import Drift, Shift, drift
from training.packaging.reference import READINESS, values, waiting

SHOWN = 10


@dataclass(frozen=True)
class Monitored:
    """The result of `leadgate monitor`.

    Attributes
    ----------
    alarm, why
        Whether anything needs a look, and why, in sentences.
    drift, calibration
        None where there is nothing to compare yet.
    handoffs
        By grade, as `experiments.monitor.matured.by_grade`.
    """

    alarm: bool
    why: str
    drift: Drift | None
    calibration: Calibration | None
    handoffs: dict[str, dict[str, Share]]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the command."""
        return {
            "alarm": self.alarm,
            "why": self.why,
            "drift": None if self.drift is None else _drift(self.drift),
            "calibration": None if self.calibration is None else asdict(self.calibration),
            "handoffs": {
                grade: {name: share.to_dict() for name, share in shares.items()}
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
    matured, grades = None, {}
    if stored is not None:
        handoffs = handoffs_of(history, stored.decisions)
        matured, grades = calibration(handoffs, horizon), by_grade(handoffs, horizon)
    alarms = [*_of_drift(moved), *_of_calibration(matured)]
    return Monitored(
        alarm=bool(alarms),
        why=" ".join(alarms or _calm(moved, matured)),
        drift=moved,
        calibration=matured,
        handoffs=grades,
    )


def _drifted(bundle: Bundle, history: LeadHistory) -> Drift | None:
    """Compare the leads that wait now with those of training; None where no new leads came."""
    until = bundle.meta["data_until"]
    end = NAT if until is None else parse_instant(until, field="data_until")
    if not history.dated or int(history.ends.max(initial=NAT)) <= end:
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
        f"{'readiness' if shift.name == READINESS else shift.name} (PSI {shift.psi:.2f}, at random "
        f"below {shift.high:.2f})"
        for shift in alarming[:SHOWN]
    ]
    more = f" and {len(alarming) - SHOWN} more" if len(alarming) > SHOWN else ""
    return [f"The leads that wait now differ from those of training: {', '.join(named)}{more}."]


def _of_calibration(matured: Calibration | None) -> list[str]:
    if matured is None or not matured.alarming:
        return []
    return [f"Predicted and actual wins differ. {_actual(matured)}"]


def _calm(moved: Drift | None, matured: Calibration | None) -> list[str]:
    looks = "No new leads came since the training, so there is nothing to compare."
    if moved is not None:
        looks = f"The leads of {moved.accounts} accounts do not differ from those of training."
    return [
        looks,
        "No handoff of the store has matured yet." if matured is None else _actual(matured),
    ]


def _actual(matured: Calibration) -> str:
    ratio = matured.ratio
    return (
        f"Of {matured.leads} matured handoffs {matured.won} were won, {ratio.value:.2f} times as "
        f"many as predicted ({ratio.low:.2f} to {ratio.high:.2f})."
    )


def _drift(moved: Drift) -> dict[str, Any]:
    return {
        "accounts": moved.accounts,
        "accounts_in_training": moved.then,
        READINESS: _shift(moved.readiness),
        "columns": [_shift(shift) for shift in moved.columns[:SHOWN]],
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {**asdict(shift), "alarm": shift.alarming}


def metrics(look: Monitored) -> dict[str, float]:
    """Return the figures that are worth following over time; defined ones only."""
    flat: dict[str, float] = {"alarm": float(look.alarm)}
    if look.drift is not None:
        worst = max((shift.psi for shift in look.drift.columns), default=math.nan)
        flat |= {"psi_readiness": look.drift.readiness.psi, "psi_highest": worst}
        flat["columns_drifted"] = float(len(look.drift.alarming))
    if look.calibration is not None:
        ratio = look.calibration.ratio
        flat |= {"won_over_expected": ratio.value, "matured": float(look.calibration.leads)}
        flat |= {"won_over_expected_low": ratio.low, "won_over_expected_high": ratio.high}
    for grade, shares in look.handoffs.items():
        flat |= {f"{name}_{grade}": share.value for name, share in shares.items()}
        flat[f"handoffs_{grade}"] = float(shares["worked"].of)
    return {name: value for name, value in flat.items() if math.isfinite(value)}
