"""Files of one JSON object a line, written and read so that a killed process spoils nothing."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def encoded(records: Sequence[Record]) -> bytes:
    """Return records as lines."""
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def append(path: Path, lines: bytes, *, durable: bool) -> None:
    """Append lines to a file, all or none; the caller is the only one that writes to it.

    Raises
    ------
    OSError
        If they cannot be written.
    """
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        end = os.fstat(file).st_size
        if end and os.pread(file, 1, end - 1) != b"\n":
            # Half a line that a killed process left must not spoil the next one.
            lines = b"\n" + lines
        if os.write(file, lines) < len(lines):
            # A full disk takes a part; half a line must not stay.
            os.ftruncate(file, end)
            raise OSError(errno.ENOSPC, "No space left on device")
        if durable:
            os.fsync(file)
            if not end:
                _sync_folder(path.parent)
    finally:
        os.close(file)


def read(path: Path, start: int = 0) -> Iterator[tuple[Record | None, int]]:
    """Yield each record from a byte of a file on, with the byte at which its line ends.

    A power cut or a kill may have left half a line: then the record is None.
    """
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            start += len(line)
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            yield (record if isinstance(record, dict) else None), start


def replace(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put other content into a file, or leave it as it is."""
    scratch = path.with_suffix(".scratch")
    scratch.touch(0o600)
    with scratch.open("wb") as whole:
        whole.write(content)
        if durable:
            whole.flush()
            os.fsync(whole.fileno())
    scratch.replace(path)
    if durable:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Let the names of the files in a folder survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
