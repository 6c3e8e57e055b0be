"""The decider: one lead in, one decision out, kept before it is answered."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from features.parsing.times import now
from leadgate.errors import LeadError, StoreError
from leadgate.policy import Decision, LeadState, Load
from serving import metrics
from serving.scoring.answer import READINESS, Assessed, joined
from serving.scoring.earlier_calls import EarlierCalls
from serving.scoring.lead_request import LeadRecord
from serving.store.availability import Keeper
from serving.store.spool_records import additions_to, decision_to_wait
from serving.store.store import newest_handoff

if TYPE_CHECKING:
    from serving.decisions.score_request import ScoreRequest
    from serving.scoring.scorer import Scorer
    from serving.store import Store

_AWAY = "the store is away: decided without what is known from before, to be kept later"
_LOST = "the store is away and the disk is full: this decision is not kept"
_UNHEARD_OF = EarlierCalls()
# The one that answers, the shadow, and those that they took over from.
_FEW_MODELS = 4
# Answers of about a kilobyte that are told again while the store is away.
_REMEMBERED = 10_000

log = logging.getLogger("leadgate.model")

_told_of = attrgetter(*LeadState.__slots__)

encode = json.JSONEncoder(allow_nan=False).encode


class Decider:
    """Decides on leads with what is known of them, and keeps every decision.

    Parameters
    ----------
    keeper
        Where decisions are kept; None keeps none, and nothing is known of any lead.
    shadow
        Returns a model that decides beside the one that answers, or None. Its decisions are kept
        and never returned.

    Attributes
    ----------
    quick
        Whether `decide` may hold up an event loop.
    """

    def __init__(
        self, keeper: Keeper | None = None, shadow: Callable[[], Scorer | None] = lambda: None
    ) -> None:
        self._keeper = keeper
        self._shadow = shadow
        self._models: dict[int, _Model] = {}
        self._answered: OrderedDict[str, tuple[str, str]] = OrderedDict()
        # A server across a network may let us wait, and others must be answered meanwhile.
        self.quick = keeper is None or keeper.store.link.quick
        self._thread = None if self.quick else ThreadPoolExecutor(1, thread_name_prefix="decider")

    async def answer(
        self, scorer: Scorer, asked: ScoreRequest, request_id: str, key: str = ""
    ) -> str:
        """Decide on one lead without holding up the event loop for long; as `decide`."""
        if self._thread is None:
            return self.decide(scorer, asked, request_id, key)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.decide, scorer, asked, request_id, key)

    def decide(self, scorer: Scorer, asked: ScoreRequest, request_id: str, key: str = "") -> str:
        """Decide on one lead, keep the decision and return the answer, a JSON object.

        Parameters
        ----------
        scorer
            The model that answers.
        asked
            The lead.
        request_id
            Names the request.
        key
            What was answered under it before is answered again; "" for none.

        Raises
        ------
        LeadError
            Naming the field at fault.
        """
        keeper = self._keeper
        if keeper is None:
            answer = scorer.score_one(asked.lead, asked.activities, asked.as_of, asked.others)
            metrics.decided(str(answer["decision"]))
            return encode({**answer, "request_id": request_id})
        model = self._model(scorer)
        if not keeper.away:
            try:
                text = self._by_store(keeper, model, asked, request_id, key)
            except StoreError as error:
                keeper.lost(error)
            else:
                self._answered.clear()
                return text
        return self._alone(keeper, model, asked, request_id, key)

    def _by_store(
        self, keeper: Keeper, model: _Model, asked: ScoreRequest, request_id: str, key: str
    ) -> str:
        started = time.perf_counter()
        scorer, store = model.scorer, keeper.store
        model.keep(store)
        lead_id = scorer.lead_id(asked.lead)
        known = _known(store, scorer, asked)
        waited = time.perf_counter() - started
        assessed = scorer.assess(_read(scorer, asked, known))
        beside = self._beside(store, model, asked, known)
        started = time.perf_counter()
        with store.turn() as turn:
            before = turn.answered(key) if key else None
            if before is not None:
                return _again(before, lead_id)
            if turn.revision(lead_id) != known.revision:
                # Somebody else added to the lead meanwhile; nobody does from here on.
                known = _known(store, scorer, asked)
                assessed = scorer.assess(_read(scorer, asked, known))
            state = turn.state(lead_id, now())
            ruling = _Ruling(model, assessed, state, request_id, key)
            new = turn.add(assessed.record.additions)
            revision = known.revision + new
            turn.keep(ruling.row(revision))
            if beside:
                turn.keep(_Ruling(*beside, state, request_id, shadow=True).row(revision))
        metrics.store_seconds("decide", waited + time.perf_counter() - started)
        return ruling.text

    def _alone(
        self, keeper: Keeper, model: _Model, asked: ScoreRequest, request_id: str, key: str
    ) -> str:
        """Decide without the store, and let the decision wait on the disk."""
        scorer = model.scorer
        before = self._answered.get(key)
        if before is not None:
            return _again(before, scorer.lead_id(asked.lead))
        assessed = scorer.assess(_read(scorer, asked))
        told = additions_to(assessed.record.additions)
        ruling = _Ruling(model, assessed, LeadState(now=now()), request_id, key, _AWAY)
        row = ruling.row(0, encode(told))
        if not keeper.wait([decision_to_wait(row, told)]):
            log.error("A decision was lost: neither store nor disk take it.")
            return encode({**ruling.answer, "warnings": _LOST})
        if key:
            self._answered[key] = (row["lead_id"], ruling.text)
            if len(self._answered) > _REMEMBERED:
                self._answered.popitem(last=False)
        return ruling.text

    def _beside(
        self, store: Store, model: _Model, asked: ScoreRequest, known: EarlierCalls
    ) -> tuple[_Model, Assessed] | None:
        """Assess the lead with the shadow, if there is one; its faults concern it alone."""
        scorer = self._shadow()
        if scorer is None or scorer.bundle.digest == model.bundle[0]:
            return None
        shadow = self._model(scorer)
        try:
            shadow.keep(store)
            known = _with_others(store, scorer, asked, known)
            return shadow, scorer.assess(_read(scorer, asked, known))
        except StoreError:
            raise
        except Exception as error:
            log.warning("The shadow could not decide: %s.", type(error).__name__)
            return None

    def _model(self, scorer: Scorer) -> _Model:
        model = self._models.get(id(scorer))
        if model is None or model.scorer is not scorer:
            # A scorer that went away may leave its id to another one.
            model = _Model(scorer)
            if len(self._models) >= _FEW_MODELS:
                self._models.clear()
            self._models[id(scorer)] = model
        return model


class _Model:
    """A scorer with the digests that are kept with each of its decisions."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self.bundle = (scorer.bundle.digest, scorer.version, str(scorer.bundle.path.resolve()))
        self.policy_digest = scorer.policy.digest()
        self._kept = False

    def keep(self, store: Store) -> None:
        """Let the store know what decisions are taken with, once."""
        if not self._kept:
            store.keep_model(self.bundle, self.policy_digest, self.scorer.policy.to_dict())
            self._kept = True


class _Ruling:
    """One decision on an assessed lead, and its answer."""

    def __init__(
        self,
        model: _Model,
        assessed: Assessed,
        state: LeadState,
        request_id: str,
        key: str = "",
        warning: str = "",
        *,
        shadow: bool = False,
    ) -> None:
        self._shadow = shadow
        self._model, self._assessed, self._state = model, assessed, state
        self._request_id, self._key = request_id, key
        self.decided: Decision = model.scorer.decide(assessed, state)
        self.answer = model.scorer.conclude(assessed, self.decided)
        self.answer["warnings"] = joined(self.answer["warnings"], warning)
        self.answer["request_id"] = request_id
        self.text = encode(self.answer)
        if not shadow:
            metrics.decided(self.decided.decision)

    def row(self, revision: int, sent: str | None = None) -> dict[str, Any]:
        """Return the row of the decision; see `serving.store.tables.decisions`."""
        decided, state, record = self.decided, self._state, self._assessed.record
        answer = self.answer
        handed_off_at, handed_to = newest_handoff(decided.decision, decided.person, state)
        return {
            "decision_id": secrets.token_hex(12),
            "request_id": self._request_id,
            "idempotency_key": self._key or None,
            "lead_id": record.lead_id,
            "decided_at": state.now,
            "as_of": record.as_of,
            "created_at": record.created_at,
            "revision": revision,
            "shadow": int(self._shadow),
            "model_version": answer["model_version"],
            "bundle_digest": self._model.bundle[0],
            "features_digest": features_digest(self._assessed),
            "policy_digest": self._model.policy_digest,
            **{name: answer[name] for name in READINESS},
            "grade": decided.grade,
            "stage": decided.stage,
            "decision": decided.decision,
            "threshold": decided.threshold,
            "propensity": decided.propensity,
            "explored": int(decided.explored),
            "why": decided.why,
            "person": decided.person,
            "uses_capacity": int(decided.uses_capacity),
            "expected_value": decided.expected_value,
            "handed_off_at": handed_off_at,
            "handed_to": handed_to,
            "state": state_to_json(state),
            "answer": self.text,
            "sent": sent,
        }


def _known(store: Store, scorer: Scorer, asked: ScoreRequest) -> EarlierCalls:
    return _with_others(store, scorer, asked, store.earlier_calls(scorer.lead_id(asked.lead)))


def _with_others(
    store: Store, scorer: Scorer, asked: ScoreRequest, known: EarlierCalls
) -> EarlierCalls:
    """Add the other leads of the account, where the model looks at them and they were not sent."""
    if not scorer.whole_accounts or asked.others is not None or known.others is not None:
        return known
    account_id = scorer.account_id(asked.lead) or known.account_id
    if not account_id:
        return known
    return replace(known, others=store.others(account_id, scorer.lead_id(asked.lead)))


def _read(scorer: Scorer, asked: ScoreRequest, known: EarlierCalls = _UNHEARD_OF) -> LeadRecord:
    return scorer.read(asked.lead, asked.activities, asked.as_of, known, asked.others)


def _again(before: tuple[str, str], lead_id: str) -> str:
    of, answer = before
    if of != lead_id:
        raise LeadError(
            "This Idempotency-Key was used for another lead; send each with a key of its own.",
            code="idempotency_key_reused",
        )
    return answer


def features_digest(assessed: Assessed) -> str:
    """Return 32 hexadecimal digits of what the model saw."""
    return blake2b(assessed.features.tobytes(), digest_size=16).hexdigest()


def state_to_json(state: LeadState) -> str:
    """Return a state as JSON."""
    told = dict(zip(LeadState.__slots__, _told_of(state), strict=True))
    people = {name: [load.handoffs, load.value] for name, load in state.people.items()}
    return encode({**told, "people": people})


def state_of_json(text: str) -> LeadState:
    """Read what `state_to_json` gave."""
    told = json.loads(text)
    people = {name: Load(*load) for name, load in told["people"].items()}
    return LeadState(**{**told, "people": people})
