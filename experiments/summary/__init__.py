"""The page for leaders: what to do, what it brings, how sure, what is lost, the model's health."""

from experiments.summary.run_pages import run_pages
from experiments.summary.summary import PAGE, Summary
from experiments.summary.worth import Worth

__all__ = ["PAGE", "Summary", "Worth", "run_pages"]
