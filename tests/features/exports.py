"""Small exports for tests: rows written as CSV, and the configuration that reads them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from leadgate.config import Config

COLUMNS = {
    "lead_id": "Id",
    "created_at": "Created",
    "outcome": "Stage",
    "won": ["Won"],
    "lost": ["Lost"],
    "unworked": ["New"],
    "closed_at": "Closed",
}


def lead(lead_id: str, **fields: object) -> dict[str, object]:
    """One open lead of the retail trade, created at noon."""
    return {
        "Id": lead_id,
        "Created": "2026-01-02T12:00:00Z",
        "Stage": "Working",
        "Closed": "",
        "Industry": "Retail",
    } | fields


def won(lead_id: str, **fields: object) -> dict[str, object]:
    """One lead won three days later."""
    return lead(lead_id, Stage="Won", Closed="2026-01-05T12:00:00Z") | fields


def lost(lead_id: str, **fields: object) -> dict[str, object]:
    """One lead lost two days later."""
    return lead(lead_id, Stage="Lost", Closed="2026-01-04T12:00:00Z") | fields


def visit(lead_id: str, **fields: object) -> dict[str, object]:
    """One activity under canonical names."""
    return {"lead_id": lead_id, "type": "visit", "occurred_at": "2026-01-03T12:00:00Z"} | fields


class Export:
    """A folder with the files of an export."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, rows: Sequence[Mapping[str, object]]) -> str:
        """Write a CSV file and return its name."""
        pd.DataFrame(rows).to_csv(self.folder / name, index=False)
        return name

    def config(
        self,
        rows: Sequence[Mapping[str, object]],
        data: Mapping[str, object] | None = None,
        target: Mapping[str, object] | None = None,
        **columns: object,
    ) -> Config:
        """Write the leads and return a configuration that reads them; None drops a column."""
        named = {k: v for k, v in (COLUMNS | columns).items() if v is not None}
        values = {
            "data": {"leads": self.write("leads.csv", rows)} | dict(data or {}),
            "columns": named,
            "target": dict(target or {}),
        }
        return Config.from_dict(values, folder=self.folder)
