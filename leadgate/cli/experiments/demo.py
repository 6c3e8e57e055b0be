"""`leadgate demo`: the whole loop on a simulated CRM."""

from __future__ import annotations

import json as jsons
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli import words
from leadgate.cli.crm import demo as crm_demo
from leadgate.cli.options import JsonOption
from leadgate.cli.output import Screen, table
from leadgate.cli.words import percent
from leadgate.errors import LeadgateError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.demo import Answer, Demo, Promise
    from leadgate.cli.output import Progress
    from leadgate.errors import PromotionRefused
    from training.promotion.promote import Promotion
    from training.result import TrainingResult

OUT = Path("demo")
SHOWN_FIELDS = 4
ENOUGH_LEADS = 2000


def demo(
    leads: Annotated[
        int, typer.Option(metavar="N", help="Leads of the simulated year.", min=100)
    ] = 20_000,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the simulation.", min=0)] = 7,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where to write; an earlier demo is replaced.")
    ] = OUT,
    crm: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Go through a simulated org of this CRM instead of files: salesforce.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Run the whole loop on a simulated CRM, from the export to a decision over HTTP.

    With --crm: pull, train, score, push, and the lead's page as the CRM would show it.
    """
    screen = Screen("demo", as_json=json)
    if crm is not None:
        crm_demo.run(screen, crm, out, leads=leads, seed=seed)
    else:
        _through_files(screen, out, leads=leads, seed=seed)


def _through_files(screen: Screen, out: Path, *, leads: int, seed: int) -> None:
    """Go from an export in files to a decision over HTTP."""
    with screen.work("Simulating a year of a CRM"):
        from experiments.demo import Demo

        run = Demo(out, leads=leads, seed=seed)
    screen.step("A simulated CRM", *_of_world(run))
    with screen.work("Checking the export"):
        report = run.check()
    screen.step("leadgate check", *words.of_check(report))
    with screen.work("Training") as progress:
        result = _trained(run, progress)
    screen.step("leadgate train", *words.of_training(result))
    with screen.work("Asking the gate"):
        verdict = run.promote()
    screen.step("leadgate promote", _of_promotion(verdict))
    with screen.work("Scoring the open leads"):
        scored = run.score()
    screen.step(f"leadgate score {scored.output.name}", *words.of_scores(scored))
    answers = run.answers(scored)
    best = answers.sort_values("readiness", ascending=False)["lead_id"].iloc[0]
    with screen.work("Starting the service"):
        answer = run.ask(best)
    screen.step("leadgate serve", *_of_answer(answer))
    promise = run.compare(answers)
    facts = {
        "config": run.config_path,
        "check": report.to_dict(),
        "train": result.to_dict(),
        "champion": run.model == "champion",
        "score": scored.to_dict(),
        "answer": answer.received,
        "promise": asdict(promise),
        "report": result.report,
    }
    screen.step("Summary", *_of_promise(promise, run.world.settings.horizon_days))
    screen.answer(
        facts, f"\nReport: {words.shown(result.report)}", *_of_pages(run), then=_mlflow(run)
    )


def _trained(run: Demo, progress: Progress) -> TrainingResult:
    try:
        return run.train(progress)
    except LeadgateError as error:
        # What helps with an export of one's own, such as another horizon, is no option of the demo.
        hint = f"Simulate more leads: leadgate demo --leads {ENOUGH_LEADS}"
        raise LeadgateError(error.message, code=error.code, hint=hint) from None


def _of_world(run: Demo) -> Iterator[RenderableType]:
    world = run.world
    worked = world.handoffs["first_worked_at"].le(world.until).mean()
    yield (
        f"{len(world.leads):,} leads of {world.leads['account_id'].nunique():,} accounts with "
        f"{len(world.activities):,} activities within {world.settings.days} days."
    )
    yield (
        f"Marketing handed off every lead; sales contacted {percent(worked)}. "
        f"{len(world.outcomes):,} are closed."
    )
    yield f"Wrote the export and {run.config_path}."


def _of_promotion(verdict: Promotion | PromotionRefused) -> str:
    if isinstance(verdict, Exception):
        return f"Refused: {verdict.message} The demo goes on with the challenger."
    return f"Version {verdict.version} is champion."


def _of_answer(answer: Answer) -> Iterator[RenderableType]:
    fields = dict(list(answer.sent.items())[:SHOWN_FIELDS])
    received = answer.received
    grade = f", grade {received['grade']}, stage {received['stage']}" if received["grade"] else ""
    yield f"POST {answer.url}"
    yield f"{jsons.dumps(fields)[:-1]}, …, and {len(answer.sent['activities'])} activities}}"
    yield (
        f"readiness {received['readiness']:.2f} ({received['readiness_low']:.2f} to "
        f"{received['readiness_high']:.2f}){grade}: {received['decision']} "
        f"(threshold {received['threshold']:.2f})"
    )
    yield from (f"  {received[f'reason_{i}']}" for i in range(1, 6) if received[f"reason_{i}"])


def _of_promise(promise: Promise, horizon_days: float) -> Iterator[RenderableType]:
    gate, everything = promise.truth["gate"], promise.truth["everything"]
    yield (
        f"{gate.handed_off:,} of {everything.handed_off:,} open leads go to sales. "
        f"If it works them now, within {horizon_days:g} days the true shares are:"
    )
    yield table(
        ("handed off", "leads", "win rate", "share of wins captured"),
        [
            (
                name.replace("_", " "),
                f"{true.handed_off:,}",
                percent(true.won),
                percent(true.wins_kept),
            )
            for name, true in promise.truth.items()
        ],
    )
    yield (
        f"leadgate predicts a win rate of {percent(promise.claim)} for its handoffs (90 % interval "
        f"{percent(promise.claim_low)} to {percent(promise.claim_high)}); "
        f"the truth is {percent(gate.won)}."
    )


def _of_pages(run: Demo) -> Iterator[RenderableType]:
    from leadgate.registry.links import model_page, runs_page

    yield "MLflow's pages, once the command below runs:"
    yield f"  every training, with its figures: {runs_page(run.experiment_id)}"
    yield f"  what decides, since when and why: {model_page(run.config.tracking.model)}"


def _mlflow(run: Demo) -> str:
    """Return the command that opens the experiments, as it runs from this folder."""
    beside = Path(sys.executable).with_name("mlflow")
    command = "mlflow" if shutil.which("mlflow") else words.shown(beside)
    return f"{command} ui --backend-store-uri sqlite:///{run.folder / 'mlflow.db'}"
