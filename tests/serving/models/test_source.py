from pathlib import Path
from types import SimpleNamespace

import pytest

from leadgate.config import Tracking
from leadgate.errors import BundleError, RegistryError
from leadgate.registry.registry import Resolved
from leadgate.registry.standing import Standing
from serving.models import source
from serving.models.source import ModelSource


@pytest.fixture
def registry(monkeypatch):
    """A registry whose champion is version 3, and how often it was opened."""
    calls = SimpleNamespace(opened=0, bundles=[], version="3", away=False)

    def version(name):
        if calls.away:
            raise RegistryError("Away.")
        return calls.version

    def bundle(of):
        calls.bundles.append(of)
        return Path("files", of)

    def opened(tracking, folder, model):
        calls.opened += 1
        return SimpleNamespace(version=version, bundle=bundle)

    monkeypatch.setattr(source, "open_registry", opened)
    monkeypatch.setattr(source, "standing", lambda _registry: None)
    return calls


@pytest.mark.parametrize(
    ("model", "follows"), [("champion", True), ("challenger", True), ("3", False), ("17", False)]
)
def test_an_alias_is_followed_and_a_version_pinned(tmp_path, model, follows):
    assert ModelSource(Tracking(), tmp_path, model).follows is follows


def test_a_bundle_directory_is_pinned(bundle, tmp_path):
    pinned = ModelSource(Tracking(), tmp_path, str(bundle))
    assert not pinned.follows
    assert pinned.resolve() == Resolved(bundle, "bundle")


def test_a_look_opens_the_registry_once_and_asks_for_files_only_when_they_are_new(
    registry, tmp_path
):
    champion = ModelSource(Tracking(), tmp_path, "champion")
    first = champion.resolve()
    assert champion.resolve(first) is first
    registry.version = "4"
    assert champion.resolve(first) == Resolved(Path("files/4"), "4")
    assert (registry.opened, registry.bundles) == (1, ["3", "4"])


def test_a_champion_that_was_moved_by_hand_is_named(registry, tmp_path, monkeypatch):
    by_hand = Standing("3", "", "", "", moved_by_hand=True)
    monkeypatch.setattr(source, "standing", lambda _registry: by_hand)
    champion = ModelSource(Tracking(), tmp_path, "champion").resolve()
    assert champion.warning.startswith("version 3 was made champion by hand")
    assert ModelSource(Tracking(), tmp_path, "challenger").resolve().warning == ""


def test_after_an_outage_the_registry_is_opened_anew(registry, tmp_path):
    champion = ModelSource(Tracking(), tmp_path, "champion")
    champion.resolve()
    registry.away = True
    with pytest.raises(RegistryError, match="Away"):
        champion.resolve()
    registry.away = False
    assert champion.resolve().version == "3"
    assert registry.opened == 2


def test_what_answered_last_is_remembered_for_each_registry_and_alias(bundle, tmp_path):
    champion = ModelSource(Tracking(), tmp_path, "champion")
    assert champion.remembered() is None
    champion.remember(Resolved(bundle, "3"))
    assert champion.remembered() == Resolved(bundle.resolve(), "3")
    others = [
        ModelSource(Tracking(), tmp_path, "challenger"),
        ModelSource(Tracking(model="another"), tmp_path, "champion"),
    ]
    assert [other.remembered() for other in others] == [None, None]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"path": 1}', "\x00"])
def test_a_damaged_memory_is_none(bundle, tmp_path, text):
    champion = ModelSource(Tracking(), tmp_path, "champion")
    champion.remember(Resolved(bundle, "3"))
    (memory,) = (tmp_path / ".leadgate" / "serving").iterdir()
    memory.write_text(text)
    assert champion.remembered() is None


def test_a_path_without_a_bundle_is_refused(tmp_path):
    with pytest.raises(BundleError, match="no model bundle"):
        ModelSource(Tracking(), tmp_path, str(tmp_path / "gone")).resolve()
