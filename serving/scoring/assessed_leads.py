"""The leads of a table, assessed and not yet decided on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from leadgate.arrays import Bools, Floats, Ints, Texts
from leadgate.policy import Policy, decide_best, decide_many
from serving.scoring.answer import FileAnswers
from serving.scoring.lead_file import LeadFile


@dataclass(frozen=True, eq=False)
class AssessedLeads:
    """What is known of the leads of a table before anything is decided.

    Attributes
    ----------
    answers
        Readiness, reasons and warnings of its n rows.
    lead_ids, as_of
        Shape (n,), as in `serving.scoring.lead_file.LeadFile`.
    accepted
        Which rows are not rejected; shape (n,).
    values
        What winning each lead brings, shape (n,); NaN where it is not given, None without such a
        column.
    account_ids
        Shape (n,); "" for none.
    segments
        The values of each segment column, shape (n,) each.
    notes
        On the tables as a whole.
    file
        The rows as they were read.
    rule
        The rule that decides on each before the model, shape (n,); "" for none.
    """

    answers: FileAnswers
    lead_ids: Texts
    as_of: Ints
    accepted: Bools
    values: Floats | None
    account_ids: Texts
    segments: list[Texts]
    notes: list[str]
    file: LeadFile
    rule: Texts

    def decided(self, policy: Policy, capacity: int | None = None) -> pd.DataFrame:
        """Decide on each lead by the fixed threshold, or hand off the best `capacity` of them.

        Returns
        -------
        DataFrame
            The columns of `serving.scoring.answer`; the notes are in ``attrs["notes"]``.
        """
        readiness, uplift = self.answers.readiness[:, 0], self.answers.uplift
        rest = self.values, uplift, self.account_ids, self.segments, self.rule
        if capacity is None:
            decisions = decide_many(readiness, self.lead_ids, policy, *rest)
        else:
            decisions = decide_best(readiness, self.lead_ids, policy, capacity, *rest)
        table = self.answers.frame(decisions)
        table.attrs["notes"] = self.notes
        return table
