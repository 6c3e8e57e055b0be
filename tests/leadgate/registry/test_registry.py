"""Versions, aliases and the bundle behind them; a registry that is not there is one sentence."""

from __future__ import annotations

import shlex
import shutil
import socket
import time

import pytest

from leadgate.config import Tracking
from leadgate.errors import BundleError, ConfigError, NoChampionError, RegistryError
from leadgate.registry.mlflow_store import connect, shown, store_uri
from leadgate.registry.registry import Registry, Resolved, resolve

TRACKING = Tracking()


@pytest.fixture(scope="session")
def new_database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("registry")
    steps = []
    connect(TRACKING, folder, create=True, progress=lambda what, share: steps.append(what))
    assert steps == ["preparing the MLflow database, once"]
    return folder / "mlflow.db"


def with_versions(home, new_database):
    """Make a folder with a registry of two versions: 1 is the champion, 2 the challenger."""
    home.mkdir()
    shutil.copy(new_database, home / "mlflow.db")
    client = connect(TRACKING, home)
    client.create_registered_model(TRACKING.model)
    for version, alias in [("1", "champion"), ("2", "challenger")]:
        bundle = home / "files" / version / "artifacts" / "bundle"
        bundle.mkdir(parents=True)
        (bundle / "bundle.json").write_text("{}")
        client.create_model_version(TRACKING.model, str(home / "files" / version))
        client.set_registered_model_alias(TRACKING.model, alias, version)
    return home


@pytest.fixture(scope="module")
def folder(new_database, tmp_path_factory):
    """A registry of two versions that the tests only read."""
    return with_versions(tmp_path_factory.mktemp("read") / "Müller & Söhne #1", new_database)


@pytest.fixture
def own(new_database, tmp_path):
    """A registry of two versions to change."""
    return with_versions(tmp_path / "own", new_database)


def bundle_of(folder, version):
    return folder / "files" / version / "artifacts" / "bundle"


@pytest.mark.parametrize(
    ("name", "version"), [("champion", "1"), ("challenger", "2"), ("1", "1"), ("2", "2")]
)
def test_resolve_finds_the_bundle_of_an_alias_or_version(folder, name, version):
    assert resolve(TRACKING, folder, name) == Resolved(bundle_of(folder, version), version)


def test_resolve_takes_a_directory_without_asking_the_registry(folder):
    path = bundle_of(folder, "2")
    nowhere = Tracking(uri="http://127.0.0.1:9")
    assert resolve(nowhere, folder, str(path)) == Resolved(path, "bundle")


def test_resolve_refuses_a_path_without_a_bundle(tmp_path):
    with pytest.raises(BundleError, match=r"no model bundle \(bundle.json\) in this directory"):
        resolve(TRACKING, tmp_path, str(tmp_path))
    with pytest.raises(BundleError, match="and no such directory"):
        resolve(TRACKING, tmp_path, str(tmp_path / "nosuch"))


def test_the_password_of_a_store_comes_from_the_environment(tmp_path, monkeypatch):
    tracking = Tracking(uri="postgresql://flow:${FLOW_PASSWORD}@db.example/mlflow")
    monkeypatch.delenv("FLOW_PASSWORD", raising=False)
    with pytest.raises(ConfigError, match=r"tracking\.uri needs the environment variable FLOW_"):
        store_uri(tracking, tmp_path)
    monkeypatch.setenv("FLOW_PASSWORD", "a@b")
    assert store_uri(tracking, tmp_path) == "postgresql://flow:a%40b@db.example/mlflow"
    assert "a%40b" not in shown(store_uri(tracking, tmp_path))
    with pytest.raises(ValueError, match="holds a password"):
        Tracking(uri="https://flow:secret@mlflow.example")


def test_resolve_without_champion_says_what_to_do(own):
    Registry(TRACKING, own).drop_alias("champion")
    with pytest.raises(NoChampionError, match="--model challenger") as refusal:
        resolve(TRACKING, own)
    assert refusal.value.code == "no_champion"


def test_resolve_before_the_first_training_has_no_champion(tmp_path):
    with pytest.raises(NoChampionError, match=r"mlflow.db holds no model registry yet.*train"):
        resolve(TRACKING, tmp_path)
    assert not list(tmp_path.iterdir())


def test_resolve_of_another_alias_before_the_first_training(tmp_path):
    with pytest.raises(RegistryError, match="leadgate train") as refusal:
        resolve(TRACKING, tmp_path, "challenger")
    assert refusal.value.code == "no_registry"


@pytest.mark.parametrize("name", ["7", "tomorrow"])
def test_resolve_names_what_there_is_instead(folder, name):
    there = r"it has challenger \(2\), champion \(1\), version 2, version 1"
    with pytest.raises(RegistryError, match=f"{name} is no bundle directory.*{there}"):
        resolve(TRACKING, folder, name)


def test_resolve_of_a_model_that_is_not_registered(folder):
    with pytest.raises(RegistryError, match=r"it has none yet\. Train a first model"):
        resolve(Tracking(model="Sam's model"), folder, "challenger")


def test_resolve_says_when_the_files_of_a_version_are_gone(own):
    shutil.rmtree(own / "files" / "1")
    with pytest.raises(RegistryError, match="Version 1 of lead-readiness has no model bundle"):
        resolve(TRACKING, own)


def test_the_way_out_where_files_are_gone_is_the_copy_beside_the_configuration(own):
    shutil.rmtree(own / "files" / "1")
    copy = own / "runs" / "1" / "bundle"
    copy.mkdir(parents=True)
    (copy / "bundle.json").write_text("{}")
    with pytest.raises(RegistryError, match="no model bundle") as refusal:
        resolve(TRACKING, own)
    assert f"--model {shlex.quote(str(copy))}" in refusal.value.hint


def test_a_project_that_was_moved_finds_its_files_beside_the_configuration(own, tmp_path):
    files = own / "mlartifacts" / "models" / "m-1" / "artifacts" / "bundle"
    files.mkdir(parents=True)
    (files / "bundle.json").write_text("{}")
    client = connect(TRACKING, own)
    version = client.create_model_version(TRACKING.model, str(files.parents[1])).version
    moved = tmp_path / "moved here"
    own.rename(moved)
    assert resolve(TRACKING, moved, str(version)).path == moved / files.relative_to(own)
    shutil.rmtree(moved / "mlartifacts")
    with pytest.raises(RegistryError, match=r"no model bundle under .*own.*moved or deleted"):
        resolve(TRACKING, moved, str(version))


def test_registry_moves_aliases_and_keeps_tags(own):
    registry = Registry(TRACKING, own)
    registry.set_alias("previous", "1")
    registry.set_alias("champion", "2")
    registry.set_tags("2", {"why": "it pays"})
    assert registry.aliases() == {"challenger": "2", "champion": "2", "previous": "1"}
    assert registry.tags("2") == {"why": "it pays"}
    registry.drop_alias("previous")
    assert set(Registry(TRACKING, own).aliases()) == {"challenger", "champion"}


@pytest.mark.parametrize(
    ("uri", "fault"),
    [
        ("http://user:${FLOW}@127.0.0.1:9", "nothing answers there"),
        ("postgresql+psycopg://user:${FLOW}@127.0.0.1:9/mlflow", "Connection refused"),
        ("sqlite:///broken.db", "file is not a database"),
        ("mlruns", "maintenance mode"),
    ],
)
def test_a_registry_that_is_not_there_is_refused_at_once(tmp_path, uri, fault, monkeypatch):
    monkeypatch.setenv("FLOW", "s3cret")
    (tmp_path / "broken.db").write_text("no database" * 99)
    began = time.monotonic()
    with pytest.raises(RegistryError, match=fault) as refusal:
        resolve(Tracking(uri=uri), tmp_path, "challenger")
    assert time.monotonic() - began < 5
    assert "leadgate.toml" in refusal.value.hint
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("scheme", ["http", "postgresql+psycopg"])
def test_a_registry_that_never_answers_is_refused_within_seconds(tmp_path, scheme, monkeypatch):
    monkeypatch.setattr("leadgate.registry.mlflow_store._REACH_SECONDS", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        uri = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/mlflow"
        began = time.monotonic()
        with pytest.raises(RegistryError, match=r"no answer within 1 seconds|timeout"):
            resolve(Tracking(uri=uri), tmp_path)
    assert time.monotonic() - began < 10


def test_store_uri_of_sqlite_is_relative_to_the_configuration(tmp_path):
    assert store_uri(Tracking(), tmp_path) == f"sqlite:///{tmp_path}/mlflow.db"
    assert store_uri(Tracking(uri="sqlite:////var/mlflow.db"), tmp_path) == (
        "sqlite:////var/mlflow.db"
    )
    assert store_uri(Tracking(uri="http://mlflow:5000"), tmp_path) == "http://mlflow:5000"


@pytest.mark.parametrize(
    ("uri", "masked"),
    [
        ("http://ann:p@ss@host:5000/x", "http://ann:***@host:5000/x"),
        ("postgresql://ann@host/x", "postgresql://ann@host/x"),
        ("mysql://host/x?password=hush&y=1", "mysql://host/x?password=***&y=1"),
        ("sqlite:////var/mlflow.db", "sqlite:////var/mlflow.db"),
    ],
)
def test_shown_hides_passwords(uri, masked):
    assert shown(uri) == masked
