import json

import numpy as np
import pytest

import benchmarks.__main__ as command
from benchmarks.machinery import results, tables
from benchmarks.machinery.catalogue import Benchmark

PAGE = """Before.

<!-- benchmark: speed/store
way = {row}
ms = {p50_ms:.1f}
both = {p50_ms:.1f} of {missing:.1f}
-->
by hand
<!-- benchmark: end -->

After.
"""


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "results.jsonl"
    for small, value in ((False, 1.0), (False, np.float64(2.25)), (True, 9.0)):
        figures = {"by itself": {"p50_ms": value, "infinite": np.inf}}
        results.append(
            "speed/store", figures, small=small, seconds=12.34, options={"n": 3}, path=path
        )
    return path


def test_result_holds_all_that_is_asked_of_it(kept):
    line = json.loads(kept.read_text(encoding="utf-8").splitlines()[1])
    assert set(line) == {
        "date", "commit", "machine", "benchmark", "small", "options", "seconds", "figures",
    }  # fmt: skip
    assert line["figures"] == {"by itself": {"p50_ms": 2.25, "infinite": None}}


def test_newest_result_is_the_last_that_was_no_smoke_run(kept):
    assert results.newest(kept)["speed/store"]["figures"]["by itself"]["p50_ms"] == 2.25


def test_nothing_was_measured_where_there_is_no_file(tmp_path):
    assert results.newest(tmp_path / "none.jsonl") == {}


def test_table_of_a_page_is_written_from_the_newest_result(kept):
    page = tables.rewritten(PAGE, results.newest(kept))
    assert "| way | ms | both |\n|---|---|---|\n| by itself | 2.2 |  |\n" in page
    assert "`python -m benchmarks speed/store --set n=3`" in page
    assert "by hand" not in page
    assert page.startswith("Before.")
    assert page.endswith("After.\n")
    assert tables.rewritten(page, results.newest(kept)) == page


def test_table_that_was_never_measured_stays(kept):
    assert tables.rewritten(PAGE, {}) == PAGE


def test_tables_of_the_docs_are_those_of_the_results():
    runs = results.newest()
    for page in tables.DOCS.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert tables.rewritten(text, runs) == text, f"{page.name}: make docs"


@pytest.mark.parametrize(
    ("figures", "status"), [({"b": {"broken": 0}}, 0), ({"b": {"broken": 1}}, 1), ({}, 1)]
)
def test_exit_status_is_one_where_an_aim_is_missed(monkeypatch, figures, status):
    def measured(name: str) -> Benchmark:
        return Benchmark(name, "Purpose.", "1 s", lambda: figures)

    monkeypatch.setattr(command.Benchmark, "load", measured)
    assert command.main(["probes/faults", "--no-results"]) == status


def test_exit_status_is_one_where_a_benchmark_cannot_run(monkeypatch, capsys):
    def broken() -> dict[str, dict[str, float]]:
        raise RuntimeError("no more disk")

    monkeypatch.setattr(
        command.Benchmark, "load", lambda name: Benchmark(name, "Purpose.", "1 s", broken)
    )
    assert command.main(["speed/store", "--small", "--no-results"]) == 1
    assert "CANNOT RUN" in capsys.readouterr().out
