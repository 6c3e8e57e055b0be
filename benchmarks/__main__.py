"""Run benchmarks, print and keep their figures, and say which aims are missed.

    python -m benchmarks                         all of them: hours
    python -m benchmarks speed quality/gate      groups and benchmarks
    python -m benchmarks --small                 a smoke run of each, in seconds
    python -m benchmarks probes/dates --set repeats=8

Exit status 1 where an aim is missed or a benchmark cannot run, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.machinery import results
from benchmarks.machinery.aims import Aims
from benchmarks.machinery.catalogue import (
    GROUPS,
    STARTS_SERVERS,
    Benchmark,
    Figure,
    Figures,
    chosen,
    parse_option,
    purpose_of,
)  # fmt: skip

CONSOLE = Console(width=None if sys.stdout.isatty() else 140)


def listed() -> None:
    """Print groups, benchmarks, purposes, usual times and options."""
    for group in GROUPS:
        table = Table(title=f"{group}: {purpose_of(group)}", title_justify="left", width=110)
        for head in ("benchmark", "purpose", "usual time", "options"):
            table.add_column(head, overflow="fold")
        for benchmark in map(Benchmark.load, chosen([group])):
            options = " ".join(f"{k}={_option(v)}" for k, v in benchmark.options().items())
            table.add_row(benchmark.name, benchmark.purpose, benchmark.usual_time, options)
        CONSOLE.print(table)


def _option(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def shown(figures: Figures) -> Table:
    """Return the figures as a table."""
    columns = list(dict.fromkeys(name for row in figures.values() for name in row))
    table = Table("", *columns)
    for row, values in figures.items():
        table.add_row(row, *(_text(values.get(column)) for column in columns))
    return table


def _text(value: Figure) -> str:
    if value is None:
        return ""
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def run(benchmark: Benchmark, options: Mapping[str, object], *, small: bool, keep: bool) -> bool:
    """Run one benchmark; return whether it ran and reached its aims."""
    CONSOLE.print(f"[bold]{benchmark.name}[/bold]: {benchmark.purpose}", highlight=False)
    if reason := benchmark.missing(small=small):
        CONSOLE.print(f"  left out: {reason}")
        return True
    sizes = benchmark.small if small else {}
    begin = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figures = results.plain(benchmark.run(**{**sizes, **options}))
    except Exception:
        traceback.print_exc()
        CONSOLE.print("  CANNOT RUN")
        return False
    seconds = time.perf_counter() - begin
    CONSOLE.print(shown(figures), f"  {seconds:.1f} s")
    missed = Aims.load().missed(benchmark.name, figures, small=small)
    for fault in missed:
        CONSOLE.print(f"  AIM MISSED: {fault}", highlight=False)
    if keep:
        results.append(benchmark.name, figures, small=small, seconds=seconds, options=options)
    return bool(figures) and not missed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="GROUP", help="a group or GROUP/BENCHMARK")
    parser.add_argument("--small", action="store_true", help="smoke run: few and small inputs")
    parser.add_argument("--list", action="store_true", help="what there is, and how long it takes")
    parser.add_argument("--no-servers", action="store_true", help="leave out what starts servers")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="options")
    parser.add_argument("--no-results", action="store_true", help="do not write results.jsonl")
    given = parser.parse_args(arguments)
    if given.list:
        listed()
        return 0
    try:
        benchmarks = [Benchmark.load(name) for name in chosen(given.names)]
        options = [
            dict(parse_option(text, benchmark.options()) for text in given.options)
            for benchmark in benchmarks
        ]
    except ValueError as error:
        parser.error(str(error))
    failed = []
    for benchmark, own in zip(benchmarks, options, strict=True):
        if given.no_servers and STARTS_SERVERS in benchmark.needs:
            continue
        if not run(benchmark, own, small=given.small, keep=not given.no_results):
            failed.append(benchmark.name)
    if failed:
        CONSOLE.print(f"failed: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
