import sqlite3
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from features.io.databases import read_database
from features.tables import load_tables
from leadgate.config import Config
from leadgate.database import Database
from leadgate.errors import ConfigError, DataError

# SQLite knows no ids of this kind and keeps text.
ID = sa.Uuid(as_uuid=False).with_variant(sa.String, "sqlite")
LEADS = sa.Table(
    "Leads",
    sa.MetaData(),
    sa.Column("Id", ID),
    sa.Column("Created", sa.DateTime(timezone=True)),
    sa.Column("Stage", sa.String),
    sa.Column("Closed", sa.Date),
    sa.Column("Amount", sa.Numeric(12, 2)),
    sa.Column("Size", sa.Integer),
    sa.Column("Share", sa.Float),
    sa.Column("Partner", sa.Boolean),
    sa.Column("Industry", sa.String),
    sa.Column("Since", sa.Date),
)
VISITS = sa.Table(
    "visits",
    sa.MetaData(),
    sa.Column("lead_id", ID),
    sa.Column("type", sa.String),
    sa.Column("occurred_at", sa.DateTime(timezone=True)),
    sa.Column("value", sa.Numeric),
)
IDS = [str(uuid.UUID(int=number)) for number in (7, 8, 9)]
CREATED = datetime(2026, 1, 2, 12, tzinfo=UTC)


def leads():
    rows = [
        ("Won", date(2026, 1, 9), Decimal("1234.50"), 12, 0.25, True, "Möbel", date(1999, 1, 2)),
        ("Lost", date(2026, 1, 8), None, None, None, False, None, None),
        ("Working", None, None, 3, 1.0, None, 'said "a, b"', date(2020, 2, 29)),
    ]
    names = [column.name for column in LEADS.columns]
    return [
        dict(zip(names, (lead_id, CREATED, *row), strict=True))
        for lead_id, row in zip(IDS, rows, strict=True)
    ]


def visits():
    later = datetime(2026, 1, 3, 8, 30, 15, 250_000, tzinfo=UTC)
    return [
        {"lead_id": IDS[0], "type": "visit", "occurred_at": later, "value": Decimal("2.5")},
        {"lead_id": IDS[2], "type": "click", "occurred_at": CREATED, "value": None},
    ]


def fill(url):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table, rows in ((LEADS, leads()), (VISITS, visits())):
            table.drop(connection, checkfirst=True)
            table.create(connection)
            connection.execute(table.insert(), rows)
    engine.dispose()


def files(folder, suffix):
    names = []
    for name, rows in (("leads", leads()), ("visits", visits())):
        frame = pd.DataFrame(rows)
        path = folder / f"{name}{suffix}"
        frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path)
        names.append(path.name)
    return names


def config(folder, leads, visits):
    columns = {"lead_id": "Id", "created_at": "Created", "outcome": "Stage", "won": ["Won"]}
    columns |= {"lost": ["Lost"], "closed_at": "Closed", "amount": "Amount"}
    data = {"leads": leads, "activities": [{"path": visits, "value": "value"}]}
    return Config.from_dict({"data": data, "columns": columns}, folder=folder)


def tables_of(url):
    return {"url": url, "table": "Leads"}, {"url": url, "table": "visits"}


@pytest.fixture
def sqlite(tmp_path):
    """The URL of a SQLite database, relative to the folder of the configuration."""
    fill(f"sqlite:///{tmp_path}/crm.db")
    return "sqlite:///crm.db"


def same(history, other):
    assert history.until == other.until
    assert history.columns.keys() == other.columns.keys()
    for name, values in history.columns.items():
        assert values.tolist() == other.columns[name].tolist(), name
    for name in ("lead_ids", "created", "won", "lost", "closed", "amount"):
        np.testing.assert_array_equal(getattr(history, name), getattr(other, name), err_msg=name)
    for name in ("ptr", "occurred", "recorded", "value"):
        mine, theirs = getattr(history.activities, name), getattr(other.activities, name)
        np.testing.assert_array_equal(mine, theirs, err_msg=name)
    assert history.activities.type.texts == other.activities.type.texts
    assert history.activities.type.codes.tolist() == other.activities.type.codes.tolist()


def test_csv_parquet_and_sqlite_give_the_same_history(tmp_path, sqlite):
    read = load_tables(config(tmp_path, *files(tmp_path, ".csv")))
    assert read.quarantine.count == 0
    assert len(read.activities) == 2
    history = read.history()
    assert history.columns["Partner"].tolist() == ["true", "false", ""]
    assert history.columns["Since"].tolist() == ["1999-01-02", "", "2020-02-29"]
    same(load_tables(config(tmp_path, *files(tmp_path, ".parquet"))).history(), history)
    same(load_tables(config(tmp_path, *tables_of(sqlite))).history(), history)


@pytest.mark.postgres
def test_csv_and_postgresql_give_the_same_history(tmp_path, postgres):
    history = load_tables(config(tmp_path, *files(tmp_path, ".csv"))).history()
    source = config(tmp_path, *tables_of(postgres))
    fill(source.url(source.data.leads).replace("postgresql://", "postgresql+psycopg://"))
    same(load_tables(source).history(), history)


@pytest.mark.postgres
def test_postgresql_answers_queries_as_they_stand_and_cannot_be_changed(postgres, tmp_path):
    def read(query):
        source = config(tmp_path, {"url": postgres, "query": query}, "visits.csv")
        return read_database(source.url(source.data.leads), source.data.leads, where="data.leads")

    query = """
        SELECT n AS id, '10%:x' AS "Share %", timestamp '2026-01-02 03:04:05' AS local,
               timestamptz '2026-01-02 03:04:05+02' AS zoned, NULL::text AS nothing,
               n % 2 = 0 AS even
        FROM generate_series(1, 60000) AS n"""
    frame = read(query)
    assert len(frame) == 60_000
    assert frame.iloc[-1].tolist() == [
        "60000", "10%:x", "2026-01-02T03:04:05", "2026-01-02T01:04:05Z", "", "true"
    ]  # fmt: skip
    assert {str(dtype) for dtype in frame.dtypes} == {"str"}
    assert read("SELECT 1 AS a WHERE false").columns.tolist() == ["a"]
    for query, reason in {
        "CREATE TABLE mine (a int)": "",
        "SELECT nothing FROM nowhere": r'relation "nowhere" does not exist',
        "SELECT 'secret'::int": "DataError",
    }.items():
        with pytest.raises(DataError, match=f"^data.leads: .*{reason}") as refusal:
            read(query)
        assert refusal.value.code == "bad_query"
        assert "secret" not in str(refusal.value)
    with pytest.raises(DataError, match="more than one column is called a"):
        read("SELECT 1 AS a, 2 AS a")
    source = config(tmp_path, {"url": postgres, "table": "mine"}, "visits.csv")
    with pytest.raises(DataError, match=r"data.leads: the database has no table mine\."):
        read_database(source.url(source.data.leads), source.data.leads, where="data.leads")


@pytest.mark.postgres
def test_a_password_stands_in_no_message(tmp_path, postgres, monkeypatch):
    monkeypatch.setenv("CRM_PASSWORD", "wrong&secret")
    source = config(tmp_path, *tables_of(postgres))
    with pytest.raises(DataError, match=r"crm:\*\*\*@127.0.0.1.* cannot be reached") as refusal:
        load_tables(source)
    assert "secret" not in str(refusal.value)
    assert "CRM_PASSWORD" in str(source)
    monkeypatch.delenv("CRM_PASSWORD")
    with pytest.raises(ConfigError, match="needs the environment variable CRM_PASSWORD"):
        load_tables(source)


def test_a_database_that_cannot_be_read_is_named(tmp_path, sqlite):
    (tmp_path / "text.db").write_text("no database" * 100)
    for url, table, code, message in [
        ("sqlite:///gone.db", "Leads", "no_database", r"data.leads: there is no file .*gone.db"),
        ("sqlite:///text.db", "Leads", "bad_query", "file is not a database"),
        (sqlite, "Leeds", "missing_table", r"has no table Leeds\. Did you mean Leads\?"),
        ("klingon://host/x", "Leads", "no_driver", "there is no driver for klingon"),
        ("postgresql://127.0.0.1:1/x", "Leads", "no_database", "cannot be reached: "),
    ]:
        source = config(tmp_path, {"url": url, "table": table}, {"url": sqlite, "table": "visits"})
        with pytest.raises(DataError, match=message) as refusal:
            load_tables(source)
        assert refusal.value.code == code, url
    assert not (tmp_path / "gone.db").exists(), "SQLite would have made it"


def test_a_query_is_read_only_and_may_name_what_it_likes(tmp_path, sqlite):
    def read(query):
        source = Database(url=sqlite, query=query)
        url = config(tmp_path, "leads.csv", "visits.csv").url(source)
        return read_database(url, source, where="data.leads")

    frame = read("SELECT Stage AS \" stage\", ':x' AS a, '%s' AS b FROM Leads ORDER BY Stage")
    assert frame.to_dict("list") == {
        "stage": ["Lost", "Won", "Working"], "a": [":x"] * 3, "b": ["%s"] * 3
    }  # fmt: skip
    with pytest.raises(DataError, match="readonly database") as refusal:
        read("DELETE FROM Leads")
    assert refusal.value.code == "bad_query"
    with pytest.raises(DataError, match="no such column: Nowhere"):
        read("SELECT Nowhere FROM Leads")
    with pytest.raises(DataError, match="the query returns no rows"):
        read("CREATE TEMP TABLE x (a)")


def test_rows_are_read_a_chunk_at_a_time(tmp_path, sqlite, monkeypatch):
    chunks = []
    monkeypatch.setattr("features.io.databases._CHUNK", 2)
    monkeypatch.setattr(
        "features.io.databases.text_column",
        lambda column: chunks.append(len(column)) or column.to_numpy(),
    )
    source = Database(url=sqlite, query="SELECT Stage FROM Leads ORDER BY Stage")
    url = config(tmp_path, "leads.csv", "visits.csv").url(source)
    frame = read_database(url, source, where="data.leads")
    assert frame["Stage"].tolist() == ["Lost", "Won", "Working"]
    assert chunks == [2, 1]


def test_tables_of_a_database_go_by_their_names(tmp_path, sqlite):
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute("INSERT INTO visits (lead_id, type) VALUES ('stranger', 'visit')")
    connection.close()
    query = {"url": sqlite, "query": "SELECT * FROM visits"}
    tables = load_tables(config(tmp_path, {"url": sqlite, "table": "Leads"}, query))
    assert [table for table, _, _ in tables.quarantine.summary()] == ["query of data.activities 1"]
