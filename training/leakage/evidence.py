"""What the data say of a column: when it is filled, and for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.crm.match import known_after_outcome, looks_overwritten, replaced_in_place
from leadgate.arrays import Ints, Positions, Texts
from training.dataset.even_sample import even_sample
from training.leakage.labelled import MOST_LEADS, PERIODS
from training.leakage.later_counts import LaterCounts
from training.leakage.past import Past
from training.leakage.univariate import Univariate, codes, numbers
from training.statistics.bins import bin_of, quantile_edges
from training.statistics.contrast import Contrast, Divergence

# Closed leads are older than open ones even within a period, so these are short.
_SHORT_PERIODS = 50
FILLED, UNCOMMON, VALUES = "filled", "uncommon", "values"
WINS, LOSSES = ("won leads", "lost ones"), ("lost leads", "won ones")
CLOSINGS, WORK = ("closed leads", "open ones"), ("leads that were worked", "leads never worked")


@dataclass(frozen=True)
class Finding:
    """One property of the values of a column, and how far it tells two groups of leads apart.

    Attributes
    ----------
    what
        ``filled``; ``uncommon``, filled with another than the commonest value; or ``values``, with
        those that ensure the first group, which were learned from other accounts.
    names
        The two groups.
    """

    what: str
    names: tuple[str, str]
    divergence: Divergence

    @property
    def decisive(self) -> bool:
        """Whether the second group is where a lead that comes in may end, or stands."""
        return self.names in (WINS, CLOSINGS)

    @property
    def of_wins(self) -> bool:
        """Whether it is about won leads and lost ones."""
        return self.names == WINS

    def sentence(self) -> str:
        """Say it in words."""
        subject = {
            FILLED: "it is filled",
            UNCOMMON: "it holds another value than its commonest",
            VALUES: f"what it holds, or that it is empty, goes with {self.names[0]}: so it is",
        }[self.what]
        first, second = (_percent(p) for p in (self.divergence.first, self.divergence.second))
        return (
            f"{subject} for {first} of the {self.names[0]} and {second} of the {self.names[1]} of "
            "the same time"
        )


@dataclass(frozen=True)
class Evidence:
    """Everything that the probe looks at in one column.

    Attributes
    ----------
    named
        Why a column of this name is known only after the outcome; "" where none says so.
    replaced, overwritten
        Whether by its name it is written anew as sales comes on with a lead, and whether by its
        name it may be: totals, of which a part came before the lead did, are among these.
    repeats
        Which later count of activities it repeats; "" where none.
    findings
        For whom it is filled, and holds which values.
    univariate
        None where nothing can be evaluated forward in time.
    """

    named: str
    replaced: bool
    overwritten: bool
    repeats: str
    findings: tuple[Finding, ...]
    univariate: Univariate | None


class Witness:
    """Collects the evidence on the columns of a history.

    Parameters
    ----------
    past
        What may be looked at.
    ages_days
        The planned ages of the snapshots.
    """

    def __init__(self, past: Past, ages_days: Collection[float]) -> None:
        labelled = past.labelled
        self._contrasts = [(rows, c) for rows, c in _contrasts(past) if c.enough]
        self._labelled = labelled
        self._counts: LaterCounts | None = None
        if labelled is not None and len(past.whole.activities):
            lead = past.place[labelled.lead]
            self._counts = LaterCounts(past.whole, lead, labelled.as_of, [*ages_days])

    def of(self, name: str, texts: Texts) -> Evidence:
        """Look at a column; shape (n_leads,)."""
        univariate, repeats, labelled = None, "", self._labelled
        if labelled is not None and labelled.forward:
            univariate = Univariate.of(texts, labelled)
        if labelled is not None and self._counts is not None:
            values = numbers(texts[labelled.lead])
            repeats = "" if values is None else self._counts.match(values)
        return Evidence(
            named=known_after_outcome(name),
            replaced=replaced_in_place(name),
            overwritten=looks_overwritten(name),
            repeats=repeats,
            findings=tuple(self._findings(texts)),
            univariate=univariate,
        )

    def _findings(self, texts: Texts) -> Iterator[Finding]:
        for rows, contrast in self._contrasts:
            own = texts[rows]
            filled = own != ""
            properties = {FILLED: filled}
            if contrast.names in (WINS, CLOSINGS):
                properties[UNCOMMON] = filled & (own != commonest(own))
                properties[VALUES] = contrast.ensuring(codes(own))
            for what, inside in properties.items():
                yield Finding(what, contrast.names, contrast.of(inside))


def commonest(texts: Texts) -> str:
    """Return the commonest value; "" where there is none."""
    place, distinct = pd.factorize(texts[texts != ""])
    return str(distinct[np.bincount(place).argmax()]) if distinct.size else ""


def _contrasts(past: Past) -> Iterator[tuple[Ints | Positions, Contrast]]:
    """Yield the leads and the contrasts on which a column is tried."""
    history, labelled = past.history, past.labelled
    if labelled is not None:
        won, lost = labelled.y == 1, labelled.y == 0
        for names, first, second in ((WINS, won, lost), (LOSSES, lost, won)):
            contrast = Contrast(names, first, second, labelled.period, labelled.account)
            yield labelled.lead, contrast
    for names, first, second, periods in (
        (CLOSINGS, past.closed, past.still_open, _SHORT_PERIODS),
        (WORK, ~past.never, past.never, PERIODS),
    ):
        if first.any() and second.any():
            rows = even_sample(np.flatnonzero(first | second), MOST_LEADS)
            order, account = history.order[rows], history.accounts[rows]
            period = bin_of(order, quantile_edges(order, periods))
            yield rows, Contrast(names, first[rows], second[rows], period, account)


def _percent(share: float) -> str:
    return f"{share:.1%}" if 0 < share < 0.1 else f"{share:.0%}"
