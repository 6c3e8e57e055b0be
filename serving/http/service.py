"""The BentoML service: `bentoml serve serving.http.service:LeadGate`.

Environment
-----------
LEADGATE_CONFIG
    The configuration; left out: the nearest leadgate.toml, upward from the working directory.
LEADGATE_MODEL
    champion (left out), challenger, a version, or a bundle directory, which needs no
    configuration.
LEADGATE_API_KEYS
    Keys for X-API-Key, separated by commas; more as hashes in ``serving.key_hashes``. Without
    any, a key is made for this run and the service listens on 127.0.0.1 unless a host is given.
"""

from __future__ import annotations

import logging
import os
import sys

from leadgate import telemetry

telemetry.off()

import bentoml  # noqa: E402
from bentoml._internal.utils.analytics import usage_stats  # noqa: E402

from leadgate.errors import LeadgateError  # noqa: E402
from serving import draining, orphans  # noqa: E402
from serving.auth import api_keys  # noqa: E402
from serving.auth.access import Access  # noqa: E402
from serving.http import app, logs, protocol  # noqa: E402
from serving.http.lead_routes import LeadRoutes  # noqa: E402
from serving.http.middleware import RequestMiddleware  # noqa: E402
from serving.http.settings import API_KEYS, Settings  # noqa: E402
from serving.models.active_model import ActiveModel  # noqa: E402
from serving.scoring.answer import joined  # noqa: E402

# The bentoml command has read the switch before it imported this, and remembers the answer.
usage_stats.do_not_track.cache_clear()
# It starts its server only once it has imported this.
protocol.install()
logging.getLogger("leadgate").setLevel(logging.INFO)

try:
    _settings = Settings.read()
    _availability = _settings.availability()
    _hubspot = _settings.hubspot(_availability)
except LeadgateError as error:
    sys.exit(str(error))

_active = ActiveModel(_settings.source())
_shadow = ActiveModel(_settings.source(_settings.serving.shadow), shadow=True)
_lead_routes = LeadRoutes(
    _availability, _settings.folder, _shadow.scorer_or_none, _settings.outcome_words()
)
_app = app.build(_active, _settings.tracking.model, _lead_routes, _settings.serving.public_url)
_access = Access(
    _settings.keys,
    _app.routes,
    public=_settings.serving.public,
    limit=_settings.limit(),
    hubspot=_hubspot,
)


# As a plain callable BentoML sends it everything that is no probe, unknown addresses included.
@bentoml.asgi_app(_app.__call__, path="/")
@bentoml.service(
    name="LeadGate",
    workers=1,
    http={"host": "0.0.0.0" if _settings.keys else "127.0.0.1"},  # noqa: S104
    # All three write down the path as sent; ours name the documented address.
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
    tracing={"excluded_urls": ["."]},
)
class LeadGate:
    """Decides, lead by lead, who goes to sales now: POST /v1/score, described in /openapi.json."""

    @bentoml.on_deployment  # type: ignore[untyped-decorator]
    @staticmethod
    def prepare() -> None:
        """Make a key for this run if there is none, before the workers inherit it."""
        _begin()
        os.environ[orphans.STARTER] = str(os.getpid())
        if not _settings.keys:
            os.environ[API_KEYS], _ = api_keys.new_key()
            sys.stderr.write(f"No API key is configured. For this run: {os.environ[API_KEYS]}\n")

    @bentoml.on_startup  # type: ignore[untyped-decorator]
    async def start(self) -> None:
        """Open the store and load the model, or begin to look for them."""
        _begin()
        if _availability:
            await _availability.start()
        await _active.start()
        if _settings.serving.shadow:
            await _shadow.start()

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]
    async def stop(self) -> None:
        """Stop looking for the model and after the store."""
        await _active.stop()
        await _shadow.stop()
        if _availability:
            await _availability.stop()


def _begin() -> None:
    """Set up the supervisor or a worker."""
    orphans.end_with_starter()
    if _settings.serving.log == "json":
        logs.write_json()


def _ready() -> dict[str, str]:
    """Return what the readiness probe answers of model and store."""
    draining.check()
    model = _active.ready()
    if _availability is None:
        return {**model, "store": "none"}
    _availability.check()
    warnings = joined(model["warnings"], _availability.warnings)
    return {**model, "store": _availability.state, "warnings": warnings}


LeadGate.add_asgi_middleware(  # type: ignore[attr-defined]
    RequestMiddleware,
    access=_access,
    ready=_ready,
    direct=app.direct(_active, _lead_routes.decider),
)
