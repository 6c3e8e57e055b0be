"""What figures must reach: ``aims.toml``, one line for each aim."""

from __future__ import annotations

import operator
import tomllib
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machinery.catalogue import Figure, Figures

AIMS_FILE = Path(__file__).resolve().parents[1] / "aims.toml"
_HOLDS = {"at most": operator.le, "at least": operator.ge}


@dataclass(frozen=True)
class Aim:
    """A limit of one figure.

    Attributes
    ----------
    benchmark
        ``group/module``.
    figure
        ``row: column``, or ``*: column`` for every row that has the column.
    limit, direction
        The figure is ``at most`` or ``at least`` the limit; equal is good.
    small
        Whether it holds in a smoke run as well.
    """

    benchmark: str
    figure: str
    limit: float
    direction: str
    small: bool = False

    def __post_init__(self) -> None:
        """Refuse a direction that nobody understands."""
        if self.direction not in _HOLDS:
            raise ValueError(f"{self.benchmark}, {self.figure}: direction {self.direction!r}")

    def holds(self, value: Figure) -> bool:
        """Return whether a figure reaches the limit; one that is no number does not."""
        if not isinstance(value, int | float):
            return False
        return bool(_HOLDS[self.direction](value, self.limit))


@dataclass(frozen=True)
class Aims:
    """All aims, and why some benchmarks have none."""

    aims: tuple[Aim, ...]
    without: dict[str, str]

    @classmethod
    def load(cls, path: Path = AIMS_FILE) -> Aims:
        """Read the file."""
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(tuple(Aim(**aim) for aim in content["aims"]), content["without"])

    def of(self, benchmark: str) -> list[Aim]:
        """Return the aims of a benchmark."""
        return [aim for aim in self.aims if aim.benchmark == benchmark]

    def missed(self, benchmark: str, figures: Figures, *, small: bool) -> list[str]:
        """Name each aim that is missed, one whose figure there is none included."""
        faults = []
        for aim in self.of(benchmark):
            if small and not aim.small:
                continue
            values = matching(figures, aim.figure)
            faults += [f"{aim.figure}: there is no such figure"] if not values else []
            faults += [
                f"{row} is {value}, not {aim.direction} {aim.limit:g}"
                for row, value in values.items()
                if not aim.holds(value)
            ]
        return faults


def matching(figures: Figures, figure: str) -> dict[str, Figure]:
    """Return ``row: column`` -> value of each figure that an aim is about."""
    row, _, column = figure.rpartition(": ")
    return {
        f"{name}: {column}": columns[column]
        for name, columns in figures.items()
        if row in (name, "*") and column in columns
    }
