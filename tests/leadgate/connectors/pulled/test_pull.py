"""A pull reads everything once, goes on after a kill, and then only what changed."""

import pytest

from leadgate.connectors.pulled.folder import PulledFolder, Source
from leadgate.connectors.pulled.pull import pull
from tests.leadgate.connectors.conftest import Firm
from tests.leadgate.connectors.kills import kills_at_writes, run_until_done

OBJECTS = ("Lead", "Opportunity", "Task", "Event", "CampaignMember", "LeadHistory")


def pulled(firm, path, say=lambda _: None, wanted=lambda _: True):
    connector = firm.connect()
    folder = PulledFolder(path, Source(connector.name, connector.org))
    rows = pull(connector, folder, wanted=wanted, clean=lambda _, part: part, say=say)
    return folder, rows


def tables(folder):
    held = {name: folder.table(name) for name in OBJECTS}
    return {name: table.to_pylist() for name, table in held.items() if table is not None}


def test_everything_is_read_once(firm, small_pages, tmp_path):
    folder, rows = pulled(firm, tmp_path)
    for name in OBJECTS:
        records = firm.org.objects[name].records
        assert rows[name] == len(records)
        assert sorted(records) == [row["Id"] for row in tables(folder).get(name, [])]


def test_then_only_what_changed_is_read(firm, small_pages, tmp_path):
    pulled(firm, tmp_path)
    changed, deleted = sorted(firm.leads.records)[:2]
    firm.org.update({"id": changed, "Rating": 99.0})
    stamp = firm.leads.records[changed]["SystemModstamp"]
    firm.leads.put({"Id": deleted, "IsDeleted": True, "SystemModstamp": stamp})
    folder, rows = pulled(firm, tmp_path)
    assert rows["Lead"] == 3  # the newest of before, and the two
    held = {row["Id"]: row for row in tables(folder)["Lead"]}
    assert len(held) == 60
    assert held[changed]["Rating"] == 99.0
    assert held[deleted]["IsDeleted"] is True


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_moment_it_ends_as_if_it_had_not_been(
    small_world, small_pages, tmp_path, monkeypatch, seed
):
    whole, _ = pulled(Firm(small_world), tmp_path / "whole")
    firm, kills = Firm(small_world, share=0.1, seed=seed), kills_at_writes(monkeypatch, seed)
    folder, _ = run_until_done(lambda: pulled(firm, tmp_path / "killed"))
    assert len(kills) == 10
    assert tables(folder) == tables(whole)
    assert firm.weather.failed > 0
    assert firm.weather.early == 0
    assert list((tmp_path / "killed" / "objects" / ".parts").iterdir()) == []


def test_a_column_that_is_not_wanted_is_never_asked_for(firm, tmp_path):
    folder, _ = pulled(firm, tmp_path, wanted=lambda name: name != "Title")
    columns = set(folder.table("Lead").column_names)
    assert not {"Title", "Email"} & columns
    assert {"Industry", "Employees", "Company"} <= columns


def test_what_was_written_to_the_crm_does_not_come_back_as_a_fact(firm, tmp_path):
    connector = firm.connect(grade="Class__c")
    fields = {field.name for field in connector.fields().values()}
    connector.create_fields(list(connector.fields().values()))
    lead = sorted(firm.leads.records)[0]
    firm.org.update({"id": lead, "Class__c": "A", "Leadgate_Readiness__c": 0.5})
    folder = PulledFolder(tmp_path, Source(connector.name, connector.org))
    pull(connector, folder, wanted=lambda _: True, clean=lambda _, t: t, say=lambda _: None)
    assert fields & set(firm.leads.visible()) == fields
    assert fields & set(folder.table("Lead").column_names) == set()


def test_fields_of_an_earlier_name_do_not_come_back_either(firm, tmp_path):
    before = firm.connect()
    before.create_fields(list(before.fields().values()))
    folder, _ = pulled(firm, tmp_path)
    assert not [n for n in folder.table("Lead").column_names if n.startswith("Leadgate_")]
