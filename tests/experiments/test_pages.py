"""A figure that stands on two pages is equal on both, and equal to what the export holds."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.alignment import Signs, align
from experiments.backtest import backtest
from experiments.backtest.page import write_page
from experiments.comparison.compare import compare
from experiments.comparison.page import make_page
from experiments.monitor.matured import by_grade, handoffs_of
from experiments.simulation import WorldSettings, simulate
from experiments.summary import Worth, run_pages
from experiments.summary.complete import complete
from experiments.summary.sentences import deals
from experiments.summary.worth import Range
from features.parsing.times import NAT, timestamps
from features.tables import load_tables
from leadgate.config import Config
from leadgate.metrics import METRIC_NAMES
from leadgate.registry.mlflow_store import connect
from tests.training.conftest import new_database  # noqa: F401
from tests.training.report.test_report import Page
from training import train
from training.report.formats import percent

pytestmark = pytest.mark.slow


@dataclasses.dataclass(frozen=True)
class Pages:
    """All pages of two runs on one simulated world, and what they were made of."""

    config: Config
    result: object
    folder: object
    replayed: object
    comparison: object

    def text(self, name):
        """The HTML of a page, or the Markdown of the card."""
        folder = self.result.bundle if name == "card.md" else self.folder
        return (folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory, new_database):  # noqa: F811
    """A world with handoffs, never-worked leads, late records and activities, and its pages."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copy(new_database, folder / "mlflow.db")
    config = Config.load(simulate(WorldSettings(n_leads=2_000, seed=3)).export(folder))
    train(config)
    result = train(config, pages=run_pages(config))
    replayed = backtest(config, load_tables(config), curves=False)
    write_page(replayed, result.report.parent / "backtest.html", title="world")
    comparison = compare(config, "1", "2")
    page = result.report.parent / "comparison.html"
    page.write_text(make_page(comparison), encoding="utf-8")
    return Pages(config, result, result.report.parent, replayed, comparison)


def figures(html):
    """Every figure that a page names, by its name."""
    named = re.findall(r'<data data-figure="([^"]+)" value="([^"]+)"', html)
    return {name: float(value) for name, value in named}


def exported(pages):
    """What became of the leads, counted from the files of the export alone."""
    folder = pages.config.folder
    leads, outcomes, handoffs = (
        pd.read_csv(folder / f"{name}.csv") for name in ("leads", "outcomes", "handoffs")
    )
    ids = leads["LeadId"]
    outcome = outcomes.set_index("lead_id")["outcome"].reindex(ids)
    contacted = handoffs.set_index("lead_id")["first_worked_at"].reindex(ids).notna()
    return {
        "leads": len(ids),
        "won": int((outcome == "won").sum()),
        "lost": int((outcome == "lost").sum()),
        "open": int(outcome.isna().sum()),
        "never worked": int((~contacted).sum()),
    }


def test_the_world_has_what_makes_counting_hard(pages):
    counts, history = exported(pages), load_tables(pages.config).history()
    assert 0 < counts["never worked"] < counts["leads"]
    assert counts["open"] > 0
    assert (history.recorded > history.closed)[history.recorded != NAT].any()
    assert len(history.activities) > 0


def test_a_figure_of_two_pages_is_equal_on_both(pages):
    report, alignment = (figures(pages.text(f"{name}.html")) for name in ("report", "alignment"))
    shared = report.keys() & alignment.keys()
    same = {"leads", "never worked", "win rate, the gate", "share of wins, the gate"}
    same |= {"win rate, the gate at its threshold", "share of wins, the gate at its threshold"}
    assert same <= shared
    assert {name: report[name] for name in shared} == {name: alignment[name] for name in shared}


def test_the_page_for_leaders_has_the_counts_of_the_alignment_page(pages):
    ours, alignment = (figures(pages.text(f"{name}.html")) for name in ("summary", "alignment"))
    names = {"handed off", "contacted", "won of the handed off", "fell through", "ready now"}
    assert ours.keys() == names
    assert {name: alignment[name] for name in names} == ours
    listed = pd.read_csv(pages.folder / "ready_now.csv")
    assert len(listed) == ours["ready now"]


def test_the_page_for_leaders_has_the_difference_of_the_backtest(pages):
    worth = Worth.of(pages.replayed)
    page = complete(pages.config, pages.folder, worth=worth).read_text(encoding="utf-8")
    wins, weeks = pages.replayed.against["sales_as_it_was"].wins, len(pages.replayed.weeks)
    quarter = Range(*(end * 13 / weeks for end in (wins.value, wins.low, wins.high)))
    value, low, high = deals(quarter)
    assert f"{value} more deals a quarter (90 %: {low} to {high})" in Page(page).text
    client = connect(pages.config.tracking, pages.config.folder)
    logged = client.download_artifacts(pages.result.run_id, "summary.html")
    assert Path(logged).read_text(encoding="utf-8") == page


def test_the_list_of_leads_to_call_is_in_the_folder_only(pages):
    client = connect(pages.config.tracking, pages.config.folder)
    logged = {file.path for file in client.list_artifacts(pages.result.run_id)}
    assert {"summary.html", "summary.json", "alignment.html"} <= logged
    assert "ready_now.csv" not in logged


def test_counts_are_those_of_the_export_on_every_page(pages):
    counts = exported(pages)
    report = figures(pages.text("report.html"))
    assert {name: report[name] for name in counts} == counts
    states = re.findall(
        r'data-state="(\w+)".*?<data value="(\d+)">', pages.text("alignment.html"), re.DOTALL
    )
    held = {key: int(count) for key, count in states}
    never = ("won_unworked", "lost_unworked", "waiting", "ignored", "kept")
    assert sum(held.values()) == counts["leads"]
    assert sum(held.get(key, 0) for key in ("accepted", "won", "won_unworked")) == counts["won"]
    assert sum(held.get(key, 0) for key in never) == counts["never worked"]
    card = Page(pages.text("report.html")).text
    assert f"{counts['open']:,} open, {counts['never worked']:,} of all leads never worked" in card


def test_the_report_has_one_win_rate_of_the_gate(pages):
    report, metrics = pages.text("report.html"), pages.result.metrics
    rate = figures(report)["win rate, the gate"]
    assert rate == metrics["precision_at_capacity"].value
    assert Page(report).figures["precision_at_capacity"] == rate
    assert f"| {METRIC_NAMES['precision_at_capacity']} | {rate:.4f} |" in pages.text("card.md")


def test_the_comparison_has_the_figures_of_the_report(pages):
    metrics, contest = pages.result.metrics, pages.comparison.window.overall
    assert contest.log_loss.ours == pytest.approx(metrics["log_loss"].value)
    assert contest.auc.ours == pytest.approx(metrics["auc"].value)
    share = figures(pages.text("report.html"))["share of wins, the gate"]
    assert contest.wins_kept.ours == pytest.approx(share)
    assert percent(share).replace(" ", "\N{NO-BREAK SPACE}") in pages.text("comparison.html")


def test_the_backtest_page_has_the_figures_of_its_json(pages):
    text, answer = Page(pages.text("backtest.html")).text, pages.replayed.to_dict()
    for name, policy in answer["policies"].items():
        row = [f"{policy[key]:,}" for key in ("handed_off", "evaluated")]
        assert " ".join(row) in text, name
        if policy["win_rate"]["value"] is not None:
            shown = percent(policy["win_rate"]["value"])
            assert shown.replace("\N{NO-BREAK SPACE}", " ") in text


def test_monitor_counts_worked_handoffs_as_the_alignment_page_does(pages):
    history = load_tables(pages.config).history()
    trained = dataclasses.replace(pages.result, verdict="no_signal")
    part = align(pages.config, trained, Signs(pages.config)).handed_off
    decisions = pd.DataFrame(
        {
            "lead_id": history.lead_ids,
            "as_of": timestamps(np.where(history.handed_off == NAT, 0, history.handed_off)),
            "shadow": False,
            "decision": np.where(history.handed_off == NAT, "nurture", "hand_off"),
            "readiness": 0.2,
            "propensity": 1.0,
            "grade": "A",
            "uses_capacity": history.handed_off != NAT,
        }
    )
    worked = by_grade(handoffs_of(history, decisions), 90)["all"]["worked"]
    assert worked.to_dict() == part.worked.to_dict()
    assert worked.of - worked.count == part.never_worked.count
