"""Starting the service as a child process and waiting until it answers."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from leadgate import telemetry
from leadgate.errors import LeadgateError
from leadgate.registry.registry import directory
from serving import draining, orphans
from serving.auth.api_keys import is_loopback, new_key
from serving.http.settings import API_KEYS, CONFIG, MODEL, Settings
from serving.process import scratch
from serving.process.server import Server

SERVICE = "serving.http.service:LeadGate"
OPTIONS = "BENTOML_CONFIG_OPTIONS"
START_SECONDS = 120.0
# The workers of a service that was killed take a moment to let go of its address.
FREE_SECONDS = 2.0


class ServeError(LeadgateError):
    """The service cannot be started as asked."""

    code = "cannot_serve"


def serve(
    config: Path | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 3000,
    model: str = "champion",
    workers: int = 1,
    log: IO[bytes] | int | None = None,
    begin: Callable[[Server], None] = lambda server: None,
) -> Server:
    """Start the service and wait until it answers.

    Parameters
    ----------
    config
        The configuration file; left out: the nearest one.
    host, port
        Where to listen; port 0 takes a free one.
    model
        champion, challenger, a version or a bundle directory.
    workers
        Processes that answer.
    log
        Where the service writes; left out: where this process writes.
    begin
        Is called once it is started, before it answers.

    Raises
    ------
    ConfigError
        If the configuration is missing or faulty.
    BundleError
        If the model is a path without a bundle.
    ServeError
        If other machines can reach the host and there is no key, the address cannot be listened
        at, or the service ends before it answers.
    """
    telemetry.off()
    environment = dict(os.environ)
    if config:
        environment[CONFIG] = str(Path(config).resolve())
    environment[MODEL] = str(Path(model).resolve()) if Path(model).is_dir() else model
    # A directory will not come by itself, as a version may.
    directory(model)
    host, port = _address(host, port)
    key, made = _key(environment, host)
    if made:
        environment[API_KEYS] = key
    process, home = _process(environment, host, port, workers, log)
    shown = f"[{host}]" if ":" in host else host
    drain_seconds = Settings.read(environment).serving.drain_seconds
    server = Server(f"http://{shown}:{port}", key, made, process, home, drain_seconds)
    try:
        begin(server)
        server.refusal = _first_answer(server)
    except BaseException:
        server.stop()
        raise
    return server


def _process(
    environment: dict[str, str], host: str, port: int, workers: int, log: IO[bytes] | int | None
) -> tuple[subprocess.Popen[bytes], Path]:
    home, lock = scratch.make()
    options = [environment.get(OPTIONS, ""), f"services.LeadGate.workers={workers}"]
    # BentoML empties the folder of the metrics at each start: every service gets its own.
    own = {draining.HOME: str(home), OPTIONS: " ".join(options).strip()}
    own[orphans.STARTER] = str(os.getpid())
    command = [sys.executable, "-m", "bentoml", "serve", SERVICE]
    process = subprocess.Popen(
        [*command, "--host", host, "--port", str(port)],
        env=environment | own,
        stdout=log,
        stderr=log,
        # Ctrl-C in a terminal reaches only us: we end the workers in order.
        start_new_session=True,
        # It is the service's from here on, also when we are killed.
        pass_fds=(lock,),
    )
    os.close(lock)
    return process, home


def _key(environment: dict[str, str], host: str) -> tuple[str, bool]:
    """Return a key that the service accepts, and whether it was made for this run."""
    if Settings.read(environment).keys:
        keys = [key.strip() for key in environment.get(API_KEYS, "").split(",") if key.strip()]
        return (keys[0] if keys else ""), False
    if not is_loopback(host):
        raise ServeError(
            f"{host} can be reached from other machines, and there is no API key.",
            hint="Make one with leadgate key new, or listen on 127.0.0.1.",
            code="no_key",
        )
    return new_key()[0], True


def _address(host: str, port: int) -> tuple[str, int]:
    """Return the address to listen at, after trying it."""
    host = "127.0.0.1" if host == "localhost" else host
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        raise ServeError(f"{host} is no IP address.", hint="Give one, or localhost.") from None
    until = time.monotonic() + FREE_SECONDS
    while True:
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
                return host, probe.getsockname()[1]
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise ServeError(
                    f"Nothing can listen at {host}, port {port}: {error.strerror}.",
                    hint="Give another with --port.",
                ) from None
        time.sleep(0.1)


def _first_answer(server: Server) -> dict[str, str]:
    """Wait for the first answer of the readiness probe; {} when it is yes."""
    until = time.monotonic() + START_SECONDS
    address = urlsplit(server.url)
    while server.process.poll() is None and time.monotonic() < until:
        # Not urllib.request: a proxy of the environment would be asked for our own address.
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            content = answer.read()
            refusal: dict[str, str] = {} if answer.status == 200 else json.loads(content)
            return refusal
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    status = server.process.poll()
    what = "did not answer in time" if status is None else f"ended with status {status}"
    raise ServeError(f"The service {what}; its log says why.")
