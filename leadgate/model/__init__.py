"""Matrix -> log-odds and contributions: the only prediction code, in plain NumPy and LightGBM."""

from leadgate.model.additive import AdditiveMember, Shape
from leadgate.model.blend import Blend, Member
from leadgate.model.boosted import BoostedMember
from leadgate.model.calibration import Calibration
from leadgate.model.contrast import Contrast
from leadgate.model.model import Model
from leadgate.model.unworked import UnworkedArm

__all__ = [
    "AdditiveMember",
    "Blend",
    "BoostedMember",
    "Calibration",
    "Contrast",
    "Member",
    "Model",
    "Shape",
    "UnworkedArm",
]
