"""Logs for machines: one JSON object a line, with the request's id where there is one."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime

# What the arguments of these loggers' messages are.
FACTS = {
    "leadgate.access": (
        "method",
        "address",
        "status",
        "code",
        "milliseconds",
        "request_id",
        "caller",
    ),
    "leadgate.error": ("error", "where", "request_id"),
}


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object: time (UTC), level, logger, message and its facts.

    Of an exception it holds the type and the places, never the text, which can hold a value.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        names = FACTS.get(record.name, ())
        given = record.args if isinstance(record.args, tuple) else ()
        facts = dict(zip(names, given, strict=False))
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            facts |= {"error": kind.__name__, "where": "".join(traceback.format_tb(trace))}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **facts,
        }
        return json.dumps(line, default=str)


def write_json() -> None:
    """Let every handler of this process write JSON."""
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    for logger in (logging.root, *loggers):
        for handler in logger.handlers:
            handler.setFormatter(JsonFormatter())
