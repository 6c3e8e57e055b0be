"""The evidence of a challenger beside another readiness of the same leads."""

from training.promotion.evidence import MIN_WINS, Evidence
from training.promotion.paired import contest, segment_gains


def beside(version, evaluation, theirs, asked=""):
    """The evidence against a readiness `theirs`, shape (n,), of the evaluated leads."""
    evaluated, level = evaluation.evaluated, evaluation.metrics["calibration_in_the_large"]
    segments = segment_gains(evaluated, theirs, MIN_WINS)
    return Evidence(version, contest(evaluated, theirs, 0.4), segments, level, asked)
