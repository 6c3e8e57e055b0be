"""Columns that the close of a lead changes, each too little to be seen by who wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Texts
from training.leakage.open_leads import NO_PILE_UP, OpenLeads, PileUp
from training.leakage.past import Past
from training.leakage.scores import ColumnScores

# Standard errors by which open leads are off the mixture, and off their own closings: of all
# columns together where some are left out, and where they are odd; of one that is left out by
# itself; and of each that is left out with others, which must also add so much to all together.
# How they were chosen: docs/decisions/0043-open-leads-are-the-control.md.
SUSPECT_OFF, ODD_OFF = (3.5, 2.0), (2.5, 1.25)
ALONE_OFF = (5.0, 4.0)
EACH_OFF, SHARE = (1.5, 0.5), 1.0
# With fewer labelled leads of either kind scores are too much of an accident.
ENOUGH_OF_A_KIND = 50


@dataclass(frozen=True)
class Changed:
    """Columns that the close changes, and the evidence.

    Attributes
    ----------
    names
        The columns, those that show it most first; none where there is no evidence.
    sure
        Whether they are to be left out, and not only odd.
    pile_up
        Of all columns together.
    without, with_them
        The AUC of the columns on the labelled leads, each half of the accounts by the other.
    """

    names: tuple[str, ...] = ()
    sure: bool = False
    pile_up: PileUp = NO_PILE_UP
    without: float = 0.5
    with_them: float = 0.5

    @property
    def sentence(self) -> str:
        """The evidence in words."""
        names, many = ", ".join(self.names), len(self.names) > 1
        these = f"these {len(self.names)} columns ({names})" if many else "what it holds"
        them = "them" if many else "it"
        end = "win" if self.pile_up.mixture < 0 else "lose"
        off = (abs(self.pile_up.mixture), abs(self.pile_up.closing))
        return (
            f"by {these} fewer of the leads that are still open look as if they would {end} than "
            f"must be among them, so a close seems to change {them} ({off[0]:.1f} standard errors "
            f"by the leads that came before, {off[1]:.1f} by how leads like them close; AUC of the "
            f"columns {self.without:.2f} without {them}, {self.with_them:.2f} with {them})"
        )


def changed_by_close(
    columns: Mapping[str, Texts], past: Past, horizon_days: float | None
) -> Changed:
    """Look for columns by which open leads are no mixture of leads that will win and will not.

    A column that was known when a lead came in says of an open lead what it says of any lead. One
    that is written until the close says that the lead is not won yet. Columns are taken away, the
    one that adds most first, until none adds enough.

    Parameters
    ----------
    columns
        Those that are no suspects, of all leads to the end of the data; shape (n_leads,) each.
    past
        The leads, and which of them may be looked at for what.
    horizon_days
        As in the configuration.
    """
    labelled, control = past.labelled, OpenLeads(past, horizon_days)
    if labelled is None or not control.enough:
        return Changed()
    if min((labelled.y == kind).sum() for kind in (0, 1)) < ENOUGH_OF_A_KIND:
        return Changed()
    columns = {name: texts for name, texts in columns.items() if control.comparable(texts)}
    if not columns:
        return Changed()
    scores = ColumnScores(columns, labelled, past.place[labelled.lead], past.whole.accounts)
    search = _Search(scores, control)
    names, stay = search.alone()
    together = search.pile_up(stay)
    if _off(together, SUSPECT_OFF) or (not names and _off(together, ODD_OFF)):
        names += search.together(stay, together)
    if not names:
        return Changed()
    sure = _off(together, SUSPECT_OFF) or _off(search.each[names[0]], ALONE_OFF)
    rest = [name for name in scores.names if name not in names]
    return Changed(
        names=tuple(names),
        sure=sure,
        pile_up=search.pile_up(scores.names),
        without=scores.auc(rest),
        with_them=scores.auc(scores.names),
    )


class _Search:
    """Goes through the columns.

    Attributes
    ----------
    each
        The pile-up by each column alone.
    """

    def __init__(self, scores: ColumnScores, control: OpenLeads) -> None:
        self._scores, self._control = scores, control
        self.each = {name: self.pile_up([name]) for name in scores.names}

    def pile_up(self, names: list[str]) -> PileUp:
        """Return the pile-up by some columns together."""
        if not names:
            return NO_PILE_UP
        return self._control.pile_up(self._scores.parts(names), *self._scores.won_and_lost)

    def alone(self) -> tuple[list[str], list[str]]:
        """Return the columns that are off by themselves, the farthest first, and the others."""
        off = [name for name, each in self.each.items() if _off(each, ALONE_OFF)]
        off.sort(key=lambda name: -abs(self.each[name].closing))
        return off, [name for name in self.each if name not in off]

    def together(self, stay: list[str], now: PileUp) -> list[str]:
        """Return those of the columns that make all of them be off, the strongest first."""
        towards, stay = float(np.sign(now.mixture)), [*stay]
        names: list[str] = []
        while stay and now.shares.size:
            adds = [
                towards * share if _off(self.each[name], EACH_OFF, towards) else 0.0
                for name, share in zip(stay, now.shares, strict=True)
            ]
            if max(adds) < SHARE:
                break
            names.append(stay.pop(int(np.argmax(adds))))
            now = self.pile_up(stay)
        return names


def _off(pile_up: PileUp, lines: tuple[float, float], towards: float | None = None) -> bool:
    """Whether open leads are off both ways and to the same side; that of `towards` where given."""
    side = float(np.sign(pile_up.mixture)) if towards is None else towards
    return side * pile_up.mixture >= lines[0] and side * pile_up.closing >= lines[1]
