"""Which leads a figure may rest on: those of the policy, of the control group, of people, of rules.

====================  ========================  ==========  ===========  ==========
decided by            labels                    evaluation  calibration  off-policy
====================  ========================  ==========  ===========  ==========
the policy            yes                       yes         yes          yes
the control group     as left to marketing      likewise    no           yes
a person (override)   yes                       yes         no           no
a rule                as left to marketing      likewise    no           no
====================  ========================  ==========  ===========  ==========

Labels and evaluation ask what became of leads that were really worked, or really left alone,
whoever decided so. Calibration asks whether the readiness by which leads were chosen came true: a
person chooses by what the model does not see. An off-policy estimate needs the probability of the
decision, and nobody knows that of a person's. What a rule decides
is the same under every policy and no work of the model: it is in no log that is compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from leadgate.arrays import Bools
from leadgate.policy.control import CONTROL
from leadgate.policy.decision import OVERRIDE

LABELS, EVALUATION, CALIBRATION, OFF_POLICY = USES = (
    "labels",
    "evaluation",
    "calibration",
    "off_policy",
)
BY_POLICY, BY_CONTROL, BY_PERSON, BY_RULE = DECIDED_BY = ("policy", "control", "person", "rule")

_USES = {
    BY_POLICY: frozenset(USES),
    BY_CONTROL: frozenset({LABELS, EVALUATION, OFF_POLICY}),
    BY_PERSON: frozenset({LABELS, EVALUATION}),
    BY_RULE: frozenset({LABELS, EVALUATION}),
}


def decided_by(ruled_by: ArrayLike, arm: ArrayLike) -> np.ndarray:
    """Return who decided on leads, each one of `DECIDED_BY`; shape (n,).

    Parameters
    ----------
    ruled_by, arm
        Shape (n,): `Decision.ruled_by` and `Decision.arm` of the decision that counts.
    """
    by = np.where(np.asarray(arm, dtype=object) == CONTROL, BY_CONTROL, BY_POLICY).astype(object)
    rulers = np.asarray(ruled_by, dtype=object)
    by[rulers != ""] = BY_RULE
    by[rulers == OVERRIDE] = BY_PERSON
    return by


def takes_part(use: str, ruled_by: ArrayLike, arm: ArrayLike) -> Bools:
    """Return which leads a figure may rest on; shape (n,).

    Parameters
    ----------
    use
        One of `USES`.
    ruled_by, arm
        As in `decided_by`.
    """
    allowed = [by for by, uses in _USES.items() if use in uses]
    return np.isin(decided_by(ruled_by, arm).astype(str), allowed)
