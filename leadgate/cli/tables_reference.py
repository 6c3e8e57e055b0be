"""The tables under canonical names, as a section of the reference of the configuration."""

from __future__ import annotations

from features.schema.canonical import TABLES, Column, Table

_INTRODUCTION = """
## The tables under canonical names

What the tables of an export are read as, whatever their columns are called. Activities and outcomes
of a request have the same columns, and so have the tables that `LeadHistory.from_tables` takes.
Columns of the leads that are not listed are attributes. A row that lacks what is *needed*, or holds
what its column cannot be, is rejected with its reason.
"""
_HEAD = "| column | what it holds | needed | left out | what it says |\n|---|---|---|---|---|\n"


def markdown() -> str:
    """Return the section: each table with its columns."""
    return _INTRODUCTION + "".join(map(_table, TABLES))


def _table(table: Table) -> str:
    return f"\n### `{table.name}`\n\n{_HEAD}" + "".join(map(_row, table.columns))


def _row(column: Column) -> str:
    holds = " or ".join(f"`{word}`" for word in column.words) or column.kind.value
    needed = "yes" if column.filled else "the column" if column.needed else ""
    default = f"`{column.default}`" if column.default else ""
    return f"| `{column.name}` | {holds} | {needed} | {default} | {column.meaning} |\n"
