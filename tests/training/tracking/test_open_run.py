"""A run is on MLflow's pages from its beginning, and ends as what it was."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from leadgate.config import Config
from leadgate.errors import DataError, RegistryError
from leadgate.registry.liveness import abandoned
from leadgate.registry.mlflow_store import connect
from training.tracking.open_run import open_run

COLUMNS = {"lead_id": "a", "created_at": "b", "outcome": "c", "won": ["won"]}
COMMAND = "leadgate train"


@pytest.fixture
def empty(tmp_path):
    """A project without a registry."""
    return Config.from_dict({"data": {"leads": "x.csv"}, "columns": COLUMNS}, folder=tmp_path)


@pytest.fixture
def project(empty, new_database):
    """A project with a registry, and no run in it."""
    shutil.copy(new_database, empty.folder / "mlflow.db")
    return empty


def runs_of(config):
    client = connect(config.tracking, config.folder)
    experiment = client.get_experiment_by_name(config.tracking.experiment)
    return client.search_runs([experiment.experiment_id])


def test_a_run_is_there_while_it_is_under_way(project):
    with open_run(project, COMMAND):
        (run,) = runs_of(project)
        assert run.info.status == "RUNNING"
        assert run.info.run_name.endswith("leadgate train under way")
        assert run.data.tags["mlflow.source.name"] == COMMAND
    (run,) = runs_of(project)
    assert run.info.status == "FINISHED"
    assert run.info.end_time >= run.info.start_time


def test_a_run_begins_when_its_command_did(project, monkeypatch):
    monkeypatch.setattr("training.tracking.open_run.time.time", lambda: 1_700_000_000.0)
    with open_run(project, COMMAND):
        (run,) = runs_of(project)
    assert run.info.start_time == 1_700_000_000_000


@pytest.mark.parametrize(
    ("error", "status", "why"),
    [
        (DataError("No win.", hint="Name the wins."), "FAILED", "No win. Name the wins."),
        (ValueError("ann@example.com"), "FAILED", "A defect ended it: ValueError."),
        (KeyboardInterrupt("stop"), "KILLED", "Stopped by an interrupt"),
        (SystemExit(143), "KILLED", "Stopped by SIGTERM"),
    ],
)
def test_a_run_that_does_not_finish_says_why(project, error, status, why):
    with pytest.raises(type(error), match=re.escape(str(error))), open_run(project, COMMAND):
        raise error
    (run,) = runs_of(project)
    assert run.info.status == status
    assert run.data.tags["why"].startswith(why)
    assert run.data.tags["mlflow.note.content"].startswith(why)
    assert "ann@" not in str(run.data.tags)
    assert run.info.run_name.endswith(status.lower())
    assert not list(abandoned(project.folder))


def test_what_is_refused_before_there_is_a_registry_makes_none(empty):
    with pytest.raises(DataError, match="unreadable"), open_run(empty, COMMAND):
        raise DataError("unreadable")
    assert list(empty.folder.iterdir()) == []


def test_a_store_that_is_gone_does_not_hide_why_a_run_failed(project, monkeypatch):
    def gone(*_: object) -> None:
        raise RegistryError("nothing answers there")

    monkeypatch.setattr("training.tracking.open_run._end", gone)
    with pytest.raises(DataError, match="no lead"), open_run(project, COMMAND):
        raise DataError("no lead")


KILLED = """
    import os, signal, sys
    from leadgate.config import Config
    from training.tracking.open_run import open_run

    config = Config.load(sys.argv[1])
    with open_run(config, "leadgate train") as run:
        run.step("fitting the members", 0.4)
        os.kill(os.getpid(), signal.Signals[sys.argv[2]])
        for _ in range(10**9):
            pass
"""


def killed_by(name, config):
    """Kill a run of another process by a signal; its return code."""
    path = config.folder / "leadgate.toml"
    columns = "\n".join(f"{key} = {value!r}" for key, value in COLUMNS.items())
    path.write_text(f'[data]\nleads = "x.csv"\n[columns]\n{columns}\n', encoding="utf-8")
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(path), name]
    return subprocess.run(command, check=False, timeout=120, env=dict(os.environ)).returncode


def test_a_run_that_was_killed_outright_is_ended_and_named_by_the_next(project):
    assert killed_by("SIGKILL", project) == -signal.SIGKILL
    (dead,) = runs_of(project)
    assert dead.info.status == "RUNNING"
    looked_at = time.time() * 1000
    with open_run(project, COMMAND) as run:
        (sentence,) = run.killed
    assert dead.info.run_id in sentence
    assert "killed while fitting the members; last seen at" in sentence
    ended = connect(project.tracking, project.folder).get_run(dead.info.run_id)
    assert ended.info.status == "KILLED"
    assert ended.info.start_time <= ended.info.end_time <= looked_at
    with open_run(project, COMMAND) as run:
        assert run.killed == []


def test_a_run_that_is_asked_to_stop_is_killed_by_its_own_word(project):
    assert killed_by("SIGTERM", project) == 128 + signal.SIGTERM
    (run,) = runs_of(project)
    assert run.info.status == "KILLED"
    assert run.data.tags["why"].startswith("Stopped by SIGTERM")


def test_a_run_at_work_is_not_taken_for_a_dead_one(project):
    with open_run(project, COMMAND), open_run(project, COMMAND) as second:
        assert second.killed == []
        assert {run.info.status for run in runs_of(project)} == {"RUNNING"}
