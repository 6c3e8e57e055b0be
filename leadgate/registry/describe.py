"""What MLflow's pages say of a model and of its champion: who promoted which version, when, why.

All of it is read from the tags of the versions, so that it can be written again at any time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from leadgate.registry.markdown import shortened, spaced

if TYPE_CHECKING:
    from mlflow import MlflowClient

CHAMPION = "champion"
# On the registered model: the last change of the champion that went through leadgate.
GATE_CHAMPION = "gate_champion"
Change: TypeAlias = Mapping[str, str]
INTRODUCTION = (
    "Purchase readiness of leads, by leadgate. `champion` decides today, `challenger` is the "
    "newest training; `leadgate promote` checks the evidence and writes down why."
)
# What people write above this line stays theirs.
HEADING = "## What decides"
_ROWS = 12
_HEADS = ("version", "data until", "verdict", "AUC", "log loss", "promoted", "by", "reason")


class Version(Protocol):
    """What is read of a registered version."""

    @property
    def version(self) -> str | int:
        """Its number."""

    @property
    def tags(self) -> dict[str, str]:
        """What training and the gate wrote on it."""


def describe(client: MlflowClient, model: str) -> None:
    """Write on the page of a model what decides, and on that of its champion since when and why.

    Parameters
    ----------
    model
        The name of the registered model.
    """
    registered = client.get_registered_model(model)
    named = "name='" + model.replace("'", "''") + "'"
    versions = sorted(client.search_model_versions(named), key=lambda v: -int(v.version))
    champion = str(registered.aliases.get(CHAMPION, ""))
    change = _json(registered.tags.get(GATE_CHAMPION, ""))
    own = (registered.description or INTRODUCTION).partition(HEADING)[0].rstrip()
    client.update_registered_model(model, f"{own}\n\n{of_model(versions, champion, change)}")
    for version in versions:
        before = version.description or ""
        now = shortened(with_status(before, status(version, champion, change)))
        if now != before:
            client.update_model_version(model, str(version.version), now)


def of_model(versions: Sequence[Version], champion: str, change: Change) -> str:
    """Return which version decides, since when and why, and a table of the newest versions.

    Parameters
    ----------
    versions
        Newest first.
    champion
        A version; "" while there is none.
    change
        The last change of the champion that went through the gate, as it wrote it down.
    """
    decides = next((v for v in versions if str(v.version) == champion), None)
    line = "Nothing has been promoted yet: every lead goes to sales."
    if decides is not None:
        why = decides.tags.get("why", "")
        line = f"**Version {champion}.** {status(decides, champion, change)} {why}".rstrip()
    rows = [" | ".join(_row(version, champion)) for version in versions[:_ROWS]]
    table = "\n".join(f"| {row} |" for row in (" | ".join(_HEADS), "|".join(["---"] * 8), *rows))
    text = f"{HEADING}\n\n{line}\n\n## Versions\n\n{table}\n\n{_FOOT}"
    return shortened(spaced(text))


_FOOT = (
    "AUC and log loss are those of each version's own test window, with 90 % intervals: "
    "`leadgate experiments compare A B` puts two on the same leads."
)


def status(version: Version, champion: str, change: Change) -> str:
    """Return whether a version decides or did, since when, by whom and why; "" for the others."""
    tags, number = version.tags, str(version.version)
    if number == champion:
        by_gate = change.get("version", number) == number
        since = change.get("at") or tags.get("promoted_at", "")
        if not (by_gate and since):
            return "Champion by an alias that was moved by hand: no promotion is on record."
        before = tags.get("from_version", "")
        took = f"It took over from version {before}." if before else "It was the first champion."
        by = change.get("by") or tags.get("promoted_by") or "somebody"
        return f"Champion since {_moment(since)}, promoted by {by}. {took} {_reason(tags)}"
    if tags.get("rolled_back_at"):
        until, by = _moment(tags["rolled_back_at"]), tags.get("rolled_back_by") or "somebody"
        return f"Champion until {until}, when {by} rolled it back."
    if not tags.get("promoted_at"):
        return ""
    at, by = _moment(tags["promoted_at"]), tags.get("promoted_by") or "somebody"
    return f"Champion once, promoted {at} by {by}. {_reason(tags)}"


def _reason(tags: dict[str, str]) -> str:
    """Return why a version was promoted: what was stated then, or the verdict of its training."""
    stated = tags.get("promoted_because", "")
    return f"Reason: {stated.rstrip('.')}." if stated else "Reason: the verdict of its training."


def with_status(description: str, status: str) -> str:
    """Return a description that begins with a status, in place of an earlier one."""
    body = re.sub(r"\A(Champion .*\n+)+", "", description)
    return f"{status}\n\n{body}" if status else body


def _row(version: Version, champion: str) -> tuple[str, ...]:
    tags, number = version.tags, str(version.version)
    window = _json(tags.get("evidence", "")).get("newest_window") or {}
    stated = tags.get("promoted_because") or ("its verdict" if tags.get("promoted_at") else "")
    return (
        f"**{number}, champion**" if number == champion else number,
        tags.get("data_until", "")[:10] or "no dates",
        tags.get("verdict", ""),
        _interval(window.get("auc")),
        _interval(window.get("log_loss")),
        _moment(tags.get("promoted_at", "")),
        tags.get("promoted_by", ""),
        stated.replace("|", "/").replace("\n", " ")[:120],
    )


def _json(text: str) -> dict[str, Any]:
    """Return what a tag holds; nothing where another hand wrote it."""
    try:
        held = json.loads(text or "{}")
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def _interval(metric: dict[str, float | None] | None) -> str:
    ends = [(metric or {}).get(end) for end in ("value", "low", "high")]
    if any(end is None for end in ends):
        return ""
    value, low, high = (f"{end:.3f}" for end in ends)
    return f"{value} ({low} to {high})"


def _moment(iso: str) -> str:
    try:
        return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return ""
