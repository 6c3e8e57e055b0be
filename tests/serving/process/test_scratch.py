import os
import subprocess
import sys
import tempfile

import pytest

from serving.process import scratch


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_stays_while_its_lock_is_held():
    first, lock = scratch.make()
    second, other = scratch.make()
    assert first.is_dir()
    assert second.is_dir()
    os.close(lock)
    os.close(other)


def test_a_folder_that_is_nobodys_is_swept_out(folder):
    first, lock = scratch.make()
    (first / "metrics.db").write_text("x")
    os.close(lock)
    second, other = scratch.make()
    assert [*folder.iterdir()] == [second]
    os.close(other)


def test_a_folder_is_somebodys_while_a_process_that_was_started_with_its_lock_lives():
    first, lock = scratch.make()
    wait = [sys.executable, "-c", "input()"]
    with subprocess.Popen(wait, stdin=subprocess.PIPE, pass_fds=(lock,)) as started:
        os.close(lock)
        os.close(scratch.make()[1])
        assert first.is_dir()
        started.communicate(b"\n")
    os.close(scratch.make()[1])
    assert not first.exists()


def test_a_folder_without_a_lock_is_left_alone(folder):
    other = folder / "leadgate-serve-other"
    other.mkdir()
    os.close(scratch.make()[1])
    assert other.is_dir()
