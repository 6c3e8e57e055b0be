"""What can be set about a simulated world."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WorldSettings:
    """The size, the seed and the conditions of one simulated world.

    The defaults are fixed so that the exact filter of the hidden journey reaches an AUC of 0.75
    to 0.79 and keeps 76 to 82 % of the wins at half of the leads.

    Attributes
    ----------
    n_leads
        Leads created within `days`; about a third as many accounts.
    days
        Days of arrivals. The export is cut at the end of them.
    seed
        Seed of every random number of the world.
    horizon_days
        The horizon that the exported configuration asks for.
    start
        First day, UTC; a Monday, so that the weeks of sales are calendar weeks.
    sales_capacity
        Leads that sales has time to work, as a share of the arrivals.
    outcome_delay_days
        Mean of the exponential delay between the close of a lead and its record.
    drift
        Log change of the rates over a year, spread over its months; 0 means stationary.
    confounding
        Weight of the hidden stage in what sales picks, in units of its own noise. At 0 sales
        chooses by exported facts and independent noise only. Above 0 the filter is not exact.
    noise
        Every open lead is equally ready and every field and activity is unrelated to it.
    account_effect
        Standard deviation of a hidden factor, on the log scale, that the leads of one account
        share: it multiplies their rates towards a win. 0 means that they share their exported
        fields and nothing else.
    hard
        As hard as a real CRM: two of a hundred leads win, seasons and quiet weekends, opens and
        clicks by machines, teams of different skill, calls that help less the later they come,
        fields that are missing or overwritten, deals that the file has lost
        (`experiments.simulation.hard`). The filter is not exact then, and `Oracle` refuses.
    """

    n_leads: int = 20_000
    days: int = 365
    seed: int = 7
    horizon_days: float = 90.0
    start: str = "2025-01-06"
    sales_capacity: float = 0.4
    outcome_delay_days: float = 5.0
    drift: float = 0.0
    confounding: float = 0.0
    noise: bool = False
    account_effect: float = 0.0
    hard: bool = False
