"""The list of runs, and two versions side by side, from real trainings on a small export."""

from __future__ import annotations

import dataclasses
import json

import pandas as pd
import pytest

from experiments.comparison.compare import REFITTED, compare
from experiments.comparison.page import in_one_sentence, make_page
from experiments.comparison.preview import preview
from experiments.runs import NAMES, list_runs
from leadgate.cli import run
from leadgate.errors import LeadgateError, RegistryError
from tests.browser import DESK, PHONE, chromium, look
from tests.training.exports import config_of, flat_leads, write_config
from training import train
from training.promotion.promote import promote

pytestmark = pytest.mark.slow

TARGET = {"horizon_days": 30}
POORER, RICHER = {"unknown": ["Size"]}, {"unknown": []}


def with_gain(comparison, gain, low, high):
    """The comparison with another gain in log loss."""
    overall = comparison.window.overall
    loss = dataclasses.replace(overall.log_loss, gain=gain, low=low, high=high)
    window = dataclasses.replace(
        comparison.window, overall=dataclasses.replace(overall, log_loss=loss)
    )
    return dataclasses.replace(comparison, window=window)


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
def comparison(config):
    return compare(config, "2", "1")


def test_runs_are_listed_newest_first_with_their_metrics(config):
    runs = list_runs(config)
    assert [trained.version for trained in runs] == ["2", "1"]
    assert [trained.aliases for trained in runs] == [["challenger"], []]
    for trained in runs:
        assert set(trained.metrics) == set(NAMES)
        auc = trained.metrics["auc"]
        assert auc.low < auc.value < auc.high
        assert trained.seconds > 0
    assert json.loads(json.dumps(runs[0].to_dict(), allow_nan=False))["status"] == "FINISHED"


def test_the_newer_version_is_evaluated_by_its_own_evaluation(config, comparison):
    listed = {trained.version: trained.metrics for trained in list_runs(config)}
    assert comparison.how == {"1": REFITTED, "2": REFITTED}
    assert comparison.window.overall.log_loss.ours == pytest.approx(listed["2"]["log_loss"].value)
    assert comparison.window.overall.auc.ours == pytest.approx(listed["2"]["auc"].value)
    # Both have one test window here, so the refitted recipe is what was evaluated then.
    assert comparison.window.overall.log_loss.theirs == pytest.approx(listed["1"]["log_loss"].value)


def test_the_best_column_is_worth_it(comparison):
    assert comparison.window.overall.log_loss.low > 0
    assert comparison.objections == []
    assert in_one_sentence(comparison).startswith("Version 2 is better than version 1 on ")


def test_nothing_became_known_since(comparison):
    assert comparison.since is None
    assert "10 of either are needed" in comparison.why_not_since


def test_both_models_are_evaluated_on_what_came_later(config, folder, leads, comparison):
    later = compare(config_of(folder, leads, columns=RICHER, target=TARGET), "1", "2")
    assert later.since is not None
    assert later.since.overall.log_loss.low > 0
    assert later.since.start > comparison.window.end
    # The export has changed, and the window is evaluated as before.
    assert later.how == {"1": REFITTED, "2": REFITTED}
    assert later.window.overall.log_loss.ours == pytest.approx(
        comparison.window.overall.log_loss.ours
    )
    assert later.window.overall.leads == comparison.window.overall.leads


def test_equal_versions_agree(comparison):
    same = in_one_sentence(with_gain(comparison, 0.0, 0.0, 0.0))
    assert same.startswith("Version 2 and version 1 agree on ")


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.01, 0.03, "better than"),
        (-0.03, -0.01, "worse than"),
        (0.0, 0.03, "neither certainly better nor certainly worse than"),
        (-0.03, 0.0, "neither certainly better nor certainly worse than"),
    ],
)
def test_a_version_is_better_where_the_whole_interval_is_above_zero(comparison, low, high, word):
    gain = (low + high) / 2
    sentence = in_one_sentence(with_gain(comparison, gain, low, high))
    assert sentence.startswith(f"Version 2 is {word} version 1 on ")
    assert sentence.endswith(f"improvement of {gain:+.4f} ({low:+.4f} to {high:+.4f}).")


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
    assert [trained["version"] for trained in listed["runs"]][-2:] == ["2", "1"]
    assert listed["next"].startswith("leadgate promote")
    assert run(["experiments", "--json", "compare", "1", "2", "--config", path]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["older"], answer["newer"]) == ("1", "2")
    assert answer["window"]["overall"]["log_loss"]["gain"] > 0
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


def test_a_preview_is_what_happens_afterwards(config, folder, leads, capsys):
    """Lead by lead: promoted and scored by the command, each open lead gets what was foretold."""
    # Others read the export of a later day, on which all are closed.
    known_by(leads, "2025-09-01").to_csv(folder / "leads.csv", index=False)
    promote(config, "1")
    path = str(write_config(config))
    assert run(["experiments", "--json", "preview", "2", "--config", path]) == 0
    seen = json.loads(capsys.readouterr().out)
    changed = pd.read_csv(folder / "runs" / "2" / "preview.csv", dtype={"lead_id": str})
    overall = seen["overall"]
    assert (seen["champion"], seen["version"]) == ("1", "2")
    assert 0 < len(changed) < overall["leads"]
    assert seen["next"].startswith("leadgate promote 2")
    leads = pd.read_csv(folder / "leads.csv")
    waiting = leads[leads["Stage"] == "Open"]
    waiting.to_csv(folder / "open.csv", index=False)
    answers = {}
    for version in ("1", "2"):
        out = folder / f"answers-{version}.csv"
        command = ["score", str(folder / "open.csv"), "-o", str(out), "--model", version]
        assert run([*command, "--config", path]) == 0
        answers[version] = pd.read_csv(out, dtype={"lead_id": str}).set_index("lead_id")
    assert overall["leads"] == len(waiting)
    today, then = answers["1"], answers["2"]
    for name in ("grade", "decision"):
        assert overall[name] == (today[name] != then[name]).sum()
        for when, scored in (("today", today), ("then", then)):
            foretold = changed.set_index("lead_id")[f"{name}_{when}"]
            assert (foretold == scored.loc[foretold.index, name]).all()
    moved = changed.set_index("lead_id")["readiness_then"]
    assert moved.to_numpy() == pytest.approx(then.loc[moved.index, "readiness"].to_numpy())
    assert overall["handed_off_then"] == (then["decision"] == "hand_off").sum()
    assert sum(part["leads"] for part in seen["segments"]["Source"]) == overall["leads"]


def test_there_is_nothing_to_preview_of_the_champion(config):
    promote(config, "1")
    with pytest.raises(LeadgateError, match=r"Version 1 of .* is champion already") as refusal:
        preview(config, "1")
    assert refusal.value.code == "same_version"


@pytest.mark.chromium
def test_the_page_can_be_read_on_a_desk_and_on_a_phone(comparison, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(make_page(comparison), encoding="utf-8")
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
                "Glossary",
            ]
