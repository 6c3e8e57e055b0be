"""Recorded decisions of a file: the best leads first, within what is left of the week."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from features.parsing.times import US_PER_DAY, now
from leadgate.arrays import Floats
from leadgate.policy import REVIEW, Decision, Lead, LeadState, Load, decide
from leadgate.policy.ranking import ranked
from serving.decisions.ruling import RECORDED, Model, decision_row, encode
from serving.scoring.assessed_leads import AssessedLeads
from serving.scoring.scorer import Scorer
from serving.store import Store
from serving.store.transaction import Transaction

# Leads in one transaction: others wait for no more than these.
_PART = 200
# What a decision adds to an answer; files have `why` and `person` where decisions are recorded.
DECIDED = ("grade", "stage", "decision", "threshold", "propensity", "explored", "why", "person")
_ERASED = {"decision": REVIEW, "why": "the lead was erased meanwhile", "grade": "", "stage": ""}


@dataclass(frozen=True)
class Recorder:
    """Decides on the leads of a file with what the store knows of them, and keeps the decisions.

    Leads are taken by what handing them off is expected to bring, then by their id, in small
    transactions. Of a run that ended in the middle, those that were kept stay, and are answered
    again when the same run is repeated: nothing is decided twice.

    Attributes
    ----------
    store
        Holds the history of the leads and this week's handoffs.
    model
        What decides.
    run
        Names the run, as a request id does: the same for the same files, model, policy and day.
    at
        When the decisions are taken, microseconds since the epoch, UTC.
    """

    store: Store
    model: Model
    run: str
    at: int

    @classmethod
    def of(cls, store: Store, scorer: Scorer, files: Sequence[Path], asked: object) -> Recorder:
        """Return the recorder of a run that begins now.

        Parameters
        ----------
        files
            What is read.
        asked
            What else the answers depend on.
        """
        model, at = Model(scorer), now()
        run = blake2b(digest_size=12)
        for path in files:
            with path.open("rb") as file:
                run.update(hashlib.file_digest(file, "sha256").digest())
        day = at // US_PER_DAY
        run.update(repr((model.bundle[0], model.policy_digest, day, asked)).encode())
        return cls(store, model, f"batch-{run.hexdigest()}", at)

    def record(self, assessed: AssessedLeads) -> pd.DataFrame:
        """Decide on every row that is not rejected, and keep the decisions.

        Returns
        -------
        DataFrame
            As `AssessedLeads.decided`, with `person` and `why` after `decision`.

        Raises
        ------
        StoreError
            If the store is away; what was kept until then stays.
        """
        self.model.keep(self.store)
        table = assessed.decided(self.model.scorer.policy)
        place = list(table.columns).index("decision") + 1
        for name in ("why", "person"):
            table.insert(place, name, pd.Series("", index=table.index, dtype="str"))
        order = ranked(self._expected(assessed), assessed.lead_ids)
        order = order[assessed.accepted[order]]
        columns = {name: table[name].tolist() for name in DECIDED}
        for start in range(0, len(order), _PART):
            rows = order[start : start + _PART]
            given = table.iloc[rows].astype(object).to_dict("records")
            answers = self._part(assessed, rows.tolist(), cast("list[dict[str, Any]]", given))
            for row, answer in zip(rows.tolist(), answers, strict=True):
                for name in DECIDED:
                    columns[name][row] = answer[name]
        types = {name: table[name].dtype for name in DECIDED}
        recorded = table.assign(**columns).astype(types)
        recorded.attrs = table.attrs
        return recorded

    def _expected(self, assessed: AssessedLeads) -> Floats:
        """Return what handing off each lead is expected to bring; each costs the same."""
        policy, answers = self.model.scorer.policy, assessed.answers
        score = answers.readiness[:, 0]
        if policy.by_uplift and answers.uplift is not None:
            score = answers.uplift
        values = np.full(len(assessed.lead_ids), policy.worth() or 1.0)
        if assessed.values is not None:
            values = np.where(np.isnan(assessed.values), values, assessed.values)
        return np.asarray(score * values)

    def _part(
        self, assessed: AssessedLeads, rows: Sequence[int], answers: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Decide on some rows in one transaction; return their answers."""
        ids = [f"{self.run} {answer['lead_id']}" for answer in answers]
        lead_ids = [answer["lead_id"] for answer in answers]
        with self.store.transaction(lead_ids, durable=True, week=True) as transaction:
            kept = transaction.answers(ids)
            erased = transaction.erased_among(lead_ids, self.at)
            states = transaction.states(lead_ids, self.at)
            week, given = next(iter(states.values())), []
            for row, decision_id, answer in zip(rows, ids, answers, strict=True):
                lead = _lead(assessed, row, answer)
                if decision_id in kept:
                    given.append(json.loads(kept[decision_id]))
                elif lead.lead_id in erased:
                    given.append({**answer, **_ERASED})
                else:
                    state = _within(states[lead.lead_id], week)
                    decided = decide(lead, state, self.model.scorer.policy)
                    given.append(self._answer(answer, decided))
                    self._keep(transaction, assessed, row, lead, state, decided, given[-1])
                    week = _counted(week, decided)
        return given

    def _answer(self, answer: Mapping[str, Any], decided: Decision) -> dict[str, Any]:
        said = {name: getattr(decided, name) for name in DECIDED}
        return {**_json(answer), **said, "request_id": self.run}

    def _keep(
        self,
        transaction: Transaction,
        assessed: AssessedLeads,
        row: int,
        lead: Lead,
        state: LeadState,
        decided: Decision,
        answer: Mapping[str, Any],
    ) -> None:
        transaction.keep(
            {
                **decision_row(self.model, decided, state, answer),
                "decision_id": f"{self.run} {lead.lead_id}",
                "idempotency_key": None,
                "as_of": int(assessed.as_of[row]),
                "created_at": None,
                # It saw the file, and nothing of what calls added to the lead.
                "revision": 0,
                "shadow": 0,
                "features_digest": "",
                "answer": encode(answer),
                "sent": encode({RECORDED: _json({**asdict(lead), "segments": [*lead.segments]})}),
                "fingerprint": None,
            }
        )


def _lead(assessed: AssessedLeads, row: int, answer: Mapping[str, Any]) -> Lead:
    return Lead(
        answer["lead_id"],
        answer["readiness"],
        segments=[texts[row] for texts in assessed.segments],
        readiness_unworked=answer.get("readiness_unworked", math.nan),
        uplift=answer.get("uplift", math.nan),
        value=None if assessed.values is None else float(assessed.values[row]),
    )


def _within(state: LeadState, week: LeadState) -> LeadState:
    """Return the state of a lead in a week of which this run has used some already."""
    return replace(state, paced=False, this_week=week.this_week, people=week.people)


def _counted(week: LeadState, decided: Decision) -> LeadState:
    if not decided.uses_capacity:
        return week
    before = week.people.get(decided.person, Load())
    load = Load(before.handoffs + 1, before.value + decided.expected_value)
    people = {**week.people, decided.person: load}
    return replace(week, this_week=week.this_week + 1, people=people)


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of a row as JSON has them: NaN is null."""
    return {name: None if value != value else value for name, value in values.items()}
