"""What the configuration names in place of a file: several, a sheet of one, or a database."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import quote

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_PASSWORD = re.compile(r"^[\w+]+://[^:/@]*:(?!\$\{\w+\}@)[^@]+@|[?&](?:ssl)?passw(?:or)?d=(?!\$\{)")
_SQLITE_FILE = re.compile(r"^(sqlite(?:\+\w+)?:///)(?!/|:|\$)")
# The plain names lead SQLAlchemy to a driver that is not installed, or to none.
_POSTGRESQL = re.compile(r"^postgres(?:ql)?://")


def _checked(url: str) -> str:
    if "://" not in url and not _VARIABLE.search(url):
        raise ValueError("is no database URL, such as postgresql://user:${PASSWORD}@host/crm")
    return without_password(url)


def without_password(url: str) -> str:
    """Return a URL of the configuration as it is.

    Raises
    ------
    ValueError
        If it holds a password.
    """
    if _PASSWORD.search(url):
        raise ValueError(
            "holds a password: write ${NAME} instead and set the environment variable NAME"
        )
    return url


# ``${NAME}`` in it is replaced by the environment variable, and a password can be given in no
# other way: the configuration travels with every model.
DatabaseUrl = Annotated[str, AfterValidator(_checked)]


def located(url: str, folder: Path) -> str:
    """Return the URL of the same database, whose SQLite file is found from anywhere."""
    start = f"{folder.resolve().as_posix()}/"
    return _SQLITE_FILE.sub(lambda match: f"{match[1]}{start}", url)


def filled_url(url: str) -> str:
    """Return the URL with every variable, which must be set, replaced by its content."""
    # What stands before the host may hold any character, also those that part a URL.
    user, at, place = url.rpartition("@")
    return filled(user, quoted=True) + at + filled(place)


def with_driver(url: str) -> str:
    """Return the URL with the driver that leadgate uses, where it names none."""
    return _POSTGRESQL.sub("postgresql+psycopg://", url)


class Database(BaseModel):
    """A table or a query of a database; ``url`` is SQLAlchemy's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: DatabaseUrl = Field(
        description="SQLAlchemy's URL, without a password: `${NAME}` is replaced by the "
        "environment variable.",
        examples=["postgresql://crm:${CRM_PASSWORD}@db.example/crm"],
    )
    table: str | None = Field(
        default=None, description="A table, read as a whole.", examples=["sales.leads"]
    )
    query: str | None = Field(
        default=None,
        description="A query instead of a table.",
        examples=["select * from deals where not deleted"],
    )

    @model_validator(mode="after")
    def _rows_are_given_once(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("give table or query, one of them")
        return self

    def below(self, folder: Path) -> Database:
        """Return the same database; the file of a SQLite one is found from anywhere."""
        return self.model_copy(update={"url": located(self.url, folder)})


class Sheet(BaseModel):
    """One sheet of a workbook that holds several tables."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="The workbook: xlsx, xlsb, xls or ods.", examples=["crm.xlsx"])
    sheet: str = Field(description="The name of the sheet.", examples=["Deals"])


def _kind(value: object) -> str:
    if isinstance(value, list):
        return "<files>"
    if isinstance(value, Sheet) or (isinstance(value, dict) and {"path", "sheet"} & value.keys()):
        return "<sheet>"
    return "<database>" if isinstance(value, dict | Database) else "<file>"


# Tags tell pydantic which of the four a value is meant to be; they are no keys of the file.
FileOrDatabase = Annotated[
    Annotated[str, Tag("<file>")]
    | Annotated[list[str], Field(min_length=1), Tag("<files>")]
    | Annotated[Sheet, Tag("<sheet>")]
    | Annotated[Database, Tag("<database>")],
    Discriminator(_kind),
]


def variables(text: str) -> list[str]:
    """Return the environment variables that a text names as ``${NAME}``."""
    return _VARIABLE.findall(text)


def filled(text: str, *, quoted: bool = False) -> str:
    """Return a text with its variables, which must be set, replaced; `quoted` as in a URL."""

    def content(match: re.Match[str]) -> str:
        value = os.environ[match[1]]
        return quote(value, safe="") if quoted else value

    return _VARIABLE.sub(content, text)
