"""Which mutants are drawn, and which survivors are accepted."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.mutants.mutations import Mutant

Key = tuple[str, str, str, str]


def sample(mutants: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    """Draw mutants by a hash of seed and key: a change to one module leaves the others' draw."""

    def place(mutant: Mutant) -> str:
        return hashlib.sha256(repr((seed, mutant.key)).encode()).hexdigest()

    drawn = sorted(mutants, key=place)[:size]
    return sorted(drawn, key=lambda mutant: (mutant.file, mutant.line))


def accepted_in(path: Path) -> dict[Key, str]:
    """Return the reasons of the survivors that are accepted, by key."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", [])
    return {
        (entry["file"], entry["function"], entry["before"], entry["after"]): entry["reason"]
        for entry in entries
    }


def gone(accepted: Iterable[Key], planted: Sequence[Mutant], killed: Sequence[Mutant]) -> list[Key]:
    """Return the accepted survivors that can no longer be planted, or are noticed after all."""
    there, dead = {mutant.key for mutant in planted}, {mutant.key for mutant in killed}
    return [key for key in accepted if key not in there or key in dead]
