"""The policy: from what a handoff costs and brings, and what sales can take, to the line.

The line is the readiness from which a lead goes to sales. Two bounds hold, the higher one binds:

- break-even: a handoff costs `cost_per_handoff` and brings `value_per_win` when it is won, so it
  pays from a readiness of cost / value, or from such an uplift where it is known what becomes of
  leads that nobody works;
- capacity: with `capacity_per_week` handoffs and `leads_per_week` leads coming in, the quantile of
  the score distribution above which as many leads lie.

Leads are ranked by readiness or, with `rank_by = "uplift"`, by what working them adds. With neither
bound known, the better half goes to sales. Without signal there is no line: nobody is held
back for a score that means nothing.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from pydantic import ConfigDict

from leadgate.arrays import Floats
from leadgate.config import PolicySettings
from leadgate.jsonfile import JsonValues
from leadgate.policy import exploration
from leadgate.policy.bands import Bands
from leadgate.policy.lead import Rule, rules_of
from leadgate.policy.people import Salesperson
from leadgate.policy.scores import Scores, quantiles
from leadgate.policy.week import PLAIN

READINESS, UPLIFT = "readiness", "uplift"
DEFAULT_SHARE = 0.5
RECYCLE_AFTER_DAYS = 14.0
REVIEW_LOST_IMPORTANCE = 0.33
# A threshold that no readiness reaches, such as that of a lead that brings nothing.
NEVER = math.nextafter(1.0, 2.0)


def share_of_leads(
    capacity: float | None, leads_per_week: float | None, control: float = 0.0
) -> float | None:
    """Return which share of the leads that come in a capacity takes; None where not known.

    Those of a control group are not among them.
    """
    if capacity is None or not leads_per_week:
        return None
    return min(1.0, capacity / (leads_per_week * (1.0 - control)))


@dataclass(frozen=True)
class Policy(JsonValues):
    """What the line is drawn from; `policy.json` of a bundle.

    Attributes
    ----------
    bands
        Grades and stages.
    scores
        Quantiles of the readiness of incoming leads, ascending, evenly spaced from 0 to 1.
    leads_per_week
        How many leads come in; None where the export has no dates.
    signal
        False for a model that knows the base rate only.
    key
        Of the exploration hash.
    mean_won_amount
        Stands in where `value_per_win` names the amount column, or a lead's own value is missing.
    days
        The shares of a week's leads that come in on each day, Monday first; empty for seven
        equal days.
    capacity_per_week, cost_per_handoff, value_per_win, value_column, explore, recycle_after_days,
    review_lost_importance, people, rank_by, control, timezone
        The settings; `value_column` is the creation-time column that holds each lead's value, ""
        for none.
    uplifts
        As `scores`, of the uplift; empty where the model knows none.
    rules
        What decides before the model, in the order in which the first that applies does.
    """

    bands: Bands
    scores: tuple[float, ...]
    leads_per_week: float | None = None
    signal: bool = True
    key: str = ""
    mean_won_amount: float | None = None
    days: tuple[float, ...] = ()
    capacity_per_week: float | None = None
    cost_per_handoff: float = 0.0
    value_per_win: float | None = None
    value_column: str = ""
    explore: float = 0.0
    recycle_after_days: float = RECYCLE_AFTER_DAYS
    review_lost_importance: float = REVIEW_LOST_IMPORTANCE
    people: tuple[Salesperson, ...] = ()
    rank_by: str = READINESS
    uplifts: tuple[float, ...] = ()
    control: float = 0.0
    rules: tuple[Rule, ...] = ()
    timezone: str = PLAIN
    __pydantic_config__ = ConfigDict(extra="forbid")

    def __post_init__(self) -> None:
        if not self.scores or not (np.diff(self.scores) >= 0).all():
            raise ValueError("scores must ascend")
        if not (np.diff(self.uplifts) >= 0).all():
            raise ValueError("uplifts must ascend")
        if self.rank_by not in (READINESS, UPLIFT):
            raise ValueError("leads are ranked by readiness or by uplift")
        if not 0.0 <= self.control < 1.0:
            raise ValueError("the share of the control group is at least 0 and below 1")

    @classmethod
    def learn(
        cls,
        readiness: ArrayLike,
        *,
        base_rate: float,
        leads_per_week: float | None = None,
        signal: bool = True,
        key: str = "",
        days: tuple[float, ...] = (),
        uplift: Floats | None = None,
    ) -> Self:
        """Return a policy without settings from the readiness of the leads that came in.

        Parameters
        ----------
        readiness
            Shape (n,), n >= 1, of leads as they would be decided on.
        base_rate
            What the limits of the stages are multiples of.
        leads_per_week
            How many of them came in per week; None where that is not known.
        signal, key, days
            As in the class.
        uplift
            Of the same leads, shape (n,); None where it is not known.
        """
        values = np.asarray(readiness, dtype=np.float64)
        bands = Bands.of(values, base_rate)
        uplifts = () if uplift is None else quantiles(uplift)
        return cls(
            bands, quantiles(values), leads_per_week, signal, key, days=days, uplifts=uplifts
        )

    def with_settings(
        self,
        settings: PolicySettings,
        mean_won_amount: float | None = None,
        *,
        amount_column: str | None = None,
    ) -> Self:
        """Return the policy under the settings of a configuration, which win over its own.

        Parameters
        ----------
        settings
            The section ``[policy]``.
        mean_won_amount
            From the data; None keeps the policy's own.
        amount_column
            `columns.amount`: a `value_per_win` of that name means the mean won amount.
        """
        mean = self.mean_won_amount if mean_won_amount is None else mean_won_amount
        value, column = settings.value_per_win, ""
        if isinstance(value, str):
            column = "" if value == amount_column else value
            value = mean
        return replace(
            self,
            bands=self.bands.under(settings.grades, settings.stages),
            mean_won_amount=mean,
            capacity_per_week=settings.capacity,
            cost_per_handoff=settings.cost_per_handoff,
            value_per_win=value,
            value_column=column,
            explore=settings.explore,
            recycle_after_days=settings.recycle_after_days,
            review_lost_importance=settings.review_lost_importance,
            rank_by=settings.rank_by,
            control=settings.control,
            timezone=settings.timezone,
            people=tuple(
                Salesperson(p.name, p.capacity_per_week, tuple(p.segments)) for p in settings.people
            ),
            rules=rules_of(settings),
        )

    def without_control(self) -> Self:
        """Return the same policy without a control group: what it would do with every lead."""
        return replace(self, control=0.0) if self.control else self

    @cached_property
    def team(self) -> tuple[Salesperson, ...]:
        """Everyone with a capacity: the people, and without a name the rest of the team."""
        named = sum(person.capacity_per_week for person in self.people)
        rest = (self.capacity_per_week or 0.0) - named
        return (*self.people, Salesperson("", rest)) if rest > 0 else self.people

    def worth(self, value: float | None = None) -> float | None:
        """Return what winning a lead brings; None or NaN: `value_per_win`, None if not known."""
        return self.value_per_win if value is None or math.isnan(value) else value

    def break_even(self, value: float | None = None) -> float:
        """Return the readiness from which a handoff pays; 0 where cost or value is not known.

        Parameters
        ----------
        value
            What winning this lead brings; None or NaN: `value_per_win`.
        """
        worth = self.worth(value)
        if not self.cost_per_handoff or worth is None or math.isnan(worth):
            return 0.0
        return min(self.cost_per_handoff / worth, NEVER) if worth > 0 else NEVER

    @cached_property
    def capacity_share(self) -> float:
        """Share of the incoming leads that sales can take; 1 where only break-even binds."""
        share = share_of_leads(self.capacity_per_week, self.leads_per_week, self.control)
        if share is not None:
            return share
        pays = self.cost_per_handoff > 0 and (self.value_per_win is not None or self.value_column)
        return 1.0 if pays and self.capacity_per_week is None else DEFAULT_SHARE

    @cached_property
    def capacity_line(self) -> float:
        """The readiness above which the capacity is filled; exploration counts inside it."""
        return self.capacity_line_at(self.capacity_share)

    def capacity_line_at(self, share: float) -> float:
        """Return the readiness above which a share of the incoming leads lies, less exploration."""
        if share >= 1.0:
            return -1.0 if self.by_uplift else 0.0
        explored = min(self.explore, share)
        return self._ranked.line((share - explored) / (1.0 - explored))

    @cached_property
    def by_uplift(self) -> bool:
        """Whether leads are ranked by their uplift; never where the model knows none."""
        return self.rank_by == UPLIFT and bool(self.uplifts)

    def line(self, value: float | None = None, uplift: float = math.nan) -> float:
        """Return the threshold of a lead: of its uplift or of its readiness, as leads are ranked.

        Parameters
        ----------
        value
            What winning it would bring; None or NaN: `value_per_win`.
        uplift
            What working it adds to its chance; NaN: not known. Where it is, a handoff pays by it
            whatever leads are ranked by: one that buys by itself is not called.
        """
        if not self.signal:
            return 0.0
        pays = self.break_even(value)
        if self.by_uplift or math.isnan(uplift):
            return max(pays, self.capacity_line)
        return NEVER if pays and uplift < pays else self.capacity_line

    @property
    def threshold(self) -> float:
        """The threshold of a lead without a value of its own."""
        return self.line()

    @cached_property
    def exploration_rates(self) -> tuple[float, float]:
        """The rates of exploration (`leadgate.policy.exploration.rates`) below `threshold`."""
        return self.exploration_rates_at(self.threshold, self.capacity_share)

    def exploration_rates_at(self, line: float, share: float) -> tuple[float, float]:
        """Return the rates of exploration below a line.

        Parameters
        ----------
        line
            The readiness from which everyone is handed off.
        share
            Of the incoming leads that can be handed off.
        """
        if not self.signal:
            return 0.0, 0.0
        return exploration.rates(self._ranked.mean_below(line), min(self.explore, share))

    # What follows is asked for with every decision while the week's handoffs run ahead.
    @cached_property
    def _ranked(self) -> Scores:
        return Scores(self.uplifts if self.by_uplift else self.scores)

    def to_dict(self) -> dict[str, Any]:
        """Return the policy as JSON values; what only some policies have is left out of others."""
        values = super().to_dict()
        for name, nothing in (
            ("rank_by", READINESS),
            ("uplifts", ()),
            ("control", 0.0),
            ("rules", ()),
            ("timezone", PLAIN),
        ):
            if values[name] == nothing:
                del values[name]
        return values

    def digest(self) -> str:
        """Return 16 hexadecimal digits that differ between policies; stored with decisions."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
