"""The contrast of two arms: what changes in the log-odds of a lead when nobody works it."""

from __future__ import annotations

from leadgate.arrays import Floats
from leadgate.model.blend import Blend


class Contrast:
    """log_odds(left to marketing) - log_odds(worked) = unworked(x) - worked(x).

    Both are the parts of one model that ask for the arm; what does not ask for it is the same in
    both and cancels.

    Parameters
    ----------
    unworked, worked
        The parts for a lead that is left to marketing, and for one that sales works.
    """

    def __init__(self, unworked: Blend, worked: Blend) -> None:
        self.unworked, self.worked = unworked, worked

    @property
    def bias(self) -> float:
        """The difference that belongs to no feature."""
        return self.unworked.bias - self.worked.bias

    def log_odds(self, X: Floats) -> Floats:
        """Return the difference of the log-odds of each row; shape (n,)."""
        return self.unworked.log_odds(X) - self.worked.log_odds(X)

    def contributions(self, X: Floats) -> Floats:
        """Return each feature's share of the difference, shape (n, p); with `bias` they sum up."""
        return self.unworked.contributions(X) - self.worked.contributions(X)
