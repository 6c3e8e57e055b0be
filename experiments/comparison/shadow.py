"""What a challenger decided in the shadow of the champion, beside what was answered."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from features.parsing.times import iso, micros
from features.stored_tables import StoredTables
from leadgate.config import Config
from leadgate.errors import StoreError
from leadgate.policy import HAND_OFF
from serving.store import Store, read_tables

NO_STORE = "no_store"


@dataclass(frozen=True)
class Shadow:
    """The requests that a version decided in the shadow, each beside the answer that was given.

    `grade` and `decision` are how many differ, `handed_off` how many the champion handed off, and
    `handed_off_then` how many the shadow would have; `since` is the first, ISO 8601.
    """

    requests: int
    since: str
    grade: int
    decision: int
    handed_off: int
    handed_off_then: int


def shadow_of(config: Config, version: str) -> Shadow | None:
    """Return what a version decided in the shadow; None where it was never served so.

    Raises
    ------
    StoreError
        If there is a store and it cannot be read.
    """
    try:
        return beside_answers(read_tables(Store(config.store_url)), version)
    except StoreError as error:
        if error.code != NO_STORE:
            raise
        return None


def beside_answers(stored: StoredTables, version: str) -> Shadow | None:
    """Put the shadow decisions of a version beside the answers to the same requests."""
    decisions = stored.decisions
    in_shadow = decisions["shadow"].astype(bool)
    ours = decisions[in_shadow & (decisions["model_version"] == version)]
    keys, names = ["request_id", "lead_id"], ["grade", "decision", "decided_at"]
    both = ours[[*keys, *names]].merge(
        decisions.loc[~in_shadow, [*keys, *names]], on=keys, suffixes=("_then", "")
    )
    if both.empty:
        return None
    first = pd.Series([both["decided_at_then"].min()])
    return Shadow(
        requests=len(both),
        since=str(iso(int(micros(first)[0]))),
        grade=int((both["grade"] != both["grade_then"]).sum()),
        decision=int((both["decision"] != both["decision_then"]).sum()),
        handed_off=int((both["decision"] == HAND_OFF).sum()),
        handed_off_then=int((both["decision_then"] == HAND_OFF).sum()),
    )
