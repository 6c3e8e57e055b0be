"""The whole of `leadgate.toml`: read once, every fault reported at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, Field, PrivateAttr, ValidationError, model_validator

from leadgate.config.base import Section
from leadgate.config.columns import Columns
from leadgate.config.crm import Crm
from leadgate.config.data import Data
from leadgate.config.goal import PolicySettings, Target
from leadgate.config.question import Question, questions_in
from leadgate.config.services import Serving, Tracking
from leadgate.database import (
    Database,
    FileOrDatabase,
    Sheet,
    filled,
    filled_url,
    located,
    variables,
)
from leadgate.errors import ConfigError

FILE_NAME = "leadgate.toml"


def nearest(folder: Path) -> Path | None:
    """Return the nearest `leadgate.toml` in a folder or above it; None where there is none."""
    paths = (above / FILE_NAME for above in (folder, *folder.parents))
    return next((path for path in paths if path.is_file()), None)


class Config(Section):
    """One data set's configuration, validated.

    Paths are relative to `folder`. ``${NAME}`` in a path is replaced by the environment variable.
    """

    data: Data
    columns: Columns
    target: Target = Target()
    policy: PolicySettings = PolicySettings()
    tracking: Tracking = Tracking()
    serving: Serving = Serving()
    crm: Crm | None = None
    folder: Path = Field(default=Path(), exclude=True)
    _questions: list[Question] = PrivateAttr(default_factory=list)
    _text: str = PrivateAttr(default="")

    @property
    def text(self) -> str:
        """The file as it was read; "" for a configuration that was given as values."""
        return self._text

    @property
    def questions(self) -> list[Question]:
        """The questions that the file still leaves open."""
        return self._questions

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
        if columns.account_id is None:
            lists = {"data.target_accounts": data.target_accounts, "data.customers": data.customers}
            faults += [f"{key} needs columns.account_id" for key, v in lists.items() if v]
        if data.content and not any(table.content for table in data.activities):
            faults.append("data.content needs the column content of one of data.activities")
        faults += [
            f"policy.rules.{name}.column: the column {rule.column} is not read as known at "
            "creation; name one that is"
            for name, rule in self.policy.rules.stated.items()
            if not columns.known_at_creation(rule.column)
        ]
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
            text = path.read_text(encoding="utf-8-sig")
            values = tomllib.loads(text)
        except (FileNotFoundError, IsADirectoryError):
            raise ConfigError(
                str(path), ["there is no such file"], hint="Write one with: leadgate init EXPORT"
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(str(path), [f"not TOML: {error}"]) from None
        config = cls.from_dict(values, folder=path.resolve().parent, where=str(path))
        config._text = text
        config._questions = [q for q in questions_in(text) if q.stands(values)]
        return config

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
            faults = [
                _unknown(e["loc"]) if e["type"] == "extra_forbidden" else _fault(e["loc"], e["msg"])
                for e in error.errors(include_input=False)
            ]
            raise ConfigError(where or FILE_NAME, faults) from None

    def path(self, name: FileOrDatabase) -> Path:
        """Return a path of the configuration as it is on this machine.

        Raises
        ------
        ConfigError
            If the path names an environment variable that is not set, or is no path but a
            database or several.
        """
        if isinstance(name, Database | list):
            several = "a database is" if isinstance(name, Database) else "several files are"
            fault = f"{several} named where this command needs a file"
            raise ConfigError(str(self.folder / FILE_NAME), [fault])
        text = name.path if isinstance(name, Sheet) else name
        self._check_variables(text)
        return self.folder / filled(text)

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


def _unknown(location: tuple[int | str, ...]) -> str:
    """Say that there is no such key, and which one comes near or stands beside it."""
    named = [part for part in location if isinstance(part, str) and not part.startswith("<")]
    fields = _fields(Config, named[:-1])
    close = get_close_matches(named[-1], fields, n=1)
    hint = f"perhaps {close[0]} is meant" if close else f"there are {', '.join(fields)}"
    return _fault(location, f"there is no such key; {hint}" if fields else "there is no such key")


def _fields(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """Return the keys of the section that a path leads to, sorted; none where it is a list."""
    for name in path:
        section = model.model_fields[name].annotation
        if not (isinstance(section, type) and issubclass(section, BaseModel)):
            return []
        model = section
    return sorted(set(model.model_fields) - {"folder"})


def _fault(location: tuple[int | str, ...], message: str) -> str:
    key = ".".join(str(part) for part in location if not str(part).startswith("<"))
    text = "it is missing" if message == "Field required" else message
    text = text.removeprefix("Value error, ")
    return f"{key}: {text}" if key else text
