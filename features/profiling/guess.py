"""The first configuration of an unknown export: every guess written out with its reason."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from features.crm.outcome_words import Outcomes, of_activities
from features.io.files import read_table
from features.io.several import one_table
from features.profiling import answers as answered
from features.profiling import sections
from features.profiling.activities import guess_activities
from features.profiling.answers import Answers
from features.profiling.changes import ChangesGuess
from features.profiling.column_profile import ColumnProfile
from features.profiling.handoffs import guess_handoffs
from features.profiling.leads import LeadsGuess, guess_leads, recognised
from features.profiling.outcome_table import OutcomeTable
from features.profiling.readings.sales_types import SalesTypes
from features.profiling.readings.sheet import KEY as SHEET
from features.profiling.readings.sheet import Sheet
from features.profiling.sections import Paths
from features.schema.columns import ROW
from leadgate.config import Question
from leadgate.errors import DataError


@dataclass(frozen=True)
class ExportFiles:
    """The files of an export.

    Attributes
    ----------
    leads
        The table of leads, or the first file of it.
    activities
        Tables of activities.
    field_changes, outcomes, handoffs
        A table of each, or None.
    more
        Further files of leads, with the same columns.
    """

    leads: Path
    activities: Sequence[Path] = ()
    field_changes: Path | None = None
    outcomes: Path | None = None
    handoffs: Path | None = None
    more: Sequence[Path] = ()

    def in_folder(self) -> ExportFiles:
        """Return the tables of a folder of what was pulled, where the leads are one.

        What is named besides comes in place of the folder's own, activities beside them.
        """
        folder = self.leads
        if not folder.is_dir():
            return self

        def table(name: str) -> Path | None:
            path = folder / f"{name}.parquet"
            return path if path.exists() else None

        activities = [path for path in (table("activities"),) if path is not None]
        return replace(
            self,
            leads=folder / "leads.parquet",
            activities=[*activities, *self.activities],
            field_changes=self.field_changes or table("field_changes"),
            outcomes=self.outcomes or table("outcomes"),
            handoffs=self.handoffs or table("handoffs"),
        )


@dataclass(frozen=True)
class Guess:
    """The guessed configuration of an export.

    Attributes
    ----------
    text
        Of a ``leadgate.toml``; comments give the reason of each guess, and what to add where
        nothing could be guessed.
    still_open
        The values of the outcome column that end no lead.
    questions
        Where two readings are possible; they stand in the text, too.
    """

    text: str
    still_open: list[str]
    questions: list[Question] = field(default_factory=list)


def guess(
    export: Path | ExportFiles,
    *,
    folder: Path = Path(),
    crm: str = "",
    answers: Answers | None = None,
) -> Guess:
    """Guess the configuration of an export.

    Parameters
    ----------
    export
        Its files, or its table of leads alone.
    folder
        Where the configuration will lie: its paths are relative to it.
    crm
        Whose export it is; left out: as its columns say.
    answers
        What a person has decided, by the key of the question.

    Raises
    ------
    DataError
        If a file cannot be read, has no rows, no ids of leads or no times, or the columns of the
        field changes are unknown, or the CRM is.
    """
    files = export if isinstance(export, ExportFiles) else ExportFiles(export)
    answers = answers or {}
    sheet = _sheet(files, answers)
    profiles = _profiles(sheet.frame, files.leads)
    changes = None
    if files.field_changes:
        changes = ChangesGuess.of(files.field_changes, _relative(files.field_changes, folder))
    leads = guess_leads(
        profiles, recognised(profiles, crm), answers, changes.fields if changes else ()
    )
    ids = _ids(profiles, leads)
    tables = [
        guess_activities(read_table(path).accepted, _relative(path, folder), ids.values)
        for path in files.activities
    ]
    handoffs = files.handoffs
    handed = guess_handoffs(read_table(handoffs).accepted, handoffs, ids.values) if handoffs else []
    deals = _outcome_table(files.outcomes, leads, profiles, ids)
    leads = leads.ended_elsewhere() if deals else leads
    ending = of_activities(name for table in tables for name in table.types)
    if leads.outcome.column or deals or not ending.won:
        ending = Outcomes([], [], [])
    ends = {*ending.won, *ending.lost}
    sales = SalesTypes.of(name for t in tables for name in t.named if name not in ends)
    leads = replace(leads, sheet=sheet, sales=answered.sales(answers, sales))
    named = [_relative(path, folder).as_posix() for path in (files.leads, *files.more)]
    paths = Paths(
        named if files.more else named[0],
        _relative(files.outcomes, folder).as_posix() if files.outcomes else "",
        _relative(files.handoffs, folder).as_posix() if files.handoffs else "",
    )
    further = [handed, *(t.lines for t in tables)]
    text = sections.text(paths, leads, changes, further, deals, ending, profiles)
    return Guess(text, _still_open(leads, deals), _questions(leads, deals))


def _sheet(files: ExportFiles, answers: Answers) -> Sheet:
    """Return the table of leads; of several files all of them."""
    if files.more:
        paths = (files.leads, *files.more)
        return Sheet(one_table([(path.name, read_table(path)) for path in paths]).accepted)
    chosen = answers.get(SHEET)
    return Sheet.of(files.leads, chosen if isinstance(chosen, str) else None)


def _profiles(table: pd.DataFrame, path: Path) -> list[ColumnProfile]:
    if table.empty:
        raise DataError(
            f"{path.name}: there is no row below the header.",
            code="empty_file",
            hint="Export the leads again, with those that are closed.",
        )
    return ColumnProfile.of(table)


def _relative(path: Path, folder: Path) -> Path:
    return path if path.is_absolute() else Path(os.path.relpath(path, folder))


def _ids(profiles: Sequence[ColumnProfile], leads: LeadsGuess) -> ColumnProfile:
    nothing = ColumnProfile(ROW, pd.Series(dtype="str"))
    return next((p for p in profiles if p.name == leads.identity.column), nothing)


def _outcome_table(
    path: Path | None,
    leads: LeadsGuess,
    profiles: Sequence[ColumnProfile],
    ids: ColumnProfile,
) -> OutcomeTable | None:
    if path is None:
        return None
    created = next((p.times for p in profiles if p.name == leads.creation.column), None)
    return OutcomeTable.of(_profiles(read_table(path).accepted, path), path, ids, created)


def _still_open(leads: LeadsGuess, deals: OutcomeTable | None) -> list[str]:
    """Return the values that end no lead, unless all of them count as lost."""
    part = deals or leads
    rest, lost = part.outcome.kinds.rest, part.closing.lost
    return [v for v in rest if v not in lost] if isinstance(lost, list) else []


def _questions(leads: LeadsGuess, deals: OutcomeTable | None) -> list[Question]:
    if deals is None:
        return leads.questions
    own = replace(leads, outcome=deals.outcome, closing=deals.closing)
    return own.questions
