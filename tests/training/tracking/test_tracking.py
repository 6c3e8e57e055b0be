"""What MLflow holds after a run, and that its model is the one that serving reads."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from features.tables import Tables
from features.validation.faults import Faults
from leadgate.bundle.bundle import write_bundle
from leadgate.config import Tracking
from leadgate.errors import RegistryError
from leadgate.model import AdditiveMember, Blend, Calibration, Model, Shape
from leadgate.policy import Policy
from leadgate.registry.mlflow_store import connect, store_uri
from leadgate.registry.registry import Registry, resolve
from serving import Scorer
from serving.scoring.answer import COLUMNS, columns_of
from training.evaluation.summary import summarise
from training.tracking.dataset import digest_of_cut
from training.tracking.figures import read_table
from training.tracking.naming import description
from training.tracking.open_run import open_run
from training.tracking.signature import inputs, outputs
from training.tracking.tracking import Files, log_run, version_tags
from training.tracking.version import registering

PLOTS = {"gain": b"\x89PNG one", "reliability": b"\x89PNG two"}
REPORT = {"report.html": "<!doctype html><p>a report</p>"}


def logged_run(config, trained, bundle, evaluated, pages, plots, compared_with=""):
    """Open a run, fill it, register its model and end it; its id and its version."""
    summary = None if trained.evaluation is None else summarise(trained.evaluation)
    files = Files(bundle=bundle, evaluated=evaluated, pages=pages, plots=plots)
    text = description((bundle / "card.md").read_text("utf-8"))
    tags = version_tags(trained, compared_with)
    with (
        open_run(config, "leadgate train") as run,
        registering(run, trained, bundle, tags, text) as registered,
    ):
        log_run(run, trained, registered, read_tables(), summary, files, text, compared_with)
    return run.run_id, registered.version


def read_tables():
    """The tables of an export of three leads."""
    leads = pd.DataFrame({"lead_id": ["a", "b", "c"], "Industry": ["steel", "", "retail"]})
    none = pd.DataFrame()
    return Tables(leads, none, none, none, none, Faults(), [], True, True, None)


def with_database(config, folder, new_database):
    shutil.copy(new_database, folder / "mlflow.db")
    return config.model_copy(update={"folder": folder})


@pytest.fixture(scope="module")
def kept(config, new_database, tmp_path_factory):
    """A configuration whose one run the tests only look at."""
    return with_database(config, tmp_path_factory.mktemp("kept"), new_database)


@pytest.fixture
def own(config, new_database, tmp_path):
    """A configuration without a run."""
    return with_database(config, tmp_path, new_database)


@pytest.fixture
def mlflow_server(new_database, tmp_path):
    """A tracking server on this machine that keeps the artifacts itself."""
    shutil.copy(new_database, tmp_path / "server.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = f"server --host 127.0.0.1 --port {port} --workers 1 --artifacts-destination kept"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "mlflow",
            *command.split(),
            "--backend-store-uri=sqlite:///server.db",
        ],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    uri = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connect(Tracking(uri=uri), tmp_path)
            break
        except RegistryError:
            time.sleep(0.2)
    yield uri
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=20)


@pytest.fixture(scope="module")
def export():
    """Six leads of an export, as text; one refused, one of whom nothing is known."""
    return pd.DataFrame(
        {
            "Lead Id": ["a", "b", "c", "a", "e", "f"],
            "Created": [f"2024-03-0{day}T10:00:00Z" for day in range(1, 7)],
            "Industry": ["steel", "retail", "", "steel", "mining", None],
            "Employees": [10.0, 250.0, np.nan, 10.0, 3.5, np.nan],
            "Email": ["x@example.com"] * 6,
        }
    )


@pytest.fixture(scope="module")
def bundle(trained, tmp_path_factory):
    """A bundle of the made-up run, with a model that tells leads apart."""
    features = trained.shipped.feature_set
    by_industry = Shape([0.0, 1.0, 2.0], [0.0, 0.4, 1.1], -0.3)
    member = AdditiveMember([by_industry, Shape([0.0, 300.0], [-1.0, 1.0], 0.2)], -1.5)
    config = trained.config
    return write_bundle(
        tmp_path_factory.mktemp("bundle") / "shipped",
        features=features.to_dict(),
        model=Model(Blend([member], [1.0], 0.0), Calibration(0.1, 0.9, np.eye(2) / 100)),
        policy=Policy.learn(np.linspace(0.05, 0.6, 50), base_rate=0.2, key="k"),
        meta={"export": config.model_dump(include={"columns", "data"}), "verdict": "better"},
        card="# Card\n\nWhat it is worth.\n\n## Data\n\n3 leads.",
        low=[0, 1],
        high=[2, 300],
    )


@pytest.fixture(scope="module")
def logged(kept, trained, bundle):
    """The id and the version of a run."""
    (kept.folder / "evaluated").mkdir()
    (kept.folder / "evaluated" / "bundle.json").write_text("{}")
    args = (bundle, kept.folder / "evaluated", REPORT, PLOTS)
    return logged_run(kept, trained, *args, compared_with="4")


def client(config):
    return connect(config.tracking, config.folder)


def test_run_has_a_few_metrics_in_the_words_of_the_other_pages(kept, trained, logged):
    run = client(kept).get_run(logged[0])
    assert run.info.status == "FINISHED"
    curves = {name for name in run.data.metrics if "/" in name}
    headline = run.data.metrics.keys() - curves
    assert headline == {
        "log_loss", "auc", "precision_at_capacity", "predicted_to_actual_ratio",
        "log_loss_improvement", "share_of_wins_captured",
    }  # fmt: skip
    ratio = trained.metrics["calibration_in_the_large"].value
    assert run.data.metrics["predicted_to_actual_ratio"] == pytest.approx(ratio, abs=5e-6)
    assert run.data.params["wins_evaluated"] == "380"


def test_forward_windows_and_periods_are_steps_of_curves(kept, trained, logged):
    windows = client(kept).get_metric_history(logged[0], "by_window/wins")
    assert [(point.step, point.value) for point in windows] == [(1, 90), (2, 90), (3, 90), (4, 380)]
    actual = client(kept).get_metric_history(logged[0], "by_period/actual_win_rate")
    assert [point.step for point in actual] == list(range(1, len(actual) + 1))
    assert len(actual) == len(summarise(trained.evaluation).periods) > 2


def test_every_figure_stands_in_one_table_with_its_interval(kept, trained, logged):
    held = client(kept)
    table = held.load_table(_experiment_id(kept), "figures.json", [logged[0]])
    auc = table[(table["figure"] == "auc") & (table["measured_on"] == "the test window")].iloc[0]
    metric = trained.metrics["auc"]
    assert list(auc[["value", "low", "high", "baseline"]]) == pytest.approx(
        [metric.value, metric.low, metric.high, 0.5]
    )
    captured = table["figure"].str.startswith("share_of_wins_captured, ")
    policies = {name.partition(", ")[2] for name in table["figure"][captured]}
    assert policies == {"the gate", "newest first", "current CRM score", "send everything"}
    assert not table.duplicated(["figure", "measured_on"]).any()


def test_the_table_is_read_back_as_the_figures_of_the_run(kept, trained, logged):
    run = client(kept).get_run(logged[0])
    files = Registry(kept.tracking, kept.folder).files(run)
    held = read_table(client(kept), run, files)
    for name, metric in {**trained.metrics, "pooled_auc": trained.evaluation.pooled_auc}.items():
        ends = (held[name].value, held[name].low, held[name].high)
        assert ends == pytest.approx((metric.value, metric.low, metric.high), abs=1e-9)
    assert np.isnan(held["calibration_slope"].baseline)


def test_run_says_on_what_data_it_was_trained(kept, trained, logged):
    (used,) = client(kept).get_run(logged[0]).inputs.dataset_inputs
    assert [(tag.key, tag.value) for tag in used.tags] == [("mlflow.data.context", "training")]
    assert used.dataset.name.startswith("lead-readiness, until ")
    assert json.loads(used.dataset.source)["leads"] == "leads.csv"
    assert json.loads(used.dataset.profile)["won"] == trained.leads["won"]
    assert "steel" not in str(used.dataset.to_dictionary())


@pytest.mark.parametrize("change", [{"digest": "8e" * 32}, {"data_until": 1_767_312_245_000_000}])
def test_another_cut_has_another_digest(trained, change):
    digest = digest_of_cut(trained)
    assert digest == digest_of_cut(trained)
    assert digest != digest_of_cut(dataclasses.replace(trained, **change))


def test_run_holds_what_it_depends_on(kept, trained, logged):
    run = client(kept).get_run(logged[0])
    assert run.data.params["horizon_days"] == "90"
    assert run.data.params["weight additive strong shrinkage"] == "0.6200"
    assert run.data.tags["data_sha256"] == trained.digest
    assert run.data.tags["data_from"] == "2022-03-01T00:00:00Z"
    assert run.data.tags["verdict"] == "better"
    assert "mlflow.source.git.commit" not in run.data.tags


def test_pages_of_mlflow_say_what_run_version_model_and_experiment_are(kept, bundle, logged):
    run_id, version = logged
    card = "What it is worth.\n\n## Data\n\n3 leads."
    run = client(kept).get_run(run_id)
    assert run.info.run_name.startswith(f"v{version} first, until ")
    assert run.data.tags["mlflow.note.content"] == card
    assert run.data.tags["mlflow.source.name"] == "leadgate train"
    experiment = client(kept).get_experiment(run.info.experiment_id)
    assert "report.html" in experiment.tags["mlflow.note.content"]
    described = client(kept).get_model_version("lead-readiness", version).description
    assert described.startswith("Not promoted. What its training asks: Promote this version")
    assert described.endswith(card)
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"
    model = client(kept).get_registered_model("lead-readiness").description
    assert "leadgate promote" in model
    assert "Nothing has been promoted yet" in model


def test_run_names_the_git_commit_of_the_configuration(own, trained, bundle):
    git = ["git", "-C", str(own.folder), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    run_id, _ = logged_run(own, trained, bundle, None, REPORT, {})
    tags = client(own).get_run(run_id).data.tags
    assert tags["mlflow.source.git.commit"] == head.stdout.strip()


def test_run_keeps_its_files_beside_the_configuration(kept, logged):
    run = client(kept).get_run(logged[0])
    files = kept.folder / "mlartifacts" / logged[0] / "artifacts"
    assert run.info.artifact_uri == str(files)
    assert (files / "report.html").read_text() == REPORT["report.html"]
    assert (files / "plots" / "gain.png").read_bytes() == PLOTS["gain"]
    assert (files / "evaluated" / "bundle.json").is_file()
    assert (files / "bundle" / "linear.json").is_file()


def test_version_is_the_challenger_and_says_what_it_was_judged_against(kept, trained, logged):
    registry = Registry(kept.tracking, kept.folder)
    assert registry.aliases() == {"challenger": logged[1]}
    tags = registry.tags(logged[1])
    assert (tags["verdict"], tags["why"]) == (trained.verdict, trained.why)
    assert tags["compared_with"] == "4"


def test_a_second_run_moves_the_challenger_only(own, trained, bundle):
    _, first = logged_run(own, trained, bundle, None, REPORT, {})
    Registry(own.tracking, own.folder).set_alias("champion", first)
    _, version = logged_run(own, trained, bundle, None, REPORT, {})
    aliases = Registry(own.tracking, own.folder).aliases()
    assert aliases == {"champion": "1", "challenger": "2"}
    assert version == "2"


def test_serving_reads_the_directory_of_the_version(kept, bundle, logged):
    registered = resolve(kept.tracking, kept.folder, "challenger")
    assert registered.version == logged[1]
    names = sorted(path.name for path in bundle.iterdir())
    assert sorted(path.name for path in registered.path.iterdir()) == names
    assert not [p for p in registered.path.parents[1].rglob("*") if "pkl" in p.suffix]


@pytest.fixture
def load_model(kept, logged, monkeypatch):
    """MLflow's own way to a model, where pickle is forbidden."""
    import mlflow.pyfunc

    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    mlflow.set_tracking_uri(store_uri(kept.tracking, kept.folder))
    mlflow.set_registry_uri(store_uri(kept.tracking, kept.folder))
    return mlflow.pyfunc.load_model


def test_mlflow_model_gives_what_the_scorer_gives(kept, export, logged, load_model):
    model = load_model("models:/lead-readiness@challenger")
    registered = resolve(kept.tracking, kept.folder, "challenger")
    expected = Scorer.load(registered.path, version=logged[1]).score(export)
    assert set(expected["decision"]) > {"review"}
    pd.testing.assert_frame_equal(model.predict(export), expected)


def test_mlflow_model_takes_every_column_as_optional(export, logged, load_model):
    model = load_model(f"models:/lead-readiness/{logged[1]}")
    answers = model.predict(export[["Lead Id", "Created", "Employees"]])
    assert answers["readiness"].notna().any()
    assert list(answers.columns) == list(COLUMNS)
    assert set(model.predict(export[["Lead Id"]])["decision"]) == {"review"}


def test_signature_names_the_columns_of_the_answer(bundle, export):
    kinds = {"string": "str", "double": "float64", "boolean": "bool"}
    answers = Scorer.load(bundle).score(export)
    assert {name: kinds[kind] for name, kind in outputs(arms=False).items()} == dict(
        answers.dtypes.astype(str)
    )
    assert tuple(outputs(arms=False)) == COLUMNS
    assert tuple(outputs(arms=True)) == columns_of(arms=True)


def test_signature_takes_the_columns_of_the_export(trained):
    assert inputs(trained) == {
        "Lead Id": "L-1",
        "Created": "2026-01-02T09:30:00Z",
        "as_of": "2026-01-09T09:30:00Z",
        "Industry": "other",
        "Employees": 1.0,
    }


def test_a_run_without_anything_judged_is_logged_too(own, trained_without_signal, bundle):
    run_id, version = logged_run(own, trained_without_signal, bundle, None, REPORT, {})
    run = client(own).get_run(run_id)
    assert "auc" not in run.data.metrics
    (used,) = run.inputs.dataset_inputs
    assert json.loads(used.dataset.profile)["all"] == 10640
    assert "data_until" not in run.data.tags
    assert Registry(own.tracking, own.folder).tags(version)["verdict"] == "no_signal"


def test_a_run_that_fails_moves_no_alias(own, trained, bundle, monkeypatch):
    def broken(*_: object) -> str:
        raise OSError("the disk is full")

    monkeypatch.setattr("training.tracking.tracking._log_files", broken)
    with pytest.raises(RegistryError, match="the disk is full"):
        logged_run(own, trained, bundle, None, REPORT, {})
    assert Registry(own.tracking, own.folder).aliases() == {}
    (run,) = client(own).search_runs([_experiment_id(own)])
    assert run.info.status == "FAILED"
    assert Registry(own.tracking, own.folder).versions() == []


def _experiment_id(config):
    return client(config).get_experiment_by_name(config.tracking.experiment).experiment_id


@pytest.mark.slow
def test_a_run_on_a_server_is_kept_there_and_fetched_once(
    own, trained, bundle, export, mlflow_server
):
    tracking = Tracking(uri=mlflow_server)
    config = own.model_copy(update={"tracking": tracking})
    run_id, version = logged_run(config, trained, bundle, None, REPORT, PLOTS)
    run = client(config).get_run(run_id)
    assert run.info.artifact_uri.startswith("mlflow-artifacts:")
    assert not (config.folder / "mlartifacts").exists()
    registered = resolve(tracking, config.folder, "challenger")
    assert registered.version == version
    assert registered.path.is_relative_to(config.folder / ".leadgate" / "models")
    assert len(Scorer.load(registered.path).score(export)) == len(export)
    (registered.path / "seen").touch()
    assert (resolve(tracking, config.folder, "challenger").path / "seen").exists()
