"""The data set of a run: its leads without leaks, labelled, and whether they are enough."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from features.history.lead_history import LeadHistory
from leadgate.config import Config
from training.dataset.class_counts import class_counts
from training.dataset.closing_time import with_horizon
from training.dataset.horizons import check_dates, check_reach
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.leakage.probe import find_leaks
from training.leakage.suspect import LeakReport
from training.promotion import verdict
from training.promotion.advice import Supply
from training.promotion.recipe import Recipe


@dataclass(frozen=True)
class DataSet:
    """The labelled snapshots of an export, without what is known only after the outcome.

    Attributes
    ----------
    settings
        What the fits depend on besides the data.
    recipe
        The same as the configuration says it, for telling a refresh from another recipe.
    too_few
        Why nothing can be fitted; "" where there is enough.
    """

    sample: Sample
    settings: Settings
    recipe: Recipe
    leaks: LeakReport
    too_few: str

    @property
    def history(self) -> LeadHistory:
        """The leads."""
        return self.sample.history


def prepare(config: Config, history: LeadHistory, keep: Collection[str]) -> DataSet:
    """Leave out suspected leaks, and label what is left.

    Raises
    ------
    DataError
        See `training.learn.learn`.
    """
    leaks, settings = find_leaks(history, config, keep), Settings.of(config)
    settings = settings.without(leaks.left_out("column"), leaks.left_out("activity"))
    closed = Sample.of(history, settings)
    too_few = verdict.too_few(*class_counts(closed, settings), Supply.of(history))
    if not too_few:
        check_dates(history, settings)
        check_reach(closed, settings)
    lasting = with_horizon(history, settings)
    sample = closed if lasting == settings else Sample.of(history, lasting)
    return DataSet(sample, lasting, Recipe.of(config, keep), leaks, too_few)
