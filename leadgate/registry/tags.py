"""What leadgate writes on versions and on the model for itself, beside the tags that people read.

MLflow's pages do not show tags whose key begins with ``mlflow.``: JSON that only the gate reads
goes there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# On a version: the figures that its verdict rests on.
EVIDENCE = "mlflow.leadgate.evidence"
# On the model: the last change of the champion that went through leadgate; and for people.
CHANGE, GATE_CHAMPION = "mlflow.leadgate.champion", "gate_champion"
# On a version, for people: what its training asks of them, and why.
ASKED = "asked"
# A version that differs from another in the base-rate offset only names it in this tag.
RECALIBRATED = "recalibrated_from"
# Where both lay in an earlier release.
_EARLIER = {EVIDENCE: "evidence", CHANGE: GATE_CHAMPION}


def evidence_of(tags: Mapping[str, str]) -> dict[str, Any]:
    """Return the evidence of a version; empty where it has none."""
    return _held(tags, EVIDENCE)


def change_of(tags: Mapping[str, str]) -> dict[str, Any]:
    """Return the last change of the champion that went through the gate; empty before the first."""
    return _held(tags, CHANGE)


def _held(tags: Mapping[str, str], key: str) -> dict[str, Any]:
    """Return what a tag holds; nothing where another hand wrote it."""
    try:
        held = json.loads(tags.get(key) or tags.get(_EARLIER[key]) or "{}")
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def verdict_in_words(verdict: str, compared_with: str) -> str:
    """Return a verdict for people: the first model of all is better than nothing that there was.

    Parameters
    ----------
    compared_with
        The version of the champion, "" where there was none.
    """
    if verdict == "better" and not compared_with:
        return "first"
    words = {"no_signal": "no signal", "not_better_than_champion": "not better"}
    return words.get(verdict, verdict)
