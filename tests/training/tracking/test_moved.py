"""A project that was moved: where its files are looked for, and how its registry is put right."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from leadgate.config import Config
from leadgate.errors import RegistryError
from leadgate.registry.mlflow_store import connect
from leadgate.registry.registry import Registry
from training.tracking.experiment import experiment_of

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "move-a-registry.md"
COLUMNS = {"lead_id": "a", "created_at": "b", "outcome": "c", "won": ["won"]}


def config_in(folder):
    return Config.from_dict({"data": {"leads": "x.csv"}, "columns": COLUMNS}, folder=folder)


@pytest.fixture
def moved(new_database, tmp_path):
    """A project with an evaluated version, moved; the folder where it lay, and the new one."""
    old, new = tmp_path / "old place", tmp_path / "new place"
    old.mkdir()
    shutil.copy(new_database, old / "mlflow.db")
    client, config = connect(config_in(old).tracking, old), config_in(old)
    run = client.create_run(experiment_of(client, config))
    model = client.create_logged_model(run.info.experiment_id, "bundle", run.info.run_id)
    for place, name in ((model.artifact_location, "bundle"), (run.info.artifact_uri, "evaluated")):
        (Path(place) / name).mkdir(parents=True)
        (Path(place) / name / "bundle.json").write_text("{}")
    client.create_registered_model(config.tracking.model)
    source = str(Path(model.artifact_location).parent)
    client.create_model_version(config.tracking.model, source, run.info.run_id)
    old.rename(new)
    return old, new


def test_the_files_of_a_version_are_found_beside_the_configuration(moved):
    old, new = moved
    registry = Registry(config_in(new).tracking, new)
    assert registry.bundle("1").is_relative_to(new)
    assert registry.evaluated("1").is_relative_to(new)
    assert not old.exists()


def test_training_refuses_to_write_where_the_project_lay(moved):
    old, new = moved
    config = config_in(new)
    with pytest.raises(RegistryError, match=r"the project was moved.*move-a-registry") as refusal:
        experiment_of(connect(config.tracking, new), config)
    assert refusal.value.code == "moved"
    assert str(old) in refusal.value.message


def test_the_statements_of_the_page_put_the_registry_right(moved):
    old, new = moved
    (statements,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    statements = statements.replace("/old/place", str(old)).replace("/new/place", str(new))
    with closing(sqlite3.connect(new / "mlflow.db")) as database:
        database.executescript(statements)
    config = config_in(new)
    client = connect(config.tracking, new)
    location = client.get_experiment(experiment_of(client, config)).artifact_location
    assert Path(location).is_relative_to(new)
    (version,) = client.search_model_versions("")
    assert Path(client.get_run(version.run_id).info.artifact_uri).is_relative_to(new)
    assert Registry(config.tracking, new).bundle("1").is_relative_to(new)
