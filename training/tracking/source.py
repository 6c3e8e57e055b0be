"""Where a run came from: the command, who started it, and the commit of its configuration."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
from pathlib import Path

from leadgate import __version__


def source_tags(folder: Path, command: str) -> dict[str, str]:
    """Return the tags that say who made a run how, by the names that MLflow shows.

    Parameters
    ----------
    folder
        Of the configuration.
    command
        What was started, such as ``leadgate train``.
    """
    tags = {
        "mlflow.source.name": command,
        "mlflow.source.type": "LOCAL",
        "leadgate_version": __version__,
        "host": socket.gethostname(),
    }
    user, commit = _user(), _commit(folder)
    if user:
        tags["mlflow.user"] = user
    if commit:
        tags["mlflow.source.git.commit"] = commit
    return tags


def _user() -> str:
    """Return who runs this; "" for a user without a name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _commit(folder: Path) -> str:
    """Return the git commit of a folder; "" outside a repository."""
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "-C", str(folder), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
