"""What a fit depends on besides the data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from features.feature_set import FeatureSet
from leadgate.config import Config
from leadgate.jsonfile import JsonValues


@dataclass(frozen=True)
class Settings(JsonValues):
    """What a fit depends on besides the data; stored with the model so that it can be repeated.

    `seen_by_sales` are the columns by which sales may pick leads, where it is known whom it worked.
    """

    exclude: tuple[str, ...]
    sales_types: tuple[str, ...]
    horizon_days: float | None
    ages_days: tuple[float, ...]
    accounts: bool = False
    seen_by_sales: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Config) -> Settings:
        """Return the settings of a configuration."""
        return cls(
            exclude=tuple(sorted(config.columns.never_features())),
            sales_types=tuple(sorted(config.data.sales_types)),
            horizon_days=config.target.horizon_days,
            ages_days=tuple(config.target.snapshot_ages_days),
            accounts=config.data.whole_accounts,
            # Nobody knows whom sales worked without handoffs.
            seen_by_sales=() if config.data.handoffs is None else seen_by_sales(config),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values; those of the arms only where there are two."""
        values = super().to_dict()
        if not self.seen_by_sales:
            del values["seen_by_sales"]
        return values

    def feature_set(self) -> FeatureSet:
        """Return the features to be chosen."""
        return FeatureSet(
            exclude=self.exclude, sales_types=self.sales_types, accounts=self.accounts
        )

    def without(self, columns: Collection[str], activities: Collection[str]) -> Settings:
        """Return the settings with further columns and types of activity that are no features."""
        return replace(
            self,
            exclude=tuple(sorted({*self.exclude, *columns})),
            sales_types=tuple(sorted({*self.sales_types, *activities})),
        )


def seen_by_sales(config: Config) -> tuple[str, ...]:
    """Return the columns by which sales may pick leads: the current CRM score and the segments."""
    columns = {*config.columns.segments, config.columns.own_score or ""}
    return tuple(sorted(columns - {""}))
