"""The health of a model in one line."""

from __future__ import annotations

from typing import NamedTuple

from experiments.monitor.monitor import Monitored

ALARM, HEALTHY, UNKNOWN = "alarm", "healthy", "unknown"


class Health(NamedTuple):
    """`state` is ``alarm``, ``healthy``, or ``unknown`` where nothing could be compared yet."""

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
        return Health(
            HEALTHY,
            f"healthy: of {matured.leads:,} leads handed off {matured.won:,} were won, "
            f"{matured.ratio.value:.2f} times as many as predicted "
            f"({matured.ratio.low:.2f} to {matured.ratio.high:.2f}).",
        )
    if look.drift is not None and look.drift.separation is not None:
        return Health(
            HEALTHY,
            "healthy so far: the leads that come in are like those it was trained on; no outcome "
            "of its handoffs is known yet.",
        )
    return Health(UNKNOWN, "not known yet: too little has come since the model was trained.")
