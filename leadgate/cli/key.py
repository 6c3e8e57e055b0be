"""`leadgate key new`: a key for the scoring endpoint."""

from __future__ import annotations

import typer

from leadgate.cli.options import JsonOption
from leadgate.cli.output import Screen

key = typer.Typer(name="key", help="Keys of the scoring endpoint.", no_args_is_help=True)


@key.callback()
def about() -> None:
    """Keys of the scoring endpoint."""


@key.command()
def new(json: JsonOption = False) -> None:
    """Make a key: print it once, with the hash that the configuration may hold instead."""
    from serving.security import new_key

    secret, digest = new_key()
    Screen("key new", as_json=json).answer(
        {"key": secret, "hash": digest},
        f"Key, for those who call:      {secret}",
        f"Hash, for leadgate.toml:      {digest}",
        "",
        "Put the hash into serving.key_hashes, or the key into the environment variable "
        "LEADGATE_API_KEYS.",
        "The key is shown this once and kept nowhere.",
        then="leadgate serve",
    )
