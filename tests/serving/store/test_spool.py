import errno
import resource

import pytest

from serving.store.spool import Spool


def record(lead_id, **more):
    return {"lead_id": lead_id, **more}


def drained(spool):
    records = []
    assert spool.drain(records.extend)
    return records


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def test_records_come_out_once_in_the_order_of_all_who_added(spool, tmp_path):
    other = Spool(tmp_path / "spool")
    spool.add([record("1"), record("2")])
    other.add([record("3")], durable=True)
    spool.add([])
    assert len(spool) == 3
    assert other.waiting
    assert [record["lead_id"] for record in drained(spool)] == ["1", "2", "3"]
    assert drained(other) == []
    assert not spool.waiting


def test_the_length_is_that_of_the_files_however_they_change(spool):
    spool.add([record("1"), record("2")])
    assert len(spool) == 2
    Spool(spool._folder).add([record("1")])
    assert len(spool) == 3
    spool.erase("1")
    assert len(spool) == 1
    drained(spool)
    assert len(spool) == 0
    spool.add([record("3")])
    assert len(spool) == 1


def test_what_cannot_be_written_away_goes_on_waiting_before_what_comes_later(spool):
    def fail(records):
        raise OSError("away")

    spool.add([record("1")])
    with pytest.raises(OSError, match="away"):
        spool.drain(fail)
    spool.add([record("2")])
    assert [record["lead_id"] for record in drained(spool)] == ["1", "2"]


def test_half_a_line_spoils_no_other(spool, tmp_path):
    spool.add([record("1")])
    with (tmp_path / "spool" / "waiting.jsonl").open("ab") as file:
        file.write(b'{"lead_id": "killed in the mid')
    spool.add([record("2")])
    assert [record["lead_id"] for record in drained(spool)] == ["1", "2"]


def test_a_full_disk_takes_all_or_nothing(spool):
    spool.add([record("1")])
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limit[1]))
    try:
        with pytest.raises(OSError, match="No space left") as caught:
            spool.add([record("2"), record("3", text="x" * 200)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert caught.value.errno == errno.ENOSPC
    spool.add([record("4")])
    assert [record["lead_id"] for record in drained(spool)] == ["1", "4"]


def test_a_lead_is_erased_and_the_others_wait_on(spool):
    spool.add([record("1"), record("2"), record("1")])
    spool.refuse(record("1"))
    assert spool.erase("1") == 3
    assert spool.erase("1") == 0
    assert drained(spool) == [record("2")]
