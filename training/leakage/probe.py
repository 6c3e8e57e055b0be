"""The leak probe: columns and activities that are known only after the outcome.

A suspect needs evidence that honest columns do not show; `docs/reference/leak-probe.md` says what
counts, why, and what cannot be found.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from features.history.lead_history import LeadHistory
from leadgate.config import Config
from leadgate.errors import DataError
from training.leakage.columns import ColumnProbe
from training.leakage.final_acts import final_acts
from training.leakage.past import Past
from training.leakage.suspect import LeakReport, Suspect


def find_leaks(history: LeadHistory, config: Config, keep: Collection[str] = ()) -> LeakReport:
    """Look at every column and type of activity that may become a feature.

    What is decided rests on the leads and outcomes from before the test window alone.

    Parameters
    ----------
    history
        The leads with their outcomes.
    config
        What is no feature anyway, the horizon and the ages of the snapshots.
    keep
        Columns and activities that stay features whatever is found.

    Raises
    ------
    DataError
        ``unknown_column``: `keep` names what the data do not have; ``declared_column``: it names
        what the configuration says is no feature.
    """
    never = config.columns.never_features()
    _check(
        keep, {*history.columns, *history.changes, *history.activities.type.texts} - never, never
    )
    past = Past.of(history, config)
    probe = ColumnProbe(past, config)
    acts = [a for a in final_acts(past.history) if a.name not in config.data.sales_types]
    suspects = probe.suspects()
    suspects += [Suspect(a.name, "activity", (a.sentence(),)) for a in acts if a.final]
    suspects = [replace(s, kept=s.name in keep) for s in suspects]
    return LeakReport(
        suspects, probe.odd(suspects), probe.evidence, acts, probe.strong_set(suspects)
    )


def _check(keep: Collection[str], features: Collection[str], never: Collection[str]) -> None:
    """Refuse to keep what is no feature in the first place."""
    declared = [name for name in keep if name in never]
    if declared:
        raise DataError(
            f"--keep names what leadgate.toml says is no feature: {', '.join(sorted(declared))}.",
            code="declared_column",
            hint="Take it out of [columns] there.",
        )
    unknown = [name for name in keep if name not in features]
    if unknown:
        raise DataError(
            f"--keep names no column and no activity of the data: {', '.join(sorted(unknown))}.",
            code="unknown_column",
            hint="Names are those of the export, capitals included.",
        )
