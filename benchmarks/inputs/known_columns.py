"""Real sets with what is known of their columns, as ``columns.toml`` in the data folder says it."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.inputs.data_sets import DATASETS
from features.history.lead_history import LeadHistory
from features.tables import load_tables
from leadgate.config import Config

NAMES = (
    "bank", "olist", "marketstar", "x_education", "bpi2012", "zoho_deals", "loan_leads",
    "sfdc_opportunities",
)  # fmt: skip
# Of an event log the activities that are the outcome under another name.
_ACTIVITIES = {"bpi2012": {"O_ACCEPTED", "O_DECLINED"}}
_FORMATS = {"loan_leads": {"date_format": "%d/%m/%y"}}
_KEYS = ("lead_id", "account_id", "created_at", "closed_at", "outcome", "won", "lost")


@dataclass(frozen=True)
class KnownColumns:
    """A real set with nothing declared.

    Attributes
    ----------
    leak, clean
        Columns and activities that are surely known only after the outcome, and columns that are
        surely known when a lead comes in.
    """

    config: Config
    history: LeadHistory
    leak: set[str]
    clean: set[str]


def known_columns(name: str) -> KnownColumns:
    """Read a set of the data folder, and what is known of its columns."""
    folder = Path(os.environ["LEADGATE_DATA"])
    facts = tomllib.loads((folder / "columns.toml").read_text(encoding="utf-8")).get(name, {})
    path = DATASETS / f"{name}.toml"
    config = _declared_nothing(path) if path.exists() else _described(name, facts, folder)
    leak = {*facts.get("leak", ())} | _ACTIVITIES.get(name, set())
    return KnownColumns(config, load_tables(config).history(), leak, {*facts.get("clean", ())})


def _declared_nothing(path: Path) -> Config:
    config = Config.load(path)
    nothing: dict[str, object] = {"after_outcome": [], "abandoned": None, "accepted": None}
    return config.model_copy(update={"columns": config.columns.model_copy(update=nothing)})


def _described(name: str, facts: dict[str, Any], folder: Path) -> Config:
    data = {"leads": str(folder / name / facts["file"])} | _FORMATS.get(name, {})
    if "until" in facts:
        data["until"] = facts["until"]
    columns = {key: facts[key] for key in _KEYS if key in facts}
    return Config.from_dict({"data": data, "columns": columns}, folder=folder)
