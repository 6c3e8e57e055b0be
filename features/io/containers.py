"""What a file holds: its bytes, taken out of a gzip or a zip archive of one file."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from leadgate.errors import DataError

# How workbooks begin, those of old Excel the second way; archives of other files are unpacked.
_ZIP = b"PK\x03\x04"
WORKBOOK = (_ZIP, b"\xd0\xcf\x11\xe0")
_GZIP = b"\x1f\x8b"
# A workbook is a zip archive, too; so it begins.
_OF_WORKBOOKS = ("[Content_Types].xml", "mimetype", "xl/workbook.xml", "xl/workbook.bin")
# What a Mac adds to an archive.
_HIDDEN = ("__MACOSX", ".")


def read_content(path: Path, named: str) -> bytes:
    """Return what a file holds, out of its archive.

    Parameters
    ----------
    path
        The file; a gzip, or a zip archive of one file, by its content or its name.
    named
        What messages call it.

    Raises
    ------
    DataError
        ``missing_file``, ``empty_file``, or ``not_a_table`` for an archive of several files.
    """
    try:
        content = _unpacked(path.read_bytes(), path.suffix.lower() == ".gz", named)
    except FileNotFoundError:
        raise DataError(
            f"{named}: there is no such file: {path.resolve()}", code="missing_file"
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "damaged gzip"
        raise DataError(
            f"{named}: cannot be read: {reason}.",
            code="missing_file",
            hint="Name one CSV, Excel or Parquet file that this user may read.",
        ) from None
    if not content or content.isspace():
        raise DataError(f"{named}: the file is empty.", code="empty_file", hint="Export it again.")
    return content


def is_workbook(content: bytes) -> bool:
    """Whether a zip archive is a workbook, by the names of its parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return not set(archive.namelist()).isdisjoint(_OF_WORKBOOKS)
    except zipfile.BadZipFile:
        return False


def _unpacked(content: bytes, gzipped: bool, named: str) -> bytes:
    if gzipped or content.startswith(_GZIP):
        content = gzip.decompress(content)
    if content.startswith(_ZIP) and not is_workbook(content):
        return _only_file(content, named)
    return content


def _only_file(content: bytes, named: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if _shown(name)]
            if len(names) == 1:
                return archive.read(names[0])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError):
        raise _no_table(named, "a damaged zip archive", "Export it again.") from None
    except RuntimeError:
        hint = "Unpack it and name the file in it."
        raise _no_table(named, "a zip archive with a password", hint) from None
    listed = ": " + ", ".join(sorted(names)[:10]) if names else ""
    hint = "Unpack it and name one of them." if names else "Export it again."
    raise _no_table(named, f"a zip archive of {len(names)} files{listed}", hint)


def _shown(name: str) -> bool:
    return not name.endswith("/") and not any(
        part.startswith(_HIDDEN) for part in PurePosixPath(name).parts
    )


def _no_table(named: str, kind: str, hint: str) -> DataError:
    return DataError(f"{named}: not a table but {kind}.", code="not_a_table", hint=hint)
