import numpy as np
import pandas as pd

from experiments.simulation.fields import FIT_LEVELS, SOURCES, draw_leads, fit_of, group_of
from experiments.simulation.settings import WorldSettings


def drawn(n=3_000):
    return draw_leads(WorldSettings(n_leads=n), np.random.default_rng(1))


def test_fit_counts_the_points_of_exported_fields():
    leads = pd.DataFrame(
        {
            "Industry": ["Retail", "Software", "Software", "Finance"],
            "Employees": [49, 49, 50, 1000],
            "Title": ["Student", "Student", "IT Director", "VP Sales"],
            "LeadSource": ["Website", "Referral", "Website", "Website"],
        }
    )

    assert fit_of(leads).tolist() == [0, 1, 3, 2]
    assert group_of(leads).tolist() == [0, len(SOURCES) + 4, 3 * len(SOURCES), 2 * len(SOURCES)]


def test_every_fit_and_source_occurs():
    assert np.unique(group_of(drawn())).size == FIT_LEVELS * len(SOURCES)


def test_leads_of_an_account_share_its_fields_and_nothing_else():
    by_account = drawn().groupby("account_id")

    assert by_account.size().max() > 3
    assert (by_account[["Industry", "Employees", "Region"]].nunique() == 1).all(axis=None)
    assert (by_account["Title"].nunique() > 1).any()


def test_rating_is_a_score_of_a_hundred_points():
    rating = drawn()["Rating"]

    assert rating.between(0, 100).all()
    assert rating.nunique() > 20
