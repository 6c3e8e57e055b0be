"""The values of the features of the activities at snapshots."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from features.aggregation.accounts import AccountIndex
from features.aggregation.catalogue import families
from features.aggregation.definitions import OTHER, Feature
from features.aggregation.point_in_time import known_pairs
from features.aggregation.selection import Engagement
from features.aggregation.windows import MEASURES, Layout, Measures
from features.history.activities import Activities
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Floats, Ints
from leadgate.errors import DataError


class ActivityReader:
    """Computes the features of the activities.

    Parameters
    ----------
    engagement
        What to measure.
    windows_days
        In any order; the features are in ascending order of them.

    Attributes
    ----------
    features
        The definitions, in the order of the columns.

    Raises
    ------
    DataError
        ``bad_windows``: a window is no positive number of days.
    """

    def __init__(self, engagement: Engagement, windows_days: Sequence[float]) -> None:
        if not all(0 < days < math.inf for days in windows_days):
            raise DataError("windows_days: each must be a positive number.", code="bad_windows")
        windows_days = sorted({*windows_days})
        self._engagement = engagement
        self._windows = tuple(round(days * US_PER_DAY) for days in windows_days)
        other = (OTHER,) if engagement.rare_types else ()
        self._groups = (*engagement.types, *other)
        self.features: list[Feature] = []
        self._measured = []
        sources = {"type": self._groups, "channel": engagement.channels}
        for family in families(engagement.given):
            begin = len(self.features)
            of = sources.get(family.scope, (family.of,))
            self.features += family.features(of, windows_days)
            columns = slice(begin, len(self.features))
            measure = MEASURES.get((family.kind, family.scope, family.of))
            if measure is not None:
                self._measured.append((measure, family, columns))
        self._group_of = {name: code for code, name in enumerate(engagement.types)}
        self._group_of |= dict.fromkeys(engagement.rare_types, len(engagement.types))
        self._channel_of = {name: code for code, name in enumerate(engagement.channels)}
        self._account = _columns(self.features, "account")
        self._own = _columns(self.features, "lead", "count")

    def fill(self, X: Floats, history: LeadHistory, lead: Ints, as_of: Ints) -> None:
        """Write the values of `features` to `X` of shape (n, n_features)."""
        activities = history.counted(self._engagement.counted)
        layout = self._layout(activities)
        for pairs in known_pairs(activities, lead, as_of):
            measures = Measures(pairs, activities, layout)
            rows = X[pairs.rows]
            for measure, family, columns in self._measured:
                rows[:, columns] = measure(measures, family)
        if "accounts" in self._engagement.given:
            self._fill_account(X, history, activities, lead, as_of)
        created = history.created[lead]
        X[:, -1] = np.where(created == NAT, math.nan, (as_of - created) / US_PER_DAY)

    def _fill_account(
        self, X: Floats, history: LeadHistory, activities: Activities, lead: Ints, as_of: Ints
    ) -> None:
        if not history.whole_accounts:
            X[:, self._account] = math.nan
            return
        key = ("accounts", self._engagement.counted, self._windows)
        index = history.derived(key, lambda: AccountIndex(history, activities, self._windows))
        index.fill(X[:, self._account], lead, as_of, X[:, self._own])

    def _layout(self, activities: Activities) -> Layout:
        n_channels = len(self._channel_of)
        return Layout(
            windows=self._windows,
            group=_codes(activities.type.texts, self._group_of, 0),
            n_groups=len(self._groups),
            channel=_codes(activities.channel.texts, self._channel_of, n_channels),
            n_channels=n_channels,
        )


def _codes(names: Sequence[str], code_of: Mapping[str, int], unknown: int) -> Ints:
    return np.array([code_of.get(name, unknown) for name in names], dtype=np.int64)


def _columns(features: Sequence[Feature], scope: str, kind: str = "") -> slice:
    """Return the columns of a scope, which lie side by side."""
    places = [
        column
        for column, feature in enumerate(features)
        if feature.scope == scope and kind in ("", feature.kind)
    ]
    return slice(places[0], places[-1] + 1) if places else slice(0, 0)
