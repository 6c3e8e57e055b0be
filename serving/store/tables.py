"""The tables of the store: what was sent about leads, what was decided, what became of them.

Times are whole microseconds since the epoch, UTC. Everything about a lead names it by `lead_id`,
so that erasing it is one deletion for each of `ABOUT_LEADS`.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

# The newest migration: a store of another one is brought there, or refused when it is newer.
HEAD = "0006"
# The oldest migration whose leadgate can go on with these tables, beside newer replicas: an older
# one decides against overrides, and leaves what people said of a lead that it erases.
OLDEST = "0006"

metadata = sa.MetaData()

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", _Id, primary_key=True, autoincrement=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _said() -> tuple[sa.Column[Any], ...]:
    return (
        _id(),
        sa.Column("lead_id", sa.Text, nullable=False, index=True),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("said_by", sa.Text, nullable=False),
        _text("reason"),
    )


# `revision` counts the additions to a lead; what is added carries the number that it made, and a
# decision the number of what it had seen.
leads = sa.Table(
    "leads",
    metadata,
    sa.Column("lead_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, index=True),
    sa.Column("created_at", sa.BigInteger),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

# The fields that one call changed, a JSON object of canonical text.
field_changes = sa.Table(
    "field_changes",
    metadata,
    _id(),
    sa.Column("lead_id", sa.Text, nullable=False, index=True),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.Column("fields", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

# `identity`: `serving.scoring.earlier_calls`; rows of before 0004 have that of the last release.
activities = sa.Table(
    "activities",
    metadata,
    _id(),
    sa.Column("identity", sa.Text, nullable=False, unique=True),
    sa.Column("lead_id", sa.Text, nullable=False),
    _text("activity_id"),
    sa.Column("occurred_at", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("value", sa.Double),
    _text("channel"),
    _text("content"),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

# The index holds all that is read of the other leads of an account, so that SQLite need not
# look at their rows. PostgreSQL gains less, and takes no long type into an index.
sa.Index("ix_activities_lead_id", activities.c.lead_id, info={"only": "postgresql"})
sa.Index(
    "ix_activities_of_lead",
    *(activities.c[name] for name in ("lead_id", "id", "occurred_at", "recorded_at", "type")),
    info={"only": "sqlite"},
)

# All that were reported; the newest of a lead counts. `decided` is the id of the newest decision
# about the lead at that time, 0 for none, and empty in rows of before 0004.
outcomes = sa.Table(
    "outcomes",
    metadata,
    _id(),
    sa.Column("lead_id", sa.Text, nullable=False, index=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("closed_at", sa.BigInteger),
    sa.Column("amount", sa.Double),
    sa.Column("worked", sa.Integer),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("decided", sa.BigInteger),
)

# `idempotency_key` and `fingerprint` are those of `CallKey`; the key of a row without a fingerprint
# is plain, as the last release kept it. `handed_off_at` and `handed_to` are those of the lead's
# newest handoff. `state` is the policy's view of the past, `answer` what was sent back, both JSON.
# A shadow is a challenger's decision: kept, and neither answered with nor counted. `sent` holds
# what came with a decision that was taken while the store was away: all that was available then.
# `arm` is that of `leadgate.policy.control`, "" without a control group.
decisions = sa.Table(
    "decisions",
    metadata,
    _id(),
    sa.Column("decision_id", sa.Text, nullable=False, unique=True),
    sa.Column("request_id", sa.Text, nullable=False, index=True),
    sa.Column("idempotency_key", sa.Text, unique=True),
    sa.Column("lead_id", sa.Text, nullable=False, index=True),
    sa.Column("decided_at", sa.BigInteger, nullable=False),
    sa.Column("as_of", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.BigInteger),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("shadow", sa.Integer, nullable=False, server_default="0"),
    sa.Column("model_version", sa.Text, nullable=False),
    sa.Column("bundle_digest", sa.Text, nullable=False),
    sa.Column("features_digest", sa.Text, nullable=False),
    sa.Column("policy_digest", sa.Text, nullable=False),
    sa.Column("readiness", sa.Double),
    sa.Column("readiness_low", sa.Double),
    sa.Column("readiness_high", sa.Double),
    sa.Column("grade", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("threshold", sa.Double),
    sa.Column("propensity", sa.Double),
    sa.Column("explored", sa.Integer, nullable=False),
    _text("why"),
    _text("person"),
    sa.Column("uses_capacity", sa.Integer, nullable=False),
    sa.Column("expected_value", sa.Double, nullable=False),
    sa.Column("handed_off_at", sa.BigInteger),
    _text("handed_to"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("sent", sa.Text),
    sa.Column("fingerprint", sa.Text),
    _text("arm"),
    _text("ruled_by"),
)

# What people say: of the newest decision at that time, and what is decided instead, until when
# (empty: until the next override); the newest override of a lead counts.
feedback = sa.Table(
    "feedback",
    metadata,
    *_said(),
    sa.Column("agree", sa.Integer, nullable=False),
)
overrides = sa.Table(
    "overrides",
    metadata,
    *_said(),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("until", sa.BigInteger),
)

# How much of its capacity each ISO week (by its start, UTC) has used, by the person handed to.
handoffs = sa.Table(
    "handoffs",
    metadata,
    sa.Column("week", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("value", sa.Double, nullable=False),
)

# Calls with a key that are about many leads: by the digest of `CallKey`, with what became of each
# item, a JSON list that holds no value of a lead; empty where the items are decisions.
calls = sa.Table(
    "calls",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("kept_at", sa.BigInteger, nullable=False),
    sa.Column("results", sa.Text),
)

# What decisions were taken with, by digest, for replay.
policies = sa.Table(
    "policies",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("policy", sa.Text, nullable=False),
)
bundles = sa.Table(
    "bundles",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
)

# Erased leads, by salted hash; the salt is a setting.
erased = sa.Table(
    "erased",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("erased_at", sa.BigInteger, nullable=False),
)
settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

ABOUT_LEADS = (leads, field_changes, activities, outcomes, decisions, feedback, overrides)
