"""A Parquet file of leads read part by part: as many leads as there are, in constant memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.aggregation.attributes import Column
from features.aggregation.definitions import Feature
from features.parsing.categorical import Categorical, numbers
from features.parsing.number_format import plain_number
from features.parsing.times import NAT, now, parse_times
from features.parsing.values import to_number
from features.ruled import absent_rules, first_rules
from features.schema.columns import ROW, named
from leadgate.arrays import Bools, Floats, Ints, Positions, Texts
from leadgate.config import Columns
from leadgate.policy.control import weakness
from serving.scoring.lead_file import AS_OF, Rows
from serving.scoring.scorer import Scorer

# Rows at once: one part is read while another is scored, in a few hundred megabytes.
PART = 50_000


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows of the file; every array has one entry for each.

    Attributes
    ----------
    lead_ids, as_of, warnings
        As in `serving.scoring.lead_file.LeadFile`.
    accepted
        Positions of the rows that are not rejected; shape (m,).
    X
        Their features, shape (m, p).
    values
        The value of winning each lead; None without such a column.
    account_ids
        "" for none; None where there is no control group to draw.
    segments
        The values of each segment column; empty where nobody takes leads by them.
    rule
        The rule that decides on each before the model; "" for none.
    """

    lead_ids: Texts
    as_of: Ints
    warnings: Texts
    accepted: Positions
    X: Floats
    values: Floats | None
    account_ids: Texts | None
    segments: list[Texts]
    rule: Texts


@dataclass
class LeadStream:
    """The leads of a Parquet file, for a model of attributes at creation only.

    Attributes
    ----------
    scorer
        Whose model and export say what is read, and how.
    source
        The file; it is `streamable`.
    as_of, age_days
        As in `serving.scoring.lead_file.read_leads`.
    strange
        How many values of each column were rare or new so far.
    """

    scorer: Scorer
    source: Path
    as_of: str | None
    age_days: float | None
    strange: Counter[str] = field(default_factory=Counter)

    def parts(self) -> Iterator[Part]:
        """Read the file, in the order of its rows.

        Yields
        ------
        Part
            Of at most `PART` rows.

        Raises
        ------
        DataError
            As `serving.scoring.lead_file.read_leads`.
        """
        with pq.ParquetFile(self.source) as file:
            end = self._end(file)
            seen: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
            needed = {*self._key, *self._sources, self._value_column, *self.scorer.segments}
            needed |= {rule.column for rule in self.scorer.policy.rules}
            names = [name for name in file.schema_arrow.names if name in needed]
            for batch in file.iter_batches(PART, columns=names):
                part, hashes = self._part(pa.Table.from_batches([batch]), end, seen)
                # Sorted runs are merged in linear time.
                seen = np.sort(np.concatenate([seen, hashes]), kind="stable")
                yield part

    def notes(self) -> list[str]:
        """Return the notes on the file as a whole, once it has been read."""
        notes = self.scorer.expected.sentences(self.absent, self._names)
        notes += filter(None, [weakness(self.scorer.policy)])
        notes += absent_rules(self.scorer.policy.rules, self._names)
        return [*notes, *self.scorer.feature_set.attributes.sentences(self.strange)]

    @cached_property
    def absent(self) -> list[str]:
        """The columns that the model reads and the file lacks."""
        return self.scorer.expected.absent(self._names)

    @property
    def warnings(self) -> list[str]:
        """Warnings of every row."""
        return self.scorer.expected.warnings(self.absent, self._names)

    @cached_property
    def _names(self) -> list[str]:
        return list(pq.read_schema(self.source).names)

    @property
    def _key(self) -> tuple[str | None, ...]:
        columns = self.scorer.columns
        ended = columns.closed.column if columns.closed else None
        rest = [columns.outcome, columns.closed_at, ended]
        if self.scorer.policy.control:
            rest += [columns.account_id, "account_id"]
        return (columns.lead_id, "lead_id", columns.created_at, "created_at", AS_OF, *rest)

    @property
    def _value_column(self) -> str:
        return self.scorer.policy.value_column

    @property
    def _sources(self) -> list[str]:
        return [feature.source for feature in self.scorer.feature_set.features_]

    def _end(self, file: pq.ParquetFile) -> int:
        """Return the latest creation time that is not in the future; `NAT` without any."""
        name = named(pd.DataFrame(columns=file.schema_arrow.names), *self._key[2:4])
        if name is None or self.scorer.columns.order is not None:
            return NAT
        end = NAT
        for batch in file.iter_batches(PART, columns=[name]):
            created = parse_times(
                batch.to_pandas()[name], timezone=self.scorer.data.timezone, where=name
            )
            end = max(end, int(created.us[created.us <= now()].max(initial=NAT)))
        return end

    def _part(
        self, table: pa.Table, end: int, seen: NDArray[np.uint64]
    ) -> tuple[Part, NDArray[np.uint64]]:
        scorer, attributes = self.scorer, self.scorer.feature_set.attributes
        key = table.select([name for name in table.column_names if name in self._key])
        narrow: pd.DataFrame = key.to_pandas(integer_object_nulls=True, ignore_metadata=True)
        rows = Rows(narrow, scorer.columns, scorer.data)
        hashes = pd.util.hash_array(rows.lead_ids, categorize=False)
        repeated = _among(hashes, seen)
        rows.reject(repeated, "its lead id is a duplicate")
        rows.created[repeated] = NAT
        hashes = hashes[rows.accepted]
        at = rows.look(self.as_of, self.age_days, end=end, flat=True)
        accepted = np.flatnonzero(rows.accepted)
        columns = self._columns(table if rows.accepted.all() else table.take(accepted))
        X = np.empty((len(accepted), len(self._sources)))
        attributes.fill_coded(X, columns)
        self.strange += attributes.strange(columns)
        values = None
        if self._value_column in table.column_names:
            values = numbers(table.column(self._value_column), scorer.data.missing)
        accounts = rows.account_ids if scorer.policy.control else None
        taken_by = [name for name in scorer.segments if name in table.column_names]
        texts = [Categorical.of_arrow(table.column(n), scorer.data.missing) for n in taken_by]
        segments = [column.column() for column in texts]
        rule = self._rules(table)
        rule[~rows.accepted] = ""
        part = Part(rows.lead_ids, at, rows.warnings, accepted, X, values, accounts, segments, rule)
        return part, hashes

    def _rules(self, table: pa.Table) -> Texts:
        rules, missing = self.scorer.policy.rules, self.scorer.data.missing
        names = {rule.column for rule in rules} & set(table.column_names)
        columns = {name: Categorical.of_arrow(table.column(name), missing) for name in names}
        return first_rules(rules, columns, len(table))

    def _columns(self, table: pa.Table) -> dict[str, Column]:
        """Read the attributes, each as its feature wants it."""
        present = set(table.column_names)
        return {
            feature.source: self._column(table.column(feature.source), feature)
            for feature in self.scorer.feature_set.features_
            if feature.source in present
        }

    def _column(self, column: pa.ChunkedArray, feature: Feature) -> Column:
        missing, decimal = self.scorer.data.missing, self.scorer.data.decimal_of(feature.source)
        if decimal != "auto":
            texts = Categorical.of_arrow(column, missing)
            plain = texts.renamed(lambda text: plain_number(text, decimal))
            return plain.decoded(to_number) if feature.kind == "number" else plain
        read = numbers if feature.kind == "number" else Categorical.of_arrow
        return read(column, missing)


def streamable(source: Path, columns: Columns) -> bool:
    """Return whether a file can be read part by part and give the same as in one piece.

    It is Parquet, its times are typed, its leads have ids, no record of it is deleted or merged,
    and each of its columns holds plain values under a name of its own. What cannot be read at all
    is left to `features.io.files`.
    """
    if source.suffix != ".parquet" or ROW in (columns.lead_id, columns.order):
        return False
    if columns.deleted or columns.merged_into or columns.merged_from:
        return False
    try:
        metadata = pq.read_metadata(source)
        schema = pq.read_schema(source)
    except (OSError, pa.ArrowException):
        return False
    names = [name.strip() for name in schema.names]
    if not metadata.num_rows or names != schema.names or len({*names, ""}) <= len(names):
        return False
    times = {columns.created_at, "created_at", AS_OF, columns.closed_at}
    return all(
        pa.types.is_timestamp(field.type) if field.name in times else _plain(field.type)
        for field in schema
    )


def _plain(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return not (pa.types.is_nested(kind) or pa.types.is_null(kind) or pa.types.is_binary(kind))


def _among(hashes: NDArray[np.uint64], seen: NDArray[np.uint64]) -> Bools:
    """Return which hashes were seen; of 300,000 files of ten million ids one has a collision."""
    if not seen.size:
        return np.zeros(hashes.size, dtype=bool)
    place = np.minimum(np.searchsorted(seen, hashes), seen.size - 1)
    return np.asarray(seen[place] == hashes)
