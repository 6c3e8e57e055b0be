"""The MLflow store of a configuration: reached within seconds, or refused in one sentence."""

from __future__ import annotations

import logging
import os
import re
import socket
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from leadgate import telemetry
from leadgate.config import FILE_NAME, Tracking
from leadgate.database import filled_url, variables
from leadgate.errors import ConfigError, RegistryError

if TYPE_CHECKING:
    from mlflow import MlflowClient

Progress = Callable[[str, float], None]

NO_REGISTRY = "no_registry"
_SQL = ("sqlite", "postgresql", "mysql", "mssql")
_PORTS = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}
_REACH_SECONDS = 4
# MLflow waits up to four minutes for a server that is gone; one's own settings win over these.
_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}


def store_uri(tracking: Tracking, folder: Path) -> str:
    """Return the URI of the store, secrets and all; a SQLite path is relative to `folder`.

    Raises
    ------
    ConfigError
        If it names an environment variable that is not set.
    """
    absent = [name for name in variables(tracking.uri) if name not in os.environ]
    if absent:
        faults = [f"tracking.uri needs the environment variable {name}" for name in absent]
        raise ConfigError(str(folder / FILE_NAME), faults)
    uri = filled_url(tracking.uri)
    scheme, separator, name = uri.partition(":///")
    if scheme != "sqlite" or not separator:
        return uri
    return f"sqlite:///{(folder / name).resolve()}"


def shown(uri: str) -> str:
    """Return a URI for people: without its password."""
    masked = re.sub(r"(?<=://)([^:/@]*):.*@", r"\1:***@", uri)
    return re.sub(r"((?:password|passwd|pwd|token)=)[^&;]*", r"\1***", masked, flags=re.IGNORECASE)


def connect(
    tracking: Tracking, folder: Path, *, create: bool = False, progress: Progress | None = None
) -> MlflowClient:
    """Open the tracking store and registry of a configuration.

    Parameters
    ----------
    create
        Make the tables of a database that has none, which takes some seconds.
    progress
        Called when that happens.

    Raises
    ------
    RegistryError
        If the store cannot be reached, or (code ``no_registry``) does not exist yet.
    """
    telemetry.off()
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)
    uri = store_uri(tracking, folder)
    with explained(uri):
        _reach(uri)
        if _kind(uri) in _SQL and "registered_models" not in _tables(uri):
            if not create:
                raise RegistryError(
                    f"{shown(uri)} holds no model registry yet.",
                    code=NO_REGISTRY,
                    hint="Train a first model: leadgate train",
                )
            if progress:
                progress("preparing the MLflow database, once", 0.0)
        client = _client(uri)
        if _kind(uri) not in _SQL:
            client.search_registered_models(max_results=1)
    return client


@contextmanager
def explained(uri: str) -> Iterator[None]:
    """Turn whatever MLflow, SQLAlchemy or the network raises into one `RegistryError`."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (OSError, ImportError, SQLAlchemyError, UnicodeError) as error:
        raise _refusal(uri, error) from error
    except Exception as error:
        # By name: MLflow takes more than a second to import, and may not be imported yet.
        if type(error).__module__.partition(".")[0] not in ("mlflow", "requests", "alembic"):
            raise
        raise _refusal(uri, error) from error


def _refusal(uri: str, error: Exception) -> RegistryError:
    text = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    reason = textwrap.shorten(shown(text.splitlines()[0].replace(uri, shown(uri))), 240)
    server = "" if _kind(uri) == "sqlite" else ", and that the server is up"
    return RegistryError(
        f"The registry {shown(uri)} cannot be used: {reason.rstrip('.')}.",
        hint=f"Check [tracking] uri in leadgate.toml{server}.",
    )


def _client(uri: str) -> MlflowClient:
    # MLflow's own deprecations and hints are nothing that the reader can act on.
    warnings.filterwarnings("ignore", module=r"mlflow(\.|$)")
    import mlflow

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


def _kind(uri: str) -> str:
    return urlsplit(uri).scheme.partition("+")[0]


def _reach(uri: str) -> None:
    """Try the server once, shortly: the clients behind it would repeat for minutes."""
    import requests

    if _kind(uri) in ("http", "https"):
        try:
            requests.get(uri, timeout=_REACH_SECONDS, stream=True).close()
        except requests.exceptions.SSLError:
            pass  # MLflow may be configured to accept this certificate: it is not ours to refuse.
        except requests.exceptions.Timeout:
            raise TimeoutError(f"no answer within {_REACH_SECONDS} seconds") from None
        except requests.exceptions.ConnectionError:
            raise ConnectionError("nothing answers there") from None
        return
    host, port = urlsplit(uri).hostname, urlsplit(uri).port or _PORTS.get(_kind(uri))
    if host and port:
        socket.create_connection((host, port), timeout=_REACH_SECONDS).close()


def _tables(uri: str) -> set[str]:
    import sqlalchemy

    url = sqlalchemy.make_url(uri)
    if _kind(uri) == "sqlite" and not Path(url.database or "").is_file():
        return set()
    limits = {"connect_timeout": _REACH_SECONDS} if _kind(uri) in ("postgresql", "mysql") else {}
    engine = sqlalchemy.create_engine(url, connect_args=limits)
    try:
        return set(sqlalchemy.inspect(engine).get_table_names())
    finally:
        engine.dispose()
