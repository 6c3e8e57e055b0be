"""Rows of a file that are no rows of its table: footers, headers once more, cut or empty ones."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from features.validation.faults import Faults
from leadgate.arrays import Bools

# A report ends with fewer lines than that.
_TAIL = 50
_COUNTED = "records?|rows?|entries|results|datensätze|zeilen|enregistrements|registros|filas|righe"
_SUMMED = (
    "(?:(?:grand|sub)[ -]?)?totals?|sum|counts?|averages?|summe|gesamt(?:summe|ergebnis)?|anzahl|"
    "total général|totaux|somme|nombre|total general|suma|recuento|totale|somma|conteggio|totaal|"
    f"aantal|soma|contagem|{_COUNTED}"
)
_SAID = (
    r"confidential|copyright|©|\(c\)|all rights reserved|end of (?:report|file)|"
    "(?:report )?(?:generated|exported|created) (?:by|on|at|from)|"
    "vertraulich|erstellt (?:von|am)|confidentiel|confidencial"
)
_SENTENCE = re.compile(rf"\W*(?:{_SAID})\b.*", re.IGNORECASE | re.DOTALL)
_TOTAL = re.compile(
    rf"\W*(?:(?:{_SUMMED})\W*[\d.,'\s]*(?:{_COUNTED})?\W*|"
    rf"[\d.,'\s]+(?:of [\d.,'\s]+)?(?:{_COUNTED})\W*)",
    re.IGNORECASE,
)


def stray_rows(
    frame: pd.DataFrame, cut: Mapping[int, Sequence[str]], width: int
) -> tuple[Faults, list[int]]:
    """Find the rows that are no rows of the table.

    Parameters
    ----------
    frame
        All rows, under the names that stand in the header; ``""`` where a cell is empty.
    cut
        The fields of the rows that have more or fewer than the header, by their position; in
        `frame` they are empty.
    width
        How many fields the header has.

    Returns
    -------
    faults : Faults
        Of those rows.
    cut : list
        The positions of those that have more or fewer fields than the header and are nothing else.
    """
    faults, first = Faults(len(frame)), frame.iloc[:, 0].astype(str).str.strip()
    empty = _all_equal(frame, first, [""] * frame.shape[1])
    footers = _footers(frame, cut, empty)
    faults.reject(_at(footers, faults), "it is a footer of the file")
    by_count: dict[int, list[int]] = {}
    for position, fields in sorted(cut.items()):
        if position not in footers and any(field.strip() for field in fields):
            by_count.setdefault(len(fields), []).append(position)
    for count, positions in sorted(by_count.items()):
        reason = (
            f"it has {count} {'field' if count == 1 else 'fields'} where the header has {width}"
        )
        faults.reject(_at(positions, faults), reason)
    faults.reject(_all_equal(frame, first, list(frame.columns)), "it repeats the header")
    faults.reject(empty, "it is empty")
    return faults, sorted(itertools.chain.from_iterable(by_count.values()))


def _at(positions: Sequence[int], faults: Faults) -> Bools:
    mask = np.zeros(faults.kept.size, dtype=bool)
    mask[list(positions)] = True
    return mask


def _all_equal(frame: pd.DataFrame, first: pd.Series, cells: Sequence[str]) -> Bools:
    """Mark the rows that hold nothing but these cells, by way of their first column."""
    rows = np.flatnonzero(first.eq(cells[0]))
    for column, cell in enumerate(cells[1:], start=1):
        if not rows.size:
            # Even of no row a text column is taken only as a whole.
            break
        held = frame.iloc[rows, column].astype(str).str.strip()
        rows = rows[held.eq(cell).to_numpy(dtype=bool)]
    mask = np.zeros(len(frame), dtype=bool)
    mask[rows] = True
    return mask


def _footers(frame: pd.DataFrame, cut: Mapping[int, Sequence[str]], empty: Bools) -> list[int]:
    """Return the positions of the footers: what ends the file and speaks of its rows."""
    footers, whole = [], ~empty
    whole[list(cut)] = False
    for position, cells in _from_the_end(frame, cut):
        filled = [cell for cell in cells if cell]
        if not filled:
            continue
        alone = len(filled) == 1 and position in cut and " " in filled[0]
        said = alone or _SENTENCE.fullmatch(filled[0])
        summed = _TOTAL.fullmatch(filled[0])
        if not (said or (summed and (position in cut or _lacks(frame, whole, position, cells)))):
            break
        footers.append(position)
    return footers


def _from_the_end(
    frame: pd.DataFrame, cut: Mapping[int, Sequence[str]]
) -> Iterator[tuple[int, list[str]]]:
    start = max(len(frame) - _TAIL, 0)
    tail = frame.iloc[start:].astype(object).to_numpy()
    for position in range(len(frame) - 1, start - 1, -1):
        cells = cut.get(position, tail[position - start])
        yield position, [str(cell).strip() for cell in cells]


def _lacks(frame: pd.DataFrame, whole: Bools, position: int, cells: Sequence[str]) -> bool:
    """Whether a row lacks something that all whole rows above it have, such as the id."""
    above = frame.iloc[:position][whole[:position]]
    return any(not cell and above.iloc[:, column].ne("").all() for column, cell in enumerate(cells))
