"""Every benchmark is listed, has an aim or a reason for none, and can run."""

import logging
import os

import pytest

from benchmarks.__main__ import main
from benchmarks.machinery.aims import Aims
from benchmarks.machinery.catalogue import GROUPS, STARTS_SERVERS, Benchmark, chosen, names

ALL = names()


@pytest.fixture(scope="module")
def aims():
    return Aims.load()


@pytest.mark.parametrize("name", ALL)
def test_benchmark_says_its_purpose_and_its_usual_time(name):
    benchmark = Benchmark.load(name)
    assert benchmark.purpose.endswith(".")
    assert benchmark.usual_time.split()[1].rstrip(",") in {"s", "min"}
    assert set(benchmark.small) <= set(benchmark.options())


def test_every_benchmark_has_an_aim_or_a_reason_for_none(aims):
    with_aims = {aim.benchmark for aim in aims.aims}
    assert with_aims | set(aims.without) == set(ALL)
    assert not with_aims & set(aims.without)
    assert all(aims.without.values())


def test_list_names_every_group_and_benchmark(capsys):
    assert main(["--list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in (*GROUPS, *ALL))


def test_a_group_and_one_of_its_benchmarks_are_taken_once():
    assert chosen(["speed", "speed/store"]) == [n for n in ALL if n.startswith("speed/")]


def test_a_name_that_no_benchmark_has_is_wrong_usage(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["sped"])
    assert "sped is neither a group nor a benchmark" in capsys.readouterr().err


@pytest.fixture
def as_before():
    """Leave environment and loggers as they were: a benchmark is used to a process of its own."""
    environment, levels = dict(os.environ), dict(_levels())
    yield
    os.environ.clear()
    os.environ.update(environment)
    for name, _ in _levels():
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))


def _levels():
    for name in list(logging.root.manager.loggerDict):
        yield name, logging.getLogger(name).level


@pytest.mark.slow
@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize("name", [n for n in ALL if STARTS_SERVERS in Benchmark.load(n).needs])
def test_benchmark_with_servers_runs_in_small(name):
    assert main([name, "--small", "--no-results"]) == 0
