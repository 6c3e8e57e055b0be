"""Time proxies."""

import numpy as np
import pandas as pd
import pytest

from features.tables import load_tables
from tests.training.exports import config_of
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.forward import forward_folds
from training.estimators.candidates import affordable
from training.estimators.tuning import Tuning
from training.fit import fit_for_window
from training.leakage import date_probe
from training.leakage.date_probe import ASKED, NO_HARM, RANKS, TOO_FEW, DateProbe, probe_dates
from training.leakage.time_proxy import late_auc
from training.learn import learn
from training.validation.windows import test_window as span_of

N, CHANNELS = 1_500, 8
PLANTED = {"index", "campaign"}


def leads_over_two_years(swing=0.7, rise=0.0, effect=1.5):
    """Leads whose base rate comes and goes, or rises; an index and a campaign are time proxies.

    So is `channel`, nine of ten leads coming by the one in fashion; but it moves the odds, as
    `need` does.
    """
    rng = np.random.default_rng(0)
    at = np.sort(rng.uniform(0, 1, N))
    fashion = (CHANNELS * at).astype(int)
    channel = np.where(rng.random(N) < 0.9, fashion, rng.integers(0, CHANNELS, N))
    need = rng.normal(size=N)
    odds = (
        -0.5
        + swing * np.sin(12 * at)
        + rise * (at - 0.5)
        + effect * np.where(channel % 2, 1, -1)
        + 0.8 * need
    )
    created = pd.Timestamp("2024-01-01") + pd.to_timedelta(730 * at, unit="D")
    return pd.DataFrame(
        {
            "Id": [f"L{i}" for i in range(N)],
            "Created": created,
            "Stage": np.where(rng.random(N) < 1 / (1 + np.exp(-odds)), "Won", "Lost"),
            "Closed": created + pd.to_timedelta(rng.exponential(9, N), unit="D"),
            "index": (100 + 20 * at + rng.normal(0, 0.3, N)).round(2),
            "campaign": [f"campaign {int(12 * a)}" for a in at],
            "channel": [f"channel {c}" for c in channel],
            "need": need.round(2),
        }
    )


def config(folder, leads, **given):
    named = {"account_id": None, "amount": None, "own_score": None, "segments": None}
    return config_of(folder, leads, columns={**named, **given.pop("columns", {})}, **given)


def cut(given):
    settings = Settings.of(given)
    sample = Sample.of(load_tables(given).history(), settings)
    return sample, span_of(sample.snapshots.order, sample.labels.evaluation_weight), settings


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return cut(config(tmp_path_factory.mktemp("dates"), leads_over_two_years()))


@pytest.fixture(scope="module")
def probed(case):
    return fit_for_window(*case)


def test_time_proxies_are_left_out_and_honest_columns_stay(probed):
    assert set(probed.dates.left_out) == PLANTED
    assert probed.dates.kept == {"channel": RANKS}
    assert all(auc > 0.9 for auc in probed.dates.aucs.values())
    assert probed.fitted.feature_set.names_ == ["channel", "need"]
    assert probed.members.feature_set.left_out_.keys().isdisjoint({"channel", "need"})


def test_the_model_loses_less_without_them(probed):
    assert probed.dates.gain > 2 * probed.dates.error
    assert len(probed.fits) == len(np.unique(probed.oof.fold))
    assert all(m.feature_set.names_ == ["channel", "need"] for _, m in probed.fits)


def test_an_honest_column_may_be_a_time_proxy_as_well(case):
    """It would be a suspect by its values alone: what it earns keeps it."""
    sample, window, _ = case
    _, channel = np.unique(sample.history.columns["channel"], return_inverse=True)
    late = sample.snapshots.order >= window.start
    early, after = channel[sample.snapshots.lead[~late]], channel[sample.snapshots.lead[late]]
    assert late_auc(early * 1.0, after * 1.0, True, np.arange(N) % 2 == 0) > 0.9


def probe(sample, window, settings):
    earlier = sample.before(window, settings)
    names = affordable(earlier.labels.y)
    features = labelled_matrix(earlier, settings).feature_set
    folds = forward_folds(earlier, settings)
    return probe_dates(earlier, features, folds, names, Tuning.default(200))


def test_a_column_that_the_base_rate_follows_is_kept_with_a_note(tmp_path):
    leads = leads_over_two_years(swing=0.0, rise=1.5, effect=0.0)
    probed = probe(*cut(config(tmp_path, leads.drop(columns=["campaign", "channel"]))))
    assert probed.left_out == ()
    assert probed.gain < -0.005
    assert probed.kept == {"index": NO_HARM.format(change=-probed.gain, error=probed.error)}
    (sentence,) = probed.sentences()
    assert sentence.startswith(
        "index is a time proxy (AUC 0.99) and was kept because leaving it out"
    )


def test_where_only_wins_are_known_early_a_time_proxy_is_left_out(tmp_path):
    """A lead is lost when the horizon has passed: of the youngest only those won are known."""
    leads = leads_over_two_years(swing=0.0, effect=0.0).drop(columns=["campaign", "channel"])
    leads.loc[leads["Stage"] == "Lost", "Closed"] = pd.NaT
    given = config(tmp_path, leads, columns={"lost": "rest"}, target={"horizon_days": 90})
    probed = probe(*cut(given))
    assert probed.left_out == ("index",)
    assert probed.gain > 0


def test_nothing_is_fitted_where_there_is_no_time_proxy(tmp_path, monkeypatch):
    def fit(*_):
        raise AssertionError

    monkeypatch.setattr(date_probe, "fit_members", fit)
    leads = leads_over_two_years().drop(columns=["index", "campaign", "channel"])
    assert probe(*cut(config(tmp_path, leads))) is None


def test_with_too_few_leads_to_evaluate_a_time_proxy_is_kept(tmp_path):
    few = leads_over_two_years().iloc[::15].drop(columns="channel")
    probed = probe(*cut(config(tmp_path, few)))
    assert probed.kept == dict.fromkeys(("campaign", "index"), TOO_FEW)


def test_what_is_kept_stays_a_feature(case):
    kept = fit_for_window(*case, keep=["index", "campaign"])
    assert kept.dates.kept == {"campaign": ASKED, "index": ASKED, "channel": RANKS}
    assert kept.dates.left_out == ()
    assert set(kept.fitted.feature_set.names_) >= PLANTED


def test_hyper_parameters_that_are_given_come_with_their_columns(case, probed):
    """A recipe that is fitted again is not probed again."""
    again = fit_for_window(*case, tuning=probed.search.tuning)
    assert again.dates is None
    sample, window, settings = case
    same = fit_for_window(sample, window, probed.settings(settings), tuning=probed.search.tuning)
    X = np.random.default_rng(0).normal(size=(20, 2))
    assert (same.fitted.model.readiness(X) == probed.fitted.model.readiness(X)).all()


def test_a_run_says_what_was_left_out_and_how_to_keep_it(tmp_path):
    given = config(tmp_path, leads_over_two_years())
    learned = learn(given, load_tables(given))
    trained = learned.trained
    assert set(trained.left_out) >= PLANTED
    assert trained.left_out["index"].startswith("time proxy (leads of a window")
    (note,) = [note for note in trained.notes if "are time proxies only" in note]
    assert "--keep campaign --keep index" in note
    assert set(trained.settings.exclude) >= PLANTED
    assert trained.shipped.feature_set.names_ == ["channel", "need"]


def test_a_sentence_names_every_column_and_the_evidence():
    probed = DateProbe(
        {"rate": 0.97, "next step": 0.91}, ("rate", "next step"), {}, 0.00612, 0.0013
    )
    (sentence,) = probed.sentences()
    assert sentence.startswith("rate, next step are time proxies only (left out unless --keep rate")
    assert sentence.endswith("forward windows changes by -0.00612 (standard error 0.00130).")
    assert probed.reasons()["rate"] == (
        "time proxy (leads of a window from those before it: AUC 0.97)"
    )


def test_a_sentence_for_each_reason_says_why_columns_were_kept():
    why = NO_HARM.format(change=0.0006, error=0.0002)
    kept = {"month": RANKS, "euribor": why, "prices": why}
    probed = DateProbe({"euribor": 0.97, "month": 0.99, "prices": 0.92}, (), kept, -0.0006, 0.0002)
    assert probed.reasons() == {}
    assert probed.sentences() == [
        "month is a time proxy (AUC 0.99) and was kept because the model ranks the leads within "
        "the forward windows by it.",
        "euribor, prices are time proxies (AUC 0.97, 0.92) and were kept because leaving them out "
        "does no plain good on the forward windows (log loss +0.00060, standard error 0.00020).",
    ]
