"""The configuration of one data set: `leadgate.toml`, read once, every fault reported at once."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from leadgate.database import (
    Database,
    DatabaseUrl,
    FileOrDatabase,
    filled,
    filled_url,
    located,
    variables,
)
from leadgate.errors import ConfigError

FILE_NAME = "leadgate.toml"


def nearest(folder: Path) -> Path | None:
    """Return the nearest `leadgate.toml` in a folder or above it; None where there is none."""
    found = (above / FILE_NAME for above in (folder, *folder.parents))
    return next((path for path in found if path.is_file()), None)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ActivityTable(_Section):
    """One table of activities: which column names what."""

    path: FileOrDatabase
    lead_id: str = "lead_id"
    type: str = "type"
    occurred_at: str = "occurred_at"
    recorded_at: str | None = None
    value: str | None = None
    channel: str | None = None
    content: str | None = None
    activity_id: str | None = None
    prefix: str = ""


class Lookup(_Section):
    """Attributes of the account or contact, joined to the leads by `key`."""

    path: FileOrDatabase
    key: str


class FieldChangeColumns(_Section):
    """Which column of the table of field changes names what."""

    lead_id: str = "lead_id"
    field: str = "field"
    value: str = "value"
    changed_at: str = "changed_at"
    old_value: str | None = None

    @property
    def names(self) -> list[str]:
        """The columns that the table must have."""
        columns = [self.lead_id, self.field, self.value, self.changed_at, self.old_value]
        return [name for name in columns if name]


class OutcomeActivities(_Section):
    """Activity types that are the outcome."""

    won: list[str] = Field(min_length=1)
    lost: list[str] = []


class Data(_Section):
    """Where the export lies and how it is written."""

    leads: FileOrDatabase
    outcomes: FileOrDatabase | None = None
    field_changes: FileOrDatabase | None = None
    field_change_columns: FieldChangeColumns = FieldChangeColumns()
    handoffs: FileOrDatabase | None = None
    timezone: str = "UTC"
    date_format: str = "auto"
    separator: str = "auto"
    encoding: str = "auto"
    until: str = "auto"
    missing: list[str] = []
    sales_types: list[str] = []
    whole_accounts: bool = False
    activities: list[ActivityTable] = []
    lookups: list[Lookup] = []
    outcome_activities: OutcomeActivities | None = None


class Sign(_Section):
    """What says that something became of a lead: some values of a column.

    A column of the leads, or of a table of its own, whose `key` is the leads' `lead_key` (left
    out: their id).
    """

    column: str
    values: list[str] = Field(min_length=1)
    path: FileOrDatabase | None = None
    key: str | None = None
    lead_key: str | None = None

    @model_validator(mode="after")
    def _a_table_has_a_key(self) -> Self:
        if (self.path is None) != (self.key is None):
            raise ValueError("path and key go together")
        return self


class Columns(_Section):
    """Which column of the export is what; every other one is an attribute known at creation."""

    lead_id: str
    account_id: str | None = None
    created_at: str | None = None
    order: str | None = None
    outcome: str | None = None
    won: list[str] = []
    lost: list[str] | Literal["rest"] = []
    unworked: list[str] = []
    closed_at: str | None = None
    amount: str | None = None
    own_score: str | None = None
    creation: list[str] | Literal["rest"] = "rest"
    unknown: list[str] = []
    after_outcome: list[str] = []
    personal: list[str] = []
    segments: list[str] = []
    abandoned: Sign | None = None
    accepted: Sign | None = None

    @model_validator(mode="after")
    def _time_is_given_once(self) -> Self:
        if self.created_at and self.order:
            raise ValueError("give created_at or order, not both")
        return self

    def never_features(self) -> set[str]:
        """Return the columns that are never a feature, whatever they hold."""
        named = {self.lead_id, self.account_id, self.created_at, self.order, self.outcome}
        named |= {self.closed_at, self.amount, self.own_score}
        listed = {*self.unknown, *self.after_outcome, *self.personal}
        signs = [sign for sign in (self.abandoned, self.accepted) if sign]
        named |= {sign.lead_key if sign.path else sign.column for sign in signs}
        return {name for name in named if name} | listed


class Target(_Section):
    """What counts as a win, and when a lead is looked at."""

    horizon_days: float | None = Field(default=None, gt=0)
    snapshot_ages_days: list[float] = Field(default=[0, 7, 14, 30, 60, 90], min_length=1)


class Person(_Section):
    """One salesperson or team with a capacity of its own."""

    name: str = Field(min_length=1)
    capacity_per_week: float = Field(ge=1)
    segments: list[str] = []


class PolicySettings(_Section):
    """What the team can take and what a handoff costs and brings."""

    capacity_per_week: float | None = Field(default=None, ge=1)
    cost_per_handoff: float = Field(default=0.0, ge=0)
    value_per_win: float | str | None = None
    explore: float = Field(default=0.0, ge=0, le=0.2)
    recycle_after_days: float = Field(default=14.0, gt=0)
    people: list[Person] = []


class Tracking(_Section):
    """Where runs and model versions are kept."""

    uri: str = "sqlite:///mlflow.db"
    experiment: str = "lead-readiness"
    model: str = "lead-readiness"


class Serving(_Section):
    """How the scoring endpoint is run."""

    store: DatabaseUrl = "sqlite:///leadgate.db"
    key_hashes: list[str] = []
    public: list[Literal["metrics", "docs"]] = []
    shadow: str | None = None
    requests_per_second: float | None = Field(default=None, gt=0)
    log: Literal["plain", "json"] = "plain"
    public_url: str | None = Field(default=None, pattern="^https?://")
    hubspot_secret_variable: str | None = None

    @model_validator(mode="after")
    def _signatures_need_an_address(self) -> Self:
        if self.hubspot_secret_variable and not self.public_url:
            raise ValueError("hubspot_secret_variable needs public_url, which HubSpot signs")
        return self


class Config(_Section):
    """One data set's configuration, validated.

    Paths are relative to `folder`. ``${NAME}`` in a path is replaced by the environment variable.
    """

    data: Data
    columns: Columns
    target: Target = Target()
    policy: PolicySettings = PolicySettings()
    tracking: Tracking = Tracking()
    serving: Serving = Serving()
    folder: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        faults = []
        columns, data = self.columns, self.data
        if not (columns.outcome or data.outcomes or data.outcome_activities):
            faults.append(
                "nothing names the outcome: give columns.outcome, data.outcomes or "
                "data.outcome_activities"
            )
        if columns.outcome and not columns.won:
            faults.append("columns.outcome is given without columns.won")
        if data.whole_accounts:
            needs = {"columns.account_id": columns.account_id, "data.activities": data.activities}
            faults += [f"data.whole_accounts needs {key}" for key, v in needs.items() if not v]
        if columns.created_at is None:
            given = {
                "target.horizon_days": self.target.horizon_days,
                "data.activities": data.activities,
                "data.field_changes": data.field_changes,
                "data.handoffs": data.handoffs,
            }
            faults += [f"{key} needs columns.created_at" for key, v in given.items() if v]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @classmethod
    def load(cls, path: str | Path) -> Config:
        """Read and validate a configuration file.

        Raises
        ------
        ConfigError
            If the file is missing or not TOML, or naming every key at fault.
        """
        path = Path(path)
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (FileNotFoundError, IsADirectoryError):
            raise ConfigError(
                str(path), ["there is no such file"], hint="Write one with: leadgate init EXPORT"
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(str(path), [f"not TOML: {error}"]) from None
        return cls.from_dict(values, folder=path.resolve().parent, where=str(path))

    @classmethod
    def from_dict(cls, values: dict[str, Any], folder: str | Path = ".", where: str = "") -> Config:
        """Validate a configuration given as nested dictionaries.

        Raises
        ------
        ConfigError
            Naming every key at fault.
        """
        try:
            return cls.model_validate({**values, "folder": Path(folder)})
        except ValidationError as error:
            faults = [_fault(e["loc"], e["msg"]) for e in error.errors(include_input=False)]
            raise ConfigError(where or FILE_NAME, faults) from None

    def path(self, name: str | Database) -> Path:
        """Return a path of the configuration as it is on this machine.

        Raises
        ------
        ConfigError
            If the path names an environment variable that is not set, or is no path but a
            database.
        """
        if isinstance(name, Database):
            fault = "a database is named where this command needs a file"
            raise ConfigError(str(self.folder / FILE_NAME), [fault])
        self._check_variables(name)
        return self.folder / filled(name)

    def url(self, database: Database) -> str:
        """Return the URL of a database as it is on this machine, secrets and all.

        Raises
        ------
        ConfigError
            If it names an environment variable that is not set.
        """
        return self._url(database.url)

    @property
    def store_url(self) -> str:
        """The URL of the store behind the scoring endpoint, secrets and all.

        Raises
        ------
        ConfigError
            As `url`.
        """
        return self._url(self.serving.store)

    def _url(self, url: str) -> str:
        self._check_variables(url)
        return filled_url(located(url, self.folder))

    def _check_variables(self, text: str) -> None:
        absent = [name for name in variables(text) if name not in os.environ]
        if absent:
            faults = [f"{text} needs the environment variable {name}" for name in absent]
            raise ConfigError(str(self.folder / FILE_NAME), faults)


def _fault(location: tuple[int | str, ...], message: str) -> str:
    key = ".".join(str(part) for part in location if not str(part).startswith("<"))
    text = message.removeprefix("Value error, ")
    return f"{key}: {text}" if key else text
