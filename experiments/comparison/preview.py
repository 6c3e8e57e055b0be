"""What a promotion would change: the open leads of today, by the champion and by another version.

Every lead is scored as `leadgate score` does it, so that after the promotion each gets what the
preview said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.comparison.shadow import Shadow, shadow_of
from features.open_leads import open_rows
from features.parsing.times import iso
from features.schema.source import read_source
from features.schema.sources import read_lookups
from features.tables import Tables, load_tables
from leadgate.arrays import Bools, Texts
from leadgate.cells import list_text
from leadgate.config import Config
from leadgate.errors import LeadgateError
from leadgate.jsonfile import json_values
from leadgate.policy import HAND_OFF
from leadgate.registry.registry import CHALLENGER, CHAMPION, RUNS, Registry
from serving.decisions.erasure import PREVIEW
from serving.scoring.scorer import Scorer
from training.evaluation.breakdown import values_of

Say = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """Some of the open leads: how many change grade or decision, and how many are handed off."""

    name: str
    leads: int
    grade: int
    decision: int
    handed_off: int
    handed_off_then: int


@dataclass(frozen=True)
class Preview:
    """What becomes of the open leads when a version takes over.

    Attributes
    ----------
    champion, version
        Who decides today, and who would.
    overall, segments
        All open leads, and those of each value of the segment columns.
    changes
        How many leads change from one decision to another: (today, then, leads).
    examples
        The file of the leads that change, those first whose readiness moves most.
    shadow
        What the version decided in the shadow of the champion, where it was served so.
    """

    model: str
    champion: str
    version: str
    overall: Part
    segments: dict[str, list[Part]]
    changes: list[tuple[str, str, int]]
    examples: Path
    shadow: Shadow | None

    def to_dict(self) -> dict[str, Any]:
        """Return the preview as JSON values."""
        named = ("today", "then", "leads")
        return dict(json_values(self)) | {
            "changes": [dict(zip(named, change, strict=True)) for change in self.changes],
            "examples": str(self.examples),
        }


def preview(config: Config, version: str = CHALLENGER, say: Say = lambda _step: None) -> Preview:
    """Score the open leads of the export by the champion and by a version, and count what changes.

    The leads that change are written to ``runs/VERSION/preview.csv`` beside the configuration, and
    nowhere else.

    Parameters
    ----------
    version
        A version or an alias.
    say
        Called with the step that is under way.

    Raises
    ------
    LeadgateError
        ``same_version``: it is the champion already; ``no_open_leads``.
    NoChampionError
        Before the first promotion: every lead goes to sales today.
    RegistryError
        If the registry cannot be reached, or does not know the version.
    DataError
        If the export cannot be read.
    """
    registry = Registry(config.tracking, config.folder)
    now, then = registry.version(CHAMPION), registry.version(version)
    if now == then:
        raise LeadgateError(
            f"Version {then} of {registry.model} is champion already: nothing would change.",
            code="same_version",
            hint="Name another version: leadgate experiments lists them.",
        )
    say("reading the data")
    tables = load_tables(config)
    leads = _open_leads(config, tables)
    answers = []
    for number in (now, then):
        say(f"scoring {len(leads):,} open leads by version {number}")
        answers.append(_scored(config, registry, number, leads, tables))
    today, later = answers
    folder = config.folder / RUNS / then
    folder.mkdir(parents=True, exist_ok=True)
    differs = _differs(today, later)
    moved = differs.sum(axis=1) > 0
    listed = list_text(_changed(today, later, moved))
    (folder / PREVIEW).write_text(listed, encoding="utf-8", newline="")
    changes = Counter(
        (str(a), str(b))
        for a, b in zip(today["decision"], later["decision"], strict=True)
        if a != b
    )
    return Preview(
        model=registry.model,
        champion=now,
        version=then,
        overall=_part("all open leads", today, later, differs, np.ones(len(leads), dtype=bool)),
        segments=_by_segment(config, leads, today, later, differs),
        changes=[(*pair, count) for pair, count in changes.most_common()],
        examples=folder / PREVIEW,
        shadow=shadow_of(config, then),
    )


def _open_leads(config: Config, tables: Tables) -> pd.DataFrame:
    leads = open_rows(config, tables).reset_index(drop=True)
    if leads.empty:
        raise LeadgateError(
            "The export holds no open lead: a promotion changes no decision of today.",
            code="no_open_leads",
        )
    return leads


def _scored(
    config: Config, registry: Registry, version: str, leads: pd.DataFrame, tables: Tables
) -> pd.DataFrame:
    scorer = Scorer.load(registry.bundle(version), version=version, policy=config.policy)
    data = config.data
    activities = [read_source(config, table.path, "activities") for table in data.activities]
    changes = data.field_changes and read_source(config, data.field_changes, "field_changes")
    until = tables.until if tables.dated else None
    return scorer.score(
        leads,
        activities or None,
        changes or None,
        None if until is None else str(iso(until)),
        lookups=read_lookups(config),
        export=tables if scorer.feature_set.whole_accounts else None,
    )


def _differs(today: pd.DataFrame, later: pd.DataFrame) -> Bools:
    """Return whether grade and decision differ; shape (n, 2)."""
    names = ["grade", "decision"]
    differs: Bools = today[names].to_numpy(str) != later[names].to_numpy(str)
    return differs


def _part(
    name: str, today: pd.DataFrame, later: pd.DataFrame, differs: Bools, inside: Bools
) -> Part:
    handed = [int((a["decision"][inside] == HAND_OFF).sum()) for a in (today, later)]
    grade, decision = (int(count) for count in differs[inside].sum(axis=0))
    return Part(name, int(inside.sum()), grade, decision, *handed)


def _by_segment(
    config: Config, leads: pd.DataFrame, today: pd.DataFrame, later: pd.DataFrame, differs: Bools
) -> dict[str, list[Part]]:
    segments = {}
    for column in config.columns.segments:
        if column not in leads:
            continue
        texts: Texts = leads[column].astype("str").to_numpy(object)
        code, names = values_of(texts, np.ones(len(leads)))
        segments[column] = [
            _part(name, today, later, differs, code == place) for place, name in enumerate(names)
        ]
    return segments


def _changed(today: pd.DataFrame, later: pd.DataFrame, rows: Bools) -> pd.DataFrame:
    """Return the leads that change, with both answers, the largest move of readiness first."""
    names = ["readiness", "grade", "decision", "reason_1"]
    both = {
        f"{name}_{when}": answers[name]
        for name in names
        for when, answers in (("today", today), ("then", later))
    }
    table = pd.DataFrame({"lead_id": today["lead_id"], "as_of": today["as_of"], **both})[rows]
    move = (table["readiness_then"] - table["readiness_today"]).abs()
    return table.loc[move.sort_values(ascending=False, kind="stable").index]
