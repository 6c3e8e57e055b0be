from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from features.parsing.times import US_PER_DAY, now
from leadgate.bundle.bundle import load_bundle
from leadgate.errors import StoreBusyError
from serving import timeouts
from serving.batch import recorder
from serving.batch.recorder import Recorder
from serving.decisions.replay import replay
from serving.decisions.ruling import state_from_json
from serving.scoring.earlier_calls import Outcome
from serving.scoring.scorer import Scorer
from serving.store import Store, postgresql, read_tables

N, CAPACITY = 60, 20
# The readier a lead, the more employees it has; none two have the same.
EMPLOYEES = [8 * ((7 * n) % N) for n in range(N)]
LEADS = pd.DataFrame(
    {
        "LeadId": [f"L{n:02}" for n in range(N)],
        "CreatedDate": "2026-01-02T03:04:05Z",
        "Source": "Web",
        "Employees": EMPLOYEES,
    }
)
BEST_FIRST = LEADS.sort_values(["Employees", "LeadId"], ascending=[False, True])["LeadId"].tolist()


@pytest.fixture
def scorer(bundle):
    """The small model, of which any lead reaches the line and 20 a week are taken."""
    scorer = Scorer(load_bundle(bundle))
    scorer.policy = replace(
        scorer.policy, scores=(0.0,) * 1001, leads_per_week=None, capacity_per_week=CAPACITY
    )
    return scorer


@pytest.fixture
def files(tmp_path):
    """What is read; only its content counts."""
    LEADS.to_csv(tmp_path / "leads.csv", index=False)
    return [tmp_path / "leads.csv"]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Several transactions for few leads."""
    monkeypatch.setattr(recorder, "_PART", 7)


def record(store, scorer, files, leads=LEADS):
    run = Recorder.of(store, scorer, files, None)
    return run, run.record(scorer.assess_table(leads))


def handed_off(answers):
    return answers.loc[answers["decision"] == "hand_off", "lead_id"].tolist()


def test_the_best_leads_are_taken_up_to_the_weeks_capacity(store, scorer, files):
    _, answers = record(store, scorer, files)
    assert answers["lead_id"].tolist() == LEADS["LeadId"].tolist()
    assert sorted(handed_off(answers)) == sorted(BEST_FIRST[:CAPACITY])
    assert sum(load.handoffs for load in store.handoffs(now()).values()) == CAPACITY
    others = answers[answers["decision"] == "nurture"]
    assert set(others["why"]) == {"the capacity of this week is used"}


def test_what_the_week_has_used_already_counts(store, scorer, files, decision):
    with store.transaction(week=True) as transaction:
        for n in range(15):
            transaction.keep(decision(lead_id=f"before {n}", decided_at=now()))
    _, answers = record(store, scorer, files)
    assert sorted(handed_off(answers)) == sorted(BEST_FIRST[: CAPACITY - 15])


def test_every_decision_is_kept_as_it_was_answered(store, scorer, files):
    run, answers = record(store, scorer, files)
    kept = read_tables(store).decisions.set_index("lead_id").loc[answers["lead_id"]]
    assert set(kept["request_id"]) == {run.run}
    for name in ("decision", "why", "person", "grade", "stage", "readiness", "threshold"):
        assert kept[name].tolist() == answers[name].tolist(), name


def test_the_same_run_again_decides_nothing_anew(store, scorer, files):
    _, first = record(store, scorer, files)
    _, second = record(store, scorer, files)
    pd.testing.assert_frame_equal(second, first)
    assert len(read_tables(store).decisions) == N


def test_a_run_that_was_killed_goes_on_where_it_was(store, scorer, files, monkeypatch):
    whole = record(store, scorer, files)[1]
    store.connection.close()
    for lead_id in LEADS["LeadId"]:
        store.erase(lead_id)
    with store.connection.changing() as connection:
        connection.exec_driver_sql("DELETE FROM handoffs")
    parts = []

    def killed(self, *arguments):
        parts.append(None)
        if len(parts) == 4:
            raise KeyboardInterrupt("killed")
        return part(self, *arguments)

    part = Recorder._part
    run = Recorder.of(store, scorer, files, None)
    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "_part", killed)
        with pytest.raises(KeyboardInterrupt, match="killed"):
            run.record(scorer.assess_table(LEADS))
    assert len(read_tables(store).decisions) == 21
    _, answers = record(store, scorer, files)
    assert len(read_tables(store).decisions) == N
    assert handed_off(answers) == handed_off(whole)
    assert sum(load.handoffs for load in store.handoffs(now()).values()) == CAPACITY


def test_a_store_that_others_hold_is_waited_for(store, scorer, files, monkeypatch):
    part, held_up = Recorder._part, [StoreBusyError("held")] * 2

    def busy(self, rows):
        if held_up:
            raise held_up.pop()
        return part(self, rows)

    monkeypatch.setattr(Recorder, "_part", busy)
    _, answers = record(store, scorer, files)
    assert len(read_tables(store).decisions) == N
    assert len(handed_off(answers)) == CAPACITY


def test_a_decision_sees_what_those_before_it_in_its_part_used(store, scorer, files, monkeypatch):
    monkeypatch.setattr(recorder, "_PART", N)
    run, _ = record(store, scorer, files)
    *_, last = store.decisions(run.run)
    seen = state_from_json(last["state"])
    assert last["decision"] == "nurture"
    assert seen.this_week == CAPACITY
    assert seen.people == store.handoffs(now())
    assert sum(load.value for load in seen.people.values()) > 0
    assert not seen.paced


def test_a_file_waits_for_whoever_has_the_capacity_of_the_week(url, scorer, files, monkeypatch):
    monkeypatch.setattr(timeouts, "PART", 0.0)
    monkeypatch.setitem(postgresql.OPTIONS, "options", "-c lock_timeout=10")
    with Store(url) as store, Store(url) as other:
        run = Recorder.of(store, scorer, files, None)
        run.model.keep(store)
        with other.transaction(week=True) as transaction:
            transaction.revision("any")
            with pytest.raises(StoreBusyError, match="The store is busy"):
                run.record(scorer.assess_table(LEADS))
        assert read_tables(store).decisions.empty


def test_another_file_or_policy_or_day_is_another_run(store, scorer, files, monkeypatch):
    runs = [Recorder.of(store, scorer, files, None).run]
    files[0].write_text(files[0].read_text() + "\n")
    runs.append(Recorder.of(store, scorer, files, None).run)
    runs.append(Recorder.of(store, scorer, files, "2026-02-01").run)
    scorer.policy = replace(scorer.policy, cost_per_handoff=1.0)
    runs.append(Recorder.of(store, scorer, files, None).run)
    tomorrow = now() + US_PER_DAY
    monkeypatch.setattr(recorder, "now", lambda: tomorrow)
    runs.append(Recorder.of(store, scorer, files, None).run)
    assert Counter(runs).most_common(1)[0][1] == 1


def test_a_lead_that_was_handed_off_keeps_its_place_and_uses_none_again(
    store, scorer, files, monkeypatch
):
    record(store, scorer, files)
    tomorrow = now() + US_PER_DAY
    monkeypatch.setattr(recorder, "now", lambda: tomorrow)
    scorer.policy = replace(scorer.policy, capacity_per_week=CAPACITY + 5)
    _, answers = record(store, scorer, files)
    assert sorted(handed_off(answers)) == sorted(BEST_FIRST[: CAPACITY + 5])
    assert Counter(answers["why"])["handed off before"] == CAPACITY


def test_what_became_of_a_lead_comes_first(store, scorer, files):
    store.add_outcomes([Outcome(BEST_FIRST[0], "lost", now())])
    _, answers = record(store, scorer, files)
    of = answers.set_index("lead_id")["decision"]
    assert of[BEST_FIRST[0]] == "disqualify"
    assert of[BEST_FIRST[CAPACITY]] == "hand_off"


def test_a_rejected_row_is_answered_and_not_kept(store, scorer, files):
    leads = pd.concat([LEADS, LEADS.iloc[:1]], ignore_index=True)
    _, answers = record(store, scorer, files, leads)
    assert answers["decision"].tolist()[-1] == "review"
    assert len(read_tables(store).decisions) == N


def test_a_lead_that_is_erased_meanwhile_is_not_kept(store, scorer, files):
    run = Recorder.of(store, scorer, files, None)
    store.erase(BEST_FIRST[0])
    answers = run.record(scorer.assess_table(LEADS)).set_index("lead_id")
    assert answers.loc[BEST_FIRST[0], ["decision", "why"]].tolist() == [
        "review", "the lead was erased meanwhile",
    ]  # fmt: skip
    assert BEST_FIRST[0] not in set(read_tables(store).decisions["lead_id"])


def test_what_leads_are_worth_decides_who_comes_first(store, scorer, files):
    scorer.policy = replace(
        scorer.policy, capacity_per_week=1, value_per_win=1.0, value_column="Deal"
    )
    leads = LEADS.assign(Deal=[1_000_000.0 if n == 3 else 1.0 for n in range(N)])
    assessed = scorer.assess_table(leads)
    answers = Recorder.of(store, scorer, files, None).record(assessed)
    assert handed_off(answers) == ["L03"]


def test_recorded_decisions_are_replayed(store, scorer, files, bundle):
    scorer.policy = replace(scorer.policy, explore=0.3, capacity_per_week=None)
    run, _ = record(store, scorer, files)
    replayed = replay(store, run.run, lambda *kept: load_bundle(bundle))
    assert len(replayed) == N
    assert all(decision.same for decision in replayed)
    with store.connection.changing() as connection:
        connection.exec_driver_sql("UPDATE decisions SET threshold = 0.9 WHERE lead_id = 'L00'")
    changed = [r for r in replay(store, run.run, lambda *kept: load_bundle(bundle)) if not r.same]
    assert [(r.lead_id, [d.name for d in r.differences]) for r in changed] == [
        ("L00", ["threshold"])
    ]
