"""What a training asks of its reviewer: promote, wait, or mend first; and why."""

from __future__ import annotations

from dataclasses import dataclass

from training.promotion.refresh import Refresh
from training.promotion.verdict import BETTER, NO_SIGNAL, REFRESH
from training.result import TrainingResult

PROMOTE, WAIT, MEND = "promote", "wait", "mend"
_THIS = "this version"


@dataclass(frozen=True)
class Asked:
    """The decision that is asked of a reviewer, as a sentence, the reason, and what to type."""

    decision: str
    sentence: str
    reason: str
    command: str

    def __str__(self) -> str:
        """Return the decision with its reason."""
        return f"{self.sentence} {self.reason}"


def asked_of(trained: TrainingResult, champion: str, version: str = "") -> Asked:
    """Return the decision: promote, wait for more outcomes or a reason, or mend the data.

    Parameters
    ----------
    champion
        The version that decides, "" for none.
    version
        That of the training; "" before it has a number.
    """
    name = f"version {version}" if version else _THIS
    promote = f"leadgate promote {version}".rstrip()
    if trained.verdict == NO_SIGNAL:
        return _of_no_signal(trained, champion)
    if trained.verdict == BETTER and not champion:
        return Asked(
            PROMOTE,
            f"Promote {name}: it would be the first champion.",
            "Its signal is shown on leads that it had not seen, and nothing decides today.",
            promote,
        )
    evidence = trained.evidence
    objections = evidence.objections() if evidence else []
    if trained.verdict == REFRESH and objections:
        return Asked(
            MEND,
            f"Mend first: champion version {champion} stays.",
            f"The same recipe got worse: {'; '.join(objections)}.",
            "leadgate check",
        )
    if trained.verdict in (BETTER, REFRESH):
        on = f"is the same recipe on {evidence.data}" if isinstance(evidence, Refresh) else (
            "is better than it"
        )  # fmt: skip
        unchecked = evidence.not_made() if evidence else []
        but = f" Not checked: {'; '.join(unchecked)}." if unchecked else ""
        return Asked(
            PROMOTE,
            f"Promote {name} in place of champion version {champion}.",
            f"It {on}, and nothing that was checked is worse.{but}",
            promote,
        )
    if evidence is not None and evidence.reason_asked and not objections:
        return Asked(
            WAIT,
            f"Wait for a reason: champion version {champion} stays until a reviewer says why.",
            evidence.reason_asked,
            f'{promote} --reason "..."',
        )
    return Asked(
        WAIT,
        f"Wait: champion version {champion} stays.",
        f"Against a change: {'; '.join(objections)}." if objections else "It is not shown better.",
        f"leadgate experiments compare {champion} {version}" if version else "leadgate experiments",
    )


def _of_no_signal(trained: TrainingResult, champion: str) -> Asked:
    """Too few outcomes are waited for; enough of them without signal ask for other data."""
    enough = trained.evaluation is not None and trained.evaluation.signal.enough
    stays = f"Champion version {champion} stays. " if champion else ""
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
