import asyncio
import gc
import logging
import shutil

import pytest

from leadgate.errors import ModelError, NoChampionError
from serving import current
from serving.current import Current, settle
from serving.problems import HttpError
from serving.settings import Settings


@pytest.fixture(autouse=True)
def unsettled(monkeypatch):
    monkeypatch.setattr(current, "settle", lambda: None)


def failing(error):
    def load():
        raise error

    return load


def test_before_the_first_look_there_is_no_model():
    fresh = Current(failing(NoChampionError("None yet.")))
    assert fresh.refusal.code == "loading"
    with pytest.raises(HttpError, match="being loaded") as caught:
        fresh.scorer()
    assert caught.value.status == 503


def test_a_reason_is_logged_when_it_is_new(caplog):
    reasons = iter([*[NoChampionError("None yet.")] * 3, ModelError("Damaged.")])

    def load():
        raise next(reasons)

    model = Current(load)
    for _ in range(4):
        model.look()
    assert [r.getMessage() for r in caplog.records] == [
        "no_champion: None yet.",
        "bad_model: Damaged.",
    ]


def test_a_defect_while_loading_is_a_refusal_too(caplog):
    model = Current(failing(ZeroDivisionError("x")))
    model.look()
    with pytest.raises(HttpError, match="cannot be loaded"):
        model.scorer()
    assert "ZeroDivisionError" in caplog.text


def test_the_model_is_warm_before_it_answers(bundle, caplog):
    scored = []

    def load():
        scorer = Settings.read({"LEADGATE_MODEL": str(bundle)}, bundle.parent).load()
        real = scorer.score_one
        scorer.score_one = lambda *args: scored.append(real(*args))
        return scorer

    caplog.set_level(logging.INFO)
    Current(load).look()
    assert len(scored) == 1
    assert "Model version bundle answers." in caplog.text


def test_a_model_that_appears_later_is_picked_up(bundle, tmp_path):
    path = tmp_path / "later"
    model = Current(Settings.read({"LEADGATE_MODEL": str(path)}, tmp_path).load, pause=0.01)

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
    model = Current(failing(NoChampionError("None yet.")), pause=0.01)

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
        assert gc.get_threshold() == current.GC_THRESHOLDS
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
