from pathlib import Path

import pytest

from leadgate.config import Config, Data
from leadgate.errors import ConfigError

PLACE = "postgresql://crm:${CRM_PASSWORD}@db.example/crm"


def config(leads, folder="."):
    columns = {"lead_id": "Id", "outcome": "Stage", "won": ["Won"]}
    return Config.from_dict({"data": {"leads": leads}, "columns": columns}, folder=folder)


def test_a_secret_of_the_environment_fills_the_url_whatever_it_holds(monkeypatch):
    read = config({"url": PLACE, "table": "leads"})
    monkeypatch.setenv("CRM_PASSWORD", "p@ss:w/rd")
    assert read.url(read.data.leads) == "postgresql://crm:p%40ss%3Aw%2Frd@db.example/crm"
    assert "p@ss" not in str(read), "the configuration travels with the model"
    assert Data(**read.data.model_dump()) == read.data


def test_a_whole_url_may_come_from_the_environment(monkeypatch):
    read = config({"url": "${CRM}", "table": "leads"})
    monkeypatch.setenv("CRM", "postgresql://crm:secret@db.example/crm")
    assert read.url(read.data.leads) == "postgresql://crm:secret@db.example/crm"


def test_a_variable_that_is_not_set_is_named():
    read = config({"url": PLACE, "table": "leads"})
    with pytest.raises(ConfigError, match="needs the environment variable CRM_PASSWORD"):
        read.url(read.data.leads)


@pytest.mark.parametrize(
    ("url", "resolved"),
    [
        ("sqlite:///crm.db", "sqlite:////there/crm.db"),
        ("sqlite:////crm.db", "sqlite:////crm.db"),
        ("postgresql://h/crm", "postgresql://h/crm"),
    ],
)
def test_a_sqlite_file_is_relative_to_the_configuration(url, resolved):
    read = config({"url": url, "table": "leads"}, folder="/there")
    assert read.url(read.data.leads) == resolved


@pytest.mark.parametrize(
    ("leads", "fault"),
    [
        ({"url": PLACE}, "data.leads: give table or query, one of them"),
        ({"url": PLACE, "table": "a", "query": "b"}, "data.leads: give table or query"),
        ({"table": "a"}, "data.leads.url: it is missing"),
        ({"url": "crm", "table": "a"}, "data.leads.url: is no database URL"),
        ({"url": PLACE, "tabel": "a"}, "data.leads.tabel: there is no such key"),
        (7, "data.leads: Input should be a valid string"),
        ({"path": "crm.xlsx"}, "data.leads.sheet: it is missing"),
        ({"sheet": "Deals"}, "data.leads.path: it is missing"),
        ({"path": "crm.xlsx", "sheets": "Deals"}, "data.leads.sheets: there is no such key"),
    ],
)
def test_a_faulty_source_is_named_by_its_key(leads, fault):
    with pytest.raises(ConfigError, match=fault):
        config(leads)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://crm:hunter2@h/crm",
        "postgresql://crm:hunter2${CRM_PASSWORD}@h/crm",
        "postgresql://h/crm?user=crm&password=hunter2",
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(url):
    with pytest.raises(ConfigError, match=r"data.leads.url: holds a password") as refusal:
        config({"url": url, "table": "leads"})
    assert "hunter2" not in str(refusal.value)


def test_a_port_is_no_password():
    assert config({"url": "postgresql://crm@h:5432/crm?sslmode=require", "table": "leads"})


def test_a_database_is_no_path():
    read = config({"url": PLACE, "table": "leads"})
    with pytest.raises(ConfigError, match="a database is named where this command needs a file"):
        read.path(read.data.leads)


def test_a_sheet_of_a_workbook_stands_in_place_of_a_file(monkeypatch):
    monkeypatch.setenv("YEAR", "2026")
    read = config({"path": "${YEAR}.xlsx", "sheet": "Deals"}, folder="/there")
    assert read.path(read.data.leads) == Path("/there/2026.xlsx")
    assert Data(**read.data.model_dump()) == read.data
