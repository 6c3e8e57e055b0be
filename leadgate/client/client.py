"""The client: what a request needs so that nothing is lost or done twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self, cast
from urllib.parse import quote

from leadgate.client.answers import Answer, Kept
from leadgate.client.connection import CallError, Connection

# What one call takes: so many items, and so many bytes.
MAX_BATCH = 200
MAX_BYTES = 4 * 1024 * 1024
_BRACKETS = 64

Fields = Mapping[str, object]


class Client:
    """Calls one service; repeats what was answered with 408, 429, 502, 503, 504 or not.

    Everything that is written is sent with an ``Idempotency-Key``, so that a repeated request is
    done once. A redirect is refused: it would take the key along.

    Parameters
    ----------
    url
        Of the service, for example ``https://leads.example.com``.
    key
        An API key.
    timeout
        Seconds to wait for one answer.
    patience
        Seconds within which a request is repeated, as ``Retry-After`` says where it is given.

    Raises
    ------
    CallError
        By every method, if the request is refused, not answered within the patience, or answered
        with what is no answer of leadgate's.
    """

    def __init__(
        self, url: str, key: str, *, timeout: float = 10.0, patience: float = 60.0
    ) -> None:
        self._connection = Connection(url, key, timeout, patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._connection.close()

    def score(self, lead: Fields, *, idempotency_key: str | None = None) -> Answer:
        """Decide about a lead.

        Parameters
        ----------
        lead
            ``lead_id``, ``created_at``, its fields by their names in the export, and maybe
            ``activities`` and ``as_of``.
        idempotency_key
            The same key gets the same answer; left out: a new one for this call.
        """
        return cast(Answer, self._write("/v1/score", _encoded(lead), idempotency_key))

    def score_batch(
        self, leads: Sequence[Fields], *, idempotency_key: str | None = None
    ) -> list[dict[str, Any]]:
        """Decide about many leads; each result has a ``status``, 200 or that of its fault.

        A list that is longer than one call takes is sent in parts, here and below. Where a part
        fails, the `CallError` holds the ``results`` of those before it; sent again under the same
        `idempotency_key`, the list goes on from there.
        """
        return self._many("/v1/score/batch", "leads", leads, idempotency_key)

    def add_activities(
        self, activities: Sequence[Fields], *, idempotency_key: str | None = None
    ) -> list[Kept]:
        """Keep activities: ``lead_id``, ``type``, ``occurred_at`` and more; in order."""
        kept = self._many("/v1/activities", "activities", activities, idempotency_key)
        return cast(list[Kept], kept)

    def add_outcomes(
        self, outcomes: Sequence[Fields], *, idempotency_key: str | None = None
    ) -> list[Kept]:
        """Keep outcomes: ``lead_id``, ``outcome``, ``closed_at`` and more; in order."""
        return cast(list[Kept], self._many("/v1/outcomes", "outcomes", outcomes, idempotency_key))

    def feedback(
        self, lead_id: str, agree: bool, by: str, reason: str = "", *, key: str | None = None
    ) -> dict[str, Any]:
        """Say whether the newest decision about a lead was right; `key` is an idempotency key."""
        said = {"lead_id": lead_id, "agree": agree, "by": by, "reason": reason}
        return self._write("/v1/feedback", _encoded(said), key)

    def override(
        self,
        lead_id: str,
        decision: str,
        by: str,
        reason: str,
        until: str | None = None,
        *,
        key: str | None = None,
    ) -> dict[str, Any]:
        """Decide about a lead instead of the policy, until an instant (ISO 8601) or the next time.

        `key` is an idempotency key.
        """
        said = {"lead_id": lead_id, "decision": decision, "by": by, "reason": reason}
        return self._write("/v1/overrides", _encoded({**said, "until": until}), key)

    def lead(self, lead_id: str) -> dict[str, Any]:
        """Return the decisions about a lead; a `CallError` of status 404 where there are none."""
        return self._connection.call("GET", f"/v1/leads?id={quote(lead_id, safe='')}")

    def forget(self, lead_id: str) -> dict[str, Any]:
        """Erase a lead and return what there was of it, which takes an admin's key.

        A `CallError` of status 404 where there was nothing.
        """
        return self._connection.call("DELETE", f"/v1/leads?id={quote(lead_id, safe='')}")

    def model(self) -> dict[str, Any]:
        """Return the facts about the model that answers."""
        return self._connection.call("GET", "/v1/model")

    def _write(self, path: str, body: bytes, key: str | None) -> dict[str, Any]:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self._connection.call("POST", path, body, headers)

    def _many(
        self, path: str, name: str, rows: Sequence[Fields], key: str | None
    ) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        for part, items in enumerate(_parts(rows)):
            body = b'{"%s": [%s]}' % (name.encode(), b", ".join(items))
            try:
                answer = self._write(path, body, f"{key}-{part}" if key else None)
                results += _results(answer, len(items))
            except CallError as error:
                error.results = results
                raise
        return results


def _parts(rows: Sequence[Fields]) -> Iterator[list[bytes]]:
    """Return rows as JSON, in lists that one call takes."""
    part: list[bytes] = []
    size = _BRACKETS
    for item in map(_encoded, rows):
        if part and (len(part) == MAX_BATCH or size + len(item) + 2 > MAX_BYTES):
            yield part
            part, size = [], _BRACKETS
        part.append(item)
        size += len(item) + 2
    if part:
        yield part


def _encoded(row: Fields) -> bytes:
    return json.dumps(row).encode()


def _results(answer: Mapping[str, Any], n: int) -> list[dict[str, Any]]:
    """Return what became of each of n items.

    Raises
    ------
    CallError
        ``bad_answer``: the answer does not say it of each.
    """
    results = answer.get("results")
    if not isinstance(results, list) or len(results) != n:
        detail = f"The answer does not hold a result for each of {n} items."
        raise CallError(200, {**answer, "code": "bad_answer", "detail": detail})
    return results
