"""`leadgate demo --crm`: the loop through a CRM's interface, on a simulated org."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadgate.cli import words
from leadgate.cli.output import Screen, table
from leadgate.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from leadgate.connectors.pushed.push import Pushed

SIMULATED = ("salesforce",)


def run(screen: Screen, crm: str, out: Path, *, leads: int, seed: int) -> None:
    """Pull, configure, train, score, push, push again, and show the page of a lead.

    Raises
    ------
    ConfigError
        If there is no simulated org of the CRM.
    """
    if crm not in SIMULATED:
        hint = f"There are: {', '.join(SIMULATED)}."
        raise ConfigError("--crm", [f"there is no simulated org of {crm}"], hint=hint)
    with screen.work("Simulating a year of an org"):
        from experiments.crm_demo import CrmDemo

        demo = CrmDemo(out, leads=leads, seed=seed)
    connector = demo.connector
    with screen.work("Pulling") as progress:
        pulled = demo.pull(progress)
    calls = connector.calls
    screen.step(
        "leadgate pull",
        f"{sum(pulled.read.values()):,} rows from {crm} {connector.org} in {calls:,} calls.",
        table(("table", "rows"), [(name, f"{n:,}") for name, n in pulled.tables.items()]),
    )
    with screen.work("Guessing the configuration"):
        config = demo.configure()
    screen.step("leadgate init", f"Wrote {words.shown(demo.config_path)}.")
    with screen.work("Training") as progress:
        result = demo.train(config, progress)
    screen.step("leadgate train", *words.of_training(result))
    with screen.work("Scoring the open leads"):
        scored = demo.score(config)
    screen.step(f"leadgate score {scored.output.name}", *words.of_scores(scored))
    with screen.work("Pushing") as progress:
        made = demo.create_fields()
        pushed = demo.push(scored, progress)
        again = demo.push(scored, progress)
    screen.step("leadgate push --create-fields", f"Created: {', '.join(made)}.", _of(pushed))
    screen.step("leadgate push, once more", _of(again))
    page = demo.page(scored)
    screen.step("The page of the readiest lead", *_of_page(page))
    facts = {
        "config": demo.config_path,
        "pulled": pulled.tables,
        "train": result.to_dict(),
        "score": scored.to_dict(),
        "pushed": pushed.to_dict(),
        "pushed_again": again.to_dict(),
        "page": page,
    }
    screen.answer(facts, then="leadgate connect check --crm salesforce")


def _of(pushed: Pushed) -> str:
    return (
        f"{pushed.written:,} leads written, {pushed.unchanged:,} unchanged, {pushed.failed:,} "
        f"refused; calls: {pushed.calls:,}."
    )


def _of_page(page: dict[str, Any]) -> Iterator[RenderableType]:
    rows = []
    for label, value in page.items():
        lines = str("" if value is None else value).split("\n")
        rows += [(label if n == 0 else "", line) for n, line in enumerate(lines)]
    yield table(("field", "value"), rows)
