"""A recalibrated version differs from the champion in its offset, and in nothing that ranks."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.tables import load_tables
from leadgate.bundle.bundle import load_bundle
from leadgate.config import Config
from leadgate.errors import DataError, NoChampionError, PromotionRefused
from leadgate.registry.lineage import trained
from leadgate.registry.registry import CHALLENGER, CHAMPION, PREVIOUS, Registry
from leadgate.registry.tags import evidence_of
from tests.training.ensemble.test_prequential import drifting
from tests.training.exports import config_of
from training import train
from training.promotion.promote import promote
from training.recalibration.champion import Offset
from training.recalibration.recalibrate import recalibrate

UNTIL = "2025-08-01"


def at(config: Config, until: str) -> Config:
    """Return the configuration of an export as it stood at an instant."""
    return config.model_copy(update={"data": config.data.model_copy(update={"until": until})})


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """An export of two years, of which the champion knows the first nineteen months."""
    config = config_of(
        tmp_path_factory.mktemp("export"), drifting(), target={"horizon_days": 30}
    )  # fmt: skip
    result = train(at(config, UNTIL))
    assert result.following is not None
    assert result.following.pays
    Registry(config.tracking, config.folder).set_alias(CHAMPION, result.version)
    return config


@pytest.fixture(scope="module")
def done(config):
    return recalibrate(config)


@pytest.fixture(scope="module")
def bundles(config, done):
    registry = Registry(config.tracking, config.folder)
    return [
        load_bundle(registry.bundle(version)) for version in (done.followed.version, done.version)
    ]


def test_no_alias_moves(config, done):
    aliases = Registry(config.tracking, config.folder).aliases()
    assert aliases[CHALLENGER] == aliases[CHAMPION] == done.followed.version
    assert not done.promoted


def test_every_lead_keeps_its_rank_and_its_reasons(bundles):
    before, after = (bundle.model for bundle in bundles)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, len(bundles[0].features["features"])))
    assert (after.contributions(X) == before.contributions(X)).all()
    ranks = [np.argsort(model.readiness(X), kind="stable") for model in (before, after)]
    assert (ranks[0] == ranks[1]).all()
    shift = after.calibration.intercept - before.calibration.intercept
    assert shift != 0.0
    moved = before.calibration.moved(shift, 0.0).readiness(before.log_odds(X))
    assert after.readiness(X) == pytest.approx(moved, rel=1e-12)


def test_a_falling_rate_lowers_the_offset(done):
    assert done.followed.shift < 0
    assert done.followed.matured.before.value > done.followed.matured.after.value
    assert done.followed.example[1] < done.followed.example[0]


def test_the_other_files_are_the_same(bundles):
    sums = [
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        for folder in (bundle.path for bundle in bundles)
    ]
    assert sums[0].keys() == sums[1].keys()
    differ = {name for name, digest in sums[0].items() if sums[1][name] != digest}
    assert {"bundle.json", "calibration.json", "golden.json", "card.md"} <= differ
    in_readiness = {"policy.json", "reference.json", "limits.json"}
    assert differ <= {"bundle.json", "calibration.json", "golden.json", "card.md"} | in_readiness
    metas = [json.loads((bundle.path / "bundle.json").read_text()) for bundle in bundles]
    changed = {k for k in metas[0].keys() | metas[1].keys() if metas[0].get(k) != metas[1].get(k)}
    assert changed <= {"created", "data_sha256", "data_until", "level", "sha256", "verdict", "why"}


def test_thresholds_move_with_the_readiness(bundles):
    """As many leads lie above the line as before."""
    before, after = (bundle.policy for bundle in bundles)
    assert after.bands == before.bands
    for share in (0.1, 0.5):
        lines = [np.quantile(policy.scores, 1 - share) for policy in (before, after)]
        assert lines[1] < lines[0]


def test_the_run_says_what_it_started_from(config, done):
    tags = Registry(config.tracking, config.folder).tags(done.version)
    assert tags["verdict"] == "refresh"
    assert tags["compared_with"] == tags["recalibrated_from"] == done.followed.version
    assert evidence_of(tags)["followed"]["wins"] > 0
    assert json.loads(json.dumps(done.to_dict()))["verdict"] == "refresh"


def test_it_does_not_matter_how_often_it_was_done(config, done, bundles):
    """By way of a recalibrated champion of three months ago the offset is the same."""
    registry = Registry(config.tracking, config.folder)
    try:
        halfway = recalibrate(at(config, "2025-10-15"))
        registry.set_alias(CHAMPION, halfway.version)
        again = recalibrate(config)
        with pytest.raises(DataError, match="Nothing has matured") as refused:
            recalibrate(at(config, "2025-10-15"))
        assert refused.value.code == "nothing_matured"
    finally:
        registry.set_alias(CHAMPION, done.followed.version)
    level = load_bundle(registry.bundle(again.version))
    direct = bundles[1]
    assert level.model.calibration.intercept == pytest.approx(
        direct.model.calibration.intercept, abs=1e-12
    )
    assert level.model.calibration.covariance == pytest.approx(
        direct.model.calibration.covariance, abs=1e-12
    )
    assert level.meta["level"]["trained_version"] == done.followed.version


def test_without_new_outcomes_it_is_refused(config):
    with pytest.raises(DataError, match="The next snapshot matures at") as refused:
        recalibrate(at(config, UNTIL))
    assert refused.value.code == "nothing_matured"


def test_another_export_is_refused_with_all_its_faults(config, done):
    leads = pd.read_csv(config.folder / "leads.csv").drop(columns="Size")
    leads.to_csv(config.folder / "other.csv", index=False)
    columns = config.columns.model_copy(update={"won": ["Lost"], "lost": ["Won"]})
    data = config.data.model_copy(update={"leads": "other.csv"})
    other = config.model_copy(update={"columns": columns, "data": data})
    with pytest.raises(
        DataError, match=r"columns\.won, columns\.lost changed.*no column Size"
    ) as e:
        recalibrate(other)
    assert e.value.code == "wrong_export"


def test_without_a_champion_there_is_nothing_to_do(tmp_path):
    with pytest.raises(NoChampionError, match="holds no model registry"):
        recalibrate(config_of(tmp_path, drifting(50)))


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"level": None}, "no_dates", "no dates of outcomes"),
        ({"follow": False}, "does_not_pay", "is not to be recalibrated"),
        ({"slope": 0.0}, "no_signal", "gives leads the base rate"),
    ],
)
def test_a_champion_that_cannot_follow_is_named(bundles, change, code, words):
    bundle = bundles[0]
    meta = bundle.meta | ({"level": None} if "level" in change else {})
    if "follow" in change:
        meta = meta | {"level": bundle.meta["level"] | change}
    model = bundle.model
    if "slope" in change:
        model = type(model)(type(model.blend)([], [], 0.0), model.calibration)
    with pytest.raises(PromotionRefused, match=words) as refused:
        Offset.of(replace(bundle, meta=meta, model=model), "1")
    assert refused.value.code == code


def test_what_is_read_may_be_more_than_the_export(config):
    """As with the store: another reader is asked, and the same configuration."""
    asked = []

    def read(settings: Config):
        asked.append(settings)
        return load_tables(settings)

    recalibrate(config, read=read)
    assert asked == [config]


def test_promoted_it_is_champion_through_the_gate(config, done):
    registry = Registry(config.tracking, config.folder)
    try:
        promoted = recalibrate(config, promoting=True)
        aliases = registry.aliases()
        assert promoted.promoted
        assert (aliases[CHAMPION], aliases[PREVIOUS]) == (promoted.version, done.followed.version)
        assert aliases[CHALLENGER] == done.followed.version
        assert registry.tags(promoted.version)["from_version"] == done.followed.version
        # What was compared with the trained champion has been compared with the recalibrated one.
        assert trained(registry, promoted.version) == done.followed.version
        assert promote(config, done.version).from_version == promoted.version
    finally:
        registry.set_alias(CHAMPION, done.followed.version)


def test_its_folder_stands_beside_the_others(config, done):
    folder = Path(config.folder) / "runs" / done.version
    assert load_bundle(folder / "bundle").meta["verdict"] == "refresh"
