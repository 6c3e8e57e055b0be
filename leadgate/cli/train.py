"""`leadgate train`: one MLflow run, one registered version, one report."""

from __future__ import annotations

from leadgate.cli import words
from leadgate.cli.options import ConfigOption, JsonOption, KeepOption, flags, load_config
from leadgate.cli.output import Screen


def train(config: ConfigOption = None, keep: KeepOption = None, json: JsonOption = False) -> None:
    """Train a model: one MLflow run, one registered version (alias challenger), one report."""
    from training import train as fit

    screen = Screen("train", as_json=json)
    settings = load_config(config)
    with screen.work("Training") as progress:
        result = fit(settings, keep=keep or (), progress=progress)
    then = "leadgate promote" + flags(config) if result.verdict == "better" else ""
    screen.answer(result.to_dict(), *words.of_training(result), then=then, bare=True)
