"""Who may ask what: keys or HubSpot's signature, the scope of each address, and how often.

What a request asks for is decided by the very patterns that the router matches with, on the path
that the router sees: a path that the two would read differently could slip through.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from serving.auth.api_keys import ADMIN, ANYONE, FEEDBACK, SCORE, WRITE, Caller, Keys
from serving.auth.hubspot import SIGNATURE, Verifier
from serving.auth.rate_limit import RateLimit
from serving.problems import HttpError

OTHER = "other"
PROBES = frozenset({"/livez", "/readyz", "/healthz"})
READ = frozenset({"GET", "HEAD"})
LEAD = ("/v1/leads", "/v1/leads/{lead_id}")
# The page holds nothing: what it shows it asks for with a key.
PAGE = "/docs"
DOCUMENTS = frozenset({"/openapi.json", "/swagger.json"})
PUBLIC = {"metrics": frozenset({"/metrics"}), "docs": DOCUMENTS}

# "" is any key. What is not named here takes an admin's.
SCOPE_OF = {
    ("POST", "/v1/score"): SCORE,
    ("POST", "/v1/score/batch"): SCORE,
    **{("GET", path): SCORE for path in LEAD},
    ("POST", "/v1/activities"): WRITE,
    ("POST", "/v1/outcomes"): WRITE,
    ("POST", "/v1/feedback"): FEEDBACK,
    ("POST", "/v1/overrides"): FEEDBACK,
    **{("DELETE", path): ADMIN for path in LEAD},
    ("GET", "/v1/model"): "",
    ("GET", "/metrics"): "",
    **{("GET", path): "" for path in (PAGE, *DOCUMENTS)},
}

API_KEY = b"x-api-key"


class Access:
    """The rules that every request passes.

    Parameters
    ----------
    keys
        Accepted in ``X-API-Key``, by all but the probes, the page of the documents and what is
        public.
    routes
        Of the application.
    public
        What needs no key: metrics, docs.
    limit
        How often a caller may ask; None for as often as it likes.
    hubspot
        Verifies requests that HubSpot signed instead of sending a key; they may score and write.
    """

    def __init__(
        self,
        keys: Keys,
        routes: Iterable[BaseRoute],
        *,
        public: Iterable[str] = (),
        limit: RateLimit | None = None,
        hubspot: Verifier | None = None,
    ) -> None:
        self._keys = keys
        self._routes = [route for route in routes if isinstance(route, Route)]
        self._exact = {route.path for route in self._routes if "{" not in route.path} | PROBES
        self._public: Collection[str] = frozenset().union(*(PUBLIC[name] for name in public))
        self._limit = limit
        self._hubspot = hubspot

    def address(self, path: str) -> str:
        """Return the documented address that a path belongs to, or `OTHER`."""
        if path in self._exact:
            return path
        matches = (route.path for route in self._routes if route.path_regex.match(path))
        return next(matches, OTHER)

    def check(self, method: str, address: str, headers: Mapping[bytes, bytes]) -> Caller:
        """Check the head of a request; return the caller, `ANYONE` where no key is needed.

        Parameters
        ----------
        method, address
            What is asked for; the address as documented.
        headers
            By lower-case name.

        Raises
        ------
        HttpError
            401: no accepted key; 403: the key is not good for this; 429: too often.
        """
        if method in READ and (address in PROBES or address == PAGE or address in self._public):
            return ANYONE
        if self._hubspot and _signed(headers):
            _check_scope(self._hubspot.caller, method, address)
            # What shows without the body is not worth reading one for.
            self._hubspot.check_head(headers)
            return self._hubspot.caller
        caller = self._keys.accept(headers.get(API_KEY, b""))
        if caller is None:
            raise HttpError(
                401,
                "bad_key" if API_KEY in headers else "no_key",
                "Send one of the service's keys in the header X-API-Key.",
                headers={"WWW-Authenticate": 'ApiKey realm="leadgate"'},
            )
        _check_scope(caller, method, address)
        self._count(caller)
        return caller

    def charge(self, caller: Caller, leads: int) -> None:
        """Count further leads of a request; the caller's next requests wait for them."""
        if self._limit and caller is not ANYONE:
            self._limit.charge(caller.name, leads)

    async def verify(self, scope: Scope, headers: Mapping[bytes, bytes], body: bytes) -> bool:
        """Check HubSpot's signature, which covers the body, where it stands for a key.

        Returns whether there was one, which is spent now: `release` gives it back.

        Raises
        ------
        HttpError
            401: not HubSpot's, too old, or repeated; 429: too often.
        """
        if not (self._hubspot and _signed(headers)):
            return False
        self._hubspot.verify(scope, headers, body)
        # Counted only now: whoever signs nothing cannot use up what HubSpot may ask.
        self._count(self._hubspot.caller)
        await self._hubspot.spend(headers)
        return True

    async def release(self, headers: Mapping[bytes, bytes]) -> None:
        """Let a signature be used once more."""
        if self._hubspot:
            await self._hubspot.release(headers)

    def _count(self, caller: Caller) -> None:
        wait = self._limit.wait(caller.name) if self._limit else 0.0
        if wait:
            raise HttpError(
                429,
                "too_many_requests",
                "Too many requests with this key; the header Retry-After says when to go on.",
                headers={"Retry-After": str(math.ceil(wait))},
            )


def _signed(headers: Mapping[bytes, bytes]) -> bool:
    return SIGNATURE in headers and API_KEY not in headers


def _check_scope(caller: Caller, method: str, address: str) -> None:
    needed = SCOPE_OF.get(("GET" if method == "HEAD" else method, address))
    if needed is None:
        # A method that an address does not take is the router's to refuse, as is no address.
        listed = address == OTHER or any(address == a for _, a in SCOPE_OF)
        needed = "" if listed else ADMIN
    if needed and needed not in caller.scopes:
        raise HttpError(
            403, "wrong_scope", f"This key is not good for that: it takes the scope {needed}."
        )
