"""A whole backtest on a small export: what it learns from, what it says, and its page."""

import re
import tempfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.backtest import backtest
from experiments.backtest.page import write_page
from experiments.backtest.pool import Pool, mondays
from experiments.backtest.refits import in_force, monthly, quarterly, refits
from experiments.backtest.scores import scored
from experiments.backtest.work import Work
from features import load_tables
from features.parsing.times import NAT
from leadgate.errors import DataError
from tests.browser import DESK, PHONE, chromium, look
from tests.training.exports import DAY, config_of, flat_leads
from tests.worlds import with_another_future
from training.dataset.settings import Settings
from training.evaluation.evaluated import Metric

NOTHING = Metric(np.nan, np.nan, np.nan)
POLICY = {"cost_per_handoff": 10.0, "value_per_win": 200.0}


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return config_of(tmp_path_factory.mktemp("export"), flat_leads(700), policy=POLICY)


@pytest.fixture(scope="module")
def tables(config):
    return load_tables(config)


@pytest.fixture(scope="module")
def replayed(config, tables):
    return backtest(config, tables, capacities=[2, 5])


def test_gate_is_ahead_where_there_is_something_to_know(replayed):
    assert replayed.ahead
    assert replayed.capacity == 2
    gate, newest = replayed.policies["gate"], replayed.policies["newest_first"]
    assert gate.wins.value > newest.wins.value
    assert gate.win_rate.value > replayed.policies["send_everything"].win_rate.value
    assert gate.profit.value > newest.profit.value
    assert replayed.against["newest_first"].wins.value == pytest.approx(
        gate.wins.value - newest.wins.value
    )


def test_nothing_is_proven_where_nobody_knows_whom_sales_worked(replayed):
    assert not replayed.proven
    assert not replayed.all_leads
    assert replayed.work.source == "assumed"
    assert any("every lead counts as worked" in sentence for sentence in replayed.assumes)


def test_json_has_the_keys_of_the_design(replayed):
    answer = replayed.to_dict()
    assert {"weeks", "from", "to", "policies", "against"} <= answer.keys()
    assert list(answer["policies"]) == [
        "gate", "sales_as_it_was", "send_everything", "newest_first", "random", "current_score",
    ]  # fmt: skip
    keys = {"handed_off", "evaluated", "wins", "win_rate", "share_of_wins", "profit"}
    for figures in answer["policies"].values():
        assert figures.keys() == keys
        assert figures["wins"].keys() == {"value", "low", "high"}
    assert list(answer["against"]) == [
        "sales_as_it_was", "current_score", "newest_first", "random",
    ]  # fmt: skip
    for difference in answer["against"].values():
        assert difference.keys() == {"wins", "profit"}
    assert [row["capacity"] for row in answer["what_if"]] == [2, 5]


def test_every_policy_but_sales_obeys_the_capacity(replayed):
    for name, handed in replayed.handed.items():
        a_week = np.bincount(handed[handed >= 0]).max()
        assert (a_week <= replayed.capacity) == (name != "sales_as_it_was")


def test_curves_rise_with_capacity(replayed):
    wins = [row.policies["gate"].wins.value for row in replayed.curve]
    assert wins == sorted(wins)
    assert [row.capacity for row in replayed.curve] == sorted(
        {row.capacity for row in replayed.curve}
    )


def test_costs_given_win_over_those_of_the_configuration(config, tables, replayed):
    dear = backtest(config, tables, capacities=[5], cost=120.0, curves=False)
    assert dear.policies["gate"].handed_off < replayed.what_if[1].policies["gate"].handed_off
    assert dear.slower.wins.value == 0.0


def _page(replayed):
    with tempfile.TemporaryDirectory() as folder:
        page = write_page(replayed, Path(folder) / "backtest.html", title="m")
        return page.read_text(encoding="utf-8")


def test_page_needs_nothing_else_and_says_what_is_not_known(replayed, tmp_path):
    page = write_page(replayed, tmp_path / "runs" / "backtest.html", title="model")
    text = page.read_text(encoding="utf-8")
    assert "What is assumed" in text
    assert "lower bound" not in text
    assert "more deals" not in text
    assert "wins among the leads handed off" in text
    assert "current CRM score" in text
    assert text.count("<svg") == 3
    references = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            references.extend(v for k, v in attrs if k in ("src", "href") and not v.startswith("#"))
            assert tag != "script"

    Reader().feed(text)
    assert references == []


def test_page_without_prices_has_no_column_of_them(replayed, tmp_path):
    def text(result):
        return write_page(result, tmp_path / "backtest.html", title="m").read_text(encoding="utf-8")

    unknown = Metric(np.nan, np.nan, np.nan)
    plain = {name: replace(each, profit=unknown) for name, each in replayed.policies.items()}
    assert ">profit</a>" in text(replayed)
    assert ">profit</a>" not in text(replace(replayed, policies=plain))


def test_a_policy_that_is_refused_has_no_figures_and_proves_nothing(config, tables, replayed):
    gate = replace(replayed.policies["gate"], refused="the leads that sales worked are too few")
    refused = replace(replayed, policies={**replayed.policies, "gate": gate})
    assert "Not proven: nothing can be said of the gate here" in _page(refused)


def _unknown(replayed, *names):
    """Return a backtest in which nothing can be said of some policies, at any capacity."""

    def without(figures):
        return {
            name: replace(
                each, refused="too few", wins=NOTHING, win_rate=NOTHING, share_of_wins=NOTHING,
                profit=NOTHING,
            ) if name in names else each
            for name, each in figures.items()
        }  # fmt: skip

    return replace(
        replayed,
        policies=without(replayed.policies),
        against={
            name: replace(each, wins=NOTHING, profit=NOTHING)
            if {name, "gate"} & set(names) else each
            for name, each in replayed.against.items()
        },
        what_if=[replace(row, policies=without(row.policies)) for row in replayed.what_if],
        curve=[replace(row, policies=without(row.policies)) for row in replayed.curve],
        slower=replace(replayed.slower, wins=NOTHING, profit=NOTHING),
    )  # fmt: skip


@pytest.mark.parametrize("names", [("gate",), ("current_score",), ("sales_as_it_was", "random")])
def test_no_page_shows_a_figure_that_is_not_there(replayed, names):
    page = _page(_unknown(replayed, *names))
    assert re.findall(r"\bnan\b", re.sub(r'value="nan"', "", page)) == []


def test_a_gate_that_is_no_better_than_chance_is_not_ahead(replayed):
    """More handoffs than sales took win more by themselves."""
    alike = replace(replayed.against["random"], wins=Metric(3.0, -1.0, 7.0))
    assert replayed.ahead
    assert not replace(replayed, against={**replayed.against, "random": alike}).ahead


def test_what_stands_for_today_is_sales_then_the_score_then_newest_first(replayed):
    assert replayed.rival == "current_score"
    known = replace(replayed, work=Work(replayed.work.at, "handoffs"))
    assert known.rival == "sales_as_it_was"
    without = {name: each for name, each in replayed.against.items() if name != "current_score"}
    assert replace(replayed, against=without).rival == "newest_first"


@pytest.mark.chromium
def test_page_can_be_read_on_a_desk_and_on_a_phone(replayed, tmp_path):
    page = write_page(replayed, tmp_path / "backtest.html", title="model")
    with chromium() as browser:
        for size in (DESK, PHONE):
            seen = look(browser, page, size)
            assert seen.overflow == 0
            assert seen.pale == []
            assert seen.unnamed == 0
            assert seen.complaints == []
            assert seen.requests == [page.as_uri()]
            if size == DESK:
                wide = "t => t.some(e => e.scrollWidth > e.clientWidth)"
                assert not seen.page.eval_on_selector_all(".scroll", wide)


def _with_other_outcomes(history, at):
    """Return the history with every outcome that was recorded from an instant on turned round."""
    later = (history.known_at != NAT) & (history.known_at >= at)
    return replace(
        history,
        won=np.where(later, history.lost, history.won),
        lost=np.where(later, history.won, history.lost),
    )


def test_no_decision_uses_an_outcome_that_was_not_known_then(config, tables):
    history, settings = tables.history(), Settings.of(config)
    weeks = mondays(int(history.created.min()), history.until)
    week = int(0.4 * len(weeks))
    other = _with_other_outcomes(history, weeks[week])
    scores = []
    for past in (history, other):
        replayed = refits(past, settings, weeks[: week + 1])
        shifted = [replace(m, week=m.week - replayed[0].week) for m in replayed]
        scores.append(
            scored(
                Pool.of(past, Work.of(past), weeks[replayed[0].week : week + 1]), shifted
            ).readiness
        )
    assert (scores[0] == scores[1]).all()


@pytest.fixture(scope="module")
def crm_replayed(crm):
    """The replay of a CRM with handoffs, leads never worked, activities and late records."""
    return backtest(crm.config, crm.tables, curves=False)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_no_decision_uses_what_was_recorded_after_it(crm, crm_replayed, share):
    """Everything recorded after the Monday of a week is changed; no decision up to it moves."""
    weeks = crm_replayed.pool.weeks
    last = int(share * len(weeks))
    at = pd.Timestamp(int(weeks[last]) + 1, unit="us", tz="UTC")

    other = backtest(crm.config, with_another_future(crm.tables, at), curves=False)

    assert (other.pool.weeks == weeks).all()
    for name, handed in crm_replayed.handed.items():
        if name == "sales_as_it_was":
            continue  # It is what sales did in the week after the Monday.
        before, after = (np.where(h <= last, h, -1) for h in (handed, other.handed[name]))
        assert (before == after).all(), name
        assert (before >= 0).sum() > 20
    assert (crm_replayed.handed["gate"] != other.handed["gate"]).any()


@pytest.mark.slow
def test_leads_worked_or_closed_before_their_first_monday_are_not_decided_on(crm, crm_replayed):
    history, weeks = crm.tables.history(), crm_replayed.pool.weeks
    came = history.created >= weeks[0]
    first = weeks[np.searchsorted(weeks, history.created).clip(max=len(weeks) - 1)]
    outcome_from = np.where(history.known_at == NAT, history.until, history.known_at)
    worked = np.where(history.first_worked == NAT, history.until, history.first_worked)
    gone = came & (np.minimum(outcome_from, worked) <= first) & (history.created <= weeks[-1])
    assert crm_replayed.not_seen >= gone.sum() > 0
    assert (crm_replayed.pool.first[gone] == -1).all()


def test_models_decide_from_their_week_to_the_next():
    weeks = mondays(0, 400 * 86_400_000_000)
    months = monthly(weeks)
    dates = weeks.view("datetime64[us]").astype("datetime64[M]")
    assert len(months) == np.unique(dates).size
    assert all(i == 0 or dates[i] != dates[i - 1] for i in months)


def test_quarterly_models_are_every_third(config, tables):
    history = tables.history()
    weeks = mondays(int(history.created.min()), history.until)
    replayed = refits(history, Settings.of(config), weeks[:20])
    spans = list(in_force(quarterly(replayed), 20))
    assert [refit.week for refit, _ in spans] == [m.week for m in replayed][::3]
    assert [w for _, span in spans for w in span] == list(range(replayed[0].week, 20))


def test_export_without_dates_is_refused(tmp_path):
    leads = flat_leads(80).drop(columns=["Created", "Closed"])
    undated = config_of(
        tmp_path, leads, columns={"created_at": None, "closed_at": None, "order": "row"}
    )
    with pytest.raises(DataError, match="when the leads came in"):
        backtest(undated, load_tables(undated))


def test_export_without_dates_of_outcomes_is_refused(tmp_path):
    leads = flat_leads(80).drop(columns="Closed")
    config = config_of(tmp_path, leads, columns={"closed_at": None})
    with pytest.raises(DataError, match="no closed lead has a date"):
        backtest(config, load_tables(config))


def test_a_past_in_which_sales_worked_nobody_is_refused_with_a_way_out(tmp_path):
    config = _with_handoffs(tmp_path, flat_leads(80), worked=False)
    with pytest.raises(DataError, match="sales worked no lead"):
        backtest(config, load_tables(config))


def test_a_past_in_which_sales_worked_everybody_at_once_has_an_answer(tmp_path):
    config = _with_handoffs(tmp_path, flat_leads(200), worked=True)
    replayed = backtest(config, load_tables(config), curves=False)
    assert not replayed.proven
    assert 0 < replayed.policies["gate"].wins.value < replayed.policies["gate"].handed_off


def test_a_past_in_which_nobody_waits_is_refused_with_a_way_out(tmp_path):
    config = _with_handoffs(tmp_path, flat_leads(100), worked=True, after=DAY / 1440)
    with pytest.raises(DataError, match="none waited to be decided on") as refusal:
        backtest(config, load_tables(config), curves=False)
    assert "policy.control" in refusal.value.hint


def _with_handoffs(folder, leads, *, worked, after=3 * DAY):
    at = leads["Created"] + after
    table = pd.DataFrame({"lead_id": leads["Id"], "handed_off_at": leads["Created"]})
    table["first_worked_at"] = at if worked else ""
    table.to_csv(folder / "handoffs.csv", index=False)
    closed = leads.assign(Closed=leads["Closed"] + pd.Timedelta(days=4))
    return config_of(folder, closed, data={"leads": "leads.csv", "handoffs": "handoffs.csv"})


def test_too_short_a_past_is_refused(tmp_path):
    short = config_of(tmp_path, flat_leads(30))
    with pytest.raises(DataError, match="Too few outcomes were known"):
        backtest(short, load_tables(short))
