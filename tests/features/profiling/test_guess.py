import os
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.profiling.guess import ExportFiles, guess
from features.tables import load_tables
from leadgate.config import Config
from leadgate.errors import ConfigError, DataError

STAGES = ["Open - Not Contacted", "Working - Contacted", "Closed - Converted"]
STAGES += ["Closed - Not Converted"]
N = 200


def salesforce(rng):
    """An export as a Salesforce report gives it."""
    stage = rng.choice(STAGES, N, p=[0.2, 0.3, 0.2, 0.3])
    created = pd.Timestamp("2026-01-05") + pd.to_timedelta(rng.integers(0, 90, N), unit="D")
    converted = stage == "Closed - Converted"
    closed = pd.Series(created + pd.Timedelta(days=9)).where(converted)
    return pd.DataFrame(
        {
            "Id": [f"00Q{i:06}" for i in range(N)],
            "FirstName": [f"Ada {i}" for i in range(N)],
            "Email": [f"ada{i}@example.org" for i in range(N)],
            "Company": [f"Firm {i % 50}" for i in range(N)],
            "LeadSource": rng.choice(["Web", "Trade Show", "Partner"], N),
            "Industry": rng.choice(["Retail", "Energy"], N),
            "NumberOfEmployees": rng.integers(1, 900, N),
            "Status": stage,
            "IsConverted": converted,
            "ConvertedDate": closed.dt.strftime("%Y-%m-%d"),
            "ConvertedAccountId": np.where(converted, "001A", ""),
            "CreatedDate": created.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
            "LastModifiedDate": created.strftime("%Y-%m-%d"),
        }
    )


@pytest.fixture
def data():
    return Path(os.environ["LEADGATE_DATA"])


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "leads.csv"
    salesforce(np.random.default_rng(7)).to_csv(path, index=False)
    return path


def loaded(text, folder):
    path = folder / "leadgate.toml"
    path.write_text(text, encoding="utf-8")
    return Config.load(path)


def test_a_guessed_configuration_works_unchanged(export):
    config = loaded(guess(export).text, export.parent)
    columns = config.columns
    assert (columns.lead_id, columns.account_id) == ("Id", "Company")
    assert (columns.created_at, columns.outcome) == ("CreatedDate", "Status")
    assert columns.won == ["Closed - Converted"]
    assert columns.lost == ["Closed - Not Converted"]
    assert columns.unworked == ["Open - Not Contacted"]
    assert columns.closed_at == "ConvertedDate"
    assert columns.personal == ["FirstName", "Email"]
    assert columns.after_outcome == ["IsConverted", "ConvertedAccountId"]
    assert columns.unknown == ["LastModifiedDate"]
    assert columns.segments == ["LeadSource", "Industry"]
    assert config.target.horizon_days == 30
    tables = load_tables(config)
    assert len(tables.leads) == N
    assert {"Industry", "LeadSource", "NumberOfEmployees"} <= set(tables.leads)
    assert not {"FirstName", "Email", "IsConverted"} & set(tables.leads)


def test_every_guess_gives_its_reason(export):
    text = guess(export).text
    for line in (
        '    "Email",                        # it holds e-mail addresses',
        '    "IsConverted",                  # it is set when a lead converts (Salesforce)',
        'won = ["Closed - Converted"]        # sounds like a win',
    ):
        assert line in text.splitlines()


def test_a_guess_names_no_lead(export):
    assert "ada1@" not in guess(export).text


def test_activities_are_guessed_by_the_ids_they_hold(export, tmp_path):
    touches = pd.DataFrame(
        {
            "touch_id": ["t1", "t2", "t3"],
            "who": ["00Q000001", "00Q000002", "00Q000001"],
            "touch_type": ["email", "demo", "email"],
            "touch_timestamp": ["2026-02-01T10:00:00Z"] * 3,
            "imported_at": ["2026-02-02T10:00:00Z"] * 3,
        }
    )
    touches.to_parquet(tmp_path / "touches.parquet")
    guessed = guess(ExportFiles(export, [tmp_path / "touches.parquet"]))
    config = loaded(guessed.text, tmp_path)
    (table,) = config.data.activities
    # Demos only happen because sales works a lead: likely, and asked.
    assert config.data.sales_types == ["demo"]
    assert '# ? data.sales_types: ["demo"] | []: ' in guessed.text
    assert [q.key for q in guessed.questions if q.key == "data.sales_types"]
    assert (table.lead_id, table.type, table.occurred_at) == (
        "who", "touch_type", "touch_timestamp"
    )  # fmt: skip
    assert (table.recorded_at, table.activity_id) == ("imported_at", "touch_id")
    assert len(load_tables(config).activities) == 3


def test_activities_without_a_type_bear_the_name_of_their_file(export, tmp_path):
    rows = pd.DataFrame({"lead_id": ["00Q000001"], "started": ["2026-02-01T10:00:00Z"]})
    rows.to_csv(tmp_path / "sessions.csv", index=False)
    config = loaded(guess(ExportFiles(export, [tmp_path / "sessions.csv"])).text, tmp_path)
    assert load_tables(config).activities["type"].tolist() == ["sessions"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"lead_id": ["z"], "at": ["2026-02-01"]}, r"x.csv: no column holds ids of the leads"),
        ({"lead_id": ["00Q000001"], "at": ["soon"]}, r"x.csv: no column holds times"),
    ],
)
def test_activities_of_no_lead_or_time_are_refused(export, tmp_path, rows, message):
    pd.DataFrame(rows).to_csv(tmp_path / "x.csv", index=False)
    with pytest.raises(DataError, match=message):
        guess(ExportFiles(export, [tmp_path / "x.csv"]))


def test_without_an_outcome_the_text_says_what_to_add(tmp_path):
    frame = pd.DataFrame({"Id": ["a", "b"], "Created": ["2026-01-02", "2026-01-03"]})
    frame.to_csv(tmp_path / "leads.csv", index=False)
    text = guess(tmp_path / "leads.csv").text
    assert '# outcomes = "deals.csv"' in text
    with pytest.raises(ConfigError, match="nothing names the outcome"):
        loaded(text, tmp_path)
    pd.DataFrame({"Id": ["a"], "won": ["2026-01-09"]}).to_csv(tmp_path / "deals.csv", index=False)
    leads = f'leads = "{(tmp_path / "leads.csv").as_posix()}"\n'
    text = text.replace(leads, leads + 'outcomes = "deals.csv"\n')
    text = text.replace('# lost = "rest"', 'lost = "rest"')
    assert len(load_tables(loaded(text, tmp_path)).outcomes) == 2


def test_an_export_without_ids_and_dates_goes_by_its_rows(tmp_path):
    frame = pd.DataFrame({"job": ["a", "a", "b"], "converted": ["yes", "no", "no"]})
    frame.to_csv(tmp_path / "leads.csv", index=False)
    config = loaded(guess(tmp_path / "leads.csv").text, tmp_path)
    assert (config.columns.lead_id, config.columns.order) == ("row", "row")
    assert load_tables(config).outcomes["outcome"].tolist() == ["won", "lost", "lost"]


def test_wins_without_a_closing_time_leave_the_horizon_out(tmp_path):
    frame = pd.DataFrame(
        {"Id": ["a", "b"], "Created": ["2026-01-02"] * 2, "Stage": ["Won", "Lost"],
         "Closed Date": ["", "2026-01-09"]}
    )  # fmt: skip
    frame.to_csv(tmp_path / "leads.csv", index=False)
    text = guess(tmp_path / "leads.csv").text
    assert "1 won leads have no closing time" in text
    assert loaded(text, tmp_path).target.horizon_days is None


def test_a_german_export_is_guessed(tmp_path):
    text = """Kunden-Nr;Nachname;Firma;Erstellt am;Quelle;Ergebnis;Geschlossen am
7;Ada;A GmbH;05.01.2026;Messe;gewonnen;31.01.2026
8;Grace;B GmbH;06.01.2026;Web;verloren;30.01.2026
9;Zuse;B GmbH;17.01.2026;Web;offen;
"""
    (tmp_path / "leads.csv").write_text(text, encoding="cp1252")
    config = loaded(guess(tmp_path / "leads.csv").text, tmp_path)
    columns = config.columns
    assert (columns.lead_id, columns.account_id) == ("Kunden-Nr", "Firma")
    assert (columns.created_at, columns.closed_at) == ("Erstellt am", "Geschlossen am")
    assert (columns.outcome, columns.won, columns.lost) == ("Ergebnis", ["gewonnen"], ["verloren"])
    assert columns.segments == ["Quelle"]
    assert load_tables(config).outcomes["outcome"].tolist() == ["won", "lost"]


def test_the_only_time_of_every_lead_is_its_creation(tmp_path):
    text = "Id,Tullut,Stage\n1,2026-01-02,Won\n2,2026-01-03,Lost\n"
    (tmp_path / "leads.csv").write_text(text)
    said = guess(tmp_path / "leads.csv").text
    assert 'created_at = "Tullut"               # the only time that leads have' in said


def test_an_overwritten_time_is_not_the_creation_and_is_not_overlooked(tmp_path):
    (tmp_path / "leads.csv").write_text(
        "Id,Last Modified,Stage\n1,2026-01-01,Won\n2,2026-01-02,Lost\n"
    )
    made = guess(tmp_path / "leads.csv")
    assert loaded(made.text, tmp_path).columns.created_at is None
    (question,) = made.questions
    assert (question.key, question.chosen) == ("columns.created_at", "")
    assert question.others == ("Last Modified",)


def test_of_several_times_the_earliest_is_the_creation_and_the_others_are_asked_about(tmp_path):
    rows = "".join(
        f"{i},2026-01-0{i + 1},2026-01-0{i},{('Won', 'Lost')[i % 2]}\n" for i in range(1, 9)
    )
    (tmp_path / "leads.csv").write_text("Id,Puhui,Tullut,Stage\n" + rows)
    made = guess(tmp_path / "leads.csv")
    assert loaded(made.text, tmp_path).columns.created_at == "Tullut"
    assert '# ? columns.created_at: "Tullut" | "Puhui": its name does not say' in made.text


def test_a_personal_column_identifies_no_lead(tmp_path):
    text = "Email,Created,Stage\na@b.org,2026-01-02,Won\nc@d.org,2026-01-03,Lost\n"
    text += "e@f.org,2026-01-03,Lost\n"
    (tmp_path / "leads.csv").write_text(text)
    columns = loaded(guess(tmp_path / "leads.csv").text, tmp_path).columns
    assert (columns.lead_id, columns.personal) == ("row", ["Email"])


def test_what_sounds_open_never_counts_as_lost(tmp_path):
    (tmp_path / "leads.csv").write_text("Id,Stage\n1,Won\n2,Open\n3,Weird\n")
    said = guess(tmp_path / "leads.csv").text
    assert (
        "lost = []                           # nothing sounds like a loss, and Open sounds open"
        in (said.splitlines())
    )
    (tmp_path / "leads.csv").write_text("Id,Stage\n1,Won\n2,Weird\n")
    assert loaded(guess(tmp_path / "leads.csv").text, tmp_path).columns.lost == "rest"


def test_an_export_without_rows_is_refused(tmp_path):
    (tmp_path / "leads.csv").write_text("Id,Stage\n")
    with pytest.raises(DataError, match=r"leads\.csv: there is no row below the header"):
        guess(tmp_path / "leads.csv")


def test_paths_are_relative_to_the_configuration(export, monkeypatch):
    monkeypatch.chdir(export.parent)
    text = guess(Path("leads.csv"), folder=Path("settings")).text
    assert tomllib.loads(text)["data"]["leads"] == "../leads.csv"


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "activities", "leads"),
    [
        ("bank/bank-additional-full.csv", [], 41_188),
        ("marketstar/Leads.csv", [], 43_033),
        pytest.param(
            "bpi2012/cases.csv", ["bpi2012/events.csv.gz"], 13_087, marks=pytest.mark.slow
        ),
        ("x_education/Leads.csv", [], 9_240),
    ],
)
def test_guesses_for_real_exports_work_unchanged(data, tmp_path, name, activities, leads):
    text = guess(ExportFiles(data / name, [data / path for path in activities])).text
    tables = load_tables(loaded(text, tmp_path))
    assert len(tables.leads) == leads
    assert {"won", "lost"} <= set(tables.outcomes["outcome"])


@pytest.mark.data
def test_a_real_export_with_its_wins_apart_needs_three_lines(data, tmp_path):
    text = guess(data / "olist" / "olist_marketing_qualified_leads_dataset.csv").text
    deals = (data / "olist" / "olist_closed_deals_dataset.csv").as_posix()
    text = text.replace("[data]\n", f'[data]\noutcomes = "{deals}"\n')
    text = text.replace('# closed_at = "ClosedDate"', 'closed_at = "won_date"')
    text = text.replace('# lost = "rest"', 'lost = "rest"')
    assert (load_tables(loaded(text, tmp_path)).outcomes["outcome"] == "won").sum() == 841


def test_an_outcome_is_known_by_its_values_and_the_open_ones_are_named(tmp_path):
    said = ["Abschluss gewonnen", "Abschluss verloren", "Angebot verschickt", "Doublette"]
    frame = pd.DataFrame({"Nr": [f"k{i}" for i in range(40)], "Vertriebsstand": said * 10})
    frame.to_csv(tmp_path / "leads.csv", index=False)
    made = guess(tmp_path / "leads.csv")
    columns = loaded(made.text, tmp_path).columns
    assert (columns.outcome, columns.won) == ("Vertriebsstand", ["Abschluss gewonnen"])
    assert columns.lost == ["Abschluss verloren"]
    assert made.still_open == ["Angebot verschickt", "Doublette"]


def test_a_creation_that_cannot_be_read_as_a_time_is_doubted(tmp_path):
    frame = pd.DataFrame(
        {
            "id": [f"k{i}" for i in range(40)],
            "Erstellungsdatum": [f"{i % 28 + 1:02}.05.2026 10:00 Uhr" for i in range(40)],
            "Status": ["gewonnen", "verloren"] * 20,
        }
    )
    frame.to_csv(tmp_path / "leads.csv", index=False)
    (question,) = guess(tmp_path / "leads.csv").questions
    assert question.key == "data.date_format"
    assert question.why.startswith("Erstellungsdatum is named like the day of creation")
    frame.drop(columns="Erstellungsdatum").to_csv(tmp_path / "leads.csv", index=False)
    assert guess(tmp_path / "leads.csv").questions == []


def test_a_dated_export_leaves_no_question(export):
    assert guess(export).questions == []


def test_a_folder_of_what_was_pulled_is_its_tables(tmp_path):
    for name in ("leads", "activities", "handoffs"):
        (tmp_path / f"{name}.parquet").touch()
    own = tmp_path / "mine.csv"
    files = ExportFiles(tmp_path, activities=[own], handoffs=own).in_folder()
    assert files.leads == tmp_path / "leads.parquet"
    assert files.activities == [tmp_path / "activities.parquet", own]
    assert (files.handoffs, files.outcomes, files.field_changes) == (own, None, None)
    assert ExportFiles(own).in_folder() == ExportFiles(own)
