"""The leads that are scored are those that nothing has become of yet."""

import pandas as pd

from features.open_leads import write_open_leads
from leadgate.config import Config

CONFIG = {
    "data": {"leads": "leads.csv", "activities": [], "field_changes": "changes.csv"},
    "columns": {
        "lead_id": "Id", "created_at": "Created", "outcome": "End", "won": ["won"],
        "lost": ["lost"], "closed_at": "Closed",
    },
}  # fmt: skip


def test_only_open_leads_are_written_with_the_columns_of_the_export(tmp_path):
    leads = {
        "Id": ["1", "2", "3", "3", " 4 "],
        "Created": ["2025-01-01"] * 5,
        "End": ["won", "lost", "", "", "New"],
        "Closed": ["2025-02-01", "2025-02-02", "", "", ""],
        "Source": ["web", "fair", "web", "web", ""],
    }
    private = {"Phone": ["+1 555 0100"] * 5}
    changes = {"lead_id": ["1", "3"], "field": "Title", "value": "CTO", "changed_at": "2025-01-05"}
    pd.DataFrame(leads | private).to_csv(tmp_path / "leads.csv", index=False)
    pd.DataFrame(changes).to_csv(tmp_path / "changes.csv", index=False)
    config = CONFIG | {"columns": CONFIG["columns"] | {"personal": ["Phone"]}}
    made = write_open_leads(Config.from_dict(config, tmp_path), tmp_path / "week")
    frame = pd.read_parquet(made.leads)
    assert [lead.strip() for lead in frame["Id"]] == ["3", "4"]
    assert list(frame.columns) == list(leads)
    assert (made.rows, made.activities) == (2, None)
    assert pd.read_parquet(made.field_changes)["lead_id"].tolist() == ["3"]
    assert made.arguments() == [
        str(made.leads), "--field-changes", str(tmp_path / "week" / "field_changes.parquet"),
    ]  # fmt: skip


def test_a_lead_that_was_converted_is_not_open(tmp_path):
    leads = {
        "Id": ["1", "2", "3", "4"],
        "Created": ["2025-01-01"] * 4,
        "End": ["won", "lost", "", ""],
        "Closed": ["2025-02-01", "2025-02-02", "", ""],
        "ConvertedDate": ["2025-02-01", "", "2025-02-01", ""],
    }
    pd.DataFrame(leads).to_csv(tmp_path / "leads.csv", index=False)
    config = {**CONFIG, "data": {"leads": "leads.csv"}, "crm": {"name": "salesforce"}}
    made = write_open_leads(Config.from_dict(config, tmp_path), tmp_path / "week")
    assert pd.read_parquet(made.leads)["Id"].tolist() == ["4"]


def test_a_lead_that_nobody_has_contacted_yet_is_open(tmp_path):
    leads = {"Id": ["1", "2", "3"], "Created": "2025-01-01", "End": ["won", "New", ""]}
    pd.DataFrame(leads | {"Closed": ["2025-02-01", "", ""]}).to_csv(
        tmp_path / "leads.csv", index=False
    )
    columns = CONFIG["columns"] | {"unworked": ["New"]}
    config = Config.from_dict({"data": {"leads": "leads.csv"}, "columns": columns}, tmp_path)
    made = write_open_leads(config, tmp_path / "week")
    assert pd.read_parquet(made.leads)["Id"].astype(str).tolist() == ["2", "3"]


def test_a_lead_that_sales_works_already_is_left_out(tmp_path):
    leads = {"Id": ["1", "2", "3"], "Created": "2025-01-01", "End": ["won", "", ""]}
    pd.DataFrame(leads | {"Closed": ["2025-02-01", "", ""]}).to_csv(
        tmp_path / "leads.csv", index=False
    )
    handoffs = {"lead_id": ["2", "3"], "handed_off_at": "2025-01-02"}
    pd.DataFrame(handoffs | {"first_worked_at": ["2025-01-03", ""]}).to_csv(
        tmp_path / "handoffs.csv", index=False
    )
    data = {"leads": "leads.csv", "handoffs": "handoffs.csv"}
    config = Config.from_dict({"data": data, "columns": CONFIG["columns"]}, tmp_path)
    made = write_open_leads(config, tmp_path / "week")
    assert pd.read_parquet(made.leads)["Id"].astype(str).tolist() == ["3"]


def test_leads_without_ids_are_their_rows(tmp_path):
    leads = {"Created": ["2025-01-01"] * 3, "End": ["won", "", "lost"]}
    pd.DataFrame(
        leads | {"Closed": ["2025-02-01", "", "2025-02-01"], "Source": list("abc")}
    ).to_csv(tmp_path / "leads.csv", index=False)
    columns = CONFIG["columns"] | {"lead_id": "row"}
    config = Config.from_dict({"data": {"leads": "leads.csv"}, "columns": columns}, tmp_path)
    made = write_open_leads(config, tmp_path / "week")
    assert pd.read_parquet(made.leads)["Source"].tolist() == ["b"]
