"""`leadgate experiments`: the training runs, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.experiments.versions import versions
from leadgate.cli.options import ConfigOption, JsonOption, flags, load_config
from leadgate.cli.output import Screen, table
from leadgate.cli.words import number, percent, shown
from leadgate.registry.tags import verdict_in_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.comparison.compare import Comparison
    from experiments.comparison.contests import Group
    from experiments.runs import Run
    from leadgate.registry.standing import Standing
    from training.evaluation.evaluated import Metric
    from training.promotion.paired import Paired

experiments = typer.Typer(name="experiments", invoke_without_command=True)
experiments.command()(versions)


@experiments.callback()
def runs(context: typer.Context, config: ConfigOption = None, json: JsonOption = False) -> None:
    """List the training runs, newest first, with their forward metrics."""
    if context.invoked_subcommand:
        return
    from experiments.runs import list_runs
    from leadgate.registry.next_step import next_step
    from leadgate.registry.registry import Registry
    from leadgate.registry.standing import standing

    screen = Screen("experiments", as_json=json)
    settings = load_config(config)
    with screen.work("Asking the registry"):
        listed = list_runs(settings)
        registry = Registry(settings.tracking, settings.folder)
        now, then = standing(registry), next_step(registry)
    answer = {
        "model": settings.tracking.model,
        "champion": now and now.to_dict(),
        "runs": [run.to_dict() for run in listed],
    }
    screen.answer(answer, *_of_runs(listed), *_of_champion(now), then=then + flags(config))


@experiments.command()
def compare(
    context: typer.Context,
    a: Annotated[str, typer.Argument(metavar="A", help="A version or an alias.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Evaluate two versions on the same leads: paired differences, overall and by segment."""
    from experiments.comparison.compare import compare as evaluate
    from experiments.comparison.page import make_page

    # Options may also stand before the word compare.
    before = context.parent.params if context.parent else {}
    screen = Screen("experiments compare", as_json=json or bool(before.get("json")))
    chosen = config or before.get("config")
    settings = load_config(chosen)
    with screen.work("Comparing") as progress:
        comparison = evaluate(settings, a, b, progress)
        page = settings.folder / "runs" / f"compare-{comparison.older}-{comparison.newer}.html"
        page.parent.mkdir(exist_ok=True)
        page.write_text(make_page(comparison), encoding="utf-8")
    then = (
        "leadgate experiments" if comparison.objections else f"leadgate promote {comparison.newer}"
    )
    screen.answer(
        comparison.to_dict() | {"page": page},
        *_of_comparison(comparison, page),
        then=then + flags(chosen),
    )


@experiments.command()
def preview(
    context: typer.Context,
    version: Annotated[
        str, typer.Argument(metavar="[VERSION]", help="Left out: the challenger.")
    ] = "challenger",
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Count the open leads whose grade or decision a promotion would change, by segment."""
    from experiments.comparison.preview import preview as look
    from leadgate.cli.experiments.preview import words

    before = context.parent.params if context.parent else {}
    screen = Screen("experiments preview", as_json=json or bool(before.get("json")))
    chosen = config or before.get("config")
    settings = load_config(chosen)
    with screen.work("Scoring the open leads") as progress:
        seen = look(settings, version, progress)
    named = "" if version == "challenger" else f" {seen.version}"
    screen.answer(seen.to_dict(), *words(seen), then=f"leadgate promote{named}{flags(chosen)}")


def _of_runs(listed: list[Run]) -> Iterator[RenderableType]:
    if not listed:
        yield "Nothing was trained yet."
        return
    heads = ("version", "trained (UTC)", "verdict", "AUC", "log loss", "base", "took")
    yield table(heads, [_row(run) for run in listed])
    yield (
        "Metrics of the newest leads, with 90 % intervals, and the log loss of the base rate. "
        "Each run has a test window of its own: only leadgate experiments compare puts two of "
        "them on the same leads. What came after each: leadgate experiments versions."
    )


def _of_champion(now: Standing | None) -> Iterator[str]:
    """Yield who made the champion it, when and why; or that nobody did who had asked the gate."""
    if now is None:
        return
    if now.moved_by_hand:
        yield f"Mind: {now.warning}."
        return
    by = f", moved by {now.by}" if now.by else ""
    yield f"Champion: version {now.version} since {now.since}{by}. {now.why}"


def _row(run: Run) -> tuple[str, ...]:
    auc, loss = run.metrics["auc"], run.metrics["log_loss"]
    took = f"{run.seconds:.0f} s" if run.seconds == run.seconds else "-"
    trials = "" if run.trials is None else f"\n{run.trials} trial{'s' * (run.trials != 1)}"
    verdict = run.status.lower()
    if run.status == "FINISHED":
        verdict = verdict_in_words(run.verdict, run.compared_with)
    return (
        "\n".join([run.version or "-", *run.aliases]),
        run.started[:16].replace("T", "\n"),
        verdict,
        _with_interval(auc),
        _with_interval(loss),
        number(loss.baseline),
        took + trials,
    )


def _with_interval(metric: Metric) -> str:
    if metric.value != metric.value:
        return "-"
    return f"{number(metric.value)}\n{number(metric.low)}–{number(metric.high)}"


def _of_comparison(comparison: Comparison, page: Path) -> Iterator[RenderableType]:
    from experiments.comparison.page import in_one_sentence, span_in_words

    yield in_one_sentence(comparison)
    for version, how in comparison.how.items():
        yield f"  version {version}: {how}"
    yield ""
    yield _of_group(comparison, comparison.window)
    yield ""
    if comparison.objections:
        yield f"The gate would keep version {comparison.older}: {'; '.join(comparison.objections)}."
    else:
        yield f"The gate would replace version {comparison.older} by version {comparison.newer}."
    if comparison.since is None:
        yield comparison.why_not_since
    else:
        span = span_in_words(comparison, comparison.since)
        yield f"Both as they were registered, on leads {span}:"
        yield _of_group(comparison, comparison.since)
    yield f"With the segments: {shown(page)}"


def _of_group(comparison: Comparison, group: Group) -> RenderableType:
    overall = group.overall
    heads = (
        "figure",
        f"version {comparison.older}",
        f"version {comparison.newer}",
        "gain",
        "90 % interval",
    )
    return table(
        heads,
        [
            _line("log loss", overall.log_loss),
            _line("AUC", overall.auc),
            (
                "share of wins captured at capacity",
                percent(overall.wins_kept.theirs),
                percent(overall.wins_kept.ours),
                f"{100 * overall.wins_kept.gain:+.1f} points",
                f"{100 * overall.wins_kept.low:+.1f} to {100 * overall.wins_kept.high:+.1f}",
            ),
        ],
    )


def _line(name: str, paired: Paired) -> tuple[str, ...]:
    ends = f"{paired.low:+.4f} to {paired.high:+.4f}"
    return (name, f"{paired.theirs:.4f}", f"{paired.ours:.4f}", f"{paired.gain:+.4f}", ends)
