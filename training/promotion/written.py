"""What is written on a registered version: the figures that its verdict rests on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from leadgate.jsonfile import json_values
from training.evaluation.evaluated import Evaluation
from training.promotion.evidence import Evidence
from training.promotion.past import Look
from training.promotion.refresh import Refresh
from training.promotion.separation import Separation

AnyEvidence: TypeAlias = Evidence | Refresh


def as_json(
    evaluation: Evaluation | None,
    evidence: AnyEvidence | None,
    separation: Sequence[Separation] = (),
    look: Look | None = None,
) -> str:
    """Return the value of the tag `leadgate.registry.tags.EVIDENCE`.

    Parameters
    ----------
    separation
        By segment: what the next refresh is held against.
    look
        What the evaluated fit found in its test window: it is asked again by the next refresh.
    """
    written: dict[str, Any] = {"signal": None, "newest_window": None, "against": None}
    if evaluation is not None:
        names = ("auc", "log_loss", "calibration_in_the_large")
        window, wanted = evaluation.windows[-1], evaluation.metrics
        signal = evaluation.signal
        more = {"p_value": signal.p_value, "accounts": signal.accounts}
        written["signal"] = evaluation.pooled_auc.to_dict() | more
        written["newest_window"] = {
            "start": window.start,
            "end": window.end,
            "leads": window.leads,
            "wins": window.wins,
            **{name: wanted[name].to_dict() for name in names},
        }
    if evidence is not None:
        written["against"] = evidence.to_dict() | {
            "objections": evidence.objections(),
            "refusal": evidence.refusal,
            "reason_asked": evidence.reason_asked,
        }
    written["separation"] = [part.to_dict() for part in separation]
    written["look"] = None if look is None else look.to_dict()
    return json.dumps(json_values(written, digits=6), allow_nan=False, ensure_ascii=False)
