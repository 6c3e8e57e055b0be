"""The feature set: which features there are, and their values at any snapshot."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from features.aggregation import attributes, selection
from features.aggregation.activity_reader import ActivityReader
from features.aggregation.attributes import AttributeReader
from features.aggregation.definitions import Feature
from features.aggregation.selection import Engagement
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots
from leadgate.arrays import Floats, Ints
from leadgate.errors import DataError


class FeatureSet:
    """The features of leads at snapshots, chosen on the training data.

    Parameters
    ----------
    exclude
        Columns that are never a feature.
    windows_days
        Windows in which activities are counted, besides ever.
    sales_types
        Activities that only happen because sales works the lead; they count nowhere.
    accounts
        Whether what the other leads of the account did, and what became of them, is a feature.
        Only where it will be known of every lead that is to be scored: a lead whose history does
        not hold its whole account has none of these values (docs/decisions/0005).

    Attributes
    ----------
    features_
        The definitions, in the order of the columns.
    vocabularies_
        The texts of the codes of each category and flag.
    engagement_
        What is measured of the activities.
    left_out_
        Why a column is no feature.
    """

    def __init__(
        self,
        exclude: Collection[str] = (),
        windows_days: Sequence[float] = (7, 30, 90),
        sales_types: Collection[str] = (),
        accounts: bool = False,
    ) -> None:
        self.exclude = exclude
        self.windows_days = windows_days
        self.sales_types = sales_types
        self.accounts = accounts

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor's arguments, as in scikit-learn."""
        return {name: getattr(self, name) for name in _PARAMS}

    def set_params(self, **params: object) -> FeatureSet:
        """Replace some of the constructor's arguments, as in scikit-learn."""
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def fit(self, history: LeadHistory, snapshots: Snapshots | pd.DataFrame) -> FeatureSet:
        """Choose the features from what was known at the snapshots.

        Raises
        ------
        DataError
            ``no_snapshots``: there is none.
        """
        snapshots = _snapshots(history, snapshots)
        if len(snapshots) == 0:
            raise DataError("There is no snapshot to choose features from.", code="no_snapshots")
        chosen = attributes.choose(history, snapshots, self.exclude)
        self.left_out_ = {name: c.reason for name, c in chosen.items() if c.kind is None}
        self.vocabularies_ = {name: c.vocabulary for name, c in chosen.items() if c.vocabulary}
        accounts = self.accounts and history.whole_accounts
        self.engagement_ = selection.choose(history, snapshots, self.sales_types, accounts=accounts)
        self.features_ = [
            Feature(name, c.kind, name, scope="column") for name, c in chosen.items() if c.kind
        ]
        if not history.flat:
            self.features_ += ActivityReader(self.engagement_, self.windows_days).features
        self._compile()
        return self

    def transform(self, history: LeadHistory, snapshots: Snapshots | pd.DataFrame) -> pd.DataFrame:
        """Return the features, float64, one row for each snapshot, in the same order."""
        index = snapshots.index if isinstance(snapshots, pd.DataFrame) else None
        at = _snapshots(history, snapshots)
        return pd.DataFrame(
            self.matrix(history, at.lead, at.as_of), columns=self.names_, index=index
        )

    def fit_transform(
        self, history: LeadHistory, snapshots: Snapshots | pd.DataFrame
    ) -> pd.DataFrame:
        """Return ``fit(history, snapshots).transform(history, snapshots)``."""
        return self.fit(history, snapshots).transform(history, snapshots)

    def matrix(self, history: LeadHistory, lead: Ints, as_of: Ints) -> Floats:
        """Return the features as an array.

        Parameters
        ----------
        history
            What is known of the leads.
        lead
            Shape (n,), positions in the history.
        as_of
            Shape (n,), microseconds since the epoch, UTC; `NAT` without dates.

        Returns
        -------
        ndarray of shape (n, n_features)
            NaN where a value is not known.
        """
        X = np.empty((len(lead), len(self.features_)))
        n_attributes = len(self._attributes.features)
        self._attributes.fill(X[:, :n_attributes], history, lead, as_of)
        if self._activities is not None:
            self._activities.fill(X[:, n_attributes:], history, lead, as_of)
        return X

    @property
    def attributes(self) -> AttributeReader:
        """What reads the attributes; in a flat export these are all features."""
        return self._attributes

    def unseen(self, history: LeadHistory) -> list[str]:
        """Return a sentence for each column and type that holds what training has not seen."""
        sentences = self._attributes.unseen(history)
        in_training = {*self.engagement_.counted, *self.sales_types}
        new = [name for name in history.activities.type.texts if name not in in_training]
        if new and self._activities is not None:
            sentences.append(f"activities that training has not seen count nowhere: {new[0]}")
        return sentences

    @property
    def whole_accounts(self) -> bool:
        """Whether what the other leads of the account did is among the features."""
        return self._activities is not None and "accounts" in self.engagement_.given

    def without(self, columns: Collection[str]) -> FeatureSet:
        """Return the fitted feature set without some columns of the leads."""
        values = self.to_dict()
        gone = {f.name for f in self.features_ if f.of_attribute and f.source in columns}
        values["exclude"] = sorted({*self.exclude, *columns})
        values["features"] = [f for f in values["features"] if f["name"] not in gone]
        values["vocabularies"] = {
            name: texts for name, texts in values["vocabularies"].items() if name not in columns
        }
        return FeatureSet.from_dict(values)

    def to_dict(self) -> dict[str, Any]:
        """Return the fitted feature set as JSON values."""
        return {
            "exclude": sorted(self.exclude),
            "windows_days": list(self.windows_days),
            "sales_types": sorted(self.sales_types),
            "accounts": self.accounts,
            "features": [feature.to_dict() for feature in self.features_],
            "vocabularies": {name: list(texts) for name, texts in self.vocabularies_.items()},
            "engagement": self.engagement_.to_dict(),
            "left_out": dict(self.left_out_),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FeatureSet:
        """Return the feature set that `to_dict` gave."""
        result = cls(**{name: values[name] for name in _PARAMS})
        result.features_ = [Feature(**feature) for feature in values["features"]]
        result.vocabularies_ = {name: tuple(t) for name, t in values["vocabularies"].items()}
        result.engagement_ = Engagement.from_dict(values["engagement"])
        result.left_out_ = dict(values["left_out"])
        result._compile()
        return result

    def _compile(self) -> None:
        """Prepare what every call of `matrix` needs."""
        self.names_ = [feature.name for feature in self.features_]
        attributes = [feature for feature in self.features_ if feature.of_attribute]
        self._attributes = AttributeReader(attributes, self.vocabularies_)
        self._activities = None
        if len(attributes) < len(self.features_):
            self._activities = ActivityReader(self.engagement_, self.windows_days)


_PARAMS = ("exclude", "windows_days", "sales_types", "accounts")


def _snapshots(history: LeadHistory, snapshots: Snapshots | pd.DataFrame) -> Snapshots:
    if isinstance(snapshots, Snapshots):
        return snapshots
    return Snapshots.of_frame(history, snapshots)
