"""The limits that training learns: wide for leads like those it saw, narrow for strange ones."""

import numpy as np
import pytest

from features.tables import load_tables
from leadgate.model import Model
from leadgate.model.limits import Limits
from tests.training.exports import config_of, flat_leads
from training.learn import learn
from training.packaging.arrivals import arriving
from training.packaging.limits import with_limits


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    leads = flat_leads(700).assign(Region=lambda t: np.where(t.index % 9 == 0, "", "north"))
    leads["Region"] = leads["Region"].where(leads.index % 5 != 0, "south")
    config = config_of(tmp_path_factory.mktemp("export"), leads, target={"horizon_days": 30})
    tables = load_tables(config)
    return tables.history(), learn(config, tables)


def _doubts(learned, **values):
    fitted = learned[1].shipped
    names = fitted.feature_set.names_
    typical = {"Size": 0.1, "Source": 1.0, "Region": 1.0} | values
    X = np.array([[typical[name] for name in names]])
    return fitted.limits.doubts(X, fitted.model.calibration.band(fitted.model.log_odds(X)), names)[
        0
    ]


def test_hardly_any_lead_of_training_is_in_doubt(learned):
    history, run = learned
    fitted = run.shipped
    X = fitted.feature_set.matrix(history, np.arange(len(history)), history.created)
    band = fitted.model.calibration.band(fitted.model.log_odds(X))
    doubts = fitted.limits.doubts(X, band, fitted.feature_set.names_)
    assert (doubts != "").mean() <= 0.005


def test_a_usual_lead_can_be_judged(learned):
    assert _doubts(learned) == ""
    assert _doubts(learned, Region=np.nan) == ""


def test_a_number_beyond_anything_seen_cannot(learned):
    assert _doubts(learned, Size=5.0) == ""
    assert _doubts(learned, Size=500.0) == "far outside of what training has seen: Size"


def test_a_lead_of_which_less_than_usual_is_known_cannot(learned):
    said = _doubts(learned, Region=np.nan, Source=0.0)
    assert said.startswith("too little is known of the lead: 1 of 3 fields")


def test_a_model_without_signal_has_no_limits(learned):
    history, run = learned
    fitted = run.shipped
    X = arriving(fitted, history, run.settings.ages_days)
    base = type(fitted)(fitted.feature_set, Model.base_rate(0.2), fitted.low, fitted.high)
    assert with_limits(base, X).limits == Limits()
