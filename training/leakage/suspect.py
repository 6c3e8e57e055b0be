"""What the leak probe suspects, why, and what becomes of it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Any

from training.leakage.filling import Fill
from training.leakage.final_acts import FinalAct
from training.leakage.univariate import Univariate


@dataclass(frozen=True)
class Suspect:
    """A column or a type of activity that is left out unless it is kept.

    Attributes
    ----------
    kind
        ``column`` or ``activity``.
    reasons
        What makes it a suspect, each a sentence without a full stop.
    figures
        Further evidence, shown with the reasons, but nothing to be suspected for.
    kept
        Whether the user keeps it all the same.
    """

    name: str
    kind: str
    reasons: tuple[str, ...]
    figures: tuple[str, ...] = ()
    kept: bool = False

    @property
    def why(self) -> str:
        """Reasons and figures in one line."""
        return "; ".join((*self.reasons, *self.figures))

    def sentence(self) -> str:
        """Say what it is, why, and what becomes of it."""
        fate = (
            "kept all the same" if self.kept else f"left out unless --keep {shlex.quote(self.name)}"
        )
        what = self.name if self.kind == "column" else f"The activity {self.name}"
        return f"{what} looks known only after the outcome ({fate}): {self.why}."

    def to_dict(self) -> dict[str, Any]:
        """Return the suspect as JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "kept": self.kept,
            "reasons": list(self.reasons),
            "figures": list(self.figures),
        }


@dataclass(frozen=True)
class LeakReport:
    """The result of the leak probe.

    Attributes
    ----------
    suspects
        The strongest columns first, then the activities by name.
    columns, fills, activities
        The evidence on every column and type that was looked at, suspect or not; no `columns` when
        there are too few labelled leads.
    """

    suspects: list[Suspect]
    columns: dict[str, Univariate] = field(default_factory=dict)
    fills: dict[str, list[Fill]] = field(default_factory=dict)
    activities: list[FinalAct] = field(default_factory=list)

    def left_out(self, kind: str) -> list[str]:
        """Return the names of the suspects of a kind that are not kept."""
        return [s.name for s in self.suspects if s.kind == kind and not s.kept]

    def reasons(self) -> dict[str, str]:
        """Return why each suspect that is not kept is no feature."""
        return {
            s.name: f"known only after the outcome: {s.why}" for s in self.suspects if not s.kept
        }

    def sentences(self) -> list[str]:
        """Return a sentence for each suspect, kept or not."""
        return [suspect.sentence() for suspect in self.suspects]

    def brief(self) -> list[str]:
        """Say in one sentence which suspects were left out, and in one which were kept."""
        left = [s.name for s in self.suspects if not s.kept]
        kept = [s.name for s in self.suspects if s.kept]
        said = []
        if left:
            said.append(
                f"Left out, looking known only after the outcome: {', '.join(left)}. "
                "leadgate check says why; --keep NAME keeps one all the same."
            )
        if kept:
            said.append(f"Kept, although looking known only after the outcome: {', '.join(kept)}.")
        return said
