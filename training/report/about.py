"""What a report says of itself: which version and run it is of, who made it, what it asks."""

from __future__ import annotations

from dataclasses import dataclass, field

from leadgate.policy import Policy
from training.promotion.refresh import Refresh
from training.promotion.verdict import BETTER, NO_SIGNAL, REFRESH
from training.report.earlier import Earlier
from training.result import TrainingResult

PROMOTE, WAIT, MEND = "promote", "wait", "mend"


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


@dataclass(frozen=True)
class Asked:
    """The decision that a report asks of its reader, and the reason for it."""

    decision: str
    sentence: str
    reason: str
    command: str


def asked_of(trained: TrainingResult, about: About) -> Asked:
    """Return the decision: promote, wait for more outcomes, or mend the data."""
    if trained.verdict == NO_SIGNAL:
        return _of_no_signal(trained, about)
    if trained.verdict == BETTER and not about.champion:
        return Asked(
            PROMOTE,
            f"Promote version {about.version}: it would be the first champion.",
            "Its signal is shown on leads that it had not seen, and nothing decides today.",
            f"leadgate promote {about.version}",
        )
    objections = trained.evidence.objections() if trained.evidence else []
    if trained.verdict == REFRESH and objections:
        return Asked(
            MEND,
            f"Mend first: champion version {about.champion} stays.",
            f"The same recipe on newer data got worse: {'; '.join(objections)}.",
            "leadgate check",
        )
    if trained.verdict in (BETTER, REFRESH):
        better = trained.verdict == BETTER
        on = "is better than it" if better else "is the same recipe on newer data"
        unchecked = trained.evidence.not_made() if isinstance(trained.evidence, Refresh) else []
        but = f" Not checked: {'; '.join(unchecked)}." if unchecked else ""
        return Asked(
            PROMOTE,
            f"Promote version {about.version} in place of champion version {about.champion}.",
            f"It {on}, and no segment is shown to be harmed.{but}",
            f"leadgate promote {about.version}",
        )
    return Asked(
        WAIT,
        f"Wait: champion version {about.champion} stays.",
        f"Against a change: {'; '.join(objections)}." if objections else "It is not shown better.",
        f"leadgate experiments compare {about.champion} {about.version}",
    )


def _of_no_signal(trained: TrainingResult, about: About) -> Asked:
    """Too few outcomes are waited for; enough of them without signal ask for other data."""
    enough = trained.evaluation is not None and trained.evaluation.signal.enough
    stays = f"Champion version {about.champion} stays. " if about.champion else ""
    if enough:
        return Asked(
            MEND,
            "Mend the data: nothing in them predicts who will buy.",
            f"{stays}There are outcomes enough; what is missing is something that differs "
            "between those who buy and those who do not.",
            "leadgate check",
        )
    return Asked(
        WAIT,
        "Wait for more outcomes, or bring older ones.",
        f"{stays}Too few of them are known to tell signal from random variation.",
        "leadgate check",
    )
