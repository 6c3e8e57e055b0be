import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from serving import orphans

# A starter that says who it started, then waits; the started one ends with it.
STARTED = (
    "import sys, time; from serving import orphans; orphans.end_with_starter(); time.sleep(60)"
)
STARTER = f"""
import os, subprocess, sys, time
environment = os.environ | {{{orphans.STARTER!r}: str(os.getpid())}}
child = subprocess.Popen([sys.executable, "-c", {STARTED!r}], env=environment)
print(child.pid, flush=True)
time.sleep(60)
"""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_ends_when_its_starter_was_killed():
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True)
    with starter:
        child = int(starter.stdout.readline())
        assert alive(child)
        os.kill(starter.pid, signal.SIGKILL)
    until = time.monotonic() + 20
    while alive(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(child)


def test_nothing_is_watched_where_nobody_is_named(monkeypatch):
    monkeypatch.delenv(orphans.STARTER, raising=False)
    before = orphans.threading.active_count()
    orphans.end_with_starter()
    assert orphans.threading.active_count() == before


def test_a_process_that_does_not_end_in_order_ends_all_the_same():
    deaf = STARTED.replace(
        "orphans.end",
        "orphans.timeouts.ORPHANS = 0.1; import signal; "
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); orphans.end",
    )
    environment = os.environ | {orphans.STARTER: "1"}
    started = subprocess.run([sys.executable, "-c", deaf], env=environment, timeout=30, check=False)
    assert started.returncode == 1
