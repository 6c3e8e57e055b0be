"""Every object of a CRM is recognised by its export, among all others, and mapped."""

import tomllib

import pandas as pd
import pytest

from features.crm.crm_object import crm_objects
from features.crm.data import object_files, table
from features.crm.match import called, recognise
from features.profiling.guess import ExportFiles, guess
from features.tables import load_tables
from leadgate.config import Config
from leadgate.errors import DataError
from tests.features.crm.exports import dynamics, hubspot, odoo, pipedrive, salesforce, zoho
from tests.features.crm.exports.build import DAYS

CRMS = (dynamics, hubspot, odoo, pipedrive, salesforce, zoho)
EXPORTS = {name: export for crm in CRMS for name, export in crm.EXPORTS.items()}
CASES = [pytest.param(export, id=name) for name, export in EXPORTS.items()]
WITH_OUTCOMES = [case for case in CASES if "outcome" in case.values[0].means]


def written(export, folder, name="leads.csv"):
    path = folder / name
    export.frame.to_csv(path, index=False)
    return path


def test_every_object_has_an_export():
    files = {f"objects/{export.file}" for export in EXPORTS.values()}
    assert files == set(object_files())


@pytest.mark.parametrize("export", CASES)
def test_an_export_is_recognised_among_all_others(export):
    recognised = recognise(export.columns)
    assert recognised is not None
    assert recognised.name == table(f"objects/{export.file}")["name"]


@pytest.mark.parametrize("export", CASES)
def test_the_columns_of_an_export_are_mapped(tmp_path, export):
    text = guess(written(export, tmp_path)).text
    assert f"# by its columns: {table(f'objects/{export.file}')['name']}" in text
    columns = tomllib.loads(text)["columns"]
    assert {key: columns.get(key) for key in export.means} == export.means
    assert set(export.after_outcome) <= set(columns.get("after_outcome", ()))
    assert set(export.unknown) <= set(columns.get("unknown", ()))


@pytest.mark.parametrize("export", WITH_OUTCOMES)
def test_what_is_written_for_an_export_is_read(tmp_path, export):
    text = guess(written(export, tmp_path)).text
    tables = load_tables(Config.from_dict(tomllib.loads(text), folder=tmp_path))
    assert (tables.outcomes["outcome"] == "won").any()
    assert tables.quarantine.count == 0


def test_counters_are_left_out_with_the_reason(tmp_path):
    text = guess(written(EXPORTS["HubSpot contacts"], tmp_path)).text
    line = next(line for line in text.splitlines() if "num_page_views" in line)
    assert line.endswith("# a total up to today: of use only where its history is given")


def test_the_columns_of_a_list_kept_by_hand_are_no_crm():
    assert recognise(["Id", "CreatedDate", "Stage", "LeadSource", "Industry"]) is None
    assert recognise(["Name", "Company", "Status", "Owner", "Created", "Closed", "Amount"]) is None


def test_a_person_may_say_whose_export_it_is():
    columns = EXPORTS["Zoho deals"].columns
    assert called("zoho", columns).name == "Zoho deals"
    assert called("Zoho leads", columns).name == "Zoho leads"
    with pytest.raises(DataError, match=r"--crm Act: no such CRM is known.*Zoho leads"):
        called("Act", columns)


def test_no_mark_is_of_every_object():
    assert not frozenset.intersection(*(o.canonical_marks for o in crm_objects()))


def history(shape):
    if shape == "salesforce":
        rows = [["00Q1000", "Rating", "Cold", "Hot", DAYS[3].isoformat() + "Z"]]
        return pd.DataFrame(
            rows, columns=["LeadId", "Field", "OldValue", "NewValue", "CreatedDate"]
        )
    rows = [["1001", "hs_email_open", "5", "IMPORT", str(DAYS[3].value // 10**6)]]
    return pd.DataFrame(rows, columns=["vid", "property", "value", "source-type", "timestamp"])


@pytest.mark.parametrize(
    ("shape", "export", "field", "old"),
    [
        ("salesforce", "Salesforce leads", "Rating", "Cold"),
        ("hubspot", "HubSpot contacts", "hs_email_open", ""),
    ],
)
def test_a_field_history_is_mapped_and_its_fields_become_features(
    tmp_path, shape, export, field, old
):
    history(shape).to_csv(tmp_path / "history.csv", index=False)
    leads = written(EXPORTS[export], tmp_path)
    text = guess(ExportFiles(leads, field_changes=tmp_path / "history.csv")).text
    config = Config.from_dict(tomllib.loads(text), folder=tmp_path)
    assert field not in config.columns.unknown
    tables = load_tables(config)
    assert tables.quarantine.count == 0
    (change,) = tables.field_changes.to_dict("records")
    assert (change["field"], change["old_value"]) == (field, old)
    assert change["changed_at"] == DAYS[3].tz_localize("UTC")
    past = tables.history()
    lead = past.index_of([change["lead_id"]])
    first = past.changes[field].as_of(lead, past.created[lead], past.attribute(field).take(lead))
    assert first.column().tolist() == [old], "today's value was not known at the creation"
