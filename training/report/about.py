"""What a report says of itself: which version and run it is of, and who made it."""

from __future__ import annotations

from dataclasses import dataclass, field

from leadgate.policy import Policy
from training.report.earlier import Earlier


@dataclass(frozen=True)
class About:
    """The run that a report is of.

    Attributes
    ----------
    version, run_id
        As registered.
    author, commit
        Who ran it, and the git commit of the configuration; "" where that is not known.
    champion
        The version that decided when the report was written, "" for none.
    policy
        With the settings of the configuration: threshold, capacity, cost and value.
    earlier
        The champion and the version before.
    """

    version: str
    run_id: str
    author: str
    commit: str
    champion: str
    policy: Policy
    earlier: list[Earlier] = field(default_factory=list)
