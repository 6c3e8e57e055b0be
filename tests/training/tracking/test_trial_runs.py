"""The trials of a search as nested MLflow runs."""

import dataclasses
import shutil

import pytest

from leadgate.registry.mlflow_store import connect
from training.estimators.tuning import SearchResult, Trial, Tuning
from training.tracking.trial_runs import PARENT, flat, log_trials


@pytest.fixture
def client(config, new_database, tmp_path):
    shutil.copy(new_database, tmp_path / "mlflow.db")
    return connect(config.tracking, tmp_path)


@pytest.fixture
def searched():
    default = Tuning.default(300)
    other = dataclasses.replace(default, spread=2.0, half_life=0.5)
    trials = [
        Trial(0, default, (0.5, 0.4), 0.45, 0.0, 0.0, 2.0),
        Trial(1, other, (0.4, 0.4), 0.40, 0.05, 0.01, 3.0),
    ]
    return SearchResult(other, trials, 5)


def test_each_trial_is_a_run_below_the_training(client, searched):
    experiment = client.create_experiment("trials")
    parent = client.create_run(experiment).info.run_id
    log_trials(client, parent, searched)
    below = f"tags.`{PARENT}` = '{parent}'"
    runs = {run.info.run_name: run for run in client.search_runs([experiment], below)}
    assert sorted(runs) == ["trial 0", "trial 1"]
    second = runs["trial 1"]
    assert second.data.tags["chosen"] == "true"
    assert second.data.metrics["log_loss_fold_1"] == 0.4
    assert second.data.metrics["gain_over_the_usual"] == 0.05
    assert second.data.params == {k: str(v) for k, v in flat(searched.tuning).items()}
    assert second.info.status == "FINISHED"
    assert second.info.end_time - second.info.start_time == 3000
    assert runs["trial 0"].info.end_time == second.info.start_time
    assert runs["trial 0"].data.tags["chosen"] == "false"


def test_hyper_parameters_have_one_name_each():
    names = flat(Tuning.default(300))
    assert set(names) == {
        "trees", "trees_leaves", "trees_rate", "trees_l2", "trees_columns",
        "outcomes", "spread", "knots", "half_life",
    }  # fmt: skip


def test_a_run_without_a_search_has_no_trials(client):
    experiment = client.create_experiment("none")
    log_trials(client, client.create_run(experiment).info.run_id, None)
    assert len(client.search_runs([experiment])) == 1
