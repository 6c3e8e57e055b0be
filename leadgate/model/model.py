"""The model: a blend and its calibration; matrix -> readiness, interval, contributions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leadgate.arrays import Floats
from leadgate.errors import BundleError
from leadgate.jsonfile import read_json, write_json
from leadgate.model.additive import AdditiveMember
from leadgate.model.blend import Blend, Member
from leadgate.model.boosted import BoostedMember
from leadgate.model.calibration import Calibration, logit

LINEAR = "linear.json"
CALIBRATION = "calibration.json"


class Model:
    """Purchase readiness from the feature matrix.

    Every method takes X of shape (n, p), float64, NaN where a value is missing, its columns in the
    order of the features.

    Parameters
    ----------
    blend
        The members on the log-odds.
    calibration
        Log-odds of the blend -> probability.
    """

    def __init__(self, blend: Blend, calibration: Calibration) -> None:
        self.blend = blend
        self.calibration = calibration

    @classmethod
    def base_rate(cls, rate: float, variance: float = 0.0) -> Model:
        """Return the model that gives every lead the same readiness.

        Parameters
        ----------
        rate
            The base rate, between 0 and 1 exclusive.
        variance
            Of its log-odds.

        Raises
        ------
        ValueError
            If the rate is not a probability between 0 and 1.
        """
        if not 0.0 < rate < 1.0:
            raise ValueError("the base rate must lie between 0 and 1")
        return cls(
            Blend([], [], float(logit(rate))), Calibration(0.0, 1.0, [[variance, 0.0], [0.0, 0.0]])
        )

    @property
    def has_signal(self) -> bool:
        """Whether anything about a lead moves its readiness."""
        return self.calibration.slope > 0 and any(w > 0 for w in self.blend.weights)

    def log_odds(self, X: Floats) -> Floats:
        """Return the log-odds before calibration; shape (n,)."""
        return self.blend.log_odds(X)

    def readiness(self, X: Floats) -> Floats:
        """Return the calibrated probability; shape (n,)."""
        return self.calibration.readiness(self.log_odds(X))

    def interval(self, X: Floats, level: float = 0.90) -> tuple[Floats, Floats]:
        """Return the interval of the readiness: two arrays of shape (n,), low and high."""
        return self.calibration.interval(self.log_odds(X), level)

    def explain(self, X: Floats) -> tuple[Floats, Floats]:
        """Return the log-odds before calibration and the contributions, in one pass.

        Returns
        -------
        log_odds : ndarray of shape (n,)
            As `log_odds`, but for rounding.
        contributions : ndarray of shape (n, p)
            As `contributions`.
        """
        blended = self.blend.contributions(X)
        return self.blend.bias + blended.sum(axis=1), self.calibration.slope * blended

    @property
    def bias(self) -> float:
        """Calibrated log-odds that belong to no feature."""
        return self.calibration.intercept + self.calibration.slope * self.blend.bias

    def contributions(self, X: Floats) -> Floats:
        """Return each feature's share of the calibrated log-odds, shape (n, p).

        With `bias` they sum to the log-odds of the readiness, within 1e-6.
        """
        return self.calibration.slope * self.blend.contributions(X)

    def to_files(self, folder: Path) -> list[str]:
        """Write the model as text and JSON into a folder; return the names of the files."""
        additive: list[dict[str, Any]] = []
        boosted: list[str] = []
        listed: list[dict[str, Any]] = []
        for member, weight in zip(self.blend.members, self.blend.weights, strict=True):
            if isinstance(member, AdditiveMember):
                additive.append(member.to_dict())
                listed.append({"file": LINEAR, "position": len(additive) - 1, "weight": weight})
            elif isinstance(member, BoostedMember):
                boosted.append(f"booster_{len(boosted) + 1}.txt")
                (folder / boosted[-1]).write_text(member.text, encoding="utf-8", newline="\n")
                listed.append({"file": boosted[-1], "weight": weight})
            else:
                raise TypeError(f"no file format for the member {type(member).__name__}")
        write_json(folder / LINEAR, {"members": additive})
        blend = {"intercept": self.blend.intercept, "members": listed}
        calibration = self.calibration.to_dict()
        write_json(folder / CALIBRATION, {"blend": blend, "calibration": calibration})
        return [LINEAR, CALIBRATION, *boosted]

    @classmethod
    def from_files(cls, folder: Path, *, threads: int = 1) -> Model:
        """Read what `to_files` wrote.

        Raises
        ------
        BundleError
            If a file is missing or damaged, naming it.
        """
        values = read_json(folder / CALIBRATION)
        additive = _additive_members(folder / LINEAR)
        with _fault_in(folder / CALIBRATION):
            listed = [(str(m["file"]), float(m["weight"]), m) for m in values["blend"]["members"]]
            members: list[Member] = [
                additive[m["position"]]
                if file == LINEAR
                else _booster(folder / Path(file).name, threads)
                for file, _, m in listed
            ]
            weights = [weight for _, weight, _ in listed]
            blend = Blend(members, weights, values["blend"]["intercept"])
            return cls(blend, Calibration.from_dict(values["calibration"]))


@contextmanager
def _fault_in(path: Path) -> Iterator[None]:
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError):
        raise BundleError(f"{path}: not the part of a model that its name says.") from None


def _additive_members(path: Path) -> list[AdditiveMember]:
    values = read_json(path)
    with _fault_in(path):
        return [AdditiveMember.from_dict(member) for member in values["members"]]


def _booster(path: Path, threads: int) -> BoostedMember:
    try:
        return BoostedMember(path.read_text(encoding="utf-8"), threads=threads)
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror}).") from None
    except Exception as error:
        # LightGBM's own error has no other base, and importing it here would load LightGBM.
        raise BundleError(f"{path}: LightGBM cannot read it ({type(error).__name__}).") from None
