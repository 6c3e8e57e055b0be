"""The commands on the store: replay and forget, and that training leaves erased leads out."""

import json

import pytest
import sqlalchemy as sa

from features.history.from_records import Activity
from features.parsing.ids import canonical_id
from features.parsing.times import now
from features.tables import load_tables
from leadgate.cli.entry import run
from leadgate.config import Config
from leadgate.policy import week_start
from serving.scoring.earlier_calls import Additions
from serving.store import Store
from serving.store.tables import HEAD, handoffs

NOON = 1_767_268_800_000_000
CONFIG = """
[data]
leads = "leads.csv"
[[data.activities]]
path = "visits.csv"
[columns]
lead_id = "Id"
created_at = "Created"
outcome = "Stage"
won = ["Won"]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "leadgate.toml").write_text(CONFIG)
    rows = [f"{lead_id},2026-01-0{i}T09:00:00Z,Won" for i, lead_id in enumerate("ABC", start=1)]
    (tmp_path / "leads.csv").write_text("\n".join(["Id,Created,Stage", *rows]))
    visits = [f"{lead_id},visit,2026-01-05T09:00:00Z" for lead_id in "ABC"]
    (tmp_path / "visits.csv").write_text("\n".join(["lead_id,type,occurred_at", *visits]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(capsys, *arguments):
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_forgotten_lead_is_in_no_later_training(folder, capsys):
    with Store(f"sqlite:///{folder / 'leadgate.db'}") as store, store.transaction() as transaction:
        visit = Activity(NOON, NOON, "visit")
        transaction.add(Additions("B", NOON, created_at=NOON, activities={"v": visit}))
    (folder / "quarantine.csv").write_text("table,row,lead_id,reason\nleads,7,B,it came before\n")
    code, facts = answer(capsys, "forget", "B")
    assert (code, facts["ok"], facts["stored"], facts["trained_versions"]) == (0, True, True, [])
    assert "B" not in (folder / "quarantine.csv").read_text()
    tables = load_tables(Config.load(folder / "leadgate.toml"))
    assert tables.leads["lead_id"].tolist() == ["A", "C"]
    assert tables.activities["lead_id"].tolist() == ["A", "C"]
    assert tables.quarantine.count == 0
    code, facts = answer(capsys, "forget", "B")
    assert (code, facts["stored"]) == (0, True), "the answer of before may not have arrived"
    code, facts = answer(capsys, "forget", "nobody")
    assert (code, facts["stored"]) == (0, False)


@pytest.mark.parametrize("spelled", ["7051", "7051.0", " 7051 "])
def test_a_lead_is_forgotten_by_any_spelling_of_its_id(folder, capsys, spelled):
    """A file of numbers with gaps names the lead 7051.0."""
    (folder / "leads.csv").write_text("Id,Created,Stage\n7051.0,2026-01-01,Won\n8.0,2026-01-02,Won")
    (folder / "visits.csv").write_text("lead_id,type,occurred_at\n8,visit,2026-01-05")
    with Store(f"sqlite:///{folder / 'leadgate.db'}") as store, store.transaction() as transaction:
        transaction.add(Additions(canonical_id(7051.0), NOON, created_at=NOON))
    (folder / "quarantine.csv").write_text("table,row,lead_id,reason\nleads,7,7051.0,x\n")
    _, facts = answer(capsys, "forget", spelled)
    assert facts["stored"]
    assert "7051" not in (folder / "quarantine.csv").read_text()
    tables = load_tables(Config.load(folder / "leadgate.toml"))
    assert tables.leads["lead_id"].tolist() == ["8"]


def test_forgetting_a_lead_says_what_was_done(folder, capsys):
    assert run(["forget", "B"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "The store holds nothing of this lead; it will not be trained with from now on." in said
    assert "Not touched, and yours to clean: exports and other files of the CRM" in said


def test_forgetting_says_when_the_registry_cannot_be_reached(folder, capsys):
    (folder / "leadgate.toml").write_text(f'{CONFIG}[tracking]\nuri = "http://127.0.0.1:9"\n')
    code, facts = answer(capsys, "forget", "B")
    assert (code, facts["ok"], facts["trained_versions"]) == (0, True, [])
    assert facts["registry_unreachable"].startswith("The registry http://127.0.0.1:9 cannot be")
    assert run(["forget", "B"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "is not known, because the registry cannot be reached. The registry http" in said


def test_forgetting_before_the_first_training_misses_no_registry(folder, capsys):
    code, facts = answer(capsys, "forget", "B")
    assert (code, facts["registry_unreachable"]) == (0, "")


def test_forgetting_nobody_is_refused(folder, capsys):
    code, facts = answer(capsys, "forget", " ")
    assert (code, facts["error"]["code"]) == (2, "usage")
    assert "name a lead" in facts["error"]["message"]


def test_a_store_that_cannot_be_opened_says_what_to_see_to(folder, capsys):
    (folder / "leadgate.db").mkdir()
    code, facts = answer(capsys, "replay", "r-1")
    assert code == 1
    assert facts["error"]["message"].startswith("The store is away")
    assert "serving.store" in facts["error"]["hint"]


def test_replaying_an_unknown_request_is_refused(folder, capsys):
    code, facts = answer(capsys, "replay", "r-1")
    assert (code, facts["error"]["code"]) == (1, "unknown_request")


def test_store_commands_look_after_the_store(folder, capsys):
    code, facts = answer(capsys, "store", "upgrade")
    assert (code, facts["before"], facts["now"]) == (0, None, HEAD)
    code, facts = answer(capsys, "store", "check")
    assert (code, facts["ok"], facts["faults"], facts["rows"]["leads"]) == (0, True, [], 0)
    with Store(f"sqlite:///{folder / 'leadgate.db'}") as store:
        store.add_activities([("A", Activity(NOON, NOON, "visit"))])
    code, facts = answer(capsys, "store", "backup", "kept.db")
    assert (code, facts["rows"]["activities"]) == (0, 1)
    code, facts = answer(capsys, "store", "restore", "kept.db")
    assert (code, facts["error"]["code"]) == (1, "store_not_empty")
    code, facts = answer(capsys, "store", "prune", "--days", "10000")
    assert (code, facts["removed"]["activities"]) == (0, 0)


def test_store_prune_keeps_what_the_configuration_says(folder, capsys):
    assert run(["store", "prune"]) == 2
    assert "serving.retention_days" in capsys.readouterr().err
    (folder / "leadgate.toml").write_text(CONFIG + "[serving]\nretention_days = 30\n")
    with Store(f"sqlite:///{folder / 'leadgate.db'}") as store:
        store.add_activities([("A", Activity(NOON, NOON, "visit"))])
    code, facts = answer(capsys, "store", "prune")
    assert (code, facts["removed"]["activities"]) == (0, 1)


def test_store_check_fails_where_something_is_at_fault(folder, capsys):
    week = {"week": week_start(now()), "person": "", "count": -1, "value": 0.0}
    with (
        Store(f"sqlite:///{folder / 'leadgate.db'}") as store,
        store.connection.changing() as connection,
    ):
        connection.execute(sa.insert(handoffs).values(week))
    code, facts = answer(capsys, "store", "check")
    assert (code, facts["ok"]) == (1, False)
    assert "0 decisions of this week used capacity, and -1 are counted" in facts["faults"]
