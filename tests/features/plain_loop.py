"""The features of one lead at one instant, by a plain loop over the rows of a small CRM."""

from __future__ import annotations

import itertools
import math

from features.aggregation.definitions import OTHER
from features.parsing.times import US_PER_DAY
from features.parsing.values import to_number


def expected(feature_set, world, lead, as_of):
    """Return the features of one lead in the order of a fitted feature set."""
    chosen = feature_set.engagement_
    groups = {name: name for name in chosen.types} | dict.fromkeys(chosen.rare_types, OTHER)
    past = [
        {**row, "group": groups[row["type"]], "age": (as_of - row["occurred_at"]) / US_PER_DAY}
        for row in sorted(world.activities, key=lambda row: row["occurred_at"])
        if row["type"] in groups and row["occurred_at"] < as_of and row["recorded_at"] <= as_of
    ]
    others = {
        row["lead_id"]: row
        for row in world.leads
        if row["account_id"] == lead["account_id"] != "" and row["lead_id"] != lead["lead_id"]
    }
    mine = [row for row in past if row["lead_id"] == lead["lead_id"]]
    theirs = [row for row in past if row["lead_id"] in others]
    values = []
    for feature in feature_set.features_:
        if feature.of_attribute:
            values.append(_attribute(feature_set, feature, world, lead, as_of))
        elif feature.kind == "age":
            values.append((as_of - lead["created_at"]) / US_PER_DAY)
        elif feature.kind == "leads":
            values.append(sum(1 for row in others.values() if row["created_at"] <= as_of))
        elif feature.kind in ("won", "lost"):
            values.append(_closed(world, others, feature.kind, as_of))
        else:
            about = theirs if feature.scope == "account" else _about(feature, mine)
            values.append(_measure(feature, about, chosen))
    return values


def _about(feature, rows):
    if feature.scope == "lead":
        return rows
    key = {"type": "group", "channel": "channel"}[feature.scope]
    return [row for row in rows if row[key] == feature.source]


def _measure(feature, rows, chosen):
    ages = [row["age"] for row in rows]
    width = math.inf if feature.window_days is None else feature.window_days
    recent = [row for row in rows if row["age"] <= width]
    gaps = [older - younger for older, younger in itertools.pairwise(ages)]
    if feature.kind == "count":
        return len(recent)
    if feature.kind == "recency":
        return min(ages, default=math.nan)
    if feature.kind == "first":
        return max(ages, default=math.nan)
    if feature.kind == "decayed":
        return sum(0.5 ** (age / feature.half_life_days) for age in ages)
    if feature.kind == "trend":
        return len(recent) - sum(1 for age in ages if width < age <= 2 * width)
    if feature.kind == "gap":
        return gaps[-1] if gaps else math.nan
    if feature.kind == "mean gap":
        return sum(gaps) / len(gaps) if gaps else math.nan
    if feature.kind == "sum":
        return sum(row["value"] for row in recent if not math.isnan(row["value"]))
    key = {"type": "group", "content": "content", "channel": "channel"}[feature.source]
    names = {row[key] for row in recent} - {""}
    return len(names & {*chosen.channels} if key == "channel" else names)


def _closed(world, others, kind, as_of):
    return sum(
        1
        for row in world.outcomes
        if row["lead_id"] in others
        and row["outcome"] == kind
        and max(row["closed_at"], row["recorded_at"]) <= as_of
    )


def _attribute(feature_set, feature, world, lead, as_of):
    changes = [
        (row["changed_at"], row["value"])
        for row in world.changes
        if row["lead_id"] == lead["lead_id"]
        and row["field"] == feature.source
        and row["changed_at"] <= as_of
    ]
    text = max(changes)[1] if changes else lead.get(feature.source, "")
    if feature.kind == "number":
        return to_number(text)
    vocabulary = feature_set.vocabularies_[feature.source]
    if text in vocabulary:
        return vocabulary.index(text)
    return math.nan if feature.kind == "flag" or not text else 0
