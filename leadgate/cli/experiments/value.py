"""`leadgate value`: what the gate brought, from logged decisions and its control group."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.options import ConfigOption, JsonOption, ModelOption, load_config
from leadgate.cli.output import Screen, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.effect.plan import Plan
    from experiments.effect.value import GateValue
    from leadgate.bundle.bundle import Bundle
    from leadgate.config import Config
    from leadgate.policy import Policy
    from training.evaluation.evaluated import Metric

_NAMES = {
    "intention_to_treat": "by the control group",
    "inverse_propensity": "inverse propensity",
    "self_normalised": "self-normalised inverse propensity",
    "doubly_robust": "doubly robust",
}


def value(
    config: ConfigOption = None,
    model: ModelOption = "champion",
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say how long a control group takes.")
    ] = False,
    effect: Annotated[
        float | None,
        typer.Option(
            metavar="X", help="The effect to plan for: what the gate adds to the win rate.", min=0
        ),
    ] = None,
    control: Annotated[
        float | None,
        typer.Option(metavar="X", help="The control group to plan for.", min=0.001, max=0.5),
    ] = None,
    leads_per_week: Annotated[
        float | None, typer.Option(metavar="N", help="How many leads come in.", min=0.1)
    ] = None,
    base_rate: Annotated[
        float | None,
        typer.Option(
            metavar="X", help="Which share wins without the gate.", min=0.0001, max=0.9999
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """See what the gate itself brought: wins and money, against a control group.

    Leads of the control group (`policy.control`) stay with marketing at random. The difference is
    what the gate brings, whoever would have bought anyway.
    """
    from experiments.effect.plan import plan_of
    from experiments.effect.value import value_of
    from experiments.effect.words import in_words, of_plan
    from experiments.monitor.read import read

    screen, settings = Screen("value", as_json=json), load_config(config)
    with screen.work("Reading the data"):
        if plan:
            policy, horizon = _planned_with(settings, model)
            planned = plan_of(
                policy,
                horizon,
                leads_per_week=leads_per_week,
                base_rate=base_rate,
                effect=effect,
                control=control or settings.policy.control or None,
            )
        else:
            seen = read(settings, model)
            policy, horizon = _today(settings, seen.bundle), seen.bundle.meta["horizon_days"]
            done = value_of(settings, seen.tables, seen.stored, policy, horizon, effect)
    if plan:
        screen.answer({"plan": planned.to_dict()}, *of_plan(planned), _weeks(planned))
    else:
        screen.answer(done.to_dict(), *in_words(done), _estimates(done), bare=True)


def _today(settings: Config, bundle: Bundle) -> Policy:
    """Return the policy of a model under the settings of today."""
    return bundle.policy.with_settings(settings.policy, amount_column=settings.columns.amount)


def _planned_with(settings: Config, model: str) -> tuple[Policy | None, float]:
    """Return the policy of the model, None without one, and the horizon."""
    from leadgate.bundle.bundle import load_bundle
    from leadgate.errors import ModelError
    from leadgate.registry.registry import resolve

    try:
        bundle = load_bundle(resolve(settings.tracking, settings.folder, model).path)
    except ModelError:
        return None, settings.target.horizon_days or 0.0
    days = bundle.meta["horizon_days"] or settings.target.horizon_days
    return _today(settings, bundle), days or 0.0


def _estimates(done: GateValue) -> RenderableType:
    """Return the estimates, one below the other."""
    rows = []
    for name, metric in done.effect.estimates.items():
        wins, profit = done.wins(metric), done.profit(metric)
        money = "-" if profit is None else _ends(profit)
        rows.append((_NAMES[name], f"{metric.value * 100:+.2f}", _ends(wins), money))
    heads = ("estimate", "wins more of 100 leads", "wins (90 % interval)", "profit (90 % interval)")
    return table(heads, rows)


def _weeks(planned: Plan) -> RenderableType:
    """Return how long each share of the leads takes."""
    rows = []
    for share in planned.shares:
        weeks = planned.weeks(share)
        time = f"{math.ceil(weeks):,}" if math.isfinite(weeks) else "never"
        rows.append((f"{share:.0%}", time, f"{planned.wins_lost(share):,.1f}"))
    return table(("control group", "weeks, horizon included", "wins it costs a quarter"), rows)


def _ends(metric: Metric) -> str:
    return f"{metric.value:+,.0f} ({metric.low:+,.0f} to {metric.high:+,.0f})"
