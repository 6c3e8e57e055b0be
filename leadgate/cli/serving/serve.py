"""`leadgate serve`: the scoring endpoint."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from json import dumps
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.options import ConfigOption, JsonOption, ModelOption
from leadgate.cli.output import Screen, Verbatim, console_on
from leadgate.errors import LeadgateError

if TYPE_CHECKING:
    from serving.process.server import Server

STANDARD_ERROR = 2
EXAMPLE = """\
curl {url}/v1/score \\
  -H 'X-API-Key: {key}' \\
  -H 'Content-Type: application/json' \\
  -d '{lead}'"""
# Where the service cannot say what its model reads.
BARE = {"lead_id": "4711", "created_at": "2026-01-02T03:04:05Z"}


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
    from serving.process.example_call import example_lead
    from serving.process.launch import serve as start

    screen = Screen("serve", as_json=json)

    def at_once(server: Server) -> None:
        if not json:
            console = console_on("stdout")
            for words in _first_words(server):
                console.print(words, soft_wrap=True)
            sys.stdout.flush()

    # Its log goes to standard error: standard output belongs to the answer.
    server = start(
        config,
        host=host,
        port=port,
        model=model,
        workers=workers,
        log=STANDARD_ERROR,
        begin=at_once,
    )
    with server:
        key = _own_key(server)
        facts = {"url": server.url, "key": key, "refusal": server.refusal}

        def answer() -> None:
            lead = example_lead(server) or BARE
            screen.answer(facts, *_words(server, key, lead))
            sys.stdout.flush()

        status = server.wait(answer)
    if status > 0:
        raise LeadgateError(f"The service ended with status {status}; its log says why.")


def _own_key(server: Server) -> str:
    """Return the key that was made for this run: one of one's own is known already."""
    return server.key if server.made_key else ""


def _first_words(server: Server) -> Iterator[str]:
    yield f"leadgate starts at {server.url}; its interface is at {server.url}/docs."
    if key := _own_key(server):
        yield f"No key is configured. For this run, shown this once: {key}"


def _words(server: Server, key: str, lead: Mapping[str, object]) -> Iterator[str]:
    if server.refusal:
        yield f"It has no model yet and looks again by itself: {server.refusal.get('detail')}"
    yield "It answers:"
    body = dumps(lead, ensure_ascii=False).replace("'", "'\\''")
    yield Verbatim(EXAMPLE.format(url=server.url, key=key or "YOUR KEY", lead=body))
    yield "\nStop it with Ctrl-C."
