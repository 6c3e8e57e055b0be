"""Who may become champion, what is written down about it, and the way back."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import numpy as np
import pytest

from leadgate.bundle.bundle import write_bundle
from leadgate.config import Config, Tracking
from leadgate.errors import NoChampionError, PromotionRefused, RegistryError
from leadgate.model import Model
from leadgate.policy import Policy
from leadgate.registry.mlflow_store import connect
from leadgate.registry.registry import Registry
from leadgate.registry.standing import Standing, standing
from training.promotion.promote import promote, rollback

MODEL = Tracking().model


@pytest.fixture
def config(new_database, tmp_path):
    shutil.copy(new_database, tmp_path / "mlflow.db")
    values = {
        "data": {"leads": "leads.csv"},
        "columns": {"lead_id": "Id", "outcome": "Stage", "won": ["Won"]},
    }
    connect(Tracking(), tmp_path).create_registered_model(MODEL)
    return Config.from_dict(values, folder=tmp_path)


def registry(config):
    return Registry(config.tracking, config.folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The files of a version: a bundle that knows the base rate only."""
    folder = tmp_path_factory.mktemp("model")
    write_bundle(
        folder / "artifacts" / "bundle",
        features={},
        model=Model.base_rate(0.2),
        policy=Policy.learn(
            np.full(9, 0.2), base_rate=0.2, leads_per_week=None, signal=False, key=MODEL
        ),
        meta={},
        card="",
        low=[],
        high=[],
    )
    return folder


@pytest.fixture
def register(config, model):
    """Return a function that registers a version as training does."""

    def made(verdict="better", compared_with="", *, files=model, evidence='{"n": 1}', **against):
        evidence = json.dumps({"against": against}) if against else evidence
        client = connect(config.tracking, config.folder)
        tags = {"verdict": verdict, "why": f"it is {verdict}", "compared_with": compared_with}
        tags |= {"evidence": evidence} if evidence else {}
        version = str(client.create_model_version(MODEL, str(files), tags=tags).version)
        client.set_registered_model_alias(MODEL, "challenger", version)
        return version

    return made


def test_promote_without_champion_takes_a_challenger_with_signal(config, register):
    register()
    done = promote(config)
    assert (done.model, done.version, done.from_version) == (MODEL, "1", "")
    assert (done.why, done.reason, done.evidence) == ("it is better", "", {"n": 1})
    assert registry(config).aliases() == {"champion": "1", "challenger": "1"}


def test_promote_writes_down_who_when_from_what_and_why(config, register, monkeypatch):
    monkeypatch.setenv("LOGNAME", "ann")
    register()
    promote(config)
    register(compared_with="1")
    began = datetime.now(UTC).replace(microsecond=0)
    done = promote(config, "2", "sales asked for it")
    tags = registry(config).tags("2")
    assert tags["promoted_because"] == "sales asked for it"
    assert (done.by, done.at, done.reason) == ("ann", tags["promoted_at"], "sales asked for it")
    now = standing(registry(config))
    assert now == Standing("2", done.at, "ann", "sales asked for it", moved_by_hand=False)
    assert tags["promoted_by"] == "ann"
    assert began <= datetime.fromisoformat(tags["promoted_at"]) <= datetime.now(UTC)
    assert tags["from_version"] == "1"
    assert tags["evidence"] == '{"n": 1}'
    assert registry(config).model_tags()["gate_champion"].endswith("by ann: sales asked for it")


def test_promote_again_changes_nothing(config, register):
    register()
    first = promote(config)
    before = registry(config).aliases(), registry(config).tags("1")
    assert promote(config) == first
    assert (registry(config).aliases(), registry(config).tags("1")) == before


@pytest.mark.parametrize(
    ("verdict", "compared_with", "code", "message"),
    [
        ("no_signal", "1", "no_signal", "Version 2 of .* found no signal: it is no_signal"),
        ("no_signal", "", "no_signal", "found no signal.*leadgate check"),
        ("not_better_than_champion", "1", "not_better", "than the champion.*compare 1 2"),
        ("better", "", "no_evidence", "with no champion, and now there is champion version 1"),
        ("better", "9", "no_evidence", "with champion version 9.*leadgate train"),
    ],
)
def test_promote_refuses_and_leaves_the_champion(
    config, register, verdict, compared_with, code, message
):
    register()
    promote(config)
    register(verdict, compared_with)
    with pytest.raises(PromotionRefused, match=message) as refusal:
        promote(config)
    assert refusal.value.code == code
    assert registry(config).aliases() == {"champion": "1", "challenger": "2"}
    assert "promoted_at" not in registry(config).tags("2")


def test_promote_refuses_a_version_that_was_never_judged(config):
    connect(config.tracking, config.folder).create_model_version(MODEL, str(config.folder))
    with pytest.raises(PromotionRefused, match="was never evaluated") as refusal:
        promote(config, "1")
    assert refusal.value.code == "no_evidence"


def test_promote_refuses_a_version_without_evidence(config, register):
    register(evidence="")
    with pytest.raises(PromotionRefused, match=r"was never evaluated.*leadgate train") as refusal:
        promote(config)
    assert refusal.value.code == "no_evidence"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("golden.json", "golden.json was changed after it was written"),
        ("calibration.json", "calibration.json is missing"),
    ],
)
def test_promote_refuses_a_bundle_that_is_not_as_it_was_judged(
    config, register, model, tmp_path, name, words
):
    register()
    promote(config)
    files = tmp_path / "damaged"
    shutil.copytree(model, files)
    damaged = files / "artifacts" / "bundle" / name
    damaged.write_text("{}") if name == "golden.json" else damaged.unlink()
    register(compared_with="1", files=files)
    with pytest.raises(PromotionRefused, match=words) as refusal:
        promote(config)
    assert refusal.value.code == "no_evidence"
    assert registry(config).aliases()["champion"] == "1"


def test_promote_an_unknown_version_names_those_that_there_are(config, register):
    register()
    with pytest.raises(RegistryError, match=r"it has challenger \(1\), version 1"):
        promote(config, "4")


def test_promote_keeps_the_way_back_before_it_moves_the_champion(config, register, monkeypatch):
    register()
    promote(config)
    register(compared_with="1")
    moved = []
    monkeypatch.setattr(Registry, "set_alias", lambda self, *alias: moved.append(alias))
    promote(config)
    assert moved == [("previous", "1"), ("champion", "2")]


def test_rollback_walks_back_promotion_by_promotion(config, register):
    for version in ("1", "2", "3"):
        register(compared_with=registry(config).aliases().get("champion", ""))
        promote(config, version)
    done = rollback(config, "too many handoffs")
    assert (done.version, done.from_version) == ("2", "3")
    assert (done.why, done.reason) == ("rolled back from version 3", "too many handoffs")
    assert registry(config).tags("3")["rollback_reason"] == "too many handoffs"
    assert standing(registry(config)).moved_by_hand is False
    assert registry(config).aliases() == {"champion": "2", "challenger": "3", "previous": "1"}
    assert "rolled_back_at" in registry(config).tags("3")
    assert rollback(config).version == "1"
    assert registry(config).aliases() == {"champion": "1", "challenger": "3"}
    with pytest.raises(PromotionRefused, match=r"no champion before version 1\..* promote VERSION"):
        rollback(config)


def test_rollback_without_champion(config, register):
    register()
    with pytest.raises(NoChampionError, match=r"to go back from.* leadgate promote"):
        rollback(config)


def test_a_refresh_without_objection_is_promoted(config, register):
    register()
    promote(config)
    register("refresh", "1", refusal="", objections=[])
    assert promote(config).version == "2"


@pytest.mark.parametrize("verdict", ["refresh", "not_better_than_champion"])
def test_harm_is_refused_with_the_part_that_failed_and_no_reason_overrules_it(
    config, register, verdict
):
    register()
    promote(config)
    register(verdict, "1", refusal="harm", objections=["first", "second"], reason_asked="asked")
    with pytest.raises(PromotionRefused, match=r"Version 2 of .* does harm: first; second") as no:
        promote(config, reason="I want it")
    assert no.value.code == "harm"
    assert registry(config).aliases()["champion"] == "1"


def test_what_no_figure_can_decide_is_promoted_for_a_reason_only(config, register):
    register()
    promote(config)
    asked = {"refusal": "", "objections": [], "reason_asked": "Outcomes are defined otherwise."}
    register("not_better_than_champion", "1", **asked)
    for blank in ("", "  "):
        with pytest.raises(PromotionRefused, match=r"waits for a reason\. Outcomes") as refusal:
            promote(config, reason=blank)
        assert refusal.value.code == "not_better"
    assert promote(config, reason="partner wins are wins").reason == "partner wins are wins"


def test_a_reason_does_not_make_a_worse_model_better(config, register):
    register()
    promote(config)
    register("not_better_than_champion", "1", refusal="not_better", objections=["worse"])
    with pytest.raises(PromotionRefused, match="not better than the champion"):
        promote(config, reason="I like it")


@pytest.mark.parametrize("before", [(), ("1",)])
def test_a_champion_moved_past_the_gate_is_named(config, register, before):
    register()
    register()
    for version in before:
        promote(config, version)
    registry(config).set_alias("champion", "2")
    now = standing(registry(config))
    assert now.moved_by_hand
    chose = "chose version 1" if before else "never chose one"
    assert now.warning == f"version 2 was made champion by hand: the gate {chose}"
    assert promote(config, "2").why.startswith("Version 2 was made champion by hand")


def test_a_champion_of_a_registry_that_an_earlier_version_kept(config, register):
    register()
    held = registry(config)
    held.set_tags("1", {"promoted_at": "2026-01-02T03:04:05+00:00", "promoted_by": "ann"})
    held.set_alias("champion", "1")
    now = standing(held)
    assert (now.since, now.by, now.moved_by_hand) == ("2026-01-02T03:04:05+00:00", "ann", False)
    assert now.warning == ""


def test_without_a_champion_nothing_stands(config):
    assert standing(registry(config)) is None
