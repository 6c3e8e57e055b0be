"""The service without BentoML, which takes long to start: for tests that end it again and again."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvicorn

from serving.auth.access import Access
from serving.auth.api_keys import Keys
from serving.http import app
from serving.http.lead_routes import Records
from serving.http.middleware import Front
from serving.http.settings import Settings
from serving.models.active_model import Current


def main(folder: Path, bundle: str, port: int) -> None:
    """Serve a bundle with the store of a folder's configuration."""
    environment = {"LEADGATE_MODEL": bundle, "LEADGATE_CONFIG": str(folder / "leadgate.toml")}
    settings = Settings.read(environment)
    keeper = settings.keeper()
    assert keeper is not None
    current = Current(settings.source())
    inner = app.build(current, "", Records(keeper, folder))
    front = Front(
        inner,
        access=Access(Keys("mine"), inner.routes),
        refusal=lambda: current.refusal,
        facts=lambda: {"warnings": keeper.warnings},
    )
    server = uvicorn.Server(
        uvicorn.Config(front, port=port, log_level="warning", access_log=False, lifespan="off")
    )

    async def run() -> None:
        await keeper.start()
        await current.start()
        await server.serve()

    asyncio.run(run())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
