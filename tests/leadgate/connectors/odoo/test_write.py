"""A push to Odoo writes what differs, a lead a call, and never the probability."""

import pytest

from leadgate.connectors.pushed.journal import Journal
from leadgate.connectors.pushed.push import calls_needed, push
from leadgate.connectors.pushed.undo import undo
from leadgate.errors import ConfigError, CrmError

READINESS = "x_leadgate_readiness"


def decisions(firm, readiness=0.25, **more):
    held = {"grade": "B", "stage": "interest", "trend": "steady", "decision": "nurture"}
    rest = {"person": None, "reasons": "(+) a\n(-) b", "model": "7"}
    rest |= {"scored": "2026-02-01T01:00:00+01:00", "readiness": readiness}
    return [(str(lead), {**held, **rest, **more}) for lead in sorted(firm.leads.records)]


@pytest.fixture
def ready(odoo):
    assert len(odoo.make_fields()) == 9
    return odoo


def pushed(firm, tmp_path, leads=None, *, run="run", dry_run=False):
    connector, journal = firm.connect(), Journal(tmp_path / run)
    journal.begin(connector.name, connector.org, "scores.csv")
    leads = decisions(firm) if leads is None else leads
    return push(connector, leads, journal, dry_run=dry_run, say=lambda _: None)


def held(firm, name=READINESS):
    return {lead: row.get(name) for lead, row in firm.leads.records.items()}


def test_all_is_written_lost_leads_too_and_then_nothing(ready, tmp_path):
    first = pushed(ready, tmp_path)
    assert (first.written, first.failed, first.missing) == (60, 0, 0)
    assert first.calls == calls_needed(60, 1) == 61
    assert set(held(ready).values()) == {"0.2500"}
    stamps = {str(when) for when in held(ready, "x_leadgate_scored").values()}
    assert stamps == {"2026-02-01 00:00:00"}
    again = pushed(ready, tmp_path)
    assert (again.written, again.unchanged, again.calls) == (0, 60, 1)


def test_a_lead_for_review_has_no_readiness_rather_than_one_of_zero(ready, tmp_path):
    leads = decisions(ready, None, decision="review")
    assert pushed(ready, tmp_path, leads).written == 60
    assert set(held(ready).values()) == {None}
    assert pushed(ready, tmp_path, leads).written == 0
    assert pushed(ready, tmp_path, decisions(ready, 0.0, decision="review")).written == 60
    assert set(held(ready).values()) == {"0.0000"}


def test_a_refused_lead_stops_no_other_and_is_set_aside(ready, tmp_path):
    ready.leads.rules.append(
        lambda row: "odoo.exceptions.ValidationError" if row["id"] == 1 else ""
    )
    leads = decisions(ready)
    del ready.leads.records[2]
    done = pushed(ready, tmp_path, [*leads, ("no-number", leads[0][1])])
    assert (done.written, done.failed, done.missing) == (58, 1, 2)
    assert list(done.faults) == [
        "POST /json/2/crm.lead/write: 422 (odoo.exceptions.ValidationError)."
    ]
    assert '"1"' in (tmp_path / "run" / "refused.jsonl").read_text()
    ready.leads.rules.clear()
    assert pushed(ready, tmp_path).written == 1


def test_an_undo_puts_back_what_was_there_before(ready, tmp_path):
    pushed(ready, tmp_path, decisions(ready, 0.5), run="first")
    before = held(ready)
    pushed(ready, tmp_path, run="second")
    done = undo(ready.connect(), Journal(tmp_path / "second"))
    assert (done.written, done.unchanged, done.failed) == (60, 0, 0)
    assert held(ready) == before


def test_calls_that_fail_are_sent_again_and_write_the_same(ready, tmp_path):
    ready.weather.share = 0.2
    done = pushed(ready, tmp_path)
    assert (done.written, done.failed) == (60, 0)
    assert ready.weather.failed > 0
    assert ready.weather.early == 0
    assert set(held(ready).values()) == {"0.2500"}


def test_a_dry_run_writes_nothing(odoo, tmp_path):
    assert pushed(odoo, tmp_path, dry_run=True).written == 60
    assert odoo.database.writes == 0
    assert READINESS not in odoo.leads.fields


@pytest.mark.parametrize("name", ["probability", "automated_probability"])
def test_the_probability_is_never_written(odoo, name):
    with pytest.raises(ConfigError, match=f"crm.fields.readiness is {name}, which stops Odoo's"):
        odoo.connect(readiness=name)


def test_a_field_of_numbers_that_a_firm_has_made_takes_the_readiness(ready, tmp_path):
    ready.leads.fields["x_score"] = {"type": "float", "store": True, "readonly": False}
    connector = ready.connect(readiness="x_score")
    journal = Journal(tmp_path / "run")
    journal.begin(connector.name, connector.org, "scores.csv")
    leads = decisions(ready)
    assert push(connector, leads, journal, dry_run=False, say=lambda _: None).written == 60
    assert set(held(ready, "x_score").values()) == {0.25}
    assert push(connector, leads, journal, dry_run=False, say=lambda _: None).written == 0


def test_fields_are_made_once_and_not_by_everybody(odoo):
    odoo.database.administrator = False
    with pytest.raises(CrmError, match=r"ir\.model/search_read: 403"):
        odoo.make_fields()
    odoo.database.administrator = True
    assert len(odoo.make_fields()) == 9
    assert odoo.make_fields() == []
