"""A page is completed by what is measured later, and by nothing else."""

from dataclasses import replace

import pytest

from experiments.summary.complete import complete, newest_run, read_summary
from experiments.summary.health import Health
from leadgate.config import Config
from leadgate.errors import BundleError
from leadgate.jsonfile import json_text
from tests.experiments.summary.summaries import MEASURED, summary


def config_in(folder):
    values = {
        "data": {"leads": "x.csv"},
        "columns": {"lead_id": "id", "outcome": "o", "won": ["w"]},
    }
    return Config.from_dict(values, folder)


def write(folder, version, text=None):
    run = folder / "runs" / version
    run.mkdir(parents=True)
    (run / "summary.json").write_text(text or json_text(summary().to_dict()))
    return run


def test_what_is_measured_is_put_on_the_page_and_kept(tmp_path):
    run = write(tmp_path, "3")
    page = complete(config_in(tmp_path), run, worth=MEASURED)
    assert "would win about 14 more deals" in page.read_text(encoding="utf-8")
    complete(config_in(tmp_path), run, health=Health(ok=False, line="look closer."))
    assert read_summary(run) == replace(
        summary(worth=MEASURED), health=Health(ok=False, line="look closer.")
    )
    assert "would win about 14 more deals" in page.read_text(encoding="utf-8")


def test_the_newest_run_is_that_of_the_highest_version(tmp_path):
    assert newest_run(tmp_path) is None
    for version in ("9", "10", ".new-x"):
        write(tmp_path, version)
    (tmp_path / "runs" / "11").mkdir()
    assert newest_run(tmp_path).name == "10"


@pytest.mark.parametrize("text", ["{", '{"model": 1}\n'])
def test_a_file_of_something_else_is_refused(tmp_path, text):
    run = write(tmp_path, "1", text)
    with pytest.raises(BundleError, match=r"summary\.json: not"):
        complete(config_in(tmp_path), run, worth=MEASURED)
    assert not (run / "summary.html").exists()
