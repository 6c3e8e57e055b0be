"""Small exports with a known law, written as the CSV files that a CRM would give."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from leadgate.config import Config

DAY = pd.Timedelta(days=1)


def flat_leads(n: int = 600, seed: int = 0, *, effect: float = 1.5) -> pd.DataFrame:
    """Leads over a year, won after some days or lost; `Size` and `Source` move the odds."""
    rng = np.random.default_rng(seed)
    size = rng.normal(size=n)
    source = rng.choice(["web", "fair", "list"], n)
    odds = -1.0 + effect * size + effect * (source == "fair")
    won = rng.random(n) < 1 / (1 + np.exp(-odds))
    created = pd.Timestamp("2025-01-01") + np.sort(rng.uniform(0, 365, n)) * DAY
    closed = created + rng.exponential(10, n) * DAY
    return pd.DataFrame(
        {
            "Id": [f"L{i:05d}" for i in range(n)],
            "Account": [f"A{i}" for i in rng.integers(0, max(n // 3, 1), n)],
            "Created": created,
            "Stage": np.where(won, "Won", "Lost"),
            "Closed": closed,
            "Amount": np.where(won, rng.gamma(2, 500, n).round(2), np.nan),
            "Size": size.round(3),
            "Source": source,
            "Rating": (size + rng.normal(0, 2, n)).round(2),
        }
    )


def config_of(
    folder: Path,
    leads: pd.DataFrame,
    *,
    columns: dict[str, object] | None = None,
    **sections: dict[str, object],
) -> Config:
    """Write the leads and return a configuration that reads them."""
    leads.to_csv(folder / "leads.csv", index=False)
    named = {
        "lead_id": "Id",
        "account_id": "Account",
        "created_at": "Created",
        "outcome": "Stage",
        "won": ["Won"],
        "lost": ["Lost"],
        "closed_at": "Closed",
        "amount": "Amount",
        "own_score": "Rating",
        "segments": ["Source"],
        **(columns or {}),
    }
    chosen = {name: value for name, value in named.items() if value is not None}
    return Config.from_dict({"data": {"leads": "leads.csv"}, "columns": chosen, **sections}, folder)


def write_config(config: Config) -> Path:
    """Write a configuration beside its leads, as a user would; return its path."""
    given = config.model_dump(mode="json", exclude_unset=True)
    lines = []
    for name, section in given.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in section.items())]
    path = config.folder / "leadgate.toml"
    path.write_text("\n".join(lines))
    return path
