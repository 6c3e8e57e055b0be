"""The health of a model in one line."""

from __future__ import annotations

from typing import NamedTuple

from experiments.monitor.matured import Calibration
from experiments.monitor.monitor import Monitored

ALARM, HEALTHY, UNSURE, UNKNOWN = "alarm", "healthy", "unsure", "unknown"
# While both half and twice as many wins as predicted are within the interval, nobody can say.
_FACTOR = 2.0


class Health(NamedTuple):
    """`state` is ``alarm``, ``healthy``, ``unsure``, or ``unknown`` where nothing was compared."""

    state: str
    line: str


def health(look: Monitored) -> Health:
    """Return what a look says of a model, for people who do not run it.

    Counts only, to stand after a colon: it may go on a page.
    """
    matured = None if look.wins is None else look.wins.matured
    if look.alarm:
        what = " and ".join(
            ["wins do not come as predicted"] * look.wins_differ
            + ["the leads that come in have changed"] * look.leads_differ
        )
        return Health(ALARM, f"look closer: {what}.")
    if matured is not None:
        return _of_matured(matured)
    if look.drift is not None and look.drift.separation is not None:
        return Health(
            HEALTHY,
            "healthy so far: the leads that come in are like those it was trained on; no outcome "
            "of its handoffs is known yet.",
        )
    return Health(UNKNOWN, "not known yet: too little has come since the model was trained.")


def _of_matured(matured: Calibration) -> Health:
    """Return what matured handoffs say while there is no alarm."""
    ratio = matured.ratio
    says = (
        f"of {matured.leads:,} leads handed off {matured.won:,} were won, {ratio.value:.2f} times "
        f"as many as predicted ({ratio.low:.2f} to {ratio.high:.2f})"
    )
    if ratio.low < 1 / _FACTOR and ratio.high > _FACTOR:
        return Health(UNSURE, f"not known yet: {says}; too few to tell.")
    if ratio.low > 1 or ratio.high < 1:
        return Health(UNSURE, f"no alarm, but watch it: {says}; one look alone is no proof.")
    return Health(HEALTHY, f"healthy: {says}.")
