"""What the leak probe suspects, why, and what becomes of it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Any

from training.leakage.ablation import StrongSet
from training.leakage.evidence import Evidence
from training.leakage.final_acts import FinalAct
from training.leakage.univariate import Univariate

# The classes: left out for sure; left out, and a question to the owner of the data; kept, and said.
CERTAIN, SUSPECTED, ODD = "certain", "suspected", "odd"
# So little difference of an AUC is none.
_SAME = 0.005


@dataclass(frozen=True)
class Cost:
    """What the model of the columns that stay discriminates, forward in time, without and with it.

    Accounts of either side are apart.
    """

    without: float
    with_it: float

    def sentence(self) -> str:
        """Say what it costs either way."""
        both = (
            f"Forward in time the columns that stay reach AUC {self.without:.2f} without it and "
            f"{self.with_it:.2f} with it"
        )
        if self.with_it - self.without < _SAME:
            return f"{both}: leaving it out costs nothing."
        return (
            f"{both}: that much is lost if it is known when a lead comes in, and claimed falsely "
            "if it is not."
        )


@dataclass(frozen=True)
class Suspect:
    """A column or a type of activity that may be known only after the outcome.

    Attributes
    ----------
    kind
        ``column`` or ``activity``.
    level
        Its class: ``certain``, ``suspected`` or ``odd``.
    reasons
        What makes it that, each a sentence without a full stop.
    figures
        Further evidence, shown with the reasons, but nothing to be suspected for.
    kept
        Whether it is a feature all the same: because the user keeps it, or it is only odd.
    cost
        Of leaving it out or keeping it, where that was worked out.
    """

    name: str
    kind: str
    reasons: tuple[str, ...]
    figures: tuple[str, ...] = ()
    kept: bool = False
    level: str = SUSPECTED
    cost: Cost | None = None

    @property
    def why(self) -> str:
        """Reasons and figures in one line."""
        return "; ".join((*self.reasons, *self.figures))

    def sentence(self) -> str:
        """Say what it is, why, and what becomes of it."""
        what = self.name if self.kind == "column" else f"The activity {self.name}"
        if self.level == ODD:
            return f"{what} is odd for something known when a lead comes in (kept): {self.why}."
        is_leak = "is" if self.level == CERTAIN else "looks"
        fate = (
            "kept all the same" if self.kept else f"left out unless --keep {shlex.quote(self.name)}"
        )
        cost = f" {self.cost.sentence()}" if self.cost else ""
        return f"{what} {is_leak} known only after the outcome ({fate}): {self.why}.{cost}"

    def to_dict(self) -> dict[str, Any]:
        """Return the suspect as JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "class": self.level,
            "kept": self.kept,
            "reasons": list(self.reasons),
            "figures": list(self.figures),
            "auc_without": self.cost.without if self.cost else None,
            "auc_with": self.cost.with_it if self.cost else None,
        }


@dataclass(frozen=True)
class LeakReport:
    """The result of the leak probe.

    Attributes
    ----------
    suspects
        Certain leaks, then suspected ones; of each class the strongest columns first.
    odd
        Columns that stay, but are worth a second look.
    evidence, activities
        What was looked at in every column and type, suspects or not.
    strong
        The columns that stay by which these discriminate unusually well together; None: no more
        than is usual.
    """

    suspects: list[Suspect]
    odd: list[Suspect] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    activities: list[FinalAct] = field(default_factory=list)
    strong: StrongSet | None = None

    @property
    def columns(self) -> dict[str, Univariate]:
        """What each column shows without the others; nothing with too few labelled leads."""
        return {k: e.univariate for k, e in self.evidence.items() if e.univariate is not None}

    def left_out(self, kind: str) -> list[str]:
        """Return the names of the suspects of a kind that are not kept."""
        return [s.name for s in self.suspects if s.kind == kind and not s.kept]

    def reasons(self) -> dict[str, str]:
        """Return why each suspect that is not kept is no feature."""
        words = {
            CERTAIN: "known only after the outcome",
            SUSPECTED: "suspected to be known only after the outcome",
        }
        return {s.name: f"{words[s.level]}: {s.why}" for s in self.suspects if not s.kept}

    def sentences(self) -> list[str]:
        """Return a sentence for each suspect, kept or not, each odd column, and a strong set."""
        said = [suspect.sentence() for suspect in (*self.suspects, *self.odd)]
        return said + self._question()

    def brief(self) -> list[str]:
        """Say in one sentence a class which suspects were left out, and which were kept."""
        said = []
        for level, words in (
            (CERTAIN, "Left out, known only after the outcome"),
            (SUSPECTED, "Left out, suspected to be known only after the outcome"),
        ):
            if names := self._left_out(level):
                said.append(f"{words}: {', '.join(names)}.")
        if said:
            said[-1] += " leadgate check says why; --keep NAME keeps one all the same."
        if kept := [s.name for s in self.suspects if s.kept]:
            said.append(f"Kept, although looking known only after the outcome: {', '.join(kept)}.")
        return said + self._question()

    def for_no_signal(self) -> str:
        """Say which columns were left out, where nothing else discriminates; "" for none."""
        certain, suspected = self._left_out(CERTAIN), self._left_out(SUSPECTED)
        if not certain and not suspected:
            return ""
        said = f"Left out as known only after the outcome: {', '.join([*certain, *suspected])}."
        if suspected:
            verb = "are" if len(suspected) > 1 else "is"
            said += (
                f" Of these {', '.join(suspected)} {verb} only suspected: what was known when a "
                f"lead came in stays with --keep {shlex.quote(suspected[0])}."
            )
        return said

    def _question(self) -> list[str]:
        return [self.strong.sentence()] if self.strong else []

    def _left_out(self, level: str) -> list[str]:
        return [s.name for s in self.suspects if s.level == level and not s.kept]
