"""One backtest: from the tables of an export to what the policies would have done."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from experiments.backtest.policies import PolicyReplay
from experiments.backtest.pool import mondays
from experiments.backtest.refits import refits
from experiments.backtest.result import Backtest
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from features.tables import Tables
from leadgate.config import Config, PolicySettings
from leadgate.errors import DataError
from leadgate.registry.mlflow_store import Progress
from training.dataset.settings import Settings
from training.leakage.probe import find_leaks

__all__ = ["Backtest", "backtest"]


def backtest(
    config: Config,
    tables: Tables,
    *,
    capacities: Sequence[int] = (),
    cost: float | None = None,
    value: float | None = None,
    keep: Collection[str] = (),
    curves: bool = True,
    progress: Progress | None = None,
) -> Backtest:
    """Replay history week by week with models that knew only what was known then.

    Parameters
    ----------
    config, tables
        The export.
    capacities
        Handoffs a week to compare; empty: that of the configuration, else half of the inflow.
    cost, value
        Of a handoff and of a win, in place of the configuration's.
    keep
        Columns and activities that stay features although they look like leaks.
    curves
        False leaves out the curves over capacity and the quarterly models.

    Raises
    ------
    DataError
        ``no_dates``; ``no_close_dates``; ``no_work``: sales worked no lead; ``too_short``: too few
        outcomes are known before the last week; ``nobody_waits``: sales came to all leads before
        their first Monday; as `training.leakage.probe.find_leaks`.
    """
    history = tables.history()
    _check_dates(history)
    _check_work(history)
    policy = _settings_of(config.policy, cost, value)
    leaks = find_leaks(history, config, keep)
    settings = Settings.of(config).without(leaks.left_out("column"), leaks.left_out("activity"))
    weeks = mondays(int(history.created.min()), history.until, config.policy.timezone)
    models = refits(history, settings, weeks, progress)
    if not models:
        raise DataError(
            "Too few outcomes were known before the last week to train a model for any week.",
            code="too_short",
            hint="Export more months, or check the dates of the outcomes.",
        )
    replayed = PolicyReplay.of(config, history, policy, weeks, models, progress)
    return replayed.run(capacities, curves=curves)


def _settings_of(policy: PolicySettings, cost: float | None, value: float | None) -> PolicySettings:
    changed = {"cost_per_handoff": cost, "value_per_win": value}
    return policy.model_copy(update={k: v for k, v in changed.items() if v is not None})


def _check_dates(history: LeadHistory) -> None:
    if not history.dated or not len(history):
        raise DataError(
            "A replay needs to know when the leads came in.",
            code="no_dates",
            hint="Give columns.created_at.",
        )
    closed = history.won | history.lost
    if not (history.recorded[closed] != NAT).any():
        raise DataError(
            "A replay needs to know when outcomes became known: no closed lead has a date.",
            code="no_close_dates",
            hint="Give columns.closed_at.",
        )


def _check_work(history: LeadHistory) -> None:
    """Refuse a past in which sales worked no lead: nothing shows what working one brings."""
    if history.has_handoffs and not (history.first_worked != NAT).any():
        raise DataError(
            "By the table of handoffs sales worked no lead: nothing shows what its work brings.",
            code="no_work",
            hint="Give first_worked_at in data.handoffs, or leave data.handoffs out where it does "
            "not say whom sales contacted.",
        )
