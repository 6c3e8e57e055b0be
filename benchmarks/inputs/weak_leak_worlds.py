"""Worlds where several weak columns were written after the outcome, and honest ones cause it.

Unlike in `benchmarks.inputs.leak_worlds` the outcome follows from what is known when a lead comes
in, as it does in life: honest columns are drawn first, some of them strong, correlated, drifting,
tied to how fast a lead closes; then who wins, when it closes, and what sales writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from features.history.lead_history import LeadHistory
from leadgate.arrays import Bools, Floats

START = pd.Timestamp("2024-01-01", tz="UTC")
DAYS = 420.0
LEAKS = ("counters", "flags", "mixed", "moment", "growing")


@dataclass(frozen=True)
class WeakWorld:
    """A history, and which of its columns are leaks and which are honest."""

    history: LeadHistory
    leaks: list[str]
    honest: list[str]


@dataclass(frozen=True)
class Nature:
    """What a firm is like.

    Attributes
    ----------
    leads, base_rate
        How many leads come, and the share of them that is won in the end.
    strength
        The standard deviation of the log-odds that honest columns explain: 1 is an AUC of about
        0.73, 2.6 one of 0.90.
    never_closed
        The share of the leads not won that nobody ever closes.
    days_to_close
        The mean of the days to a win; losses take a quarter longer.
    hasty
        By how many log units leads that win surely close faster.
    drift
        By how many deviations honest numbers fall over the time of the export.
    speeding
        By how many log units leads that win close faster at the end of the export than at its
        beginning.
    """

    leads: int = 2_000
    base_rate: float = 0.25
    strength: float = 1.0
    never_closed: float = 0.0
    days_to_close: float = 35.0
    hasty: float = 0.0
    drift: float = 0.0
    speeding: float = 0.0


def weak_world(nature: Nature, seed: int, leaky: str = "") -> WeakWorld:
    """Return a world with honest columns, and with six weak leaks of a kind or none.

    Parameters
    ----------
    leaky
        "" for none; ``counters`` of what sales does; ``flags`` that are filled for few;
        ``mixed``: counters, lengths of a text, a channel, a date; ``moment``: flags and counters
        that come as a lead is taken on; ``growing``: counters that also grow with time.
    """
    rng = np.random.default_rng(seed)
    n = nature.leads
    day = np.sort(rng.uniform(0, DAYS, n))
    columns, ready = _honest(rng, day, nature)
    p = expit(_level(ready, nature.base_rate) + ready)
    won = rng.random(n) < p
    mean = nature.days_to_close * np.where(won, 1.0, 1.25) * np.exp(-nature.hasty * _scaled(ready))
    mean *= np.where(won, np.exp(-nature.speeding * day / DAYS), 1.0)
    wait = rng.gamma(2.0, mean / 2.0) + 0.3
    never = ~won & (rng.random(n) < nature.never_closed)
    closed = (day + wait < DAYS) & ~never
    honest = [*columns]
    if leaky:
        work = np.minimum(DAYS - day, np.where(never, DAYS, wait))
        columns |= _leaks(rng, won & closed, work / nature.days_to_close, leaky)
    leaks = [name for name in columns if name not in honest]
    ids = np.char.add("L", np.arange(n).astype(str))
    accounts = np.char.add("A", rng.integers(0, max(int(0.8 * n), 2), n).astype(str))
    leads = pd.DataFrame(
        {"lead_id": ids, "account_id": accounts, "created_at": _date(day), **columns}
    )
    outcomes = pd.DataFrame(
        {
            "lead_id": ids[closed],
            "outcome": np.where(won, "won", "lost")[closed],
            "closed_at": _date((day + wait)[closed]),
        }
    )
    history = LeadHistory.from_tables(leads, outcomes=outcomes, until=_date([DAYS])[0])
    return WeakWorld(history, leaks, honest)


def _honest(
    rng: np.random.Generator, day: Floats, nature: Nature
) -> tuple[dict[str, object], Floats]:
    """Return columns that were known when the lead came in, and what they say together."""
    n = day.size
    taste = rng.normal(size=n)
    quality = 0.6 * taste + 0.8 * rng.normal(size=n)
    source = _choice(rng, taste, 6)
    industry = rng.choice(8, n)
    role = _choice(rng, quality, 5)
    size = np.exp(4.2 + 1.2 * (rng.normal(size=n) - nature.drift * day / DAYS))
    pages = rng.poisson(np.exp(1.2 + 0.3 * taste - 0.3 * nature.drift * day / DAYS))
    seconds = rng.gamma(2, 60 * np.exp(0.4 * taste))
    referred = rng.random(n) < 0.12
    budget = rng.random(n) < 0.3
    campaign = (day // 30).astype(int) * 3 + rng.integers(0, 3, n)
    ready = (
        np.array([0, 1.1, 0.1, -1.0, 0.7, 0.2])[source]
        + np.array([0.3, -0.2, 0, 0.5, -0.6, 0, 0.2, -0.3])[industry]
        + np.array([0.6, 0.4, 0, -0.2, -0.6])[role]
        + 0.25 * (np.log(size) - 4.2)
        + 0.12 * (pages - 4)
        + 0.15 * np.log(seconds / 120)
        + 1.2 * referred
        + 0.5 * budget
        + rng.normal(0, 0.2, campaign.max() + 1)[campaign]
    )
    columns: dict[str, object] = {
        "Source": _named("s", source),
        "Industry": _named("i", industry),
        "Job Title": _named("r", role),
        "Employees": np.round(size).astype(int).astype(str),
        "Pages": pages.astype(str),
        "Seconds on Site": np.round(seconds).astype(int).astype(str),
        "Referred": np.where(referred, "yes", ""),
        "Budget": np.where(budget, _named("b", rng.integers(1, 5, n)), ""),
        "Campaign": _named("c", campaign),
        "Postcode": _named("z", rng.zipf(1.4, n) % 300),
        "Weekday": _named("d", day.astype(int) % 7),
    }
    return columns, nature.strength * _scaled(ready)


def _leaks(rng: np.random.Generator, won: Bools, work: Floats, leaky: str) -> dict[str, object]:
    """Return six columns, each weak alone, that the close of a won lead changes."""
    n = won.size

    def counter(before: float, after: float, grows: bool = False) -> object:
        rate = np.where(won, after, before) * (np.clip(work, 0.1, 3.0) if grows else 1.0)
        return rng.poisson(rate).astype(str)

    def flag(before: float, after: float, of: Bools | None = None) -> object:
        drawn = rng.random(n) < np.where(won, after, before)
        rows = drawn if of is None else drawn & of
        return np.where(rows, _named("f", rng.integers(0, 4, n)), "")

    rates = [(4.5, 7.0), (1.1, 2.4), (3.1, 5.0), (0.8, 1.9), (0.9, 1.8), (2.0, 3.4)]
    if leaky in ("counters", "growing"):
        grows = leaky == "growing"
        return {f"Count {k}": counter(*pair, grows) for k, pair in enumerate(rates)}
    if leaky == "flags":
        return {f"Detail {k}": flag(0.10 + 0.05 * k, 0.30 + 0.07 * k) for k in range(6)}
    if leaky == "moment":
        taken = rng.random(n) < np.where(won, 0.8, 0.15)
        flags = {f"Detail {k}": np.where(taken, flag(0.5, 0.6), flag(0.08, 0.1)) for k in range(3)}
        more = np.where(taken, 2.2, 1.0)
        counts = {f"Count {k}": rng.poisson(rates[k][0] * more * 0.6).astype(str) for k in range(3)}
        return {**flags, **counts}
    length = rng.gamma(2.0, np.where(won, 70.0, 40.0)).astype(int)
    after = np.round(rng.gamma(2.0, np.where(won, 12.0, 7.0)))
    channels = [rng.choice(3, n, p=p) for p in ([0.5, 0.3, 0.2], [0.2, 0.4, 0.4])]
    channel = np.where(won, *channels)
    return {
        "Count 0": counter(*rates[0]),
        "Count 1": counter(*rates[1]),
        "Text Length": length.astype(str),
        "Channel": _named("t", channel),
        "Days Until": np.where(rng.random(n) < 0.8, after.astype(int).astype(str), ""),
        "Detail": flag(0.25, 0.55),
    }


def _choice(rng: np.random.Generator, taste: Floats, values: int) -> np.ndarray:
    """Draw one of so many values; the later ones are commoner where taste is high."""
    noise = rng.normal(size=taste.size)
    rank = np.argsort(np.argsort(0.4 * taste + 0.9 * noise)) / taste.size
    return np.minimum((rank * values).astype(int), values - 1)


def _level(ready: Floats, base_rate: float) -> float:
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(middle + ready).mean() < base_rate else (low, middle)
    return low


def _scaled(values: Floats) -> Floats:
    scaled: Floats = (values - values.mean()) / values.std()
    return scaled


def _named(prefix: str, codes: np.ndarray) -> np.ndarray:
    return np.char.add(prefix, codes.astype(int).astype(str))


def _date(days: Floats | Sequence[float]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(START + pd.to_timedelta(np.asarray(days), unit="D"))
