"""The pages that a training run lays beside its report, and the list of leads to call."""

from __future__ import annotations

from collections.abc import Callable

from experiments.alignment.alignment import align
from experiments.alignment.audiences import AccountLists
from experiments.alignment.catalogue import Catalogue
from experiments.alignment.page import PAGE as ALIGNMENT
from experiments.alignment.page import make_page
from experiments.alignment.signs import Signs
from experiments.summary.page import make_summary
from experiments.summary.summary import DATA, PAGE, summary_of
from leadgate.cells import list_text
from leadgate.config import Config
from leadgate.jsonfile import json_text
from serving.decisions.erasure import NURTURE, READY
from training.package import Further
from training.result import TrainingResult


def run_pages(config: Config) -> Callable[[TrainingResult], Further]:
    """Return what makes the pages and the list of a training run, to hand to `training.train`.

    Raises
    ------
    DataError
        As `Signs`, `Catalogue.of` and `AccountLists.of`; before anything is trained.
    """
    signs = Signs(config)
    catalogue, accounts = Catalogue.of(config), AccountLists.of(config)

    def make(trained: TrainingResult) -> Further:
        alignment = align(config, trained, signs, catalogue, accounts)
        summary, lists = summary_of(alignment), {}
        if alignment.ready is not None:
            lists[READY] = list_text(alignment.ready.frame(alignment.states))
        if alignment.suggestions is not None:
            lists[NURTURE] = list_text(alignment.suggestions)
        return Further(
            pages={
                ALIGNMENT: make_page(alignment),
                PAGE: make_summary(summary),
                DATA: json_text(summary.to_dict()),
            },
            lists=lists,
        )

    return make
