"""A list of leads, decided on best first and answered in its order."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from leadgate.policy.ranking import ranked
from serving.decisions.decider import Decider
from serving.http import requests
from serving.http.middleware import log_defect
from serving.idempotency import CallKey
from serving.problems import http_error
from serving.scoring.lead_id import LONGEST_ID
from serving.store.patience import Arrival, arrival

if TYPE_CHECKING:
    from serving.scoring.scorer import Scorer


def score_all(
    decider: Decider,
    scorer: Scorer,
    leads: list[object],
    request_id: str,
    key: CallKey,
    against: bool = False,
) -> list[dict[str, object]]:
    """Decide on the leads of a list; those that are expected to bring most are taken first.

    Parameters
    ----------
    key
        Of the call; each lead gets one of its own from it.
    against
        As in `ScoreRequest`.

    Returns
    -------
    list
        The answer or the fault of each lead, in the order of the list.
    """
    arrived = arrival()
    results: list[dict[str, object]] = [{}] * len(leads)
    for place in _best_first(decider, scorer, leads):
        lead, of_lead = leads[place], key.item(place, leads[place])
        results[place] = _score(decider, scorer, lead, request_id, of_lead, arrived, against)
    return results


def _best_first(decider: Decider, scorer: Scorer, leads: list[object]) -> list[int]:
    if len(leads) < 2 or not decider.counts(scorer):
        return list(range(len(leads)))
    expected = [_expected(decider, scorer, lead) for lead in leads]
    return [int(place) for place in ranked(expected, [*map(scorer.reader.lead_id, leads)])]


def _expected(decider: Decider, scorer: Scorer, lead: object) -> float:
    try:
        return decider.expected(scorer, requests.score_request(lead))
    except Exception:
        # Its fault is answered when it is decided on.
        return math.nan


def _score(
    decider: Decider,
    scorer: Scorer,
    lead: object,
    request_id: str,
    key: CallKey,
    arrived: Arrival,
    against: bool,
) -> dict[str, object]:
    """Score one lead of a list; a fault of one lead leaves the others alone."""
    try:
        request = requests.score_request(lead, against=against)
        answer = json.loads(decider.decide(scorer, request, request_id, key, arrived))
        return {"status": 200, **{k: v for k, v in answer.items() if k != "request_id"}}
    except Exception as error:
        problem = http_error(error)
        if problem.status == 500:
            log_defect(error, request_id)
        return {
            "status": problem.status,
            "lead_id": scorer.reader.lead_id(lead)[:LONGEST_ID],
            "code": problem.code,
            "detail": problem.message,
            "field": problem.field,
        }
