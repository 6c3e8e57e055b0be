"""`leadgate key new`: a key for the scoring endpoint."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from leadgate.cli.options import JsonOption
from leadgate.cli.output import Screen, Verbatim


class Scope(StrEnum):
    """What a key is good for."""

    score = "score"
    write = "write"
    feedback = "feedback"
    admin = "admin"


key = typer.Typer(name="key", help="Keys of the scoring endpoint.", no_args_is_help=True)


@key.callback()
def about() -> None:
    """Keys of the scoring endpoint."""


@key.command()
def new(
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            help="What the key is good for; give it again for each further one. Left out: "
            "everything.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make a key: print it once, with the hash that the configuration may hold instead."""
    from serving.auth.api_keys import SCOPES, new_key

    scopes = [part.value for part in scope or ()] or list(SCOPES)
    secret, digest = new_key(scopes)
    Screen("key new", as_json=json).answer(
        {"key": secret, "hash": digest, "scopes": scopes},
        Verbatim(f"Key, for those who call:      {secret}"),
        Verbatim(f"Hash, for leadgate.toml:      {digest}"),
        "",
        _where(scopes),
        "The key is shown this once and kept nowhere.",
        then="leadgate serve",
    )


def _where(scopes: list[str]) -> str:
    if len(set(scopes)) == len(Scope):
        return (
            "Put the hash into serving.key_hashes, or the key into the environment variable "
            "LEADGATE_API_KEYS."
        )
    return f"Put the hash into serving.key_hashes. The key is good for {' and '.join(scopes)}."
