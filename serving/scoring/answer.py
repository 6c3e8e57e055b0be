"""The answer about a lead: its columns and their order, the same in files, Python and HTTP."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd

from features.parsing.times import iso, iso_array
from leadgate.arrays import Bools, Floats, Ints, Texts
from leadgate.policy import OBJECTION, Decision, Decisions, Lead
from serving.scoring.assessment import Assessment
from serving.scoring.lead_request import LeadRecord
from serving.scoring.reasons import N_REASONS

REASONS = tuple(f"reason_{place}" for place in range(1, N_REASONS + 1))
AGAINST = tuple(f"against_{place}" for place in range(1, N_REASONS + 1))
LOG_ODDS, ODDS_PERCENT = "_log_odds", "_odds_percent"
READINESS = ("readiness", "readiness_low", "readiness_high")

# Only where the model knows what becomes of leads that nobody works.
ARMS = ("readiness_unworked", "uplift", "uplift_low", "uplift_high")
UPLIFT_WHY = "uplift_why"
# `why` of a row that was not read as a lead.
REFUSED = "not decided: the warnings say why"

COLUMNS = (
    "lead_id",
    "as_of",
    *READINESS,
    "grade",
    "stage",
    "decision",
    "person",
    "why",
    "threshold",
    "propensity",
    "explored",
    "arm",
    "ruled_by",
    *REASONS,
    "model_version",
    "warnings",
)
NUMBERS = frozenset({*READINESS, *ARMS, "threshold", "propensity"})


def columns_of(*, arms: bool) -> tuple[str, ...]:
    """Return the columns of an answer in their order, with those of both arms or without."""
    if not arms:
        return COLUMNS
    after = {READINESS[-1]: ARMS, REASONS[-1]: (UPLIFT_WHY,)}
    return tuple(name for column in COLUMNS for name in (column, *after.get(column, ())))


def joined(*warnings: str) -> str:
    """Return the column `warnings`: one text, "" when there is none."""
    return "; ".join(filter(None, warnings))


@dataclass(frozen=True, slots=True)
class Assessed:
    """How ready a lead is, before anything is decided.

    Attributes
    ----------
    record
        The lead as it was read.
    features
        Shape (n_features,): what the model saw.
    readiness
        Shape (3,): readiness, low and high; NaN where there is none.
    reasons
        Shape (5,).
    arms
        Shape (4,): readiness_unworked, uplift, low and high; None where the model knows one arm.
    uplift_why
        What speaks for working the lead, and what against it.
    warnings
        Warnings for the answer.
    value
        The value of winning the lead; None where it is not given.
    segments
        Its values of the segment columns.
    log_odds
        Shape (5,): by how much each reason moved the log-odds; NaN for none.
    against
        The strongest reasons against the lead, and by how much each moved the log-odds; None where
        they are not asked for.
    rule
        The rule that decides before the model; "" for none.
    """

    record: LeadRecord
    features: Floats
    readiness: Floats
    reasons: Texts
    warnings: list[str]
    value: float | None
    segments: list[str]
    arms: Floats | None = None
    uplift_why: str = ""
    log_odds: Floats = field(default_factory=lambda: np.full(N_REASONS, np.nan))
    against: tuple[list[str], list[float]] | None = None
    rule: str = ""

    def ruled(self, rule: str) -> Assessed:
        """Return the lead under a rule; one that objects to profiling has no readiness."""
        if rule != OBJECTION:
            return replace(self, rule=rule)
        return replace(
            self,
            rule=rule,
            readiness=np.full_like(self.readiness, np.nan),
            reasons=np.full_like(self.reasons, ""),
            log_odds=np.full_like(self.log_odds, np.nan),
            arms=None if self.arms is None else np.full_like(self.arms, np.nan),
            uplift_why="",
            against=None if self.against is None else ([], []),
        )

    @property
    def lead(self) -> Lead:
        """The lead as the policy sees it."""
        record = self.record
        readiness, _, _ = self.readiness.tolist()
        unworked, uplift = (math.nan,) * 2 if self.arms is None else self.arms[:2].tolist()
        return Lead(
            record.lead_id,
            readiness,
            record.account_id,
            segments=self.segments,
            readiness_unworked=unworked,
            uplift=uplift,
            value=self.value,
            rule=self.rule,
        )


def answer(assessed: Assessed, decided: Decision, version: str) -> dict[str, Any]:
    """Return the answer of a version about one lead as JSON values; NaN becomes None.

    It has the columns of a file, and beside them the model's own decision, and the size and sign of
    each reason: what it moved the log-odds by, and the odds in percent, 100 (exp(c) - 1).
    """
    record, arms = assessed.record, assessed.arms
    both = {} if arms is None else dict(zip(ARMS, _numbers(arms), strict=True))
    why = {} if arms is None else {UPLIFT_WHY: assessed.uplift_why}
    return {
        "lead_id": record.lead_id,
        "as_of": iso(record.as_of),
        **dict(zip(READINESS, _numbers(assessed.readiness), strict=True)),
        **both,
        "grade": decided.grade,
        "stage": decided.stage,
        "decision": decided.decision,
        "model_decision": decided.own,
        "person": decided.person,
        "why": decided.why,
        "threshold": decided.threshold,
        "propensity": decided.propensity,
        "explored": decided.explored,
        "arm": decided.arm,
        "ruled_by": decided.ruled_by,
        **dict(zip(REASONS, assessed.reasons.tolist(), strict=True)),
        **_sizes(REASONS, assessed.log_odds.tolist()),
        **_against(assessed.against),
        **why,
        "model_version": version,
        "warnings": joined(*assessed.warnings),
    }


def _against(reasons: tuple[list[str], list[float]] | None) -> dict[str, Any]:
    if reasons is None:
        return {}
    texts, moved = reasons
    missing = N_REASONS - len(texts)
    named = dict(zip(AGAINST, [*texts, *[""] * missing], strict=True))
    return {**named, **_sizes(AGAINST, [*moved, *[math.nan] * missing])}


def _sizes(reasons: Sequence[str], log_odds: Sequence[float]) -> dict[str, float | None]:
    sizes: dict[str, float | None] = {}
    for reason, moved in zip(reasons, log_odds, strict=True):
        none = math.isnan(moved)
        sizes[reason + LOG_ODDS] = None if none else moved
        sizes[reason + ODDS_PERCENT] = None if none else 100.0 * math.expm1(moved)
    return sizes


def _numbers(values: Floats) -> list[float | None]:
    return [None if math.isnan(number) else number for number in values.tolist()]


class Rows(Protocol):
    """The rows of a file, in its order; each array has shape (n,)."""

    @property
    def lead_ids(self) -> Texts:
        """Their ids."""

    @property
    def as_of(self) -> Ints:
        """When each is looked at."""

    @property
    def warnings(self) -> Texts:
        """The warnings of each, joined."""


class FileAnswers:
    """The answers about the rows of a file while they are made.

    Parameters
    ----------
    rows
        The rows; doubts are added to their warnings.
    version
        The version that answers.
    every
        Warnings of every row.
    arms
        Whether the model knows both arms.

    Attributes
    ----------
    readiness
        Shape (n, 3): readiness, low and high; NaN where there is none.
    uplift
        Shape (n,); None where the model knows one arm.
    """

    def __init__(
        self,
        rows: Rows,
        version: str,
        every: Sequence[str] = (),
        *,
        arms: bool = False,
    ) -> None:
        lead_ids, warnings = rows.lead_ids, rows.warnings
        if every:
            own = joined(*every)
            others = np.where(warnings == "", "", "; " + warnings)
            warnings = np.asarray(own + others, dtype=object)
        self._lead_ids, self._as_of, self._warnings = lead_ids, rows.as_of, warnings
        self._version = version
        self.readiness: Floats = np.full((len(lead_ids), len(READINESS)), np.nan)
        self._reasons: Texts = np.full((len(lead_ids), N_REASONS), "", dtype=object)
        self._arms: Floats | None = np.full((len(lead_ids), len(ARMS)), np.nan) if arms else None
        self._why: Texts = np.full(len(lead_ids), "", dtype=object)
        self._refused: Bools = np.ones(len(lead_ids), dtype=bool)

    @property
    def uplift(self) -> Floats | None:
        """The uplift of each row, shape (n,); None where the model knows one arm."""
        return None if self._arms is None else self._arms[:, 1]

    def enter(self, rows: Ints, assessment: Assessment) -> None:
        """Enter the assessment of some rows, by their positions."""
        self._refused[rows] = False
        self.readiness[rows], self._reasons[rows] = assessment.readiness, assessment.reasons
        if self._arms is not None and assessment.arms is not None:
            self._arms[rows], self._why[rows] = assessment.arms, assessment.uplift_why
        doubts = assessment.doubts
        for place in np.flatnonzero(doubts != ""):
            row = rows[place]
            self._warnings[row] = joined(self._warnings[row], doubts[place])

    def withhold(self, rule: Texts) -> None:
        """Take out what is said of leads that object to profiling; shape (n,)."""
        rows = rule == OBJECTION
        self.readiness[rows], self._reasons[rows], self._why[rows] = np.nan, "", ""
        if self._arms is not None:
            self._arms[rows] = np.nan

    def columns(self, decided: Decisions) -> dict[str, Any]:
        """Return the columns of `serving.scoring.answer`, `as_of` in microseconds."""
        columns = {
            "lead_id": self._lead_ids,
            "as_of": self._as_of,
            **dict(zip(READINESS, self.readiness.T, strict=True)),
            **({} if self._arms is None else dict(zip(ARMS, self._arms.T, strict=True))),
            **vars(decided),
            **dict(zip(REASONS, self._reasons.T, strict=True)),
            "why": np.where(self._refused, REFUSED, decided.why).astype(object),
            UPLIFT_WHY: self._why,
            "model_version": np.full(len(self._lead_ids), self._version, dtype=object),
            "warnings": self._warnings,
        }
        return {name: columns[name] for name in columns_of(arms=self._arms is not None)}

    def frame(self, decided: Decisions) -> pd.DataFrame:
        """Return the answers as a table; times are ISO 8601."""
        table = pd.DataFrame({**self.columns(decided), "as_of": iso_array(self._as_of)})
        texts = [name for name in table if name not in NUMBERS and name != "explored"]
        return table.astype(dict.fromkeys(texts, "str"))
