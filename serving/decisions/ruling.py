"""A ruling: the decision on one assessed lead, its answer, and the row that the store keeps."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from leadgate.policy import Decision, LeadState, Load
from serving import metrics
from serving.idempotency import NO_KEY, CallKey
from serving.scoring.answer import READINESS, Assessed, joined
from serving.store.lead_state import Answered, newest_handoff

if TYPE_CHECKING:
    from serving.outage.week_share import WeekShare
    from serving.scoring.scorer import Scorer
    from serving.store import Store

_STATE = LeadState.__slots__
_state = attrgetter(*_STATE)
# What the row takes from the decision and from the answer as it is.
_DECIDED = (
    "grade",
    "stage",
    "decision",
    "threshold",
    "propensity",
    "arm",
    "why",
    "person",
    "ruled_by",
)
_ANSWERED = (*READINESS, "model_version")
_decided = attrgetter(*_DECIDED)

# In `sent` of a decision on a row of a file: the lead as the policy saw it.
RECORDED = "recorded"

encode = json.JSONEncoder(allow_nan=False).encode


class Names(NamedTuple):
    """What the request is called in the answer, and the decision in the store."""

    request_id: str
    decision_id: str


def new_id() -> str:
    """Return the name of a new decision."""
    return secrets.token_hex(12)


class Model:
    """A scorer with the digests that are kept with each of its decisions."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self.bundle = (scorer.bundle.digest, scorer.version, str(scorer.bundle.path.resolve()))
        self.policy_digest = scorer.policy.digest()
        self._kept = False

    def keep(self, store: Store) -> None:
        """Let the store keep what decisions are taken with, once."""
        if not self._kept:
            store.keep_model(self.bundle, self.policy_digest, self.scorer.policy.to_dict())
            self._kept = True


class Ruling:
    """One decision on an assessed lead.

    Parameters
    ----------
    model
        Decides.
    assessed
        The lead.
    state
        What the policy has to know beside it.
    request_id, key
        Of the request.
    warning
        Added to those of the answer.
    shadow
        Whether the model is a challenger, whose answer nobody gets.

    Attributes
    ----------
    text
        The answer, a JSON object.
    """

    def __init__(
        self,
        model: Model,
        assessed: Assessed,
        state: LeadState,
        names: Names,
        key: CallKey = NO_KEY,
        warning: str = "",
        *,
        shadow: bool = False,
    ) -> None:
        self._shadow = shadow
        self._model, self._assessed, self._state = model, assessed, state
        self._key, self._decision_id = key, names.decision_id
        self._decided = model.scorer.decide(assessed, state)
        self.answer = model.scorer.conclude(assessed, self._decided)
        self.answer["warnings"] = joined(self.answer["warnings"], warning)
        self.answer["request_id"] = names.request_id
        self.text = encode(self.answer)

    def count(self) -> None:
        """Count the decision among those that were answered."""
        metrics.decisions(self._decided.decision).inc()

    @property
    def handed_off(self) -> tuple[str, float] | None:
        """To whom, and what is expected of it; None where the decision uses no capacity."""
        decided = self._decided
        return (decided.person, decided.expected_value) if decided.uses_capacity else None

    def note_handoff(self, week: WeekShare) -> None:
        """Let the count of the week be remembered for when the store is away."""
        if self.handed_off and self._model.scorer.policy.capacity_per_week is not None:
            person, value = self.handed_off
            week.note_one(self._state.now or 0, self._state.people, person, value)

    def row(self, revision: int, sent: str | None = None) -> dict[str, Any]:
        """Return the row of the decision; see `serving.store.tables.decisions`."""
        record = self._assessed.record
        return {
            **decision_row(self._model, self._decided, self._state, self.answer),
            "decision_id": self._decision_id,
            "idempotency_key": self._key.digest or None,
            "as_of": record.as_of,
            "created_at": record.created_at,
            "revision": revision,
            "shadow": int(self._shadow),
            "features_digest": features_digest(self._assessed),
            "answer": self.text,
            "sent": sent,
            "fingerprint": self._key.fingerprint or None,
        }


def decision_row(
    model: Model, decided: Decision, state: LeadState, answer: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the row of a decision takes from the decision and its answer as they are."""
    handed_off_at, handed_to = newest_handoff(decided.decision, decided.person, state)
    return {
        "request_id": answer["request_id"],
        "lead_id": answer["lead_id"],
        "decided_at": state.now,
        "bundle_digest": model.bundle[0],
        "policy_digest": model.policy_digest,
        **{name: answer[name] for name in _ANSWERED},
        **dict(zip(_DECIDED, _decided(decided), strict=True)),
        "explored": int(decided.explored),
        "uses_capacity": int(decided.uses_capacity),
        "expected_value": decided.expected_value,
        "handed_off_at": handed_off_at,
        "handed_to": handed_to,
        "state": state_to_json(state),
    }


def same_answer(before: Answered, key: CallKey, lead_id: str) -> str:
    """Return the answer that was given under a key, if it was to the same call.

    Raises
    ------
    HttpError
        422 ``idempotency_key_reused``: it was to another one.
    """
    if before.fingerprint is None and before.lead_id == lead_id:
        # The last release kept no more of a call than its lead.
        return before.answer
    key.check(before.fingerprint)
    return before.answer


def features_digest(assessed: Assessed) -> str:
    """Return 32 hexadecimal digits of what the model saw."""
    return blake2b(assessed.features.tobytes(), digest_size=16).hexdigest()


def state_to_json(state: LeadState) -> str:
    """Return a state as JSON."""
    people = {name: [load.handoffs, load.value] for name, load in state.people.items()}
    return encode({**dict(zip(_STATE, _state(state), strict=True)), "people": people})


def state_from_json(text: str) -> LeadState:
    """Read what `state_to_json` returned."""
    state = json.loads(text)
    people = {name: Load(*load) for name, load in state["people"].items()}
    return LeadState(**{**state, "people": people})
