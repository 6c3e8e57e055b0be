"""What was erased is in no pulled table and no journal; all else stays byte for byte."""

from leadgate.connectors.erasure import erase_pulled
from leadgate.connectors.pulled.folder import PulledFolder, Source
from leadgate.connectors.pulled.pull import pull
from leadgate.connectors.pushed.journal import Journal


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_lead_is_erased_from_every_table_and_journal(firm, tmp_path):
    connector = firm.connect()
    folder = PulledFolder(tmp_path / "pulled", Source(connector.name, connector.org))
    pull(connector, folder, wanted=lambda _: True, clean=lambda _, t: t, say=lambda _: None)
    journal = Journal(tmp_path / "pushes" / "run")
    lead, other = sorted(firm.leads.records)[:2]
    held = {lead: {"Rating": None}, other: {"Rating": None}}
    journal.begin("salesforce", "Example", "scores.csv")
    journal.before(held, held)
    before = files(tmp_path)
    changed = erase_pulled(tmp_path, lambda text: text == lead)
    after = files(tmp_path)
    assert {path for path in before if before[path] != after[path]} == set(changed)
    assert not any(lead.encode() in content for content in after.values())
    assert {path.name for path in changed} >= {"Lead.parquet", "Task.parquet", "before.jsonl"}
    assert folder.table("Lead").num_rows == 59
    assert [line[0] for line in journal.overwritten()] == [other]
    assert erase_pulled(tmp_path, lambda text: text == lead) == []


def test_a_parquet_file_of_somebody_else_is_left_alone(firm, tmp_path):
    path = tmp_path / "mine.parquet"
    path.write_bytes(b"not even a table")
    assert erase_pulled(tmp_path, lambda _: True) == []
    assert path.exists()
