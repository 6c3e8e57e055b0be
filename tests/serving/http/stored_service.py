"""The service without BentoML, which takes long to start: for tests that end it again and again."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvicorn

from serving.auth.access import Access
from serving.auth.api_keys import Keys
from serving.http import app
from serving.http.lead_routes import LeadRoutes
from serving.http.middleware import RequestMiddleware
from serving.http.settings import Settings
from serving.models.active_model import ActiveModel


def main(folder: Path, bundle: str, port: int) -> None:
    """Serve a bundle with the store of a folder's configuration."""
    environment = {"LEADGATE_MODEL": bundle, "LEADGATE_CONFIG": str(folder / "leadgate.toml")}
    settings = Settings.read(environment)
    availability = settings.availability()
    assert availability is not None
    active = ActiveModel(settings.source())
    lead_routes = LeadRoutes(availability, folder)
    inner = app.build(active, "", lead_routes)
    middleware = RequestMiddleware(
        inner,
        access=Access(Keys("mine"), inner.routes),
        ready=lambda: {"warnings": availability.warnings},
        direct=app.direct(active, lead_routes.decider),
    )
    server = uvicorn.Server(
        uvicorn.Config(middleware, port=port, log_level="warning", access_log=False, lifespan="off")
    )

    async def run() -> None:
        await availability.start()
        await active.start()
        await server.serve()

    asyncio.run(run())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
