"""The text for exports of several files, with deleted records, and without dates."""

import pandas as pd
import pytest

from features.profiling.guess import ExportFiles, guess
from features.tables import load_tables
from leadgate.config import Config
from leadgate.errors import DataError

N = 60
IDS = [f"00Q{i:06}" for i in range(N)]


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "leads.csv"
    days = pd.date_range("2026-01-05", periods=N, freq="D").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"Id": IDS, "Created": days, "Stage": ["Won", "Lost"] * 30})
    frame.to_csv(path, index=False)
    return path


def loaded(text, folder):
    path = folder / "leadgate.toml"
    path.write_text(text, encoding="utf-8")
    return Config.load(path)


def test_a_column_of_times_for_each_event_is_a_type_of_activity(export, tmp_path):
    day = ["2026-02-01 10:00", ""] * (N // 2)
    events = pd.DataFrame({"Id": IDS, "First visit": day, "Demo": day[::-1], "Webinar": day})
    events.to_csv(tmp_path / "events.csv", index=False)
    config = loaded(guess(ExportFiles(export, [tmp_path / "events.csv"])).text, tmp_path)
    (table,) = config.data.activities
    assert table.types == ["First visit", "Demo", "Webinar"]
    assert set(load_tables(config).activities["type"]) == {"First visit", "Demo", "Webinar"}


@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("TRUE", "FALSE"), ("Ja", "Nein")])
def test_a_flag_of_the_end_keeps_open_deals_open(tmp_path, yes, no):
    days = pd.date_range("2026-01-05", periods=N, freq="D").strftime("%Y-%m-%d")
    frame = pd.DataFrame(
        {"Id": IDS, "Created": days, "is_won": [yes, no, no] * 20, "is_closed": [yes, yes, no] * 20}
    )
    frame.to_csv(tmp_path / "leads.csv", index=False)
    tables = load_tables(loaded(guess(tmp_path / "leads.csv").text, tmp_path))
    assert tables.outcomes["outcome"].value_counts().to_dict() == {"won": 20, "lost": 20}


def test_a_table_of_outcomes_is_joined_by_its_own_name_of_the_lead(export, tmp_path):
    pd.read_csv(export).drop(columns="Stage").to_csv(export, index=False)
    deals = {"Id": range(40), "Contact ID": IDS[10:50], "Stage": ["Won", "Lost"] * 20}
    pd.DataFrame(deals).to_csv(tmp_path / "deals.csv", index=False)
    config = loaded(guess(ExportFiles(export, outcomes=tmp_path / "deals.csv")).text, tmp_path)
    assert config.data.outcome_lead_id == "Contact ID"
    outcomes = load_tables(config).outcomes.set_index("lead_id")["outcome"]
    assert outcomes.to_dict() == dict(zip(IDS[10:50], ["won", "lost"] * 20, strict=True))


def test_a_column_of_lead_ids_that_is_not_there_is_a_fault(export, tmp_path):
    pd.DataFrame({"Id": IDS, "Stage": ["Won", "Lost"] * 30}).to_csv(tmp_path / "deals.csv")
    text = guess(ExportFiles(export, outcomes=tmp_path / "deals.csv")).text
    config = loaded(text.replace("[data]", '[data]\noutcome_lead_id = "Lead"'), tmp_path)
    with pytest.raises(DataError, match=r"deals\.csv: there is no column Lead"):
        load_tables(config)


def test_a_table_of_outcomes_and_one_of_handoffs_are_named(export, tmp_path):
    pd.read_csv(export).drop(columns="Stage").to_csv(export, index=False)
    pd.DataFrame(
        {"Id": IDS[:40], "Stage": ["Won", "Lost"] * 20, "Close Date": ["2026-05-09"] * 40}
    ).to_csv(tmp_path / "deals.csv", index=False)
    pd.DataFrame({"lead_id": IDS[:9], "handed_off_at": ["2026-04-20"] * 9}).to_csv(
        tmp_path / "handoffs.csv", index=False
    )
    files = ExportFiles(export, outcomes=tmp_path / "deals.csv", handoffs=tmp_path / "handoffs.csv")
    tables = load_tables(loaded(guess(files).text, tmp_path))
    assert tables.outcomes["outcome"].value_counts().to_dict() == {"won": 20, "lost": 20}
    assert len(tables.handoffs) == 9


def test_handoffs_with_other_columns_are_refused(export, tmp_path):
    pd.DataFrame({"Id": IDS}).to_csv(tmp_path / "handoffs.csv", index=False)
    with pytest.raises(DataError, match=r"handoffs.csv: no column of times is named like"):
        guess(ExportFiles(export, handoffs=tmp_path / "handoffs.csv"))


def test_a_wide_history_is_named_with_its_fields(tmp_path):
    leads = pd.DataFrame(
        {"Id": ["6a", "6b"], "CreatedDate": ["2026-01-02", "2026-01-03"], "Amount": [1, 2],
         "StageName": ["Closed Won", "Closed Lost"], "IsClosed": [1, 1], "IsWon": [1, 0],
         "CloseDate": ["2026-02-02"] * 2}
    )  # fmt: skip
    changes = pd.DataFrame(
        {"OpportunityId": ["6a"], "CreatedDate": ["2026-01-05"], "StageName": ["Demo"], "Amount": 7}
    )
    leads.to_csv(tmp_path / "leads.csv", index=False)
    changes.to_csv(tmp_path / "changes.csv", index=False)
    text = guess(ExportFiles(tmp_path / "leads.csv", field_changes=tmp_path / "changes.csv")).text
    assert loaded(text, tmp_path).data.field_change_columns.fields == ["StageName", "Amount"]


def test_deleted_and_merged_records_are_named(tmp_path):
    rows = (
        "Id,IsDeleted,MasterRecordId,Created,Stage\n1,0,,2026-01-02,Won\n2,0,,2026-01-03,Lost\n"
        "3,1,,2026-01-03,Lost\n4,0,1,2026-01-04,Lost\n"
    )
    (tmp_path / "leads.csv").write_text(rows)
    config = loaded(guess(tmp_path / "leads.csv").text, tmp_path)
    assert config.columns.deleted.column == "IsDeleted"
    assert config.columns.merged_into == "MasterRecordId"
    assert load_tables(config).leads["lead_id"].tolist() == ["1", "2"]


def test_a_person_may_say_whose_export_it_is(tmp_path):
    frame = pd.DataFrame({"Id": ["a", "b"], "Stage": ["Won", "Lost"], "Probability": ["1", "2"]})
    frame.to_csv(tmp_path / "leads.csv", index=False)
    assert "# by its columns: Zoho deals" in guess(tmp_path / "leads.csv", crm="zoho").text
    with pytest.raises(DataError, match="no such CRM is known"):
        guess(tmp_path / "leads.csv", crm="act")


def test_ids_that_fall_down_the_file_become_the_order(tmp_path):
    stages = ["Closed Won", "Closed Lost"]
    rows = "".join(f"L{i:05},{stages[i % 2]}\n" for i in range(60, 0, -1))
    (tmp_path / "leads.csv").write_text("Lead ID,Stage\n" + rows)
    made = guess(tmp_path / "leads.csv")
    assert '# ? columns.order: "Lead ID" | "row": Lead ID falls from row to row' in made.text
    leads = load_tables(loaded(made.text, tmp_path)).leads
    assert leads["order"].iloc[0] > leads["order"].iloc[-1]
