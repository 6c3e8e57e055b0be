"""A pull of Odoo reads everything once, then what changed, and follows what was deleted."""

from datetime import datetime

import pyarrow as pa
import pytest

from experiments.fakes.in_process import session_to
from leadgate.connectors.pulled.folder import PulledFolder, Source
from leadgate.connectors.pulled.pull import pull
from leadgate.errors import CrmError
from tests.leadgate.connectors.kills import kills_at_writes, run_until_done
from tests.leadgate.connectors.odoo.conftest import OdooFirm

OBJECTS = ("crm.lead", "mail.message", "mail.tracking.value")


def pulled(firm, path, wanted=lambda _: True):
    connector = firm.connect()
    folder = PulledFolder(path, Source(connector.name, connector.org))
    rows = pull(connector, folder, wanted=wanted, clean=lambda _, part: part, say=lambda _: None)
    return folder, rows


def tables(folder):
    held = {name: folder.table(name) for name in OBJECTS}
    return {name: table.to_pylist() for name, table in held.items() if table is not None}


def leads(folder):
    return {row["id"]: row for row in folder.table("crm.lead").to_pylist()}


def test_everything_is_read_once_lost_leads_too(odoo, small_odoo_pages, tmp_path):
    folder, rows = pulled(odoo, tmp_path)
    assert set(leads(folder)) == set(map(str, odoo.leads.records))
    assert rows["crm.lead"] == 60
    lost = [row for row in leads(folder).values() if not row["active"]]
    assert {row["won_status"] for row in lost} == {"lost"}
    tracked = odoo.database.models["mail.tracking.value"].records
    assert rows["mail.tracking.value"] == len(tracked)


def test_notes_that_odoo_writes_by_itself_are_no_activities(odoo, tmp_path, small_world):
    _, rows = pulled(odoo, tmp_path)
    assert rows["mail.message"] == len(small_world.activities)
    messages = odoo.database.models["mail.message"]
    written = {"id": 10**6, "model": "crm.lead", "res_id": 1, "message_type": "email"}
    stamp = datetime(2026, 1, 31)
    elsewhere = {"id": 10**6 + 1, "model": "res.partner", "res_id": 1, "message_type": "email"}
    stamps = dict.fromkeys(("date", "create_date", "write_date"), stamp)
    messages.fill([written | stamps, elsewhere | stamps])
    folder, _ = pulled(odoo, tmp_path)
    types = {row["id"]: row["message_type"] for row in tables(folder)["mail.message"]}
    assert types["1000000"] == "email"
    assert "1000001" not in types


def test_a_whole_import_of_one_stamp_is_read_page_by_page(odoo, small_odoo_pages, tmp_path):
    for n, row in enumerate(odoo.leads.records.values()):
        row["write_date"] = datetime(2026, 1, 5, 9, 0, 0, 999_999 - n)
    folder, rows = pulled(odoo, tmp_path)
    assert (rows["crm.lead"], len(leads(folder))) == (60, 60)


def test_then_only_what_changed_is_read(odoo, small_odoo_pages, tmp_path):
    pulled(odoo, tmp_path)
    odoo.database.write("crm.lead", [1], {"expected_revenue": 99.0})
    folder, rows = pulled(odoo, tmp_path)
    assert rows["crm.lead"] <= 3  # it, and those of the last ten minutes before
    assert leads(folder)["1"]["expected_revenue"] == 99.0
    assert len(leads(folder)) == 60


def test_what_changes_behind_a_sweep_is_read_by_the_next(odoo, small_odoo_pages, tmp_path):
    connector = odoo.connect()
    folder = PulledFolder(tmp_path, Source(connector.name, connector.org))
    pages = []

    def clean(name, part):
        if name == "crm.lead":
            pages.append(part)
            if len(pages) == 3:
                odoo.database.write("crm.lead", [1], {"expected_revenue": 99.0})
        return part

    pull(connector, folder, wanted=lambda _: True, clean=clean, say=lambda _: None)
    assert leads(folder)["1"]["expected_revenue"] != 99.0
    folder, _ = pulled(odoo, tmp_path)
    assert leads(folder)["1"]["expected_revenue"] == 99.0


def test_a_lead_that_was_deleted_is_marked(odoo, small_odoo_pages, tmp_path):
    folder, _ = pulled(odoo, tmp_path)
    assert {row["deleted"] for row in leads(folder).values()} == {False}
    del odoo.leads.records[7]
    folder, _ = pulled(odoo, tmp_path)
    assert [lead for lead, row in leads(folder).items() if row["deleted"]] == ["7"]


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_it_ends_as_if_it_had_not_been(
    small_world, small_odoo_pages, tmp_path, monkeypatch, seed
):
    whole, _ = pulled(OdooFirm(small_world), tmp_path / "whole")
    firm, kills = OdooFirm(small_world, share=0.1, seed=seed), kills_at_writes(monkeypatch, seed)
    folder, _ = run_until_done(lambda: pulled(firm, tmp_path / "killed"))
    assert len(kills) == 10
    assert tables(folder) == tables(whole)
    assert firm.weather.failed > 0
    assert firm.weather.early == 0


def test_people_are_ids_and_instants_say_that_they_are_utc(odoo, tmp_path, small_world):
    folder, _ = pulled(odoo, tmp_path)
    names = set(small_world.handoffs["person"])
    rows = tables(folder)
    assert not names & {row["user_id"] for row in rows["crm.lead"]}
    assert not names & {row["new"] for row in rows["mail.tracking.value"]}
    assert {row["stage_id"] for row in rows["crm.lead"]} <= {"New", "Qualified", "Won"}
    assert all(row["create_date"].endswith("Z") for row in rows["crm.lead"])
    kinds = folder.table("crm.lead").schema
    assert kinds.field("expected_revenue").type == pa.float64()


def test_a_column_that_is_not_wanted_is_never_asked_for(odoo, tmp_path):
    folder, _ = pulled(odoo, tmp_path, wanted=lambda name: name != "Title")
    columns = set(folder.table("crm.lead").column_names)
    assert "Title" not in columns
    assert {"Industry", "Employees", "probability"} <= columns


def test_what_was_written_to_odoo_does_not_come_back_as_a_fact(odoo, tmp_path):
    odoo.make_fields(grade="x_class")
    odoo.make_fields()
    connector = odoo.connect(grade="x_class")
    folder = PulledFolder(tmp_path, Source(connector.name, connector.org))
    pull(connector, folder, wanted=lambda _: True, clean=lambda _, t: t, say=lambda _: None)
    assert not [n for n in folder.table("crm.lead").column_names if n.startswith("x_")]


def test_a_history_that_is_for_administrators_alone_is_left_out(odoo, tmp_path):
    odoo.database.administrator = False
    folder, rows = pulled(odoo, tmp_path)
    assert rows["mail.tracking.value"] == 0
    assert rows["crm.lead"] == 60
    assert folder.table("mail.tracking.value") is None


def test_a_history_that_was_readable_and_is_not_any_more_is_said(odoo, tmp_path):
    pulled(odoo, tmp_path)
    odoo.database.administrator = False
    with pytest.raises(CrmError, match=r"mail\.tracking\.value/fields_get: 403 \(odoo\.exc"):
        pulled(odoo, tmp_path)


def test_an_odoo_that_is_too_old_is_told_by_its_columns(odoo, tmp_path):
    del odoo.leads.fields["won_status"]
    with pytest.raises(CrmError, match=r"crm\.lead: this Odoo has no won_status"):
        pulled(odoo, tmp_path)


ANSWERS = ["{}", "[1]", "[{}]", '[{"id": "1"}]', "<html>", '[{"id": 1', '{"name": 1}', "null"]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("method", ["search_read", "fields_get", "search"])
def test_an_answer_of_another_shape_is_one_sentence(odoo, tmp_path, answer, method):
    connector, rightly = odoo.connect(), odoo.app

    async def wrong(scope, receive, send):
        if not scope["path"].endswith(f"/{method}"):
            await rightly(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": answer.encode()})

    odoo.app = wrong
    connector._http._session = session_to(wrong)
    folder = PulledFolder(tmp_path, Source(connector.name, connector.org))
    with pytest.raises(CrmError, match=f"{method}: the answer is |this Odoo has no"):
        pull(connector, folder, wanted=lambda _: True, clean=lambda _, t: t, say=lambda _: None)


def test_a_list_of_ids_that_does_not_end_is_one_sentence(odoo, tmp_path):
    connector, rightly = odoo.connect(), odoo.app

    async def endless(scope, receive, send):
        if not scope["path"].endswith("/search"):
            await rightly(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"[1]"})

    connector._http._session = session_to(endless)
    with pytest.raises(CrmError, match="search: the answer is no list of ids"):
        connector.present("crm.lead")
