"""What the columns contribute, by which it is decided what is lost without them."""

from dataclasses import replace

import numpy as np
import pytest

from features.tables import load_tables
from leadgate.bundle.bundle import load_bundle
from leadgate.model import Model
from tests.training.exports import config_of, flat_leads
from training.learn import learn
from training.package import write_model
from training.packaging.arrivals import arriving, snapshots_at_the_gate
from training.packaging.importance import importance


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = config_of(
        tmp_path_factory.mktemp("export"), flat_leads(700), target={"horizon_days": 30}
    )
    tables = load_tables(config)
    return tables, learn(config, tables)


def test_importance_is_the_share_of_the_mean_absolute_contribution(run):
    _, learned = run
    fitted, history = learned.shipped, learned.history
    X = arriving(fitted, history, [0.0])
    assert len(X) == len(snapshots_at_the_gate(history, [0.0]))
    shares = importance(fitted, X)
    mean = np.abs(fitted.model.contributions(X)).mean(axis=0)
    names = [feature.source for feature in fitted.feature_set.features_]
    assert shares == {
        name: pytest.approx(share, abs=1e-6)
        for name, share in zip(names, mean / mean.sum(), strict=True)
    }
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-5)


def test_a_base_rate_is_worth_no_column(run):
    _, learned = run
    fitted = learned.shipped
    X = arriving(fitted, learned.history, [0.0])
    assert importance(replace(fitted, model=Model.base_rate(0.2)), X) == {}


def test_a_bundle_holds_the_format_of_its_export_and_what_columns_are_worth(run, tmp_path):
    tables, learned = run
    path = write_model(learned, learned.shipped, tables.format, tmp_path / "b", "")
    meta = load_bundle(path).meta
    X = arriving(learned.shipped, learned.history, learned.settings.ages_days)
    assert meta["importance"] == importance(learned.shipped, X)
    assert set(meta["export"]["format"]) == {"columns", "decimals", "times", "version"}
