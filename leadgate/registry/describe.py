"""What MLflow's pages say of a model and of its champion: who promoted which version, when, why.

All of it is read from the tags of the versions, so that it can be written again at any time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from leadgate.registry.markdown import shortened, spaced
from leadgate.registry.tags import ASKED, RECALIBRATED, change_of, evidence_of, verdict_in_words

if TYPE_CHECKING:
    from mlflow import MlflowClient

CHAMPION = "champion"
Change: TypeAlias = Mapping[str, Any]
INTRODUCTION = (
    "Purchase readiness of leads, by leadgate. `champion` decides today, `challenger` is the "
    "newest training; `leadgate promote` checks the evidence and writes down why."
)
# What people write above this line stays theirs.
HEADING = "## What decides"
_ROWS = 12
_HEADS = ("version", "data until (UTC)", "verdict", "AUC", "log loss", "promoted", "by", "reason")
_STATUS = ("Champion ", "Not promoted. ")


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
    aliases = {str(alias): str(version) for alias, version in registered.aliases.items()}
    champion = aliases.get(CHAMPION, "")
    change = change_of(registered.tags)
    own = (registered.description or INTRODUCTION).partition(HEADING)[0].rstrip()
    client.update_registered_model(model, f"{own}\n\n{of_model(versions, aliases, change)}")
    for version in versions:
        before = version.description or ""
        now = shortened(with_status(before, status(version, champion, change)))
        if now != before:
            client.update_model_version(model, str(version.version), now)


def of_model(versions: Sequence[Version], aliases: Mapping[str, str], change: Change) -> str:
    """Return which version decides, since when and why, and a table of the newest versions.

    Parameters
    ----------
    versions
        Newest first.
    aliases
        The version that each names; without ``champion`` while there is none.
    change
        The last change of the champion that went through the gate, as it wrote it down.
    """
    champion = aliases.get(CHAMPION, "")
    decides = next((v for v in versions if str(v.version) == champion), None)
    line = "Nothing has been promoted yet: every lead goes to sales."
    if decides is not None:
        why = decides.tags.get("why", "")
        line = f"**Version {champion}.** {status(decides, champion, change)} {why}".rstrip()
    rows = [" | ".join(_row(version, aliases)) for version in versions[:_ROWS]]
    table = "\n".join(f"| {row} |" for row in (" | ".join(_HEADS), "|".join(["---"] * 8), *rows))
    text = f"{HEADING}\n\n{line}\n\n## Versions\n\n{table}\n\n{_FOOT}"
    return shortened(spaced(text))


_FOOT = (
    "AUC and log loss are those of each version's own test window, with 90 % intervals: "
    "`leadgate experiments compare A B` puts two on the same leads. A recalibrated version has "
    "no test window of its own: it ranks as the version does that it comes from."
)


def in_words(change: Change) -> str:
    """Return a change of the champion as a sentence."""
    how = f"rolled back from version {change['from']}" if change["rolled_back"] else "promoted"
    why = " ".join(str(change["why"]).split())
    return (
        f"version {change['version']} since {_moment(change['at'])}, {how} by {change['by']}: {why}"
    )


def status(version: Version, champion: str, change: Change) -> str:
    """Return what a version is: champion, or once, since when, by whom and why; or what it asks.

    "" for one that was never promoted and asks nothing.
    """
    tags, number = version.tags, str(version.version)
    if number == champion:
        return _of_champion(tags, number, change)
    rolled_back, promoted = tags.get("rolled_back_at", ""), tags.get("promoted_at", "")
    if rolled_back and rolled_back >= promoted:
        by, why = tags.get("rolled_back_by") or "somebody", tags.get("rollback_reason", "")
        because = f" {_stated(why)}" if why else ""
        return f"Champion until {_moment(rolled_back)}, when {by} rolled it back.{because}"
    if promoted:
        by = tags.get("promoted_by") or "somebody"
        return f"Champion once, promoted {_moment(promoted)} by {by}. {_reason(tags)}"
    asked = tags.get(ASKED, "")
    return f"Not promoted. What its training asks: {asked}" if asked else ""


def _of_champion(tags: Mapping[str, str], number: str, change: Change) -> str:
    by_gate = change.get("version", number) == number
    since = change.get("at") or tags.get("promoted_at", "")
    if not (by_gate and since):
        return "Champion by an alias that was moved by hand: no promotion is on record."
    by = change.get("by") or tags.get("promoted_by") or "somebody"
    if change.get("rolled_back"):
        first = f", first promoted {_moment(tags['promoted_at'])}" if "promoted_at" in tags else ""
        return (
            f"Champion since {_moment(since)}, when {by} rolled back version {change['from']}"
            f"{first}. {_stated(change['why'])}"
        )
    before = tags.get("from_version", "")
    took = f"It took over from version {before}." if before else "It was the first champion."
    return f"Champion since {_moment(since)}, promoted by {by}. {took} {_reason(tags)}"


def _reason(tags: Mapping[str, str]) -> str:
    """Return why a version was promoted: what was stated then, or the verdict of its training."""
    stated = tags.get("promoted_because", "")
    return _stated(stated) if stated else "Reason: the verdict of its training."


def _stated(reason: str) -> str:
    return f"Reason: {' '.join(reason.split()).rstrip('.')}."


def with_status(description: str, status: str) -> str:
    """Return a description that begins with a status, in place of an earlier one."""
    starts = "|".join(_STATUS)
    body = re.sub(rf"\A((?:{starts}).*\n+)+", "", description)
    return f"{status}\n\n{body}" if status else body


def _row(version: Version, aliases: Mapping[str, str]) -> tuple[str, ...]:
    tags, number = version.tags, str(version.version)
    window = evidence_of(tags).get("newest_window") or {}
    stated = tags.get("promoted_because") or ("its verdict" if tags.get("promoted_at") else "")
    names = sorted(alias for alias, named in aliases.items() if named == number)
    shown = ", ".join([number, *names])
    verdict = verdict_in_words(tags.get("verdict", ""), tags.get("compared_with", ""))
    root = tags.get(RECALIBRATED)
    return (
        f"**{shown}**" if CHAMPION in names else shown,
        tags.get("data_until", "")[:10] or "no dates",
        f"{verdict}, {root} recalibrated" if root else verdict,
        _interval(window.get("auc")),
        _interval(window.get("log_loss")),
        _moment(tags.get("promoted_at", "")),
        tags.get("promoted_by", ""),
        stated.replace("|", "/").replace("\n", " ")[:120],
    )


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
