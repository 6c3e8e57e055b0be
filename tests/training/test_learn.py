"""From tables to a judged model: what good, thin and bad data end in."""

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from features.parsing.times import NAT
from features.tables import load_tables
from leadgate.errors import DataError
from tests.training.exports import config_of, flat_leads
from tests.worlds import with_another_future
from training.learn import learn


def learned(folder, leads, **given):
    config = config_of(folder, leads, **given)
    return learn(config, load_tables(config))


def test_a_signal_is_found_and_ships(tmp_path):
    run = learned(tmp_path, flat_leads(700), target={"horizon_days": 30})
    assert run.verdict == "better"
    assert run.shipped.model.has_signal
    assert run.evaluated is not None
    assert run.rows["test"] == run.evaluation.evaluated.y.size
    assert run.rows["train"] > 0
    assert run.policy.signal
    assert run.policy.mean_won_amount == pytest.approx(1000, rel=0.2)


def test_noise_ships_the_base_rate(tmp_path):
    run = learned(tmp_path, flat_leads(700, effect=0.0))
    assert run.verdict == "no_signal"
    assert not run.shipped.model.has_signal
    assert run.importance == {}
    assert not run.policy.signal
    X = np.zeros((3, len(run.shipped.feature_set.features_)))
    rate = (flat_leads(700, effect=0.0)["Stage"] == "Won").mean()
    assert run.shipped.model.readiness(X) == pytest.approx([rate] * 3, abs=0.08)


def test_two_runs_give_equal_predictions(tmp_path):
    first, second = (learned(tmp_path, flat_leads(700)) for _ in range(2))
    assert first.digest == second.digest
    assert (first.evaluation.evaluated.readiness == second.evaluation.evaluated.readiness).all()
    X = np.random.default_rng(0).normal(size=(100, len(first.shipped.feature_set.features_)))
    assert (first.shipped.model.readiness(X) == second.shipped.model.readiness(X)).all()
    for name, metric in first.metrics.items():
        assert astuple(metric) == astuple(second.metrics[name])


def test_the_order_of_the_rows_changes_nothing(tmp_path):
    leads = flat_leads(700)
    first = learned(tmp_path, leads)
    second = learned(tmp_path, leads.sample(frac=1.0, random_state=1))
    assert first.evaluation.evaluated.readiness == pytest.approx(
        second.evaluation.evaluated.readiness, abs=1e-9
    )


@pytest.mark.parametrize("n", [41, 60, 90])
def test_few_leads_are_learned_from_or_refused_in_words(tmp_path, n):
    run = learned(tmp_path, flat_leads(n))
    assert run.verdict in ("better", "no_signal")
    assert run.shipped.has_signal == (run.verdict == "better")
    X = np.random.default_rng(0).normal(size=(50, len(run.shipped.feature_set.features_)))
    low, high = run.shipped.model.interval(X)
    assert ((low > 0) & (low < high) & (high < 1)).all()


def test_too_few_leads_get_the_shrunken_base_rate(tmp_path):
    run = learned(tmp_path, flat_leads(30))
    assert run.verdict == "no_signal"
    assert "15 won and 15 not won" in run.why
    assert run.evaluation is None
    assert run.why.endswith(
        "(Source), shrunken towards the overall rate the more, the fewer leads it has."
    )
    p = run.shipped.model.readiness(np.zeros((1, len(run.shipped.feature_set.features_))))
    assert float(p[0]) == pytest.approx(15.5 / 31)


def test_too_few_leads_get_the_base_rate_of_their_segment_and_are_not_ranked(tmp_path):
    leads = flat_leads(36)
    run = learned(tmp_path, leads)
    shipped = run.shipped
    (rates,) = run.segments
    code = [name == "Source" for name in shipped.feature_set.names_].index(True)
    X = np.zeros((len(rates.values) - 1, len(shipped.feature_set.names_)))
    X[:, code] = np.arange(len(X))
    assert shipped.model.readiness(X) == pytest.approx(rates.pooled.rate[:-1])
    assert len(set(rates.pooled.rate)) > 2
    low, high = shipped.model.interval(X)
    assert ((low <= rates.pooled.low[:-1] + 1e-9) & (high >= rates.pooled.high[:-1] - 1e-9)).all()
    assert not shipped.has_signal
    assert not run.policy.signal
    assert run.policy.threshold == 0.0
    assert run.importance == {}


def test_without_a_segment_too_few_leads_get_one_base_rate(tmp_path):
    run = learned(tmp_path, flat_leads(30), columns={"segments": []})
    assert run.why.endswith("Every lead gets the base rate.")
    assert run.segments == []
    X = np.random.default_rng(0).normal(size=(5, len(run.shipped.feature_set.features_)))
    assert run.shipped.model.readiness(X) == pytest.approx([15.5 / 31] * 5)


def test_no_outcome_is_refused(tmp_path):
    leads = flat_leads(100)
    leads["Stage"] = "Open"
    with pytest.raises(DataError, match="no closed lead"):
        learned(tmp_path, leads)


def test_one_account_for_all_leaves_nothing_to_judge(tmp_path):
    leads = flat_leads(300)
    leads["Account"] = "the same"
    run = learned(tmp_path, leads)
    assert run.verdict == "no_signal"
    assert run.why.startswith("Too few accounts to evaluate")


def test_wins_in_the_past_only_are_no_signal(tmp_path):
    leads = flat_leads(400)
    leads["Stage"] = np.where(np.arange(400) < 30, "Won", "Lost")
    assert "Too few accounts" in learned(tmp_path, leads).why


@pytest.mark.parametrize(("leads", "days"), [(150, 90.0), (60, 5000.0)])
def test_a_small_export_under_a_horizon_gets_a_sentence_and_no_refusal(tmp_path, leads, days):
    run = learned(tmp_path, flat_leads(leads), target={"horizon_days": days})
    assert run.verdict == "no_signal"
    assert run.why.startswith(("Too few accounts", "Nothing can be evaluated", "Too few closed"))


def test_twelve_accounts_are_named_as_too_few(tmp_path):
    leads = flat_leads(900)
    leads["Account"] = [f"A{i % 12}" for i in range(900)]
    run = learned(tmp_path, leads)
    assert run.verdict == "no_signal"
    assert run.why.startswith("Too few accounts to test for signal")
    assert "other accounts" in run.why


def test_an_export_without_a_feature_is_no_signal(tmp_path):
    leads = flat_leads(400)[["Id", "Created", "Stage", "Closed"]]
    columns = dict.fromkeys(("account_id", "amount", "own_score", "segments"))
    run = learned(tmp_path, leads, columns=columns)
    assert run.verdict == "no_signal"
    assert run.why.startswith("Nothing discriminates between leads: there are no activities")
    assert run.proxies is None
    assert run.shipped.model.readiness(np.empty((1, 0)))[0] == pytest.approx(
        (leads["Stage"] == "Won").mean(), abs=0.02
    )


def test_rows_in_order_without_dates_train(tmp_path):
    leads = flat_leads(700).drop(columns=["Created", "Closed"])
    columns = {"created_at": None, "closed_at": None, "order": "row"}
    run = learned(tmp_path, leads, columns=columns)
    assert run.verdict == "better"
    assert "no dates" in " ".join(run.notes)


def test_dates_without_a_clock_count_a_close_on_the_day_of_creation(tmp_path):
    leads = flat_leads(700)
    leads["Created"] = leads["Created"].dt.floor("D")
    leads["Closed"] = leads["Created"] + pd.to_timedelta(np.arange(700) % 2, unit="D")
    run = learned(tmp_path, leads, target={"horizon_days": 30})
    assert run.verdict == "better"
    assert run.evaluation.evaluated.y.sum() > 20


@pytest.fixture(scope="module")
def crm_learned(crm):
    """What is learned from a CRM with handoffs, leads never worked and late records."""
    return learn(crm.config, crm.tables)


@pytest.mark.slow
def test_leads_never_worked_are_no_negatives(crm, crm_learned):
    history = crm.tables.history()
    worked = history.first_worked != NAT
    evaluated = crm_learned.evaluation.evaluated
    assert crm_learned.verdict == "better"
    assert (~worked & history.lost).sum() > 100
    assert worked[history.index_of(evaluated.lead_id)].all()
    assert (history.first_worked[history.index_of(evaluated.lead_id)] <= evaluated.as_of).all()


@pytest.mark.slow
def test_the_evaluation_fit_knows_nothing_recorded_in_its_window(crm, crm_learned):
    """Everything recorded from the start of the test window on is changed; the fit is the same."""
    start = crm_learned.evaluation.windows[-1].start
    other_tables = with_another_future(
        crm.tables, pd.Timestamp(start, unit="us", tz="UTC"), gone=False
    )

    other = learn(crm.config, other_tables)

    assert other.evaluation.windows[-1].start == start
    fits = [trained.evaluated for trained in (crm_learned, other)]
    assert fits[0].feature_set.names_ == fits[1].feature_set.names_
    X = np.random.default_rng(0).normal(size=(200, len(fits[0].feature_set.names_)))
    assert (fits[0].model.readiness(X) == fits[1].model.readiness(X)).all()
    assert (crm_learned.shipped.model.readiness(X) != other.shipped.model.readiness(X)).any()


def test_progress_is_told_in_order(tmp_path):
    said = []
    config = config_of(tmp_path, flat_leads(300))
    learn(config, load_tables(config), progress=lambda _, share: said.append(share))
    assert said == sorted(said)
    assert len(said) >= 4
