"""Accounts, their leads, and the exported fields from which fit can be read.

Fit is a function of exported fields alone: one point each for a fitting industry, a fitting size
and a senior title. Of what is exported, leads of an account share industry, size and region.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.simulation.settings import WorldSettings
from leadgate.arrays import Ints

SOURCES = ("Website", "Trade Fair", "Purchased List", "Webinar", "Referral")
SOURCE_SHARES = (0.35, 0.15, 0.2, 0.18, 0.12)
INDUSTRIES = (
    "Software", "Manufacturing", "Finance", "Retail", "Healthcare", "Education", "Logistics",
)  # fmt: skip
INDUSTRY_SHARES = (0.18, 0.16, 0.1, 0.2, 0.14, 0.1, 0.12)
FITTING_INDUSTRIES = ("Software", "Manufacturing", "Finance")
REGIONS = ("North", "South", "East", "West")
TITLES = (
    "Head of Operations", "IT Director", "Managing Director", "VP Sales",
    "Analyst", "Assistant", "Consultant", "Engineer", "Project Manager", "Student",
)  # fmt: skip
SENIOR_TITLES = TITLES[:4]
FITTING_SIZE = (50, 1000)
FIT_LEVELS = 4


def draw_leads(settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    """Draw accounts and leads: one row for each lead, in order of its id, without times.

    Returns
    -------
    DataFrame
        lead_id, account_id, the attributes under their export names, and Rating: the points that
        sales gives today, from exported facts only.
    """
    n = settings.n_leads
    accounts = _draw_accounts(max(n // 3, 1), rng)
    leads = accounts.iloc[rng.integers(len(accounts), size=n)].reset_index(drop=True)
    leads.insert(0, "lead_id", [f"L{i:06d}" for i in range(n)])
    leads["LeadSource"] = _choice(SOURCES, SOURCE_SHARES, n, rng)
    leads["Title"] = _choice(TITLES, None, n, rng)
    leads["Email"] = [f"person{i:06d}@example.com" for i in range(n)]
    leads["Rating"] = _rating(leads)
    return leads


def fit_of(leads: pd.DataFrame) -> Ints:
    """Return the fit of leads, 0 (poor) to 3, from their exported fields."""
    fitting = [
        leads["Industry"].isin(FITTING_INDUSTRIES),
        leads["Employees"].between(*FITTING_SIZE, inclusive="left"),
        leads["Title"].isin(SENIOR_TITLES),
    ]
    return np.asarray(np.count_nonzero(fitting, axis=0), dtype=np.int64)


def team_of(leads: pd.DataFrame) -> Ints:
    """Return the team that works each lead, in the order of the regions: (n,)."""
    return pd.Index(REGIONS).get_indexer(pd.Index(leads["Region"])).astype(np.int64)


def group_of(leads: pd.DataFrame) -> Ints:
    """Return the group of leads, ``fit * len(SOURCES) + source``, from their exported fields."""
    source = pd.Index(SOURCES).get_indexer(pd.Index(leads["LeadSource"]))
    return fit_of(leads) * len(SOURCES) + source


def _draw_accounts(n: int, rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": [f"A{i:06d}" for i in range(n)],
            "Industry": _choice(INDUSTRIES, INDUSTRY_SHARES, n, rng),
            "Employees": np.ceil(rng.lognormal(np.log(150), 1.6, size=n)).astype(np.int64),
            "Region": _choice(REGIONS, None, n, rng),
        }
    )


def _choice(
    names: tuple[str, ...], shares: tuple[float, ...] | None, n: int, rng: np.random.Generator
) -> pd.Series[str]:
    drawn = rng.choice(len(names), size=n, p=shares)
    return pd.Series(np.array(names, dtype=object)[drawn], dtype="str")


def _rating(leads: pd.DataFrame) -> Ints:
    """Return sales' own points, 0 to 100: big firms and eager sources, a crude guide."""
    points = 35 * leads["LeadSource"].isin(["Website", "Trade Fair", "Referral"])
    points += 30 * leads["Title"].isin(["IT Director", "Managing Director", "Engineer"])
    points += np.clip(5 * np.log10(leads["Employees"]), 0, 20)
    points += 15 * (leads["Region"] == "North")
    return np.asarray(points.round(), dtype=np.int64)
