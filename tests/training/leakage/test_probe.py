"""The leak probe, on histories in which it is known what leaks."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from experiments.simulation import WorldSettings, simulate
from features import LeadHistory
from leadgate.config import Config
from leadgate.errors import DataError
from training.leakage.probe import find_leaks

DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2024-01-01", tz="UTC")
N = 3000


def config(horizon_days=None, **columns):
    names = {"lead_id": "lead_id", "created_at": "created_at", "outcome": "o", "won": ["won"]}
    target = {"horizon_days": horizon_days, "snapshot_ages_days": [0, 14]}
    return Config.from_dict(
        {"data": {"leads": "leads.csv"}, "columns": names | columns, "target": target}
    )


class Firm:
    """Leads of a year; a fifth is won, more where `interest` is high. `leads` takes columns."""

    def __init__(self, n=N, seed=0) -> None:
        self.rng = rng = np.random.default_rng(seed)
        self.n = n
        self.created = START + pd.to_timedelta(np.sort(rng.uniform(0, 365, n)), unit="D")
        self.interest = rng.normal(size=n)
        self.won = rng.random(n) < 1 / (1 + np.exp(1.6 - self.interest))
        self.open = np.zeros(n, dtype=bool)
        ids = [f"L{i:05d}" for i in range(n)]
        self.leads = pd.DataFrame({"lead_id": ids, "created_at": self.created})
        self.leads["Interest"] = (self.interest + rng.normal(size=n)).round(2).astype(str)
        self.leads["Source"] = rng.choice(["web", "fair", ""], n)
        self.closed = self.created + pd.to_timedelta(rng.uniform(20, 60, n), unit="D")
        self.acts = []

    def act(self, kind, rows, at):
        ids = self.leads["lead_id"].to_numpy()[rows]
        self.acts.append(pd.DataFrame({"lead_id": ids, "type": kind, "occurred_at": at}))

    def history(self):
        is_closed = ~self.open
        outcome = np.where(self.won, "won", "lost")
        outcomes = self.leads.loc[is_closed, ["lead_id"]].assign(
            outcome=outcome[is_closed], closed_at=self.closed[is_closed]
        )
        acts = pd.concat(self.acts) if self.acts else None
        return LeadHistory.from_tables(self.leads, acts, outcomes=outcomes)


@pytest.fixture
def firm():
    return Firm()


def suspects(history, settings=None, keep=()):
    return {s.name: s for s in find_leaks(history, settings or config(), keep).suspects}


def test_honest_columns_are_no_suspects(firm):
    report = find_leaks(firm.history(), config())
    assert report.suspects == []
    assert report.columns["Interest"].auc > 0.58
    assert 0.45 < report.columns["Source"].auc < 0.55


def test_a_column_that_all_but_decides_is_a_suspect_with_its_evidence(firm):
    firm.leads["Note"] = np.where(firm.won ^ (firm.rng.random(N) < 0.06), "yes", "no")
    (suspect,) = suspects(firm.history()).values()
    assert "alone it all but decides who wins" in suspect.reasons
    assert (suspect.kind, suspect.level) == ("column", "suspected")
    assert "AUC alone 0.9" in suspect.why
    assert suspect.cost.without < 0.75 < 0.95 < suspect.cost.with_it
    assert "reach AUC 0.6" in suspect.sentence()


def test_values_that_only_rule_winning_out_are_no_suspects(firm):
    seconds = firm.rng.gamma(2, 100, N) + np.where(firm.won, 80, 0)
    firm.leads["Seconds"] = seconds.round().astype(int).astype(str)
    firm.leads["Country"] = np.where(~firm.won & (firm.rng.random(N) < 0.5), "far", "near")
    assert suspects(firm.history()) == {}


def test_a_column_that_outweighs_all_others_is_a_suspect(firm):
    firm.leads["Points"] = (firm.rng.normal(size=N) + 1.7 * firm.won).round(2).astype(str)
    suspect = suspects(firm.history())["Points"]
    assert "alone it discriminates better than the other 2 columns together" in suspect.reasons


def test_a_strong_column_among_strong_ones_is_no_suspect(firm):
    for name in ("Fit", "Need", "Budget"):
        firm.leads[name] = (firm.rng.normal(size=N) + 0.9 * firm.won).round(2).astype(str)
    assert suspects(firm.history()) == {}


def test_a_column_filled_once_a_lead_is_closed_is_a_suspect(firm):
    firm.open[firm.rng.random(N) < 0.3] = True
    firm.leads["Reason"] = np.where(firm.open, "", firm.rng.choice(["price", "time"], N))
    suspect = suspects(firm.history())["Reason"]
    assert suspect.reasons == (
        "it is filled for 100% of the closed leads and 0% of the open ones of the same time",
    )


def test_a_form_field_that_came_with_the_year_is_no_suspect(firm):
    firm.open = np.asarray(firm.created > START + 250 * DAY)
    new = np.asarray(firm.created > START + 180 * DAY)
    firm.leads["Question"] = np.where(new, firm.rng.choice(["a", "b"], N), "")
    assert suspects(firm.history()) == {}


def test_the_calendar_does_not_make_a_suspect(firm):
    late = np.arange(N) / N
    firm.won = firm.rng.random(N) < np.where(late > 0.5, 0.6, 0.02)
    firm.leads["Rate"] = np.repeat(np.arange(30), N // 30).astype(str)
    report = find_leaks(firm.history(), config())
    assert report.suspects == []
    assert abs(report.columns["Rate"].auc - 0.5) < 0.06


@pytest.mark.parametrize("name", ["Converted Opportunity Id", "DisqualifiedReason"])
def test_a_name_of_what_comes_after_the_outcome_suffices(firm, name):
    firm.leads[name] = firm.rng.choice(["x", "y"], N)
    assert list(suspects(firm.history())) == [name]


def test_a_name_of_what_is_true_today_needs_a_signal_too(firm):
    firm.leads["Lead Status"] = np.where(firm.rng.random(N) < 0.2 + 0.3 * firm.won, "hot", "cold")
    firm.leads["Last Campaign"] = firm.rng.choice(["a", "b"], N)
    suspect = suspects(firm.history())
    assert list(suspect) == ["Lead Status"]
    assert suspect["Lead Status"].reasons[0].startswith("by its name it ")


def test_a_column_written_together_with_a_suspect_is_one(firm):
    given = firm.rng.random(N) < 0.5
    hot = firm.rng.random(N) < 0.2 + 0.4 * firm.won
    firm.leads["Last Score"] = np.where(given, np.where(hot, "3", "1"), "")
    firm.leads["Index"] = np.where(given, firm.rng.choice(["i", "ii"], N), "")
    suspect = suspects(firm.history())
    assert suspect["Index"].reasons == (
        "it is filled for the same leads as Last Score, as if written with it",
    )


def test_a_total_up_to_the_end_of_the_data_is_a_suspect(firm):
    count = firm.rng.poisson(4, N)
    rows = np.repeat(np.arange(N), count)
    after = pd.to_timedelta(firm.rng.uniform(0, 20, rows.size), unit="D")
    firm.act("visit", rows, firm.created[rows] + after)
    firm.leads["Visits"] = count.astype(str)
    firm.leads["Unrelated"] = firm.rng.poisson(4, N).astype(str)
    suspect = suspects(firm.history())
    assert list(suspect) == ["Visits"]
    assert suspect["Visits"].reasons[0].startswith("it repeats the number of activities up to")


def test_a_total_known_at_the_first_snapshot_is_none(firm):
    count = firm.rng.poisson(4, N)
    rows = np.repeat(np.arange(N), count)
    firm.act("visit", rows, firm.created[rows] - DAY)
    firm.leads["Visits"] = count.astype(str)
    assert suspects(firm.history()) == {}


def test_an_activity_that_is_the_end_itself_is_a_suspect(firm):
    closed, half = firm.closed, firm.rng.random(N) < 0.5
    for kind, of, days in (("contract", firm.won, 0.2), ("farewell", ~firm.won, -1)):
        rows = np.flatnonzero(of & half)
        firm.act(kind, rows, closed[rows] - days * DAY)
    rows = np.flatnonzero(firm.rng.random(N) < np.where(firm.won, 0.7, 0.3))
    firm.act("quote", rows, closed[rows] - 0.5 * DAY)
    demos = np.flatnonzero(firm.won)
    firm.act("demo", demos, closed[demos] - 10 * DAY)
    report = find_leaks(firm.history(), config())
    assert report.left_out("activity") == ["contract", "farewell"]
    assert report.left_out("column") == []
    (contract, *_) = [act for act in report.activities if act.name == "contract"]
    assert contract.auc[0] > 0.7 > 0.55 > contract.auc[1]
    assert "were won" in contract.sentence()


def test_what_is_kept_stays_and_is_named(firm):
    firm.leads["IsConverted"] = firm.won.astype(str)
    report = find_leaks(firm.history(), config(), keep=["IsConverted"])
    (suspect,) = report.suspects
    assert suspect.kept
    assert report.left_out("column") == []
    assert "(kept all the same)" in suspect.sentence()


def test_keeping_what_is_not_there_is_refused(firm):
    with pytest.raises(DataError, match="no column and no activity of the data: Colour, Size"):
        find_leaks(firm.history(), config(), keep=["Size", "Source", "Colour"])


def test_keeping_what_is_declared_is_refused(firm):
    firm.leads["Note"] = firm.won.astype(str)
    settings = config(after_outcome=["Note"])
    with pytest.raises(DataError, match=r"leadgate.toml says is no feature: Note\. Take it out"):
        find_leaks(firm.history(), settings, keep=["Note"])


def test_what_is_declared_is_not_looked_at(firm):
    firm.leads["Note"] = firm.won.astype(str)
    report = find_leaks(firm.history(), config(after_outcome=["Note"]))
    assert report.suspects == []
    assert "Note" not in report.columns


def test_too_few_outcomes_leave_names_and_filling():
    firm = Firm(n=60)
    firm.leads["ConvertedDate"] = ""
    firm.leads["Note"] = firm.won.astype(str)
    firm.open[np.flatnonzero(firm.won)[5:]] = True
    report = find_leaks(firm.history(), config())
    assert [s.name for s in report.suspects] == ["ConvertedDate"]
    assert report.columns == {}


def test_the_horizon_is_the_label(firm):
    late = firm.rng.random(N) < 0.5
    firm.closed = firm.created + pd.to_timedelta(np.where(late, 80, 20), unit="D")
    firm.leads["Note"] = np.where(firm.won, "yes", "no")
    history = firm.history()
    assert find_leaks(history, config()).columns["Note"].auc == 1
    assert find_leaks(history, config(horizon_days=30)).columns["Note"].auc < 0.97


def test_a_second_look_finds_the_same_and_tells_no_value(firm):
    firm.leads["Lead Status"] = np.where(firm.won, "secret-a", "secret-b")
    first, second = (find_leaks(firm.history(), config()) for _ in range(2))
    assert first == second
    is_closed = json.dumps([s.to_dict() for s in first.suspects])
    assert "Lead Status" in is_closed
    assert "secret" not in is_closed


def test_a_file_with_the_newest_lead_first_says_the_same(firm):
    firm.leads["Lead Status"] = np.where(firm.won, "a", "b")
    firm.open = np.asarray(firm.created > START + 300 * DAY)
    oldest_first = find_leaks(firm.history(), config())
    # Outcomes follow the rows.
    for name in ("won", "open"):
        setattr(firm, name, getattr(firm, name)[::-1])
    firm.leads, firm.closed = firm.leads[::-1].reset_index(drop=True), firm.closed[::-1]
    assert find_leaks(firm.history(), config()) == oldest_first
    assert oldest_first.left_out("column") == ["Lead Status"]


def test_the_simulated_firm_has_no_leak():
    world = simulate(WorldSettings(n_leads=4000))
    history = LeadHistory.from_tables(
        world.leads.drop(columns="Rating"), world.activities, outcomes=world.outcomes,
        handoffs=world.handoffs, until=world.until,
    )  # fmt: skip
    assert find_leaks(history, config(horizon_days=90)).suspects == []


def test_a_report_of_the_probe_is_plain(firm):
    firm.leads["IsConverted"] = firm.won.astype(str)
    (suspect,) = find_leaks(firm.history(), config()).suspects
    assert json.loads(json.dumps(suspect.to_dict())) == suspect.to_dict()
    assert dataclasses.replace(suspect, kept=True).to_dict()["kept"]
