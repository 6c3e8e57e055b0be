import errno
import resource
import time

import pytest

from serving.outage import spool as spool_module
from serving.outage.spool import Spool


def record(lead_id, **more):
    return {"lead_id": lead_id, **more}


def drained(spool):
    records = []

    def write(part):
        records.extend(part)
        return len(part)

    assert spool.drain(write, no_pause)
    return records


def no_pause(seconds):
    pass


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
    Spool(spool.folder).add([record("1")])
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


def test_the_way_back_goes_on_where_it_was_left(spool, tmp_path):
    spool.add([record(str(n)) for n in range(5)])
    written = []

    def write(part):
        if written:
            raise OSError("away")
        written.extend(part[:2])
        return 2

    with pytest.raises(OSError, match="away"):
        spool.drain(write, no_pause)
    assert len(spool) == 3
    spool.add([record("5")])
    after = Spool(tmp_path / "spool")
    assert len(after) == 4
    assert [record["lead_id"] for record in drained(after)] == ["2", "3", "4", "5"]
    spool.add([record("6")])
    assert len(drained(spool)) == 1, "the place of another file is none of this one"


def test_a_place_that_cannot_be_read_is_the_beginning(spool, tmp_path):
    spool.add([record("1"), record("2")])
    with pytest.raises(ZeroDivisionError, match="division"):
        spool.drain(lambda part: 1 // 0, no_pause)
    for content in (b"", b"{}", b'{"of": 0, "end": 5, "records": 1}', b"\0\0"):
        (tmp_path / "spool" / "writing.place").write_bytes(content)
        assert len(spool) == 2
    assert len(drained(spool)) == 2


def test_a_lead_is_erased_between_two_parts_of_the_way_back(spool):
    spool.add([record(name) for name in ("1", "2", "3", "2")])
    written = []

    def write(part):
        written.append(part[0]["lead_id"])
        return 1

    def erase_another(seconds):
        spool.erase("2")

    assert spool.drain(write, erase_another)
    assert written == ["1", "3"]


def test_the_others_get_as_much_time_as_the_way_back_takes(spool, monkeypatch):
    clock = iter(range(0, 1_000))
    monkeypatch.setattr(spool_module.time, "monotonic", lambda: next(clock) / 10)
    spool.add([record(str(n)) for n in range(3)])
    pauses = []
    assert spool.drain(lambda part: 1, pauses.append)
    assert pauses == [pytest.approx(0.1)] * 3


def test_pauses_get_shorter_while_more_comes_in_than_is_written(spool, monkeypatch):
    clock = iter(range(1_000))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock) / 10)
    spool.add([record("0")] * 2)
    pauses, more = [], iter(range(6))

    def write(part):
        for _ in range(2):
            if next(more, None) is not None:
                spool.add([record("1")])
        return 1

    assert spool.drain(write, pauses.append)
    # Three times as much came in as was written, or more; then nothing did.
    assert pauses == pytest.approx([0.05, 0.025, 0.0125, *[0.0125] * (len(pauses) - 3)])


def test_a_part_of_nothing_leaves_all_of_it_waiting(tmp_path):
    spool, parts, written = Spool(tmp_path), iter((0, 1, 0, 2)), []

    def write(records):
        n = next(parts)
        written.extend(records[:n])
        return n

    spool.add([{"lead_id": str(n)} for n in range(3)])
    assert spool.drain(write, pause=lambda seconds: None)
    assert [record["lead_id"] for record in written] == ["0", "1", "2"]
