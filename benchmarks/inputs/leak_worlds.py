"""Worlds in which it is known of every column whether it was known when the lead came in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from features.history.lead_history import LeadHistory
from leadgate.arrays import Bools, Floats, Ints

Names = np.ndarray[tuple[int], np.dtype[np.str_]]

START = pd.Timestamp("2024-01-01", tz="UTC")
DAYS = 500.0
UNWORKED, MEAN_DAYS_TO_CLOSE, PEOPLE = 0.10, 40.0, 12


@dataclass(frozen=True)
class LeakWorld:
    """A history, its leaks by kind, and its honest columns."""

    history: LeadHistory
    leaks: dict[str, list[str]] = field(default_factory=dict)
    honest: list[str] = field(default_factory=list)


class Firm:
    """The leads of a firm: when they came, whether and when they closed, and as what.

    Parameters
    ----------
    leads, base_rate, seed
        How many leads, the share of them that is won in the end, and the draw.
    """

    def __init__(self, leads: int, base_rate: float, seed: int) -> None:
        self.rng = rng = np.random.default_rng(seed)
        self.n = leads
        self.day = np.sort(rng.uniform(0, DAYS, leads))
        self.won = np.zeros(leads, dtype=bool)
        self.won[rng.permutation(leads)[: max(round(base_rate * leads), 12)]] = True
        slow = rng.random(leads) < 0.3
        wait = rng.exponential(np.where(slow, 3.0, 0.6) * MEAN_DAYS_TO_CLOSE)
        self.slow, self.closes = slow, self.day + wait
        self.unworked = ~self.won & (rng.random(leads) < UNWORKED)
        self.closed = (self.closes < DAYS) & ~self.unworked
        self.columns: dict[str, Names] = {}

    def pick(self, if_won: float, if_lost: float, of: Bools | None = None) -> Bools:
        """Draw leads with one chance if they are won in the end and another if not."""
        drawn: Bools = self.rng.random(self.n) < np.where(self.won, if_won, if_lost)
        return drawn if of is None else drawn & of

    def among(self, values: int, prefix: str, slope: float = 0.0) -> Names:
        """Draw one of so many values, of which the later ones are commoner among won leads."""
        weight = 1.0 / np.arange(1, values + 1)
        tilt = np.exp(slope * np.linspace(-1, 1, values)[self.rng.permutation(values)])
        codes = np.empty(self.n, dtype=np.int64)
        for rows, w in ((self.won, weight * tilt), (~self.won, weight)):
            codes[rows] = self.rng.choice(values, int(rows.sum()), p=w / w.sum())
        return _named(prefix, codes)

    def number(self, shift: float, digits: int = 1) -> Names:
        """Draw numbers that lie so many deviations higher for won leads."""
        values = np.exp(self.rng.normal(size=self.n) + shift * self.won)
        return np.round(values, digits).astype(str)

    def history(self) -> LeadHistory:
        """Return the export of the firm at its last day."""
        ids = _named("L", np.arange(self.n))
        leads = pd.DataFrame({"lead_id": ids, "created_at": _date(self.day), **self.columns})
        outcome = np.where(self.won, "won", "lost")
        rows = self.closed | self.unworked
        outcomes = pd.DataFrame(
            {
                "lead_id": ids[rows],
                "outcome": pd.Series(outcome).where(self.closed, None)[rows],
                "closed_at": _date(np.where(self.closed, self.closes, np.nan)[rows]),
                "worked": ~self.unworked[rows],
            }
        )
        return LeadHistory.from_tables(leads, outcomes=outcomes, until=START + _days(DAYS))


def leak_world(leads: int, base_rate: float, seed: int, *, leaky: str = "") -> LeakWorld:
    """Return a world with honest columns of many kinds, and with leaks.

    Parameters
    ----------
    leaky
        "" for none; ``strong`` for one leak of each kind; ``near`` for several weak ones that are
        filled as sales comes on with a lead; ``apart`` for several that only the win has in common.
    """
    firm = Firm(leads, base_rate, seed)
    _add_honest(firm)
    honest = [*firm.columns]
    leaks: dict[str, list[str]] = {}
    if leaky == "strong":
        leaks = _add_leaks(firm)
    if leaky in ("near", "apart"):
        leaks = {f"several weak ones, {leaky}": _add_weak(firm, leaky)}
    return LeakWorld(firm.history(), leaks, honest)


def _add_honest(firm: Firm) -> None:
    """Add columns that were known when the lead came in."""
    rng, n, day = firm.rng, firm.n, firm.day
    firm.columns |= {
        "Source": firm.among(6, "s", 0.8),
        "Industry": firm.among(15, "i", 0.5),
        "Landing Page": firm.among(60, "p", 0.5),
        "Postcode": firm.among(500, "z"),
        "Employer": _named("e", rng.integers(0, max(n // 3, 2), n)),
        "Contact": _named("c", rng.permutation(n)),
        # Campaigns come and go.
        "Campaign": _named("k", day // 10 * 3 + rng.integers(0, 3, n)),
        "Income": firm.number(0.95),
        "Minutes on Site": firm.number(0.5),
        "Size": firm.number(0.0, 0),
        # Flags of few leads, some of them decisive.
        "Referred": np.where(firm.pick(0.15, 0.015), "yes", ""),
        "Customer Before": np.where(firm.pick(0.18, 0.015), "yes", "no"),
        "Asked for Offer": np.where(firm.pick(0.12, 0.02), "yes", "no"),
        "Partner": _where(firm.pick(0.03, 0.001), firm.among(5, "r")),
        "Student": np.where(firm.pick(0.01, 0.25), "yes", "no"),
        # Fields of a form that are not needed.
        "Telephone Kind": _where(firm.pick(0.88, 0.60), firm.among(3, "t")),
        "Message Kind": _where(firm.pick(0.60, 0.40), firm.among(8, "m")),
        "Budget": _where(firm.pick(0.25, 0.08), firm.number(0.3, 0)),
        "Occupation": _where(firm.pick(0.9, 0.7), np.where(firm.pick(0.21, 0.04), "boss", "staff")),
        # Nobody outside of the region is ever won.
        "Country": np.where(firm.pick(0.0, 0.35), "far", firm.among(4, "near")),
        "Bounced": np.where(firm.pick(0.0, 0.3), "bounced", ""),
        # Bought from elsewhere for some, since some day, whatever becomes of the lead.
        "Technology": _where(rng.random(n) < 0.3, firm.among(20, "x", 0.3)),
        "Revenue Band": _where((day > 230) & (rng.random(n) < 0.8), firm.among(6, "b", 0.3)),
        "New Question": _where(day > 390, firm.among(3, "q", 0.3)),
        "Old Question": _where(day < 150, firm.among(3, "o")),
        # Large customers take longer, and only they say how many seats.
        "Product": np.where(firm.slow ^ (rng.random(n) < 0.1), "large", "small"),
        "Coupon": _where(~firm.slow & (rng.random(n) < 0.4), firm.among(5, "u")),
        "Seats": _where(firm.slow & (rng.random(n) < 0.7), rng.integers(1, 9, n).astype(str)),
    }  # fmt: skip


def _add_leaks(firm: Firm) -> dict[str, list[str]]:
    """Add a leak of each kind, under names that give nothing away but for the last."""
    rng, n, closed = firm.rng, firm.n, firm.closed
    won, lost = closed & firm.won, closed & ~firm.won
    steps = rng.choice(["u", "v"], n)
    coarse = np.where(firm.pick(0.6, 0.05, closed), "w", rng.choice(["u", "v"], n))
    calls = rng.poisson(np.where(won, 9, np.where(lost, 3, 1)))
    sum_paid = np.where(won & (rng.random(n) < 0.9), rng.integers(1, 99, n), 0).astype(str)
    people = _named("h", rng.integers(0, PEOPLE, n))
    columns = {
        "filled on close": _where(closed & (rng.random(n) < 0.9), rng.choice(["1", "2"], n)),
        "filled on qualified": _where(firm.pick(0.42, 0.007, closed), firm.among(3, "f")),
        "filled for some won": _where(firm.pick(0.30, 0.015, closed), firm.among(4, "g")),
        "overwritten": np.where(won, "y", np.where(lost, rng.choice(["w", "x"], n), steps)),
        "overwritten for most": coarse,
        "total by close": calls.astype(str),
        "amount": sum_paid,
        "reason": _where(lost & (rng.random(n) < 0.8), firm.among(5, "n")),
        "owner": _where(~firm.unworked, people),
        "name of today": np.where(firm.pick(0.35, 0.15, closed), "a", "b"),
    }
    names = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota"]
    leaks = {}
    for kind, name in zip(columns, [*names, "Status Detail"], strict=True):
        firm.columns[name], leaks[kind] = columns[kind], [name]
    return leaks


def _add_weak(firm: Firm, leaky: str) -> list[str]:
    """Add six columns that are filled for few leads as they come near to a win."""
    names = [f"Detail {letter}" for letter in "ABCDEF"]
    near = firm.pick(0.85, 0.06, firm.closed)
    for name in names:
        if leaky == "near":
            rows = near & (firm.rng.random(firm.n) < 0.25)
        else:
            rows = firm.pick(0.18, 0.02, firm.closed)
        firm.columns[name] = np.where(rows, firm.among(4, "d"), "")
    return names


def _named(prefix: str, codes: Floats | Ints) -> Names:
    return np.char.add(prefix, codes.astype(np.int64).astype(str))


def _where(rows: Bools, values: Names) -> Names:
    """Return the values of some rows, "" elsewhere."""
    return np.where(rows, values, "")


def _date(days: Floats) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(START + pd.to_timedelta(days, unit="D"))


def _days(days: float) -> pd.Timedelta:
    return pd.Timedelta(days=days)
