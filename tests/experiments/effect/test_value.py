"""What a gate brought, from its log: counts, money, maturity, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.effect.decided import decided
from experiments.effect.value import value_of
from experiments.effect.words import in_words, of_plan, when_it_shows
from leadgate.errors import DataError
from tests.experiments.effect.logs import DAY, HORIZON, N, stored_of, world
from tests.leadgate.policies import policy_of

POLICY = policy_of(cost_per_handoff=40, value_per_win=5000, control=0.2)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """The configuration, the export, the store, and who was in control and won."""
    config, tables, control, won = world(tmp_path_factory.mktemp("world"))
    return config, tables, stored_of(tables, control), control, won


@pytest.fixture(scope="module")
def value(log):
    config, tables, stored, *_ = log
    return value_of(config, tables, stored, POLICY, HORIZON)


def test_the_effect_is_the_difference_of_the_arms_times_the_leads(log, value):
    _, tables, _, control, won = log
    # The newest win ends the export, ten days after its lead was created.
    newest = tables.leads["created_at"][won].max() + pd.Timedelta(days=10)
    passed = pd.Timedelta(hours=1, days=HORIZON)
    mature = (tables.leads["created_at"] + passed <= newest).to_numpy()
    assert (value.leads, value.control) == ((mature & ~control).sum(), (mature & control).sum())
    rates = value.effect
    assert rates.gate.value == pytest.approx(won[~control][: value.leads].mean())
    assert rates.control.value == pytest.approx(won[control][: value.control].mean())
    wins = value.to_dict()["effect"]["wins"]
    assert wins["value"] == pytest.approx((rates.gate.value - rates.control.value) * value.leads)
    assert wins["low"] < wins["value"] < wins["high"]


def test_money_is_the_worth_of_the_wins_less_the_handoffs(value):
    both = value.to_dict()["effect"]
    assert value.handed_off == value.leads
    for end in ("value", "low", "high"):
        expected = 5000 * both["wins"][end] - 40 * value.handed_off
        assert both["profit"][end] == pytest.approx(expected)


def test_without_a_worth_there_is_no_money_and_it_says_so(log):
    config, tables, stored, *_ = log
    value = value_of(config, tables, stored, policy_of(control=0.2), HORIZON)
    assert value.to_dict()["effect"]["profit"] == {"value": None, "low": None, "high": None}
    assert "Set policy.value_per_win to see it in money." in list(in_words(value))


def test_json_is_plain_and_names_every_estimate(value):
    facts = json.loads(json.dumps(value.to_dict(), allow_nan=False))
    assert list(facts)[:4] == ["effect", "estimators", "effective_n", "weeks_needed"]
    assert list(facts["estimators"]) == [
        "intention_to_treat", "inverse_propensity", "self_normalised", "doubly_robust",
    ]  # fmt: skip
    assert facts["estimators"]["intention_to_treat"] == facts["effect"]
    assert facts["leads"]["gate"] + facts["leads"]["control"] + facts["leads"]["waiting"] == N


def test_words_are_for_people(value):
    words = list(in_words(value))
    assert value.proven
    assert words[0].startswith("The gate wins about ")
    assert "more deals a quarter than leaving the same leads to marketing" in words[0]
    assert "worth" in words[0]
    assert "left to marketing at random" in words[1]
    assert "shows after" in words[-1]


def test_an_effect_that_may_be_none_is_not_proven(log):
    config, tables, *_ = log
    # Arms that have nothing to do with the outcome.
    drawn = np.random.default_rng(3).random(N) < 0.2
    alike = stored_of(tables, drawn)
    value = value_of(config, tables, alike, POLICY, HORIZON)
    assert not value.proven
    assert next(in_words(value)).startswith("Not proven yet: ")


def test_a_gate_that_loses_deals_is_said_to(log):
    config, tables, _, _, won = log
    k = np.arange(N)
    harmed = stored_of(tables, np.where(won, k % 2 == 0, k % 5 == 0))
    value = value_of(config, tables, harmed, POLICY, HORIZON)
    assert value.effect.intention_to_treat.high < 0
    assert value.harmful
    assert not value.proven
    words = next(in_words(value))
    assert words.startswith("By this log the gate loses about ")
    assert "includes none" not in words
    assert "Do not rely on it" in words


def test_leads_that_sales_worked_nevertheless_stay_where_they_were_drawn(log, value):
    config, tables, stored, control, _ = log
    first = stored.decisions[control].head(10)
    later = first.assign(
        decision="hand_off", uses_capacity=True, as_of=first["as_of"] + pd.Timedelta(days=3)
    )
    decisions = pd.concat([stored.decisions, later], ignore_index=True)
    again = value_of(config, tables, replace(stored, decisions=decisions), POLICY, HORIZON)
    assert again.crossed == 10
    assert again.control == value.control
    assert again.effect.control == value.effect.control
    assert any("nevertheless" in words for words in in_words(again))


def test_handoffs_after_the_horizon_cost_nothing_yet(log, value):
    config, tables, stored, control, _ = log
    late = stored.decisions["as_of"] + pd.Timedelta(days=HORIZON, hours=1)
    first = stored.decisions.assign(decision="nurture", uses_capacity=False)
    again = stored.decisions.assign(as_of=late)[~control]
    decisions = pd.concat([first, again], ignore_index=True)
    later = value_of(config, tables, replace(stored, decisions=decisions), POLICY, HORIZON)
    assert later.handed_off == 0
    in_time = pd.concat([first, again.assign(as_of=late - pd.Timedelta(hours=1))])
    within = replace(stored, decisions=in_time.reset_index(drop=True))
    assert value_of(config, tables, within, POLICY, HORIZON).handed_off == value.leads


def test_decisions_of_shadows_and_before_the_group_do_not_count(log, value):
    config, tables, stored, *_ = log
    shadow = stored.decisions.assign(shadow=True, arm="control")
    before = stored.decisions.assign(arm="", decision="nurture", uses_capacity=False)
    decisions = pd.concat([shadow, before, stored.decisions], ignore_index=True)
    again = value_of(config, tables, replace(stored, decisions=decisions), POLICY, HORIZON)
    assert again.effect.intention_to_treat == value.effect.intention_to_treat


def test_a_win_counts_within_the_horizon_after_the_decision(log):
    _, tables, stored, *_ = log
    history = tables.history()
    for days, counts in ((9, True), (11, False), (-21, False)):
        at = stored.decisions["as_of"] + pd.Timedelta(days=days, hours=-1)
        moved = replace(stored, decisions=stored.decisions.assign(as_of=at))
        leads = decided(history, moved, tables.leads["lead_id"].to_numpy(object), 0, HORIZON)
        assert leads.trial.won.any() == counts


def test_an_end_is_that_of_the_source_and_not_of_the_outcome(log):
    _, tables, stored, *_ = log
    history = tables.history()
    exported = tables.leads["lead_id"].to_numpy(dtype=object)
    alone = decided(history, stored, exported, history.until + 900 * DAY, HORIZON)
    of_store = decided(history, stored, exported[:0], history.until + 900 * DAY, HORIZON)
    assert 0 < alone.mature.sum() < N == of_store.mature.sum()
    limit = decided(history, stored, exported[:0], int(alone.as_of[0]) + HORIZON * DAY, HORIZON)
    assert limit.mature.sum() == 4


def test_without_a_group_it_says_what_to_set(log):
    config, tables, stored, *_ = log
    plain = replace(stored, decisions=stored.decisions.assign(arm=""))
    for store in (None, plain):
        with pytest.raises(DataError, match="No decision was logged with a control group") as no:
            value_of(config, tables, store, POLICY, HORIZON)
        assert "Set policy.control" in no.value.hint


def test_without_a_horizon_it_is_refused(log):
    config, tables, stored, *_ = log
    with pytest.raises(DataError, match="Without a horizon"):
        value_of(config, tables, stored, POLICY, None)


def test_the_plan_is_by_what_was_seen(value):
    plan = value.plan
    assert plan.leads_per_week == pytest.approx(28, rel=0.02)
    assert plan.base_rate == value.effect.control.value
    assert plan.control == 0.2
    assert value.weeks_needed == plan.weeks(0.2)
    assert "With a control group of 20%" in when_it_shows(plan)
    assert "set policy.control" in when_it_shows(replace(plan, control=None))
    assert "No effect is expected" in when_it_shows(replace(plan, effect=0.0))
    assert len(list(of_plan(plan))) == 2
    assert len(list(of_plan(replace(plan, control=None)))) == 1
