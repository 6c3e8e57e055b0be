import asyncio
import gc
import logging
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from leadgate.errors import BundleError, ModelError, NoChampionError, RegistryError
from leadgate.registry.registry import Resolved
from serving.http.settings import Settings
from serving.models import active_model
from serving.models.active_model import ActiveModel, settle
from serving.problems import HttpError

OLD, NEW = Resolved(Path("old"), "1"), Resolved(Path("new"), "2")


@pytest.fixture(autouse=True)
def unsettled(monkeypatch):
    monkeypatch.setattr(active_model, "settle", lambda: None)


class Registry:
    """A source under the test's thumb."""

    follows = True

    def __init__(self, resolved=OLD) -> None:
        self.answer = resolved
        self.bad = {}
        self.last = None
        self.loaded = []
        self.gate = None
        self.entered = threading.Event()

    def resolve(self, last=None):
        gate = self.gate
        self.entered.set()
        if gate:
            gate.wait(30)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def load(self, resolved):
        self.loaded.append(resolved.version)
        if resolved in self.bad:
            raise self.bad[resolved]
        return SimpleNamespace(
            version=resolved.version,
            attributes={},
            score_one=lambda lead: lead,
            bundle=SimpleNamespace(meta={"created": "2026-01-02T03:04:05Z"}),
        )

    def remember(self, resolved):
        self.last = resolved

    def remembered(self):
        return self.last


def looked(registry):
    model = ActiveModel(registry)
    model.look()
    return model


def test_before_the_first_look_there_is_no_model():
    fresh = ActiveModel(Registry())
    assert fresh.refusal.code == "loading"
    with pytest.raises(HttpError, match="being loaded") as caught:
        fresh.scorer()
    assert caught.value.status == 503


def test_a_reason_is_logged_when_it_is_new(caplog):
    registry = Registry()
    model = ActiveModel(registry)
    for error in [*[NoChampionError("None yet.")] * 3, ModelError("Damaged.")]:
        registry.answer = error
        model.look()
    assert [r.getMessage() for r in caplog.records] == [
        "no_champion: None yet.",
        "bad_model: Damaged.",
    ]


@pytest.mark.parametrize("where", ["resolve", "load"])
def test_a_defect_while_loading_is_a_refusal_too(caplog, where):
    registry = Registry()
    setattr(registry, where, lambda *args: 1 / 0)
    model = looked(registry)
    with pytest.raises(HttpError, match="cannot be loaded"):
        model.scorer()
    assert "ZeroDivisionError" in caplog.text


def test_the_model_is_warm_before_it_answers(bundle, caplog):
    scored = []
    source = Settings.read({"LEADGATE_MODEL": str(bundle)}, bundle.parent).source()
    load = source.load

    def watched(resolved):
        scorer = load(resolved)
        real = scorer.score_one
        scorer.score_one = lambda *args: scored.append(real(*args))
        return scorer

    source.load = watched
    caplog.set_level(logging.INFO)
    ActiveModel(source).look()
    assert len(scored) == 1
    assert "Model version bundle answers." in caplog.text


def test_the_alias_is_followed_forth_and_back():
    registry = Registry()
    model = looked(registry)
    for resolved in (NEW, OLD):
        registry.answer = resolved
        model.look()
        assert model.scorer().version == resolved.version
    assert registry.last == OLD
    assert registry.loaded == ["1", "2", "1"]


def test_a_version_that_answers_is_not_loaded_again():
    registry = Registry()
    model = looked(registry)
    scorer = model.scorer()
    model.look()
    assert model.scorer() is scorer
    assert registry.loaded == ["1"]


def test_a_bad_version_is_refused_and_the_old_one_goes_on(caplog, monkeypatch):
    registry = Registry()
    model = looked(registry)
    registry.answer, registry.bad = NEW, {NEW: BundleError("linear.json was changed.")}
    for _ in range(3):
        model.look()
    assert registry.loaded == ["1", "2"]
    assert model.scorer().version == "1"
    assert model.refusal is None
    assert model.ready() == {"model_version": "1", "warnings": "bad_bundle: version 1 goes on"}
    assert caplog.text.count("linear.json was changed.") == 1
    monkeypatch.setattr(active_model, "REFUSED_SECONDS", 0.0)
    registry.bad = {}
    model.look()
    assert model.ready() == {"model_version": "2", "warnings": ""}


def test_a_version_that_cannot_score_is_refused():
    registry = Registry()
    model = looked(registry)
    registry.answer = NEW
    load = registry.load

    def broken(resolved):
        scorer = load(resolved)
        scorer.score_one = lambda lead: 1 / 0
        return scorer

    registry.load = broken
    model.look()
    assert model.scorer().version == "1"
    assert model.ready()["warnings"].startswith("bad_model")


@pytest.mark.parametrize(
    "error", [RegistryError("Away."), NoChampionError("None."), OSError("broken")]
)
def test_an_outage_of_the_registry_changes_nothing(error):
    registry = Registry()
    model = looked(registry)
    registry.answer = error
    model.look()
    assert model.scorer().version == "1"
    assert model.ready()["warnings"].endswith("version 1 goes on")
    registry.answer = OLD
    model.look()
    assert model.ready()["warnings"] == ""


def test_a_start_from_memory_that_is_overtaken_changes_nothing():
    registry = Registry(RegistryError("The registry cannot be reached."))
    registry.last, load = OLD, registry.load
    model = ActiveModel(registry)

    def overtaken(resolved):
        registry.answer, registry.load = NEW, load
        model.look()
        return load(resolved)

    registry.load = overtaken
    model.look()
    assert model.ready() == {"model_version": "2", "warnings": ""}


def test_a_start_while_the_registry_is_away_takes_what_answered_last():
    registry = Registry(RegistryError("Away."))
    assert looked(registry).refusal.code == "registry_unavailable"
    registry.last = OLD
    model = looked(registry)
    assert model.ready() == {
        "model_version": "1",
        "warnings": "registry_unavailable: version 1 goes on",
    }
    registry.answer = NEW
    model.look()
    assert model.ready() == {"model_version": "2", "warnings": ""}


def test_what_answered_last_is_no_stand_in_for_a_champion_that_is_gone():
    registry = Registry(NoChampionError("None."))
    registry.last = OLD
    assert looked(registry).refusal.code == "no_champion"


def test_a_registry_that_hangs_is_left_behind():
    registry = Registry()
    model = ActiveModel(registry, pause=0.01, patience=0.05)

    async def until(condition):
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.01)

    async def run():
        await model.start()
        hanging = registry.gate = threading.Event()
        registry.answer = NEW
        await until(lambda: model.ready()["warnings"])
        assert model.ready()["warnings"] == "registry_unavailable: version 1 goes on"
        registry.gate = None
        await until(lambda: model.scorer().version == "2")
        registry.answer = OLD
        hanging.set()
        await until(lambda: model.scorer().version == "1")
        await model.stop()

    asyncio.run(run())
    assert model.scorer().version == "1"


def test_a_look_that_is_overtaken_changes_nothing():
    registry = Registry()
    model = looked(registry)
    registry.gate, registry.answer = threading.Event(), NEW
    registry.entered.clear()
    late = threading.Thread(target=model.look)
    late.start()
    assert registry.entered.wait(20)
    gate, registry.gate, registry.answer = registry.gate, None, OLD
    model.look()
    registry.answer = NEW
    gate.set()
    late.join(20)
    assert model.scorer().version == "1"


def test_a_start_does_not_wait_for_a_registry_that_hangs():
    registry = Registry()
    registry.gate = threading.Event()
    model = ActiveModel(registry, pause=30, patience=0.05)

    async def run():
        await model.start()
        await model.stop()

    asyncio.run(run())
    assert model.refusal.code == "registry_unavailable"
    assert "did not answer within" in str(model.refusal)
    registry.gate.set()


def test_a_model_that_appears_later_is_picked_up(bundle, tmp_path):
    path = tmp_path / "later"
    source = Settings.read({"LEADGATE_MODEL": str(path)}, tmp_path).source()
    model = ActiveModel(source, pause=0.01)

    async def run():
        await model.start()
        assert model.refusal is not None
        shutil.copytree(bundle, tmp_path / "copy").rename(path)
        async with asyncio.timeout(20):
            while model.refusal:
                await asyncio.sleep(0.01)
        await model.stop()

    asyncio.run(run())
    assert model.scorer().version == "later"


def test_stop_ends_the_looking():
    model = ActiveModel(Registry(NoChampionError("None yet.")), pause=0.01)

    async def run():
        await model.start()
        await model.stop()
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(run()) == set()


def test_settle_takes_what_is_loaded_out_of_the_collectors_way():
    thresholds = gc.get_threshold()
    try:
        settle()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold() == active_model.GC_THRESHOLDS
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
