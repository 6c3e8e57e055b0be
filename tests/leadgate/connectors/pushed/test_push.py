"""A push writes what differs, once; what is refused stops nothing else; an undo puts it back."""

import random

import pytest

from leadgate.connectors.pushed.journal import Journal
from leadgate.connectors.pushed.push import LEADS_A_PART, calls_needed, push
from leadgate.connectors.pushed.undo import undo
from leadgate.errors import CrmError, DataError
from tests.leadgate.connectors.conftest import Firm
from tests.leadgate.connectors.kills import Killed, run_until_done

READINESS = "Leadgate_Readiness__c"


def decisions(firm, readiness=0.25, scored="2026-02-01T00:00:00Z"):
    held = {"grade": "B", "stage": "interest", "trend": "steady", "decision": "nurture"}
    rest = {"person": None, "reasons": "(+) a\n(-) b", "model": "7", "scored": scored}
    return [(lead, {"readiness": readiness, **held, **rest}) for lead in sorted(firm.leads.records)]


@pytest.fixture
def ready(firm):
    connector = firm.connect()
    connector.create_fields(list(connector.fields().values()))
    return firm


def pushed(firm, tmp_path, leads=None, *, run="run", dry_run=False):
    connector, journal = firm.connect(), Journal(tmp_path / run)
    journal.begin(connector.name, connector.org, "scores.csv")
    leads = decisions(firm) if leads is None else leads
    return push(connector, leads, journal, dry_run=dry_run, say=lambda _: None)


def held(firm, name=READINESS):
    return {lead: row.get(name) for lead, row in firm.leads.records.items()}


def test_all_is_written_and_then_nothing(ready, tmp_path):
    first = pushed(ready, tmp_path)
    assert (first.written, first.unchanged, first.failed, first.missing) == (60, 0, 0, 0)
    assert set(held(ready).values()) == {0.25}
    again = pushed(ready, tmp_path)
    assert (again.written, again.unchanged, again.calls) == (0, 60, 1)


def test_a_later_look_at_the_same_readiness_is_no_change(ready, tmp_path):
    pushed(ready, tmp_path)
    later = pushed(ready, tmp_path, decisions(ready, scored="2026-02-02T00:00:00Z"))
    assert later.written == 0


def test_only_what_differs_is_sent(ready, tmp_path):
    pushed(ready, tmp_path)
    leads = decisions(ready)
    leads[3] = (leads[3][0], leads[3][1] | {"readiness": None, "decision": "review"})
    done = pushed(ready, tmp_path, leads)
    assert (done.written, done.unchanged) == (1, 59)
    assert done.examples == [(leads[3][0], READINESS, 0.25, None)]
    assert held(ready)[leads[3][0]] is None


def test_a_dry_run_writes_nothing_and_counts_what_it_would(firm, tmp_path):
    done = pushed(firm, tmp_path, dry_run=True)
    assert done.written == 60
    assert set(held(firm).values()) == {None}
    assert not (tmp_path / "run" / "before.jsonl").exists()


def test_a_refused_record_stops_no_other_and_is_set_aside(ready, tmp_path):
    locked, gone = sorted(ready.leads.records)[:2]
    ready.leads.rules.append(
        lambda row: ("FIELD_CUSTOM_VALIDATION_EXCEPTION", []) if row["Id"] == locked else None
    )
    del ready.leads.records[gone]
    done = pushed(ready, tmp_path, [*decisions(ready), (gone, decisions(ready)[0][1])])
    assert (done.written, done.failed, done.missing) == (58, 1, 1)
    assert done.faults == {"FIELD_CUSTOM_VALIDATION_EXCEPTION": 1}
    assert locked in (tmp_path / "run" / "refused.jsonl").read_text()
    ready.leads.rules.clear()
    assert pushed(ready, tmp_path).written == 1


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_moment_nothing_is_written_twice(small_world, tmp_path, monkeypatch, seed):
    monkeypatch.setattr("leadgate.connectors.pushed.push.LEADS_A_PART", 9)
    firm, rng = Firm(small_world, seed=seed), random.Random(seed)
    connector = firm.connect()
    connector.create_fields(list(connector.fields().values()))
    firm.weather.share = 0.1
    inside, kills = firm.app, []

    async def killed_after_it(scope, receive, send):
        answered = []

        async def noted(message):
            answered.append(message.get("status"))
            await send(message)

        await inside(scope, receive, noted)
        if len(kills) < 5 and rng.random() < 0.5:
            kills.append(answered[0])
            raise Killed("cut off")

    writes = []
    update = firm.org.update
    monkeypatch.setattr(firm.org, "update", lambda row: (writes.append(row["id"]), update(row))[1])
    firm.app = killed_after_it
    run_until_done(lambda: pushed(firm, tmp_path))
    assert len(kills) == 5
    assert set(held(firm).values()) == {0.25}
    # A push that was killed as it was told to wait knows of no wait when it is run again.
    assert firm.weather.early <= kills.count(429)
    # Sent again after an answer that was lost: by the retry rule, never by the kill.
    assert len(writes) - 60 <= 9 * firm.weather.failed


def test_an_undo_puts_back_what_was_there_before(ready, tmp_path):
    pushed(ready, tmp_path, decisions(ready, 0.5), run="first")
    before = held(ready)
    pushed(ready, tmp_path, run="second")
    changed = sorted(ready.leads.records)[0]
    fields = {f.name for f in ready.connect().fields().values()}
    ready.org.update({"id": changed, **dict.fromkeys(fields, None)})
    done = undo(ready.connect(), Journal(tmp_path / "second"))
    assert (done.written, done.unchanged, done.failed) == (59, 1, 0)
    assert held(ready) == before | {changed: None}


def test_an_undo_of_a_push_to_nowhere_is_refused(ready, tmp_path):
    with pytest.raises(DataError, match=r"no push to salesforce Example 00D0.*; there is none"):
        undo(ready.connect(), Journal(tmp_path / "none"))


def test_a_journal_line_that_a_kill_has_cut_is_left_out(ready, tmp_path):
    pushed(ready, tmp_path)
    path = tmp_path / "run" / "before.jsonl"
    path.write_bytes(path.read_bytes()[:-10])
    journal = Journal(tmp_path / "run")
    assert len(list(journal.overwritten())) == 59
    lead = sorted(ready.leads.records)[-1]
    journal.before({lead: {READINESS: None}}, {lead: {READINESS: 0.25}})
    assert len(list(journal.overwritten())) == 60


def test_the_fewest_calls_are_taken(ready, tmp_path):
    assert pushed(ready, tmp_path).calls == calls_needed(60, 200) == 2
    assert calls_needed(LEADS_A_PART + 1, 200) == 2 + 11


def test_fields_that_are_not_there_are_an_error_of_the_crm(firm, tmp_path):
    with pytest.raises(CrmError, match=r"composite/sobjects/Lead: 400 \(INVALID_FIELD\)"):
        pushed(firm, tmp_path)


def test_an_undo_puts_back_what_somebody_changed_between_two_runs_of_a_push(ready, tmp_path):
    lead = sorted(ready.leads.records)[0]
    pushed(ready, tmp_path)
    ready.org.update({"id": lead, READINESS: 0.9, "Leadgate_Grade__c": "Z"})
    pushed(ready, tmp_path)
    undo(ready.connect(), Journal(tmp_path / "run"))
    record = ready.leads.records[lead]
    assert (record[READINESS], record["Leadgate_Grade__c"]) == (0.9, "Z")
    assert record["Leadgate_Stage__c"] is None


def test_an_undo_undone_twice_changes_nothing_more(ready, tmp_path):
    pushed(ready, tmp_path)
    undo(ready.connect(), Journal(tmp_path / "run"))
    again = undo(ready.connect(), Journal(tmp_path / "run"))
    assert (again.written, again.unchanged) == (0, 60)


def test_a_line_of_the_journal_that_is_none_is_left_out(ready, tmp_path):
    pushed(ready, tmp_path)
    with (tmp_path / "run" / "before.jsonl").open("a") as file:
        file.write('[]\n{"lead_id": "1"}\n7\n{"lead_id": "1", "held": 7, "written": 8}\n')
    assert len(list(Journal(tmp_path / "run").overwritten())) == 60


def test_ids_of_fifteen_characters_are_those_of_eighteen(ready, tmp_path):
    short = [(lead[:15], values) for lead, values in decisions(ready)]
    assert pushed(ready, tmp_path, short).written == 60
    assert pushed(ready, tmp_path, short).written == 0
    assert undo(ready.connect(), Journal(tmp_path / "run")).written == 60
    assert set(held(ready).values()) == {None}


def test_fields_that_an_earlier_call_made_are_not_made_again(firm):
    connector = firm.connect()
    fields = list(connector.fields().values())
    create, calls = firm.org.create, []

    def cut_off(name, values):
        calls.append(name)
        if len(calls) == 4:
            raise Killed("cut off")
        return create(name, values)

    firm.org.create = cut_off
    with pytest.raises(Killed, match="cut off"):
        connector.create_fields(fields)
    firm.org.create = create
    connector.create_fields(fields)
    assert connector.missing(fields) == []


def test_a_field_that_cannot_hold_readiness_is_refused(ready):
    ready.leads.kinds[READINESS] = "percent"
    connector = ready.connect()
    fields = list(connector.fields().values())
    with pytest.raises(CrmError, match="Leadgate_Readiness__c is of type percent, not double"):
        connector.missing(fields)
    faults = [fault.words for fault in connector.check(fields) if not fault.ok]
    assert faults[0].startswith("Leadgate_Readiness__c is of type percent, not double; give")


def test_a_converted_lead_is_refused_and_stops_no_other(ready, tmp_path):
    sorted_leads = sorted(ready.leads.records)
    ready.leads.records[sorted_leads[0]]["IsConverted"] = True
    done = pushed(ready, tmp_path)
    assert done.faults["CANNOT_UPDATE_CONVERTED_LEAD"] == done.failed
    assert done.written == 60 - done.failed
