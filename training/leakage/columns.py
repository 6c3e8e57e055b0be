"""The columns of a history, each with its evidence and its class."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from leadgate.config import Config
from training.leakage import lines
from training.leakage.ablation import Ablation, StrongSet
from training.leakage.changed_by_close import Changed, changed_by_close
from training.leakage.evidence import Evidence, Witness
from training.leakage.past import Past
from training.leakage.suspect import CERTAIN, ODD, SUSPECTED, Cost, Suspect
from training.leakage.together import WeakLeaks, same_filling
from training.leakage.univariate import separation

_WITH_COST = 12
# What a model must gain by weak leaks, in squared deviations between wins and losses.
_GAIN = 0.5
_SHOWN_AUC, _ABOVE_FORWARD = 0.55, 0.05


class ColumnProbe:
    """Sorts the columns that may become features into classes.

    A column with a record of its changes is read as it was, whatever it holds today, and not
    looked at.

    Parameters
    ----------
    past
        What may be looked at.
    config
        What is no feature anyway, and the ages of the snapshots.
    """

    def __init__(self, past: Past, config: Config) -> None:
        self._past, self._never = past, config.columns.never_features()
        self._horizon_days = config.target.horizon_days
        names = sorted({*past.history.columns} - self._never - {*past.history.changes})
        self._texts = {name: past.history.columns[name] for name in names}
        witness = Witness(past, config.target.snapshot_ages_days)
        self.evidence = {name: witness.of(name, texts) for name, texts in self._texts.items()}
        self._changed = Changed()

    def suspects(self) -> list[Suspect]:
        """Return the certain leaks and then the suspected ones, the strongest of each first."""
        reasons = self._reasons()
        suspects = [self._suspect(name, *why) for name, why in reasons.items()]
        suspects.sort(key=lambda s: (s.level != CERTAIN, -self._auc(s.name)))
        return self._with_costs(suspects)

    def odd(self, suspects: Collection[Suspect]) -> list[Suspect]:
        """Return the columns that stay but are worth a second look."""
        names = {suspect.name for suspect in suspects}
        others = {name: [*lines.odd(e)] for name, e in self.evidence.items() if name not in names}
        for name in () if self._changed.sure else self._changed.names:
            others[name].append(self._changed.sentence)
        odd = [self._suspect(name, ODD, why) for name, why in others.items() if why]
        return sorted((replace(s, kept=True) for s in odd), key=lambda s: -self._auc(s.name))

    def strong_set(self, suspects: Collection[Suspect]) -> StrongSet | None:
        """Return the columns by which those that stay discriminate unusually well; None for none.

        Parameters
        ----------
        suspects
            Those that are kept are among the columns that stay.
        """
        labelled = self._past.labelled
        left_out = {suspect.name for suspect in suspects if not suspect.kept}
        stay = [name for name in self._texts if name not in left_out]
        if labelled is None or not labelled.forward or not stay:
            return None
        strongest = sorted(stay, key=lambda name: -self._auc(name))
        strong = StrongSet.of(self._ablation, left_out, strongest)
        return strong if strong.names else None

    def _reasons(self) -> dict[str, tuple[str, list[str]]]:
        """Return the class of each suspect, and the reasons."""
        noise = self._noise()
        reasons: dict[str, tuple[str, list[str]]] = {}
        for name, evidence in self.evidence.items():
            certain, suspected = [*lines.certain(evidence)], [*lines.suspected(evidence, noise)]
            if certain or suspected:
                both = dict.fromkeys([*certain, *suspected])
                reasons[name] = (CERTAIN if certain else SUSPECTED, [*both])
        for further in (
            self._above_others, self._written_together, self._weak_together, self._close_changes,
        ):  # fmt: skip
            reasons |= {name: (level, [why]) for name, level, why in further(reasons)}
        return reasons

    def _above_others(self, reasons: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
        """Yield the columns that outweigh all others that are no suspects."""
        honest = {
            name: e.univariate.separation
            for name, e in self.evidence.items()
            if e.univariate is not None and name not in reasons
        }
        for name, own in honest.items():
            rest = sum(honest.values()) - own
            if len(honest) > 1 and lines.above_others(self.evidence[name], rest):
                others = f"the other {len(honest) - 1} columns together"
                yield name, SUSPECTED, f"alone it discriminates better than {others}"

    def _written_together(
        self, reasons: Mapping[str, tuple[str, list[str]]]
    ) -> Iterator[tuple[str, str, str]]:
        """Yield the columns that are filled for the same leads as a suspect."""
        filled = {name: texts != "" for name, texts in self._texts.items()}
        for name in filled.keys() - reasons.keys():
            twins = (t for t in reasons if same_filling(filled[name], filled[t]))
            if twin := next(twins, None):
                why = f"it is filled for the same leads as {twin}, as if written with it"
                yield name, SUSPECTED, why

    def _weak_together(self, reasons: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
        """Yield weak leaks that decide together, where a model gains by them."""
        labelled = self._past.labelled
        if labelled is None or not labelled.forward:
            return
        honest = {name: texts for name, texts in self._texts.items() if name not in reasons}
        names, why = WeakLeaks(honest, labelled).find()
        if names:
            ablation = self._ablation
            without, with_them = ablation.auc([*reasons, *names]), ablation.auc([*reasons])
            if separation(with_them) - separation(without) >= _GAIN:
                why += f" (a model of the columns: AUC {without:.2f} without, {with_them:.2f} with)"
                yield from ((name, SUSPECTED, why) for name in names)

    def _close_changes(self, reasons: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
        """Yield the columns by which open leads are not what came in."""
        past = self._past
        rest = {name: past.whole.columns[name] for name in self._texts if name not in reasons}
        self._changed = changed_by_close(rest, past, self._horizon_days)
        if self._changed.sure:
            yield from ((name, SUSPECTED, self._changed.sentence) for name in self._changed.names)

    def _with_costs(self, suspects: list[Suspect]) -> list[Suspect]:
        """Add to the strongest suspects what leaving each out costs, or keeping it."""
        asked = [s.name for s in suspects if s.level == SUSPECTED][:_WITH_COST]
        if not asked or self._past.labelled is None or not self._past.labelled.forward:
            return suspects
        names = {s.name for s in suspects}
        ablation = self._ablation
        without = ablation.auc(names)
        costs = {name: Cost(without, ablation.auc(names - {name})) for name in asked}
        return [replace(s, cost=costs.get(s.name)) for s in suspects]

    @cached_property
    def _ablation(self) -> Ablation:
        assert self._past.labelled is not None
        return Ablation(self._past.history, self._past.labelled, self._never)

    def _suspect(self, name: str, level: str, reasons: Collection[str]) -> Suspect:
        return Suspect(
            name, "column", tuple(reasons), tuple(_figures(self.evidence[name])), level=level
        )

    def _auc(self, name: str) -> float:
        univariate = self.evidence[name].univariate
        return 0.0 if univariate is None else univariate.auc

    def _noise(self) -> float:
        labelled = self._past.labelled
        return np.inf if labelled is None or not labelled.forward else labelled.noise()


def _figures(evidence: Evidence) -> Iterator[str]:
    univariate = evidence.univariate
    if univariate is None:
        return
    yield f"AUC alone {univariate.auc:.2f}"
    if univariate.auc_missing >= _SHOWN_AUC:
        yield f"by being filled or empty {univariate.auc_missing:.2f}"
    if univariate.auc_random >= univariate.auc + _ABOVE_FORWARD:
        yield f"between random halves {univariate.auc_random:.2f}"
