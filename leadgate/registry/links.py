"""Addresses of MLflow's own pages."""

from __future__ import annotations

from urllib.parse import quote

# Where `mlflow ui` answers unless it is told otherwise.
LOCAL = "http://127.0.0.1:5000"


def runs_page(experiment_id: str, server: str = LOCAL) -> str:
    """Return the address of the table of an experiment's runs.

    Without the view named, MLflow opens an experiment with a page on traces of language models.
    """
    view = "workflowType=machine_learning"
    return f"{server.rstrip('/')}/#/experiments/{quote(experiment_id)}/runs?{view}"


def model_page(model: str, server: str = LOCAL) -> str:
    """Return the address of a registered model: what decides, since when, by whom and why."""
    return f"{server.rstrip('/')}/#/models/{quote(model, safe='')}"
