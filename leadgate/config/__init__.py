"""The configuration of one data set: `leadgate.toml`, a section of it in each module."""

from leadgate.config.columns import Columns
from leadgate.config.config import FILE_NAME, Config, nearest
from leadgate.config.crm import Crm
from leadgate.config.data import (
    ActivityTable,
    Data,
    FieldChangeColumns,
    HandoffColumns,
    Lookup,
    OutcomeActivities,
)
from leadgate.config.goal import Person, PolicySettings, Target
from leadgate.config.marketing import AccountTable, ContentTable
from leadgate.config.question import Answer, Question
from leadgate.config.services import Serving, Tracking
from leadgate.config.signs import Flag, Sign

__all__ = [
    "FILE_NAME", "AccountTable", "ActivityTable", "Answer", "Columns", "Config", "ContentTable",
    "Crm", "Data", "FieldChangeColumns", "Flag", "HandoffColumns", "Lookup", "OutcomeActivities",
    "Person", "PolicySettings", "Question", "Serving", "Sign", "Target", "Tracking", "nearest",
]  # fmt: skip
