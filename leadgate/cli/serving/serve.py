"""`leadgate serve`: the scoring endpoint."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.options import ConfigOption, JsonOption, ModelOption
from leadgate.cli.output import Screen, Verbatim
from leadgate.errors import LeadgateError

if TYPE_CHECKING:
    from serving.process.server import Server

STANDARD_ERROR = 2
EXAMPLE = """\
curl {url}/v1/score \\
  -H 'X-API-Key: {key}' \\
  -H 'Content-Type: application/json' \\
  -d '{{"lead_id": "4711", "created_at": "2026-01-02T03:04:05Z"}}'"""


def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", help="The port; 0 takes a free one.", min=0, max=65535)
    ] = 3000,
    model: ModelOption = "champion",
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that answer.", min=1)] = 1,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Serve decisions over HTTP with BentoML, until interrupted."""
    from serving.process.launch import serve as start

    screen = Screen("serve", as_json=json)
    with screen.work("Starting the service"):
        # Its log goes to standard error: standard output belongs to the answer.
        server = start(
            config, host=host, port=port, model=model, workers=workers, log=STANDARD_ERROR
        )
    with server:
        # A key of one's own is known already: it is not printed again.
        key = server.key if server.made_key else ""
        facts = {"url": server.url, "key": key, "refusal": server.refusal}

        def answer() -> None:
            screen.answer(facts, *_words(server, key))
            sys.stdout.flush()

        status = server.wait(answer)
    if status > 0:
        raise LeadgateError(f"The service ended with status {status}; its log says why.")


def _words(server: Server, key: str) -> Iterator[str]:
    yield f"leadgate answers at {server.url}; its interface is at {server.url}/openapi.json."
    if key:
        yield f"No key is configured. For this run, shown this once: {key}"
    if server.refusal:
        yield f"It has no model yet and looks again by itself: {server.refusal.get('detail')}"
    yield ""
    yield Verbatim(EXAMPLE.format(url=server.url, key=key or "YOUR KEY"))
    yield "\nStop it with Ctrl-C."
