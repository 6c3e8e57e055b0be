"""Recorded decisions of a file: the best leads first, within what is left of the week."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from features.parsing.times import US_PER_DAY, now
from leadgate.policy import REVIEW, Decision, Lead, LeadState, Load, decide, expected_value
from leadgate.policy.ranking import ranked
from serving import timeouts
from serving.batch.changes import explained
from serving.decisions.ruling import RECORDED, Model, decision_row, encode
from serving.scoring.assessed_leads import AssessedLeads
from serving.scoring.scorer import Scorer
from serving.store import Store
from serving.store.patience import arrival, patiently

# Leads in one transaction: others wait for no more than these.
_PART = 200
# What a decision adds to an answer.
DECIDED = (
    "grade",
    "stage",
    "decision",
    "threshold",
    "propensity",
    "explored",
    "arm",
    "ruled_by",
    "why",
    "person",
)
_ERASED = {
    **dict.fromkeys(("grade", "stage", "arm", "ruled_by", "person"), ""),
    "decision": REVIEW,
    "why": "the lead was erased meanwhile",
}


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
            As `AssessedLeads.decided`, and at the end why the scores moved
            (`serving.batch.changes`).

        Raises
        ------
        StoreError
            If the store is away, or others hold it for `timeouts.PART`; what was kept until then
            stays.
        """
        self.model.keep(self.store)
        policy = self.model.scorer.policy
        table = assessed.decided(policy)
        rows = _rows(assessed, table)
        columns = {name: table[name].tolist() for name in DECIDED}
        order = ranked([expected_value(r.lead, policy) for r in rows], [r.lead_id for r in rows])
        for start in range(0, len(order), _PART):
            part = [rows[place] for place in order[start : start + _PART]]
            answers = patiently(partial(self._part, part), arrival(timeouts.PART).until)
            for row, answer in zip(part, answers, strict=True):
                for name in DECIDED:
                    columns[name][row.place] = answer[name]
        recorded = table.assign(**columns).astype({name: table[name].dtype for name in DECIDED})
        leads = {row.place: row.lead for row in rows}
        moved = explained(self.store, self.model.scorer, assessed.file, leads, self.run)
        recorded = pd.concat([recorded, moved.set_axis(table.index)], axis=1)
        recorded.attrs = table.attrs
        return recorded

    def _part(self, rows: Sequence[_Row]) -> list[dict[str, Any]]:
        """Decide on some rows in one transaction; return their answers."""
        lead_ids = [row.lead_id for row in rows]
        with self.store.transaction(lead_ids, durable=True, week=True) as transaction:
            kept = transaction.answers(self._id(lead_id) for lead_id in lead_ids)
            erased = transaction.erased_among(lead_ids, self.at)
            states = transaction.states(lead_ids, self.at)
            week, answers = states[lead_ids[0]], []
            for row in rows:
                if before := kept.get(self._id(row.lead_id)):
                    answers.append(json.loads(before))
                elif row.lead_id in erased:
                    answers.append({**row.answer, **_ERASED})
                else:
                    state = _within(states[row.lead_id], week)
                    decided = decide(row.lead, state, self.model.scorer.policy)
                    answers.append(self._answer(row, decided))
                    transaction.keep(self._kept(row, state, decided, answers[-1]))
                    week = _counted(week, decided)
        return answers

    def _id(self, lead_id: str) -> str:
        return f"{self.run} {lead_id}"

    def _answer(self, row: _Row, decided: Decision) -> dict[str, Any]:
        decision = {name: getattr(decided, name) for name in DECIDED}
        return {**_json(row.answer), **decision, "request_id": self.run}

    def _kept(
        self, row: _Row, state: LeadState, decided: Decision, answer: Mapping[str, Any]
    ) -> dict[str, Any]:
        lead = _json({**asdict(row.lead), "segments": [*row.lead.segments]})
        return {
            **decision_row(self.model, decided, state, answer),
            "decision_id": self._id(row.lead_id),
            "idempotency_key": None,
            "as_of": row.as_of,
            "created_at": None,
            # It saw the file, and nothing of what calls added to the lead.
            "revision": 0,
            "shadow": 0,
            "features_digest": "",
            "answer": encode(answer),
            "sent": encode({RECORDED: lead}),
            "fingerprint": None,
        }


@dataclass(frozen=True)
class _Row:
    """A row that is not rejected: its place, the lead, and its answer but for the decision."""

    place: int
    as_of: int
    lead: Lead
    answer: dict[str, Any]

    @property
    def lead_id(self) -> str:
        """Of the lead."""
        return self.lead.lead_id


def _rows(assessed: AssessedLeads, table: pd.DataFrame) -> list[_Row]:
    places = np.flatnonzero(assessed.accepted).tolist()
    answers = table.iloc[places].astype(object).to_dict("records")
    rows = []
    for place, given in zip(places, answers, strict=True):
        answer = cast("dict[str, Any]", given)
        lead = Lead(
            answer["lead_id"],
            answer["readiness"],
            str(assessed.account_ids[place]),
            segments=[texts[place] for texts in assessed.segments],
            readiness_unworked=answer.get("readiness_unworked", math.nan),
            uplift=answer.get("uplift", math.nan),
            value=None if assessed.values is None else float(assessed.values[place]),
            rule=assessed.rule[place],
        )
        rows.append(_Row(place, int(assessed.as_of[place]), lead, answer))
    return rows


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
