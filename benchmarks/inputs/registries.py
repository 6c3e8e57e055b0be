"""Registries to go wrong: one of MLflow's with three versions, and one that can hang."""

from __future__ import annotations

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from leadgate.config import Tracking
from leadgate.registry.mlflow_store import connect
from leadgate.registry.registry import Registry

MODEL = Tracking().model


def registry(folder: Path, bundle: Path) -> Registry:
    """Make MLflow's in a folder: versions 1 (champion) and 2 are sound, 3 is damaged."""
    client = connect(Tracking(), folder, create=True)
    client.create_registered_model(MODEL)
    for version in "123":
        files = folder / "files" / version
        copy = Path(shutil.copytree(bundle, files / "artifacts" / "bundle"))
        if version == "3":
            (copy / "features.json").write_text("{}")
        client.create_model_version(MODEL, str(files))
    client.set_registered_model_alias(MODEL, "champion", "1")
    return Registry(Tracking(), folder)


class HangingRegistry:
    """Speaks as much of MLflow's REST interface as a worker asks for, until it is told to hang."""

    def __init__(self, bundle: Path) -> None:
        files = bundle.parent / "registered"
        shutil.copytree(bundle, files / "artifacts" / "bundle")
        model = {"name": MODEL, "aliases": [{"alias": "champion", "version": "1"}]}
        answers: dict[str, dict[str, Any]] = {
            "search": {"registered_models": [model]},
            "get-download-uri": {"artifact_uri": str(files)},
        }
        going = self._going = threading.Event()
        going.set()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                going.wait()
                name = urlsplit(self.path).path.rpartition("/")[2]
                content = json.dumps(answers.get(name, {})).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                """Say nothing: who waited for a registry that hangs is gone when it answers."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def hang(self) -> None:
        """Take requests and answer none."""
        self._going.clear()

    def answer(self) -> None:
        """Answer again, also what has waited."""
        self._going.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.answer()
        self._server.shutdown()
        self._server.server_close()
