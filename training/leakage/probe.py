"""The leak probe: columns and activities that are known only after the outcome.

A suspect needs evidence that honest columns do not show; `docs/reference/leak-probe.md` says what
counts, why, and what cannot be found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from features.crm.match import known_after_outcome, replaced_in_place
from features.history.lead_history import LeadHistory
from leadgate.config import Config
from leadgate.errors import DataError
from training.leakage.ablation import Ablation
from training.leakage.filling import Groups, same_filling
from training.leakage.final_acts import final_acts
from training.leakage.labelled import Labelled
from training.leakage.later_counts import LaterCounts
from training.leakage.suspect import LeakReport, Suspect
from training.leakage.univariate import Univariate, numbers

# No honest column of a lead discriminates so well alone.
ALONE = 0.90
# Nor this well and better than all others together.
ALONE_ABOVE_OTHERS, SHARE_OF_ALL = 0.80, 0.50
# A name that speaks of the present, and a signal that is small but not random.
NAMED, NAMED_DEVIATIONS = 0.55, 3.0
# Leads whose outcome a column alone decides, or nearly; the gap in filling; shares of the leads.
CERTAIN, FILL_GAP = 0.05, 0.50
_ABLATED = 3


def find_leaks(history: LeadHistory, config: Config, keep: Collection[str] = ()) -> LeakReport:
    """Look at every column and type of activity that may become a feature.

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
    ages = config.target.snapshot_ages_days
    labelled = Labelled.of(history, ages, config.target.horizon_days)
    probe = _Probe(history, labelled, sorted(set(history.columns) - never), ages)
    acts = [a for a in final_acts(history) if a.name not in config.data.sales_types]
    suspects = probe.suspects()
    suspects += [Suspect(a.name, "activity", (a.sentence(),)) for a in acts if a.final]
    suspects = [replace(s, kept=s.name in keep) for s in suspects]
    if labelled is not None:
        suspects = _ablated(history, labelled, suspects, config)
    return LeakReport(suspects, probe.univariate, probe.fills, acts)


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


class _Probe:
    """The evidence on the columns of a history."""

    def __init__(
        self,
        history: LeadHistory,
        labelled: Labelled | None,
        names: Collection[str],
        ages_days: Collection[float],
    ) -> None:
        # A column with a record of its changes is read as it was, whatever it holds today.
        self._texts = {name: history.columns[name] for name in names if name not in history.changes}
        groups = Groups(history)
        self._filled = {name: texts != "" for name, texts in self._texts.items()}
        self.fills = {name: groups.fills(filled) for name, filled in self._filled.items()}
        self.univariate: dict[str, Univariate] = {}
        self._repeats: dict[str, str] = {}
        self._noise = np.inf
        if labelled is None:
            return
        self._noise = labelled.noise()
        self.univariate = {k: Univariate.of(texts, labelled) for k, texts in self._texts.items()}
        if len(history.activities):
            counts = LaterCounts(history, labelled, [*ages_days])
            values = {name: numbers(texts) for name, texts in self._texts.items()}
            self._repeats = {k: counts.match(v) for k, v in values.items() if v is not None}

    def suspects(self) -> list[Suspect]:
        """Return the suspects, those that discriminate best first."""
        reasons = {name: [*self._own(name)] for name in self._texts}
        suspected = [name for name, why in reasons.items() if why]
        for name, why in reasons.items():
            why += self._against_others(name, suspected)
            if not why:
                why += self._written_with(name, suspected)
        names = [name for name, why in reasons.items() if why]
        names.sort(key=lambda name: -self.univariate[name].auc if name in self.univariate else 0.0)
        return [
            Suspect(name, "column", tuple(reasons[name]), tuple(self._figures(name)))
            for name in names
        ]

    def _own(self, name: str) -> Iterator[str]:
        """Yield what a column shows by itself."""
        if named := known_after_outcome(name):
            yield f"by its name {named}"
        yield from (fill.sentence() for fill in self.fills[name] if fill.gap >= FILL_GAP)
        if repeats := self._repeats.get(name):
            yield repeats
        univariate = self.univariate.get(name)
        if univariate is None:
            return
        if univariate.auc >= ALONE:
            yield "alone it all but decides who wins"
        if univariate.certain >= CERTAIN:
            share = f"{univariate.certain:.0%}"
            yield f"for {share} of the leads its value alone all but decides the outcome"
        signal = univariate.auc >= max(NAMED, 0.5 + NAMED_DEVIATIONS * self._noise)
        if replaced_in_place(name) and (signal or univariate.likely >= CERTAIN):
            yield "by its name it holds what is true today, and it discriminates won from lost"

    def _against_others(self, name: str, suspected: Collection[str]) -> list[str]:
        univariate = self.univariate.get(name)
        if univariate is None or univariate.auc < ALONE_ABOVE_OTHERS:
            return []
        others = [k for k in self.univariate if k != name and k not in suspected]
        rest = sum(self.univariate[k].separation for k in others)
        if not others or univariate.separation <= SHARE_OF_ALL * (univariate.separation + rest):
            return []
        return [f"alone it discriminates better than the other {len(others)} columns together"]

    def _written_with(self, name: str, suspected: Collection[str]) -> Iterator[str]:
        for twin in suspected:
            if same_filling(self._filled[name], self._filled[twin]):
                yield f"it is filled for the same leads as {twin}, as if written with it"
                return

    def _figures(self, name: str) -> Iterator[str]:
        if (univariate := self.univariate.get(name)) is None:
            return
        yield f"AUC alone {univariate.auc:.2f}"
        if univariate.auc_missing >= NAMED:
            yield f"by being filled or empty {univariate.auc_missing:.2f}"
        if univariate.auc_random >= univariate.auc + 0.05:
            yield f"between random halves {univariate.auc_random:.2f}"


def _ablated(
    history: LeadHistory, labelled: Labelled, suspects: list[Suspect], config: Config
) -> list[Suspect]:
    """Add to the strongest suspects what a model of everything loses without each."""
    names = [s.name for s in suspects if s.kind == "column"][:_ABLATED]
    if not names:
        return suspects
    ablation = Ablation(history, labelled, config.columns.never_features())
    whole = f"a model of all columns reaches AUC {ablation.auc():.2f}"
    lost = {name: f"{whole}, without this one {ablation.auc([name]):.2f}" for name in names}
    if len(suspects) > 1:
        bare = ablation.auc([s.name for s in suspects])
        lost = {name: f"{text}, without any suspect {bare:.2f}" for name, text in lost.items()}
    return [
        replace(s, figures=(*s.figures, lost[s.name])) if s.name in lost else s for s in suspects
    ]
