"""One place where a command starts, and where everything that stops it becomes a sentence."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import typer
from typer.main import get_command

from leadgate import __version__
from leadgate.cli.app import app
from leadgate.cli.output import INTERRUPTED, refuse, refuse_interrupted
from leadgate.errors import LeadgateError

DONE, REFUSED = 0, 1
PACKAGES = ("leadgate", "features", "training", "serving", "experiments")


def main() -> None:
    """Run the command line of this process and exit with its code."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        What follows ``leadgate`` on the command line.

    Returns
    -------
    int
        The exit code: 0 done, 1 refused, 2 wrong usage, 130 interrupted.
    """
    as_json = "--json" in arguments
    try:
        code = get_command(app).main(
            list(arguments), prog_name="leadgate", standalone_mode=False, windows_expand_args=False
        )
        if code == INTERRUPTED:  # typer's word for an interrupt within the command
            raise KeyboardInterrupt
        return code if isinstance(code, int) else DONE
    except LeadgateError as error:
        refuse(error.to_dict(), as_json=as_json)
        return REFUSED
    except typer.TyperException as error:
        if error.format_message():  # empty where the help was shown instead
            refuse(_usage(error), as_json=as_json)
        return error.exit_code
    except KeyboardInterrupt:
        return refuse_interrupted(as_json=as_json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except OSError as error:
        refuse(_file(error), as_json=as_json)
        return REFUSED
    except Exception as error:  # anything else is a defect of ours: a sentence, never a traceback
        if os.environ.get("LEADGATE_DEBUG"):
            raise
        refuse(_defect(error), as_json=as_json)
        return REFUSED


def _usage(error: typer.TyperException) -> dict[str, str]:
    message = " ".join(error.format_message().replace("Value error, ", "").split())
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "leadgate"
    return {"code": "usage", "message": message, "hint": f"See: {command} --help"}


def _file(error: OSError) -> dict[str, str]:
    what = f"{error.filename}: " if error.filename else ""
    why = error.strerror or type(error).__name__
    return {"code": "file", "message": f"{what}{why}.", "hint": ""}


def _defect(error: Exception) -> dict[str, str]:
    """Say where it happened; the text of the exception stays out, it may hold a lead's values."""
    message = (
        f"version {__version__} stopped on a defect of its own: "
        f"{type(error).__name__} in {_place(error.__traceback__)}."
    )
    hint = (
        "Please report this sentence to the maintainers. LEADGATE_DEBUG=1 shows the traceback, "
        "which may name values of leads."
    )
    return {"code": "defect", "message": message, "hint": hint}


def _place(trace: TracebackType | None) -> str:
    """Name the innermost line of our own code."""
    root = Path(__file__).parents[2]
    ours = tuple(str(root / package) for package in PACKAGES)
    frames = traceback.extract_tb(trace)
    frame = next((f for f in reversed(frames) if f.filename.startswith(ours)), frames[-1])
    path = Path(frame.filename)
    return f"{path.parent.name}/{path.name}, line {frame.lineno}"
