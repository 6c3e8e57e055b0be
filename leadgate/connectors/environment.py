"""Secrets and addresses from environment variables, and from nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any
from urllib.parse import urlsplit

from leadgate.errors import ConfigError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def from_environment(crm: str, settings: type[Any], values: Mapping[str, str]) -> dict[str, str]:
    """Return a value for each field of a dataclass: ``LEADGATE_<CRM>_<FIELD>``.

    Fields whose names end in ``url`` must be https addresses of a host alone; http does on
    loopback. A field that has a default may be left out.

    Raises
    ------
    ConfigError
        Naming every variable that is missing or is no such address, never its value.
    """
    names = {field.name: f"LEADGATE_{crm}_{field.name.upper()}" for field in fields(settings)}
    read = {field: values.get(name, "").strip() for field, name in names.items()}
    optional = {field.name for field in fields(settings) if field.default is not MISSING}
    faults = [f"{names[f]} is not set" for f, value in read.items() if not (value or f in optional)]
    faults += [
        f"{names[field]} is no address such as https://example.com"
        for field, value in read.items()
        if value and field.endswith("url") and not _host_alone(value)
    ]
    if faults:
        raise ConfigError("the environment", faults, hint="See docs/how-to/pull-and-push.md")
    return {field: v.rstrip("/") if field.endswith("url") else v for field, v in read.items()}


def _host_alone(text: str) -> bool:
    url = urlsplit(text)
    safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in _LOOPBACK)
    return safe and bool(url.hostname) and url.username is None and url.path in ("", "/")
