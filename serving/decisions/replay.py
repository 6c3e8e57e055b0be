"""Replaying a decision: taking it again from what the store held when it was taken."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadgate.bundle.bundle import Bundle
from leadgate.errors import StoreError
from leadgate.policy import Lead, LeadState, Policy, decide
from serving.decisions.ruling import RECORDED, features_digest, state_from_json
from serving.outage.spool_records import additions_from_json
from serving.scoring.answer import ARMS, READINESS, REASONS, UPLIFT_WHY
from serving.scoring.earlier_calls import EarlierCalls
from serving.scoring.lead_request import ScoreRequest
from serving.scoring.scorer import Scorer
from serving.store import Store

_TOLERANCE = 1e-12
_DECIDED = ("decision", "threshold", "propensity", "explored", "arm", "ruled_by", "why", "person")
_ANSWERED = (*READINESS, "grade", "stage", *REASONS)

# Digest, version and path of a bundle as they were kept -> the bundle.
Fetch = Callable[[str, str, str], Bundle]


@dataclass(frozen=True)
class Difference:
    """A value that comes out otherwise."""

    name: str
    then: object
    now: object


@dataclass(frozen=True)
class Replayed:
    """One decision, taken again.

    Attributes
    ----------
    lead_id, model_version, decision, readiness
        As they were kept.
    shadow
        Whether it was a challenger's, whose answer nobody got.
    differences
        What comes out otherwise; empty where all is the same.
    """

    lead_id: str
    model_version: str
    shadow: bool
    decision: str
    readiness: float | None
    differences: list[Difference]

    @property
    def same(self) -> bool:
        """Whether it comes out the same."""
        return not self.differences


def replay(store: Store, request_id: str, fetch: Fetch) -> list[Replayed]:
    """Take the decisions of a request again.

    Parameters
    ----------
    fetch
        Returns a bundle.

    Raises
    ------
    StoreError
        ``unknown_request``: no decision bears this id; or the store is away.
    ModelError
        If a bundle is missing.
    """
    rows = store.decisions(request_id)
    if not rows:
        raise StoreError(
            f"The store holds no decision of the request {request_id}.",
            hint="The answer of the endpoint and its header X-Request-Id name it.",
            code="unknown_request",
        )
    return [_again(store, row, fetch) for row in rows]


def _again(store: Store, row: dict[str, Any], fetch: Fetch) -> Replayed:
    version, path = store.bundle(row["bundle_digest"]) or (row["model_version"], "")
    bundle = fetch(row["bundle_digest"], version, path)
    policy = store.policy(row["policy_digest"])
    if policy is not None:
        bundle = replace(bundle, policy=Policy.from_dict(policy))
    scorer = Scorer(bundle, version=row["model_version"])
    sent = None if row["sent"] is None else json.loads(row["sent"])
    if sent is not None and RECORDED in sent:
        return _decided_again(row, sent[RECORDED], bundle.policy)
    earlier = earlier_calls_of(store, row)
    if scorer.whole_accounts and earlier.account_id and row["sent"] is None:
        earlier = replace(earlier, others=store.others(earlier.account_id, row["lead_id"]))
    request = ScoreRequest({"lead_id": row["lead_id"]}, as_of=row["as_of"])
    assessed = scorer.assess(scorer.reader.read(request, earlier))
    decided = scorer.decide(assessed, state_of_row(row))
    answers = json.loads(row["answer"]), scorer.conclude(assessed, decided)
    # An answer of a model that knows one arm has no others.
    answered = [*_ANSWERED, *(name for name in (*ARMS, UPLIFT_WHY) if name in answers[0])]
    then, now = ({name: answer.get(name) for name in answered} for answer in answers)
    then |= {name: row[name] for name in _DECIDED} | {"explored": bool(row["explored"])}
    now |= {name: getattr(decided, name) for name in _DECIDED}
    then["features"], now["features"] = row["features_digest"], features_digest(assessed)
    return _replayed(row, then, now, (*_DECIDED, "features", *answered))


def _decided_again(row: dict[str, Any], lead: dict[str, Any], policy: Policy) -> Replayed:
    """Take a recorded decision of a file again, from the readiness that it was taken with.

    The store holds what calls said of a lead, and no file: the readiness itself is not replayed.
    """
    numbers = ("readiness", "readiness_unworked", "uplift")
    lead |= {name: math.nan if lead[name] is None else lead[name] for name in numbers}
    decided = decide(Lead(**lead), state_of_row(row), policy)
    names = (*_DECIDED, "grade", "stage")
    then = {name: row[name] for name in names} | {"explored": bool(row["explored"])}
    return _replayed(row, then, {name: getattr(decided, name) for name in names}, names)


def state_of_row(row: dict[str, Any]) -> LeadState:
    """Return what the policy knew, with the arm that was drawn: the account may be known since."""
    return replace(state_from_json(row["state"]), arm=row["arm"])


def _replayed(
    row: dict[str, Any], then: dict[str, Any], now: dict[str, Any], names: Sequence[str]
) -> Replayed:
    return Replayed(
        row["lead_id"],
        row["model_version"],
        bool(row["shadow"]),
        row["decision"],
        row["readiness"],
        [
            Difference(name, then[name], now[name])
            for name in names
            if not _equal(then[name], now[name])
        ],
    )


def earlier_calls_of(store: Store, row: dict[str, Any]) -> EarlierCalls:
    """Return what earlier calls had reported of the lead when the decision was taken."""
    if row["sent"] is None:
        earlier = store.earlier_calls(row["lead_id"], row["revision"])
    else:
        sent = additions_from_json(json.loads(row["sent"]))
        changes = [(sent.at, dict(sent.fields))]
        earlier = EarlierCalls(1, sent.account_id, sent.created_at, changes, sent.activities)
    return replace(earlier, created_at=row["created_at"])


def _equal(then: object, now: object) -> bool:
    if isinstance(then, float) and isinstance(now, float):
        return math.isclose(then, now, rel_tol=0.0, abs_tol=_TOLERANCE)
    return then == now
