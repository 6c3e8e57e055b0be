"""The real data sets, forward in time: train on the oldest 80 %, score the newest 20 %."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from experiments.simulation.newest_part import Holdout, part
from features.io.files import read_table
from leadgate import Config
from leadgate.errors import PromotionRefused
from leadgate.policy import REVIEW
from leadgate.registry.registry import CHALLENGER, Registry, resolve
from serving import Scorer
from training import TrainingResult, train
from training.promotion.promote import promote

DATASETS = Path(__file__).parents[2] / "experiments" / "datasets"
pytestmark = [pytest.mark.data, pytest.mark.slow]


def forward(name: str, folder: Path) -> tuple[Holdout, TrainingResult, Scorer]:
    """Train on the older leads and return the scorer of the version that was registered."""
    holdout = part(Config.load(DATASETS / f"{name}.toml"), folder)
    result = train(holdout.older)
    resolved = resolve(holdout.older.tracking, folder, CHALLENGER)
    assert resolved.version == result.version
    return holdout, result, Scorer.load(resolved.path, version=resolved.version)


def auc(holdout: Holdout, scored: pd.DataFrame) -> float:
    """Return the AUC on the newer leads that are closed."""
    scored_and_closed = holdout.closed & scored["readiness"].notna().to_numpy()
    readiness = scored["readiness"].to_numpy(np.float64)[scored_and_closed]
    return float(roc_auc_score(holdout.won[scored_and_closed], readiness))


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("olist", 0.69),
        pytest.param("bank", 0.72, marks=pytest.mark.long),
        pytest.param("x_education", 0.89, marks=pytest.mark.long),
    ],
)
def test_flat_export_is_ranked_forward_in_time(name: str, least: float, tmp_path: Path) -> None:
    holdout, result, scorer = forward(name, tmp_path)
    scored = scorer.score(holdout.newer)
    assert result.verdict == "better"
    assert len(scored) == len(holdout.newer)
    evaluated = scored["decision"] != REVIEW
    assert (scored["reason_1"][evaluated] != "").mean() > 0.99
    assert (scored["warnings"][~evaluated] != "").all()
    assert evaluated.mean() > 0.85
    assert auc(holdout, scored) >= least


@pytest.mark.long
def test_bpi2012_is_ranked_by_its_events(tmp_path: Path) -> None:
    holdout, result, scorer = forward("bpi2012", tmp_path)
    events = read_table(holdout.older.path(holdout.older.data.activities[0].path)).accepted
    aucs = [
        auc(holdout, scorer.score(holdout.newer, events, age_days=age, reasons=False))
        for age in (1, 14)
    ]
    assert result.verdict == "better"
    assert 0.62 < aucs[0] < aucs[1]


def test_marketstar_after_january_2021_has_no_signal_and_is_not_promoted(tmp_path: Path) -> None:
    config = Config.load(DATASETS / "marketstar.toml")
    leads = read_table(config.path(config.data.leads)).accepted
    leads[leads["CreatedDate"] >= "20210201"].to_csv(tmp_path / "leads.csv", index=False)
    data = config.data.model_copy(update={"leads": "leads.csv"})
    config = config.model_copy(update={"data": data, "folder": tmp_path})
    result = train(config)
    assert result.verdict == "no_signal"
    assert not result.shipped.model.has_signal
    with pytest.raises(PromotionRefused, match="no signal"):
        promote(config)
    assert "champion" not in Registry(config.tracking, tmp_path).aliases()
