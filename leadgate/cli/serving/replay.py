"""`leadgate replay`: a decision, taken again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.options import ConfigOption, JsonOption, load_config
from leadgate.cli.output import Screen, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from leadgate.bundle.bundle import Bundle
    from leadgate.config import Config
    from serving.decisions.replay import Replayed


def replay(
    request_id: Annotated[
        str, typer.Argument(metavar="REQUEST_ID", help="As the answer of the endpoint names it.")
    ],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Recompute a decision from the store and the model, and show what differs."""
    from serving.decisions.replay import replay as again
    from serving.store import Store

    screen = Screen("replay", as_json=json)
    settings = load_config(config)
    with screen.work("Reading the store"), Store(settings.store_url) as store:
        replayed = again(store, request_id, lambda *kept: _bundle(settings, *kept))
    facts = {
        "request_id": request_id,
        "same": all(decision.same for decision in replayed),
        "decisions": [
            {
                **{k: v for k, v in vars(decision).items() if k != "differences"},
                "same": decision.same,
                "differences": [vars(difference) for difference in decision.differences],
            }
            for decision in replayed
        ],
    }
    screen.answer(facts, *(block for decision in replayed for block in _words(decision)))


def _words(decision: Replayed) -> Iterator[RenderableType]:
    readiness = "unknown" if decision.readiness is None else f"{decision.readiness:.3f}"
    whose = "a challenger in shadow, version" if decision.shadow else "model version"
    yield (
        f"{decision.lead_id}: {decision.decision}, readiness {readiness}, "
        f"by {whose} {decision.model_version}."
    )
    if decision.same:
        yield "Taken again it is the same."
        return
    yield "Taken again it differs:"
    rows = [(d.name, d.then, d.now) for d in decision.differences]
    yield table(("what", "then", "now"), rows)


def _bundle(config: Config, digest: str, version: str, path: str) -> Bundle:
    """Return the bundle of a digest: where it was loaded from, or else from the registry."""
    from leadgate.bundle.bundle import load_bundle
    from leadgate.errors import ModelError
    from leadgate.registry.registry import resolve

    if not (path and (Path(path) / "bundle.json").is_file()):
        path = str(resolve(config.tracking, config.folder, version).path)
    bundle = load_bundle(path)
    if bundle.digest != digest:
        raise ModelError(
            f"{path} is another model than the one that decided.",
            hint="Restore that version's files, then replay again.",
            code="other_model",
        )
    return bundle
