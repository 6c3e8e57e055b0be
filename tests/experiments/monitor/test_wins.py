"""What a look holds, on a firm whose model needed no training."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.monitor.drift import Drift, Effect, drift
from experiments.monitor.evidence import NEEDED
from experiments.monitor.health import health
from experiments.monitor.matured import Calibration, by_grade, handoffs_of
from experiments.monitor.misses import COLUMNS, MOST, misses
from experiments.monitor.monitor import Monitored, metrics, trained_until
from experiments.monitor.power import LOOKS
from experiments.monitor.sentences import of_drift, of_wins
from experiments.monitor.separation import Separation
from experiments.monitor.wins import Wins, spread_of, wins_of
from features.parsing.times import NAT, timestamps
from tests.experiments.monitor.firms import TRAINED, firm
from tests.experiments.monitor.test_matured import DAY, START
from training.evaluation.evaluated import Metric


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    return firm(tmp_path_factory.mktemp("quiet"))


def wins(bundle, history, decisions):
    return wins_of(bundle, history, handoffs_of(history, decisions), decisions, TRAINED)


def test_a_quiet_firm_is_healthy(quiet):
    seen = wins(*quiet)
    bundle, history, decisions = quiet
    moved = drift(bundle, history, TRAINED)
    look = Monitored(moved, seen, by_grade(handoffs_of(history, decisions), 30))
    assert not look.alarm
    assert moved.look == 6
    assert sum(c.effect for c in moved.columns) == pytest.approx(0, abs=0.3)
    assert moved.accounts + moved.accounts_in_training == pytest.approx(400, abs=3)
    handed_off = decisions["decision"] == "hand_off"
    late = decisions["as_of"] + pd.Timedelta(days=30) > timestamps(np.array([START + 360 * DAY]))[0]
    assert seen.matured.leads == (handed_off & ~late).sum()
    assert seen.expected.handoffs == (handed_off & late).sum()
    # 180 days since the training, less 30 in which nothing could mature.
    assert seen.power.a_month == round(seen.matured.leads / 5)
    assert seen.power.looks == LOOKS
    assert {given.decision for given in seen.earlier} == {"handed off", "held back"}
    state, line = health(look)
    assert state == "healthy"
    assert line == (
        f"healthy: of {seen.matured.leads} leads handed off {seen.matured.won} were won, "
        f"{seen.matured.ratio.value:.2f} times as many as predicted "
        f"({seen.matured.ratio.low:.2f} to {seen.matured.ratio.high:.2f})."
    )


def test_a_readiness_that_is_too_high_is_an_alarm(tmp_path):
    bundle, history, decisions = firm(
        tmp_path, factor=2.2, level={"variance": 0.0004, "since": "2026-06-30T00:00:00Z"}
    )
    seen = wins(bundle, history, decisions)
    assert seen.alarming
    look = Monitored(None, seen, {})
    assert look.alarm
    assert look.why == of_wins(seen)
    assert health(look) == ("alarm", "look closer: wins do not come as predicted.")


def test_leads_that_changed_are_an_alarm_that_names_the_column(tmp_path):
    bundle, history, _ = firm(tmp_path, moved=1.5)
    moved = drift(bundle, history, TRAINED)
    assert moved.alarming
    assert moved.columns[0].name == "Size"
    assert moved.columns[0].effect > 0.1
    assert moved.readiness > moved.readiness_in_training
    look = Monitored(moved, None, {})
    assert look.why == of_drift(moved)
    assert health(look) == ("alarm", "look closer: the leads that come in have changed.")


def test_both_alarms_are_named(tmp_path):
    sure = Drift(1, 1, 1, Separation(0.8, 0.7, 0.9, 0.6), 0.1, 0.1, [])
    look = Monitored(sure, Wins(None, evidence=NEEDED), {})
    assert health(look).line == (
        "look closer: wins do not come as predicted and the leads that come in have changed."
    )
    assert look.why == f"{of_drift(sure)} {of_wins(look.wins)}"


@pytest.mark.parametrize(("evidence", "alarms"), [(NEEDED, True), (NEEDED - 1e-9, False)])
def test_alarm_from_the_evidence_that_is_needed_on(evidence, alarms):
    assert Wins(None, evidence=evidence).alarming is alarms


def test_what_is_not_known_is_said_to_be():
    look = Monitored(None, None, {})
    assert health(look).state == "unknown"
    assert health(Monitored(None, Wins(None), {})).line == (
        "not known yet: too little has come since the model was trained."
    )
    calm = Drift(30, 40, 2, Separation(0.51, 0.48, 0.54, 0.45), 0.2, 0.2, [])
    assert health(Monitored(calm, Wins(None), {})) == (
        "healthy",
        "healthy so far: the leads that come in are like those it was trained on; no outcome of "
        "its handoffs is known yet.",
    )
    assert health(Monitored(replace(calm, separation=None), None, {})).state == "unknown"


def test_sentences():
    ratio = Metric(0.8, 0.5, 1.2, 1.0)
    matured = Calibration(1_000, 20, 0.2, 0.2, ratio)
    told = "Of 1,000 matured handoffs 20 were won, 0.80 times as many as predicted (0.50 to 1.20)."
    assert of_wins(Wins(matured, 1.5)) == (
        f"{told} No evidence that this is more than chance (1.5, 25 is an alarm)."
    )
    assert of_wins(Wins(matured, 1234.56)) == (
        f"Wins do not come as predicted (evidence 1,234.6, 25 is an alarm). {told}"
    )
    assert of_wins(None) == of_wins(Wins(None)) == "No handoff of the store has matured yet."
    columns = [Effect("Size", -0.5), Effect("Age", 0.25), Effect("None", 0.0)]
    apart = Separation(0.7, 0.6, 0.8, 0.55)
    assert of_drift(Drift(1_200, 2, 3, apart, 0.1, 0.2, columns)) == (
        "The leads that come in differ from those before the training (AUC 0.70, 0.60 to 0.80; "
        "0.50 where nothing changed). What moves their log-odds most: Size (-0.50), Age (+0.25)."
    )
    calm = Drift(1_200, 2, 3, replace(apart, bound=0.4), 0.1, 0.2, columns)
    assert of_drift(calm) == (
        "The leads of 1,200 accounts do not differ from those before the training by anything "
        "that matters (AUC 0.70, 0.60 to 0.80; 0.50 where nothing changed)."
    )
    assert of_drift(Drift(1, 2, 3, None, 0.1, 0.2, [])).startswith("Too few accounts")
    assert of_drift(Drift(1, 2, 3, apart, 0.1, 0.2, [])).endswith("changed).")


def test_json_holds_what_is_known(quiet, tmp_path):
    empty = Wins(None).to_dict()
    assert empty == {
        "leads": 0, "won": None, "expected": None, "observed": None, "ratio": None,
        "alarm": False, "evidence": 1.0, "evidence_needed": NEEDED, "power": None,
        "not_mature": None, "given_90_days_ago": [], "misses": None,
    }  # fmt: skip
    seen = wins(*quiet)
    flat = seen.to_dict()
    assert flat["ratio"]["value"] == seen.matured.ratio.value
    assert flat["not_mature"]["wins"]["value"] == seen.expected.wins.value
    assert flat["given_90_days_ago"][0]["won"]["of"] == seen.earlier[0].won.of
    assert flat["misses"] == {
        "scored_low": seen.misses.scored_low, "won": seen.misses.won, "file": None,
    }  # fmt: skip
    look = Monitored(None, seen, {})
    named = look.with_misses(tmp_path / "runs" / "1" / "misses.csv")
    assert named.to_dict()["calibration"]["misses"]["file"].endswith("misses.csv")
    nothing = Monitored(None, None, {})
    assert nothing.with_misses(tmp_path / "none.csv") is nothing
    assert not (tmp_path / "none.csv").exists()


def test_metrics_are_what_is_defined(quiet):
    bundle, history, decisions = quiet
    seen, moved = wins(*quiet), drift(bundle, history, TRAINED)
    look = Monitored(moved, seen, by_grade(handoffs_of(history, decisions), 30))
    flat = metrics(look)
    apart, ratio = moved.separation, seen.matured.ratio
    assert flat["alarm"] == 0
    assert (flat["drift_auc"], flat["drift_auc_low"], flat["drift_auc_high"]) == (
        apart.value, apart.low, apart.high,
    )  # fmt: skip
    assert (flat["won_over_expected"], flat["matured"]) == (ratio.value, seen.matured.leads)
    assert (flat["won_over_expected_low"], flat["won_over_expected_high"]) == (
        ratio.low,
        ratio.high,
    )
    assert (flat["evidence"], flat["readiness_mean"]) == (seen.evidence, moved.readiness)
    assert flat["handoffs_A"] == flat["handoffs_all"]
    assert metrics(Monitored(None, None, {})) == {"alarm": 0.0}
    assert metrics(Monitored(None, Wins(None, evidence=NEEDED), {}))["alarm"] == 1


def test_spread_is_that_of_the_calibration_where_the_handoffs_lie(quiet):
    bundle, history, decisions = quiet
    handoffs = handoffs_of(history, decisions)
    mean = handoffs.readiness.mean()
    x = math.log(mean / (1 - mean))
    # The model's covariance is the identity, of intercept 0 and slope 1.
    assert spread_of(bundle, handoffs) == pytest.approx(math.sqrt(1 + x**2))
    followed = replace(bundle, meta={**bundle.meta, "level": {"variance": 0.04}})
    assert spread_of(followed, handoffs) == pytest.approx(0.2)
    none = handoffs_of(history, decisions.iloc[:0])
    assert spread_of(bundle, none) == 0


def test_the_training_ends_where_the_offset_began_to_follow(quiet):
    bundle, _, _ = quiet
    assert trained_until(bundle) == TRAINED
    followed = {**bundle.meta, "level": {"since": "2026-01-02T00:00:00Z"}}
    assert trained_until(replace(bundle, meta=followed)) == START + DAY
    assert trained_until(replace(bundle, meta={**bundle.meta, "level": None})) == TRAINED
    assert trained_until(replace(bundle, meta={})) == NAT


def test_misses_are_below_the_line_or_explored_and_were_won(quiet):
    bundle, history, decisions = quiet
    low = misses(bundle, history, decisions, 30)
    held_back = decisions[decisions["decision"] == "nurture"]
    won = set(history.lead_ids[history.won])
    expected = held_back[held_back["lead_id"].isin(won)].sort_values(["readiness", "lead_id"])
    assert (low.scored_low, low.won) == (len(held_back), len(expected))
    assert low.table["lead_id"].tolist() == expected["lead_id"].tolist()[:MOST]
    assert low.table.columns.tolist() == list(COLUMNS)
    assert low.table["against_1"].str.startswith("(-) ").all()
    assert low.table["won_at"].str.endswith("Z").all()
    assert (low.table["as_of"] < low.table["won_at"]).all()
    explored = decisions.assign(explored=decisions["decision"] == "hand_off")
    assert misses(bundle, history, explored, 30).scored_low == len(decisions)
    assert misses(bundle, history, decisions, 1).won == 0
    many = misses(bundle, history, decisions.assign(decision="nurture"), 30)
    assert many.won > len(many.table) or many.won == len(many.table) <= MOST


def test_what_chance_or_a_person_held_back_is_no_miss(quiet):
    bundle, history, decisions = quiet
    by_chance = decisions.assign(decision="nurture", ruled_by="", arm="control")
    assert misses(bundle, history, by_chance, 30).scored_low == 0
    assert misses(bundle, history, by_chance.assign(arm="gate", ruled_by="x"), 30).scored_low == 0
    by_gate = by_chance.assign(arm="gate")
    assert misses(bundle, history, by_gate, 30).scored_low == len(decisions)


@pytest.mark.parametrize(
    ("ratio", "state"),
    [
        (Metric(1.0, 0.6, 1.6, 1.0), "healthy"),
        (Metric(1.0, 0.5, 2.1, 1.0), "healthy"),
        (Metric(0.7, 0.1, 2.1, 1.0), "unsure"),
        (Metric(0.7, 0.5, 0.9, 1.0), "unsure"),
        (Metric(1.4, 1.1, 1.7, 1.0), "unsure"),
    ],
)
def test_healthy_is_said_of_what_was_seen_alone(ratio, state):
    look = Monitored(None, Wins(Calibration(3, 1, 0.3, 0.3, ratio)), {})
    assert not look.alarm
    assert health(look).state == state
    assert health(look).line.startswith("healthy") == (state == "healthy")


def test_the_list_of_misses_is_written_anew(quiet, tmp_path):
    bundle, history, decisions = quiet
    path = tmp_path / "runs" / "3" / "misses.csv"
    misses(bundle, history, decisions, 30).write(path)
    assert len(pd.read_csv(path)) > 0
    misses(bundle, history, decisions.iloc[:0], 30).write(path)
    assert path.read_text().splitlines() == [",".join(COLUMNS)]
