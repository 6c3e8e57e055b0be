"""The list of runs, and two versions side by side, from real trainings on a small export."""

from __future__ import annotations

import dataclasses
import json

import pytest

from experiments.comparison.compare import EVALUATED, REFITTED, compare
from experiments.comparison.page import in_one_sentence, make_page
from experiments.runs import NAMES, list_runs
from leadgate.cli import run
from leadgate.errors import LeadgateError, RegistryError
from tests.browser import DESK, PHONE, chromium, look
from tests.training.exports import config_of, flat_leads, write_config
from training import train

pytestmark = pytest.mark.slow

TARGET = {"horizon_days": 30}
POORER, RICHER = {"unknown": ["Size"]}, {"unknown": []}


def known_by(leads, day):
    """The export of an earlier day: later leads do not exist, later outcomes are open."""
    leads = leads[leads["Created"] < day].copy()
    late = leads["Closed"] >= day
    leads.loc[late, ["Stage", "Closed", "Amount"]] = ["Open", None, None]
    return leads


@pytest.fixture(scope="module")
def leads():
    return flat_leads(900, seed=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("crm")


@pytest.fixture(scope="module")
def config(folder, leads):
    """Two versions on the first eight months, the first without the best column."""
    for columns in (POORER, RICHER):
        earlier = config_of(folder, known_by(leads, "2025-09-01"), columns=columns, target=TARGET)
        train(earlier)
    return earlier


@pytest.fixture(scope="module")
def found(config):
    return compare(config, "2", "1")


def test_runs_are_listed_newest_first_with_their_metrics(config):
    runs = list_runs(config)
    assert [one.version for one in runs] == ["2", "1"]
    assert [one.aliases for one in runs] == [["challenger"], []]
    for one in runs:
        assert set(one.metrics) == set(NAMES)
        auc = one.metrics["auc"]
        assert auc.low < auc.value < auc.high
        assert one.seconds > 0
    assert json.loads(json.dumps(runs[0].to_dict(), allow_nan=False))["status"] == "FINISHED"


def test_the_newer_version_is_judged_by_its_own_evaluation(config, found):
    listed = {one.version: one.metrics for one in list_runs(config)}
    assert found.how == {"1": REFITTED, "2": EVALUATED}
    assert found.window.overall.log_loss.ours == pytest.approx(listed["2"]["log_loss"].value)
    assert found.window.overall.auc.ours == pytest.approx(listed["2"]["auc"].value)
    # Both have one test window here, so the refitted recipe is what was evaluated then.
    assert found.window.overall.log_loss.theirs == pytest.approx(listed["1"]["log_loss"].value)


def test_the_best_column_is_worth_it(found):
    assert found.window.overall.log_loss.low > 0
    assert found.objections == []
    assert in_one_sentence(found).startswith("Version 2 is better than version 1 on ")


def test_nothing_became_known_since(found):
    assert found.since is None
    assert "10 of either are needed" in found.why_not_since


def test_both_models_are_judged_on_what_came_later(config, folder, leads, found):
    later = compare(config_of(folder, leads, columns=RICHER, target=TARGET), "1", "2")
    assert later.since is not None
    assert later.since.overall.log_loss.low > 0
    assert later.since.start > found.window.end
    # The export has changed, and the window is judged as before.
    assert later.how == {"1": REFITTED, "2": REFITTED}
    assert later.window.overall.log_loss.ours == pytest.approx(found.window.overall.log_loss.ours)
    assert later.window.overall.leads == found.window.overall.leads


def test_equal_versions_say_the_same(found):
    nothing = dataclasses.replace(found.window.overall.log_loss, gain=0.0, low=0.0, high=0.0)
    overall = dataclasses.replace(found.window.overall, log_loss=nothing)
    same = dataclasses.replace(found, window=dataclasses.replace(found.window, overall=overall))
    assert in_one_sentence(same).startswith("Version 2 and version 1 say the same on ")


def test_what_cannot_be_compared_is_refused(config):
    with pytest.raises(LeadgateError, match="both name version 2") as refusal:
        compare(config, "2", "2")
    assert refusal.value.code == "same_version"
    with pytest.raises(RegistryError, match="no such version"):
        compare(config, "2", "77")


def test_the_commands_say_it(config, folder, capsys, monkeypatch):
    path = str(write_config(config))
    assert run(["experiments", "--config", path, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["version"] for one in listed["runs"]][-2:] == ["2", "1"]
    assert listed["next"].startswith("leadgate experiments compare ")
    assert run(["experiments", "--json", "compare", "1", "2", "--config", path]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["older"], told["newer"]) == ("1", "2")
    assert told["window"]["overall"]["log_loss"]["gain"] > 0
    assert (folder / "runs" / "compare-1-2.html").read_text().startswith("<!doctype html>")
    assert run(["experiments", "compare", "1", "2", "--config", path]) == 0
    assert "The gate would replace version 1 by version 2." in capsys.readouterr().out
    assert run(["experiments", "--config", path]) == 0
    assert "log loss" in capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "60")
    assert run(["experiments", "--config", path]) == 0
    narrow = capsys.readouterr().out.split("Next:")[0]
    assert "version 2" in narrow
    assert max(map(len, narrow.splitlines())) <= 60


@pytest.mark.chromium
def test_the_page_can_be_read_on_a_desk_and_on_a_phone(found, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(make_page(found), encoding="utf-8")
    with chromium() as browser:
        for size in (DESK, PHONE):
            opened = look(browser, file, size)
            assert opened.overflow == 0
            assert opened.complaints == []
            assert opened.requests == [file.as_uri()]
            assert opened.pale == []
            assert opened.unnamed == 0
            assert opened.page.locator("h2").all_inner_texts() == [
                "On the newer test window",
                "On what became known since",
            ]
