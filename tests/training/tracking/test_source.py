"""Where a run came from."""

from __future__ import annotations

import getpass

from training.tracking.source import source_tags


def test_a_run_says_who_started_what_where(monkeypatch, tmp_path):
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    tags = source_tags(tmp_path, "leadgate train")
    assert (tags["mlflow.user"], tags["mlflow.source.name"]) == ("ann", "leadgate train")
    assert tags["host"]


def test_a_user_without_a_name_is_left_out(monkeypatch, tmp_path):
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert "mlflow.user" not in source_tags(tmp_path, "leadgate train")
