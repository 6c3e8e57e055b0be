"""`leadgate recalibrate` on the screen and for machines."""

import json

import pytest

from leadgate.cli import run
from tests.training.exports import config_of, flat_leads, write_config
from training.evaluation.evaluated import Metric
from training.recalibration import recalibrate as module
from training.recalibration.since import Since


class Followed:
    """What a recalibration rests on, made up."""

    version, why, shift, until, example = "1", "Moved by +0.1.", 0.1, 0, (0.2, 0.216)
    matured = Since(40.0, 9.0, Metric(0.9, 0.8, 1.0), Metric(1.0, 0.9, 1.1), 3.0, None)

    class offset:  # noqa: N801
        since = 0


@pytest.fixture
def path(tmp_path):
    return write_config(config_of(tmp_path, flat_leads(60)))


@pytest.fixture
def asked(monkeypatch):
    """What the command asks for; the recalibration itself is made up."""
    calls = {}

    def move(config, **options):
        calls.update(options, leads=config.data.leads)
        promoted = options["promoting"]
        return module.Recalibration("inbound", "2", "run", Followed, 1.0, promoted)

    monkeypatch.setattr(module, "recalibrate", move)
    return calls


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "differs from the champion in that alone"),
        (["--promote"], "inbound version 2 is champion"),
    ],
)
def test_the_screen_says_what_it_is_and_what_is_next(path, asked, capsys, options, words):
    assert run(["recalibrate", "--config", str(path), *options]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert words in out
    assert "20.0% is now 21.6%" in out
    assert ("leadgate serve" if options else "leadgate promote 2") in out


def test_the_store_is_read_when_it_is_asked_for(path, asked, capsys):
    run(["recalibrate", "--config", str(path)])
    export = asked["read"]
    run(["recalibrate", "--config", str(path), "--from-store"])
    assert asked["read"] is not export


def test_json_has_the_verdict_and_what_matured(path, asked, capsys):
    assert run(["recalibrate", "--config", str(path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["champion"], printed["version"], printed["verdict"]) == ("1", "2", "refresh")
    assert printed["matured"]["wins"] == 9.0
    assert printed["matured"]["gain"] is None
    assert printed["next"].startswith("leadgate promote 2")


def test_without_a_champion_it_says_so(path, capsys):
    assert run(["recalibrate", "--config", str(path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "no_champion"
