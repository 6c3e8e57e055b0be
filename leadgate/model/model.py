"""The model: a blend and its calibration; matrix -> readiness, interval, contributions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leadgate.arrays import Floats
from leadgate.errors import BundleError
from leadgate.jsonfile import read_json, write_json
from leadgate.model.additive import AdditiveMember
from leadgate.model.blend import Blend, Member
from leadgate.model.boosted import BoostedMember
from leadgate.model.calibration import Calibration, logit
from leadgate.model.contrast import Contrast
from leadgate.model.unworked import UnworkedArm

LINEAR = "linear.json"
CALIBRATION = "calibration.json"
UNWORKED = "unworked.json"


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
    unworked
        The arm of leads left to marketing; None where it is not known which leads sales worked.
    """

    def __init__(
        self, blend: Blend, calibration: Calibration, unworked: UnworkedArm | None = None
    ) -> None:
        self.blend = blend
        self.calibration = calibration
        self.unworked = unworked

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

    def readiness_unworked(self, X: Floats) -> Floats:
        """Return the chance of a lead left to marketing; shape (n,).

        Raises
        ------
        ValueError
            If the model has no second arm.
        """
        return self.uplift(X)[:, 0]

    def uplift(self, X: Floats) -> Floats:
        """Return readiness_unworked, uplift and the ends of its interval; shape (n, 4).

        Raises
        ------
        ValueError
            If the model has no second arm.
        """
        if self.unworked is None:
            raise ValueError("the model does not know what becomes of leads left to marketing")
        log_odds = self.log_odds(X)
        difference = self.unworked.contrast.log_odds(X)
        return self.unworked.arms(self.calibration.readiness(log_odds), log_odds, difference)

    def explain_uplift(
        self, X: Floats, log_odds: Floats, contributions: Floats
    ) -> tuple[Floats, Floats]:
        """Return what `uplift` does and each feature's share of the difference of the arms.

        Parameters
        ----------
        log_odds, contributions
            What `explain` gave.

        Returns
        -------
        arms : ndarray of shape (n, 4)
            As `uplift`, but for rounding.
        contributions : ndarray of shape (n, p)
            Of the calibrated log-odds when worked minus those when left to marketing.

        Raises
        ------
        ValueError
            If the model has no second arm.
        """
        if self.unworked is None or not self.calibration.slope:
            raise ValueError("the model does not know what becomes of leads left to marketing")
        parts = self.unworked.contrast.contributions(X)
        difference = self.unworked.contrast.bias + parts.sum(axis=1)
        arms = self.unworked.arms(self.calibration.readiness(log_odds), log_odds, difference)
        other = self.unworked.contributions(contributions / self.calibration.slope, parts)
        return arms, contributions - other

    def to_files(self, folder: Path) -> list[str]:
        """Write the model as text and JSON into a folder; return the names of the files."""
        members = _Members()
        blend = members.listed(self.blend)
        parts = {} if self.unworked is None else vars(self.unworked.contrast)
        contrast = {arm: members.listed(part) for arm, part in parts.items()}
        for name, text in members.boosted.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        write_json(folder / LINEAR, {"members": members.additive})
        values = {"blend": blend, "calibration": self.calibration.to_dict()}
        write_json(folder / CALIBRATION, values)
        files = [LINEAR, CALIBRATION, *members.boosted]
        if self.unworked is None:
            return files
        write_json(folder / UNWORKED, {"contrast": contrast, **self.unworked.to_dict()})
        return [*files, UNWORKED]

    @classmethod
    def from_files(cls, folder: Path, *, threads: int = 1) -> Model:
        """Read what `to_files` wrote, also by a leadgate that knew one arm only.

        Raises
        ------
        BundleError
            If a file is missing or damaged, naming it.
        """
        additive = _additive_members(folder / LINEAR)
        values = read_json(folder / CALIBRATION)
        with _fault_in(folder / CALIBRATION):
            blend = _blend(values["blend"], folder, additive, threads)
            calibration = Calibration.from_dict(values["calibration"])
        if not (folder / UNWORKED).is_file():
            return cls(blend, calibration)
        values = read_json(folder / UNWORKED)
        with _fault_in(folder / UNWORKED):
            parts = (values["contrast"][arm] for arm in ("unworked", "worked"))
            contrast = Contrast(*(_blend(part, folder, additive, threads) for part in parts))
            return cls(blend, calibration, UnworkedArm.from_dict(contrast, values))


@dataclass
class _Members:
    """The members of blends as they are written, each into its file."""

    additive: list[dict[str, Any]] = field(default_factory=list)
    boosted: dict[str, str] = field(default_factory=dict)

    def listed(self, blend: Blend) -> dict[str, Any]:
        """Return a blend as JSON values that name its members' files."""
        listed: list[dict[str, Any]] = []
        for member, weight in zip(blend.members, blend.weights, strict=True):
            if isinstance(member, AdditiveMember):
                self.additive.append(member.to_dict())
                position = len(self.additive) - 1
                listed.append({"file": LINEAR, "position": position, "weight": weight})
            elif isinstance(member, BoostedMember):
                name = f"booster_{len(self.boosted) + 1}.txt"
                self.boosted[name] = member.text
                listed.append({"file": name, "weight": weight})
            else:
                raise TypeError(f"no file format for the member {type(member).__name__}")
        return {"intercept": blend.intercept, "members": listed}


def _blend(
    values: Mapping[str, Any], folder: Path, additive: Sequence[AdditiveMember], threads: int
) -> Blend:
    listed = [(str(m["file"]), float(m["weight"]), m) for m in values["members"]]
    members: list[Member] = [
        additive[m["position"]] if file == LINEAR else _booster(folder / Path(file).name, threads)
        for file, _, m in listed
    ]
    return Blend(members, [weight for _, weight, _ in listed], values["intercept"])


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
