"""A PostgreSQL server for tests: made in a new folder, on this machine only, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "p@ss:w/rd"


def programs() -> Path | None:
    """Return the folder of the newest server's programs, or None."""
    on_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parts[-3])
    folders = [Path(on_path)] if on_path else debian
    return folders[-1].parent if folders else None


@dataclass(frozen=True)
class Cluster:
    """A server that runs, and can be stopped and started again."""

    url: str
    stop: Callable[[], None]
    start: Callable[[], None]


@contextmanager
def server() -> Iterator[str]:
    """Run a server and yield the URL of its database, with ``${CRM_PASSWORD}`` as password."""
    with cluster() as running:
        yield running.url


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a server; its URL has ``${CRM_PASSWORD}`` as password."""
    bin_folder = programs()
    assert bin_folder is not None
    folder = Path(tempfile.mkdtemp(prefix="leadgate-pg-"))
    # The server refuses to run as root; Debian makes a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)

    def run(program: str, *args: str) -> None:
        command = [bin_folder / program, "-D", folder / "data", *args]
        groups = [] if user else None
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, timeout=60, cwd=folder,
            user=user, group=user, extra_groups=groups, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    port = _free_port()
    options = f"-F -p {port} -k {folder} -c listen_addresses=127.0.0.1"

    def start() -> None:
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")

    def stop() -> None:
        run("pg_ctl", "-m", "immediate", "stop")

    try:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        run("initdb", "-U", "crm", "-A", "scram-sha-256", f"--pwfile={secret}", "-N", "-E", "UTF8")
        start()
        try:
            url = f"postgresql://crm:${{CRM_PASSWORD}}@127.0.0.1:{port}/postgres"
            yield Cluster(url, stop, start)
        finally:
            stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
