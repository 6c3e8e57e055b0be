"""What an export says does not hang on how it is written down."""

import gzip
import zipfile
from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.tables import load_tables
from leadgate.config import Config
from tests.features.histories import assert_same_history
from tests.features.io.workbooks import write_ods, write_xlsx

_START = datetime(2024, 1, 1)
# What every encoding and every container can hold.
_TEXT = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc"], exclude_characters="\xa0\xad"),
    max_size=8,
)
_TIMES = st.integers(0, 400 * 86_400).map(lambda seconds: _START + timedelta(seconds=seconds))
_AMOUNTS = st.one_of(st.none(), st.integers(0, 10**6).map(lambda cents: cents / 100))


@st.composite
def exports(draw):
    """Leads without duplicates, of whom some are closed after their creation."""
    rows = []
    for number in draw(st.lists(st.integers(1, 10**6), min_size=2, max_size=9, unique=True)):
        created, days = draw(_TIMES), draw(st.integers(0, 90))
        stage = draw(st.sampled_from(["Won", "Lost", "Open"]))
        closed = None if stage == "Open" else created + timedelta(days=days, seconds=1)
        row = {"Id": f"L{number}", "Created": created, "Stage": stage, "Closed": closed}
        rows.append(
            row | {"Amount": draw(_AMOUNTS), "Town": draw(_TEXT), "Größe": draw(st.integers(0, 99))}
        )
    return rows


def config(folder, leads):
    columns = {
        "lead_id": "Id", "created_at": "Created", "outcome": "Stage", "won": ["Won"],
        "lost": ["Lost"], "closed_at": "Closed", "amount": "Amount",
    }  # fmt: skip
    return Config.from_dict({"data": {"leads": leads}, "columns": columns}, folder=folder)


def history(folder, leads):
    tables = load_tables(config(folder, leads))
    assert tables.quarantine.count == 0
    return tables.history()


def text(rows, separator=",", decimal="."):
    return pd.DataFrame(rows).to_csv(index=False, sep=separator, decimal=decimal)


def as_csv(folder, rows, encoding="utf-8", **options):
    (folder / "other.csv").write_bytes(text(rows, **options).encode(encoding))
    return "other.csv"


def as_gzip(folder, rows):
    (folder / "other.csv.gz").write_bytes(gzip.compress(text(rows).encode()))
    return "other.csv.gz"


def as_zip(folder, rows):
    with zipfile.ZipFile(folder / "other.zip", "w") as archive:
        archive.writestr("other.csv", text(rows))
    return "other.zip"


def as_workbook(write, name):
    def written(folder, rows):
        cells = [[*rows[0]], *([*row.values()] for row in rows)]
        write(folder / name, {"Leads": cells, "Notes": [["Made by sales"]]})
        return {"path": name, "sheet": "Leads"}

    return written


def as_parquet(folder, rows):
    pd.DataFrame(rows).to_parquet(folder / "other.parquet")
    return "other.parquet"


def as_sqlite(folder, rows):
    import sqlalchemy as sa

    (folder / "other.db").unlink(missing_ok=True)
    engine = sa.create_engine(f"sqlite:///{folder}/other.db")
    kinds = {datetime: sa.DateTime, float: sa.Float, int: sa.Integer, str: sa.Text}
    columns = []
    for name in rows[0]:
        kind = next((type(row[name]) for row in rows if row[name] is not None), float)
        columns.append(sa.Column(name, kinds[kind]))
    table = sa.Table("leads", sa.MetaData(), *columns)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), rows)
    engine.dispose()
    return {"url": "sqlite:///other.db", "table": "leads"}


def csv(**options):
    return lambda folder, rows: as_csv(folder, rows, **options)


WAYS = {
    "rows": lambda folder, rows: as_csv(folder, rows[::-1]),
    "columns": lambda folder, rows: as_csv(folder, [dict(reversed(r.items())) for r in rows]),
    "semicolon": csv(separator=";"),
    "tab": csv(separator="\t"),
    "bar": csv(separator="|"),
    "decimal comma": csv(separator=";", decimal=","),
    "byte order mark": csv(encoding="utf-8-sig"),
    "utf-16": csv(encoding="utf-16"),
    "cp1252": csv(encoding="cp1252"),
    "gzip": as_gzip,
    "zip": as_zip,
    "xlsx": as_workbook(write_xlsx, "other.xlsx"),
    "ods": as_workbook(write_ods, "other.ods"),
    "parquet": as_parquet,
    "sqlite": as_sqlite,
}


@pytest.mark.parametrize("way", WAYS)
@given(rows=exports())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reading_is_invariant(way, rows, tmp_path):
    (tmp_path / "leads.csv").write_text(text(rows), encoding="utf-8")
    other = WAYS[way](tmp_path, rows)
    assert_same_history(history(tmp_path, other), history(tmp_path, "leads.csv"))
