"""Real leads, forward in time: trained on the oldest 80 %, scored on the newest 20 %."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.holdout import part
from features.tables import load_tables
from leadgate.config import Config
from leadgate.errors import PromotionRefused
from serving import Scorer
from training import metrics, train
from training.learn import learn
from training.promote import promote

DATASETS = Path(__file__).parents[2] / "experiments" / "datasets"
pytestmark = [pytest.mark.data, pytest.mark.slow]


@pytest.mark.parametrize(("name", "aim"), [("olist", 0.69), ("bank", 0.72), ("x_education", 0.89)])
def test_newer_leads_are_ranked_by_what_older_ones_taught(name, aim, tmp_path):
    holdout = part(Config.load(DATASETS / f"{name}.toml"), tmp_path)
    result = train(holdout.older)
    assert result.verdict == "better"
    scored = Scorer.load(result.bundle).score(holdout.newer, reasons=False)
    readiness = scored["readiness"].to_numpy(np.float64)
    known = holdout.closed & np.isfinite(readiness)
    assert known.sum() > 0.95 * holdout.closed.sum()
    won = holdout.won[known].astype(np.float64)
    assert float(metrics.auc(won, readiness[known], np.ones(won.size))) >= aim


def test_marketstar_after_january_2021_has_no_signal_and_is_not_promoted(tmp_path):
    config = Config.load(DATASETS / "marketstar.toml")
    leads = pd.read_csv(config.path(config.data.leads), dtype=str, keep_default_na=False)
    leads[leads["CreatedDate"] >= "20210201"].to_csv(tmp_path / "leads.csv", index=False)
    data = config.data.model_copy(update={"leads": str(tmp_path / "leads.csv")})
    config = config.model_copy(update={"data": data, "folder": tmp_path})
    result = train(config)
    assert result.verdict == "no_signal"
    assert not result.trained.shipped.model.has_signal
    with pytest.raises(PromotionRefused, match="found no signal"):
        promote(config)


def test_bpi2012_learns_from_events():
    config = Config.load(DATASETS / "bpi2012.toml")
    trained = learn(config, load_tables(config)).trained
    assert trained.verdict == "better"
    assert trained.evaluation.metrics["auc"].value >= 0.7
