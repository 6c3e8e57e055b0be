"""Where the lines are: what makes a column a certain or a suspected leak, or an odd column.

How they were chosen, and how far each lies from honest columns and from leaks:
docs/decisions/0030-three-classes-of-leaks.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from training.leakage.evidence import FILLED, UNCOMMON, VALUES, Evidence, Finding

# Nats by which any property of a column speaks for the first group, where the second has it as
# seldom as that: a leak and nothing else. And by which it is worth a word.
SURE, SURE_MOST, ODD = 1.5, 0.05, 0.15
# Nats that make a suspect. Being filled depends least on what a lead is; another value than the
# commonest, and values chosen by what became of other leads, are more decisive in honest columns.
SUSPECT = {FILLED: 0.38, UNCOMMON: 0.50, VALUES: 0.70}
# Nats that suffice where the name speaks of the present.
NAMED_NATS = 0.05
# No honest column of a lead discriminates so well alone.
ALONE = 0.90
# Nor this well and better than all others together, where values ensure winning: by so many nats,
# which also suffice where the name may speak of the present.
ABOVE_OTHERS, ENSURED, SHARE_OF_ALL = 0.80, 0.35, 0.50
# A name that speaks of the present, and a signal that is small but not random.
NAMED, NAMED_DEVIATIONS = 0.55, 3.0
# How far the shares of filled values lie apart at least, whichever group it is.
FILL_GAP = 0.40
# What is worth a second look.
STRONG = 0.75


def certain(evidence: Evidence) -> Iterator[str]:
    """Yield the reasons for which a column is a leak and nothing else."""
    if evidence.named:
        yield f"by its name {evidence.named}"
    if evidence.repeats:
        yield evidence.repeats
    for finding in _decisive(evidence):
        if finding.divergence.low >= SURE and finding.divergence.most <= SURE_MOST:
            yield finding.sentence()
            return


def suspected(evidence: Evidence, noise: float) -> Iterator[str]:
    """Yield the reasons that the column itself gives for being left out.

    Parameters
    ----------
    noise
        The standard error of a forward AUC without signal.
    """
    ensuring = [f for f in _decisive(evidence) if f.divergence.ensures]
    reasons = [f for f in ensuring if f.divergence.low >= _line(f)][:1]
    reasons += [f for f in evidence.findings if f.what == FILLED and f.divergence.gap >= FILL_GAP]
    yield from (finding.sentence() for finding in dict.fromkeys(reasons))
    univariate = evidence.univariate
    if univariate is not None and univariate.low >= ALONE:
        yield "alone it all but decides who wins"
    if evidence.overwritten and _strongest(evidence) >= ENSURED and not reasons:
        yield "by its name it may hold what is true today, and what it holds goes with won leads"
    if evidence.replaced and _signal(evidence, noise):
        yield "by its name it holds what is true today, and it discriminates won from lost"


def above_others(evidence: Evidence, others: float) -> bool:
    """Whether a column that ensures winning discriminates better than all others together.

    Parameters
    ----------
    others
        The sum of their separations.
    """
    univariate = evidence.univariate
    if univariate is None or univariate.low < ABOVE_OTHERS:
        return False
    if _strongest(evidence) < ENSURED:
        return False
    return univariate.separation > SHARE_OF_ALL * (univariate.separation + others)


def odd(evidence: Evidence) -> Iterator[str]:
    """Yield what is worth knowing of a column that stays."""
    for finding in _decisive(evidence):
        if finding.divergence.low >= ODD:
            yield finding.sentence()
            return
    univariate = evidence.univariate
    if univariate is not None and univariate.low >= STRONG:
        yield f"alone it discriminates well between won and lost (AUC {univariate.auc:.2f})"


def _line(finding: Finding) -> float:
    """Return the nats at which a finding makes a suspect."""
    return SURE if finding.what == VALUES and not finding.of_wins else SUSPECT[finding.what]


def _signal(evidence: Evidence, noise: float) -> bool:
    """Whether a column discriminates at all, between won and lost or closed and open leads."""
    univariate = evidence.univariate
    if univariate is not None and univariate.auc >= max(NAMED, 0.5 + NAMED_DEVIATIONS * noise):
        return True
    return any(finding.divergence.low >= NAMED_NATS for finding in _decisive(evidence))


def _decisive(evidence: Evidence) -> Iterator[Finding]:
    yield from (finding for finding in evidence.findings if finding.decisive)


def _strongest(evidence: Evidence) -> float:
    """Return the nats of the property that speaks most for winning."""
    return max((f.divergence.low for f in evidence.findings if f.of_wins), default=0.0)
