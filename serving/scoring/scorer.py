"""The scorer: a bundle and the history of leads -> readiness, decision, reasons.

It needs neither BentoML nor MLflow. One lead of a request takes well under a millisecond; the
leads of a file go through the same matrix, model, policy and reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.feature_set import FeatureSet
from features.history.instants import Instant
from features.io.raw_table import RawTable
from features.parsing.export_format import ExportFormat
from features.parsing.values import number_column, to_number
from features.ruled import absent_rules, rules_as_of
from features.schema.lookups import LookupTable, join_known
from features.tables import Tables
from leadgate.arrays import Bools, Positions, Texts
from leadgate.bundle.bundle import Bundle, load_bundle
from leadgate.config import Columns, Data, PolicySettings
from leadgate.errors import BundleError
from leadgate.policy import UPLIFT, Decision, LeadState, decide
from leadgate.policy.control import weakness
from serving.scoring.account import Others
from serving.scoring.answer import Assessed, FileAnswers, answer
from serving.scoring.assessed_leads import AssessedLeads
from serving.scoring.assessment import Assessor
from serving.scoring.example import example_lead
from serving.scoring.expected_columns import ExpectedColumns
from serving.scoring.lead_events import Frame, Frames
from serving.scoring.lead_file import LeadFile, read_leads
from serving.scoring.lead_request import OTHERS_UNKNOWN, LeadRecord, RecordReader, ScoreRequest

_NO_LOOKUPS = "the look-ups of the training are not given: only what the leads hold counts"
NO_UPLIFT = "the model knows no uplift (policy.rank_by): leads are ranked by readiness"
# Rows of a file at once: matrix, contributions and reasons stay in tens of megabytes.
_CHUNK = 10_000


class Scorer:
    """Scores leads with one model.

    Parameters
    ----------
    bundle
        The model directory, loaded.
    version
        What answers name as `model_version`.
    policy
        The section ``[policy]`` of a configuration, which wins over the bundle's copy; None or
        empty keeps the bundle's.

    Attributes
    ----------
    feature_set, model, policy, arms
        What it scores with, and whether the model knows what becomes of leads that nobody works.
    assessor
        Features -> readiness, reasons, doubts; see `serving.scoring.assessment.Assessor`.
    expected
        The columns that the model reads, and what is lost without them.
    reader
        Request -> `LeadRecord`; see `serving.scoring.lead_request.RecordReader`.
    flat, whole_accounts
        Whether nothing but attributes counts, and whether the other leads of an account do.
    segments
        The columns by which salespeople take leads; empty where there are none with a capacity.

    Raises
    ------
    BundleError
        If the bundle's features or its export cannot be read.
    """

    def __init__(
        self, bundle: Bundle, *, version: str = "", policy: PolicySettings | None = None
    ) -> None:
        self.bundle = bundle
        self.version = version
        try:
            self.feature_set = FeatureSet.from_dict(bundle.features)
            export = bundle.meta["export"]
            self.columns, data = Columns(**export["columns"]), Data(**export["data"])
            # A bundle of an earlier version has none: each column decides for itself.
            written = ExportFormat.from_dict(export.get("format", {}))
        except (KeyError, TypeError, ValueError):
            raise BundleError(
                f"{bundle.path}: features.json or the export in bundle.json cannot be read.",
                hint="Train the model again.",
            ) from None
        self.data = written.applied_to(data)
        self.model = bundle.model
        self.arms = bundle.model.unworked is not None
        self.policy = bundle.policy
        if policy is not None and policy.model_fields_set:
            self.policy = bundle.policy.with_settings(policy, amount_column=self.columns.amount)
        features = self.feature_set.features_
        self.flat = all(f.of_attribute for f in features) and not self.data.field_changes
        self.whole_accounts = self.feature_set.whole_accounts
        self.assessor = Assessor(bundle, self.feature_set, signal=self.policy.signal)
        self.segments = self.columns.segments if self.policy.people else []
        self._ruling = {rule.column for rule in self.policy.rules}
        also = {self.policy.value_column, *self.segments, *self._ruling} - {""}
        self.reader = RecordReader(self.feature_set, self.columns, self.data, also, written.times)
        self.expected = ExpectedColumns(
            frozenset(self.attributes),
            bundle.meta.get("importance", {}),
            frozenset((*written.columns, *self.reader.names)),
            self.policy.review_lost_importance,
        )

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        version: str | None = None,
        policy: PolicySettings | None = None,
        threads: int = 1,
    ) -> Scorer:
        """Load a model directory.

        Parameters
        ----------
        path
            The directory.
        version
            What answers name as `model_version`; left out: the name of the directory.
        policy
            As in the class.
        threads
            Threads of one prediction: 1 answers single leads quickest, more help with files.

        Raises
        ------
        BundleError
            Naming the file that is missing, changed or unreadable.
        """
        bundle = load_bundle(path, threads=threads)
        name = Path(path).resolve().name if version is None else version
        return cls(bundle, version=name, policy=policy)

    @property
    def attributes(self) -> dict[str, str]:
        """JSON type (number or string) of each attribute that is read, by its export name."""
        kinds = {f.source: f.kind for f in self.feature_set.features_ if f.of_attribute}
        return {name: "number" if k == "number" else "string" for name, k in kinds.items()}

    @property
    def fields(self) -> dict[str, str]:
        """As `attributes`, with the account, the value and the segments that are read as well."""
        names = (self.columns.account_id, *self.segments, *self._ruling)
        read = {name: "string" for name in names if name}
        if self.policy.value_column:
            read[self.policy.value_column] = "number"
        return {**read, **self.attributes}

    @cached_property
    def example(self) -> dict[str, object]:
        """A lead that it can score, as a request brings it."""
        return example_lead(self.bundle, self.feature_set)

    def describe(self, model: str = "") -> dict[str, Any]:
        """Return the description of the model; `model` is its registered name."""
        meta = self.bundle.meta
        names = ("created", "horizon_days", "data_from", "data_until", "metrics")
        return {
            "model": model,
            "version": self.version,
            **{name: meta.get(name) for name in names},
            "features": list(self.feature_set.names_),
        }

    def score_one(
        self,
        lead: Mapping[str, object],
        activities: Sequence[Mapping[str, object]] = (),
        as_of: int | None = None,
        others: Others = None,
        against: bool = False,
    ) -> dict[str, Any]:
        """Score one lead.

        Parameters
        ----------
        lead, activities, as_of, others, against
            As in `serving.scoring.lead_request.ScoreRequest`.

        Returns
        -------
        dict
            The columns of `serving.scoring.answer`, as JSON values; None where there is no
            readiness.

        Raises
        ------
        LeadError
            Naming the field at fault.
        """
        request = ScoreRequest(lead, activities, as_of, others, against)
        assessed = self.assess(self.reader.read(request))
        return self.conclude(assessed, self.decide(assessed, LeadState()))

    def assess(self, record: LeadRecord) -> Assessed:
        """Return how ready a lead is, and why."""
        history, at = record.history, record.position
        X = self.feature_set.matrix(history, np.array([at]), np.array([record.as_of]))
        absent = self.expected.absent(history.columns)
        # Many a CRM sends no empty fields: what is lost is what was sent under another name.
        lost = self.expected.renamed(absent, record.unknown) if record.unknown else []
        assessed = self.assessor(X, doubt=self.doubt(lost))
        unseen = self.feature_set.unseen(history)
        warnings = [*record.warnings, *unseen, *filter(None, assessed.doubts)]
        if absent:
            warnings += self.expected.warnings(absent, record.unknown)
            warnings += [_NO_LOOKUPS] if self.data.lookups else []
        texts = history.columns.get(self.policy.value_column)
        value = None if texts is None else to_number(texts[at])
        segments = [history.columns[name][at] for name in self.segments if name in history.columns]
        against = None
        if record.against:
            parts = assessed.contributions
            none: tuple[list[str], list[float]] = ([], [])
            against = none if parts is None else self.assessor.reasons.against(X[0], parts[0])
        rule = rules_as_of(history, self.policy.rules, np.array([at]), np.array([record.as_of]))
        return Assessed(
            record, X[0], assessed.readiness[0], assessed.reasons[0], warnings, value, segments,
            None if assessed.arms is None else assessed.arms[0], assessed.uplift_why[0],
            assessed.log_odds[0], against,
        ).ruled(rule[0])  # fmt: skip

    def decide(self, assessed: Assessed, state: LeadState) -> Decision:
        """Decide on an assessed lead."""
        return decide(assessed.lead, state, self.policy)

    def conclude(self, assessed: Assessed, decided: Decision) -> dict[str, Any]:
        """Return the answer about an assessed lead, as JSON values."""
        return answer(assessed, decided, self.version)

    def score(
        self,
        leads: Frame,
        activities: Frames = None,
        field_changes: Frames = None,
        as_of: Instant | None = None,
        *,
        reasons: bool = True,
        capacity: int | None = None,
        age_days: float | None = None,
        lookups: Sequence[LookupTable] = (),
        export: Tables | None = None,
    ) -> pd.DataFrame:
        """Score the leads of a table.

        Parameters
        ----------
        leads
            One row per lead, with the export's column names or the canonical ones.
        activities, field_changes
            Of these leads, and maybe of others; one table or several.
        as_of, age_days
            When to look at a lead, in this order: its column ``as_of``, `as_of`, `age_days` after
            its creation, else the end of the data (flat exports: its creation).
        reasons
            False leaves the reasons empty, which is faster.
        capacity
            Hand off the best so many of these leads instead of those that reach the threshold.
        lookups, export
            Tables joined to the leads as in training, and all leads, with the others of an account.

        Returns
        -------
        DataFrame
            The columns of `serving.scoring.answer`, a row for each of `leads`, in their order; a
            rejected one with the fault in `warnings`. ``attrs["notes"]`` holds the notes on the
            tables as a whole.

        Raises
        ------
        DataError
            Naming a missing column, or times that cannot be read.
        """
        assessed = self.assess_table(
            leads, activities, field_changes, as_of,
            reasons=reasons, age_days=age_days, lookups=lookups, export=export,
        )  # fmt: skip
        return assessed.decided(self.policy, capacity)

    def assess_table(
        self,
        leads: Frame,
        activities: Frames = None,
        field_changes: Frames = None,
        as_of: Instant | None = None,
        *,
        reasons: bool = True,
        age_days: float | None = None,
        lookups: Sequence[LookupTable] = (),
        export: Tables | None = None,
    ) -> AssessedLeads:
        """Return how ready the leads of a table are, and why; parameters and faults of `score`."""
        table = RawTable.of(leads)
        attributes = [*self.attributes, self.policy.value_column, *self.segments, *self._ruling]
        frame, notes = join_known(table.frame, lookups, attributes)
        rows = read_leads(
            RawTable(frame, table.faults), activities, field_changes,
            columns=self.columns, data=self.data, trained=self.expected.trained, flat=self.flat,
            as_of=as_of, age_days=age_days, others=export if self.whole_accounts else None,
        )  # fmt: skip
        absent = self.expected.absent({*frame.columns, *rows.history.changes})
        every = [*rows.doubts, *self.expected.warnings(absent, frame.columns)]
        answers = FileAnswers(rows, self.version, every, arms=self.arms)
        accepted = rows.position >= 0
        self._enter(answers, rows, np.flatnonzero(accepted), reasons, self.doubt(absent))
        notes += [_NO_LOOKUPS] * bool(absent and self.data.lookups and not lookups)
        absences = self.expected.sentences(absent, frame.columns)
        rule = self._rules(rows, accepted)
        answers.withhold(rule)
        notes += absent_rules(self.policy.rules, rows.history.columns)
        values = _texts(rows, self.policy.value_column)
        return AssessedLeads(
            answers,
            rows.lead_ids,
            rows.as_of,
            accepted,
            None if values is None else number_column(values),
            rows.account_ids,
            [texts for name in self.segments if (texts := _texts(rows, name)) is not None],
            [*table.phrases, *notes, *self._notes(rows, absences)],
            rows,
            rule,
        )

    def _rules(self, rows: LeadFile, accepted: Bools) -> Texts:
        rule = np.full(len(accepted), "", dtype=object)
        at = rows.position[accepted], rows.as_of[accepted]
        rule[accepted] = rules_as_of(rows.history, self.policy.rules, *at)
        return rule

    def _notes(self, rows: LeadFile, absences: Sequence[str]) -> list[str]:
        alone = self.whole_accounts and not rows.history.whole_accounts
        no_uplift = self.policy.rank_by == UPLIFT and not self.policy.by_uplift
        weak = filter(None, [weakness(self.policy)])
        notes = [*rows.notes, *absences, *[OTHERS_UNKNOWN] * alone, *[NO_UPLIFT] * no_uplift, *weak]
        return [*notes, *self.feature_set.unseen(rows.history)]

    def doubt(self, absent: Sequence[str]) -> str:
        """Return why no lead without some columns can be scored; "" where it can."""
        return self.expected.doubt(absent) if absent and self.policy.signal else ""

    def _enter(
        self, answers: FileAnswers, rows: LeadFile, accepted: Positions, reasons: bool, doubt: str
    ) -> None:
        for start in range(0, len(accepted), _CHUNK):
            chunk = accepted[start : start + _CHUNK]
            X = self.feature_set.matrix(rows.history, rows.position[chunk], rows.as_of[chunk])
            answers.enter(chunk, self.assessor(X, reasons=reasons, doubt=doubt))


def _texts(rows: LeadFile, name: str) -> Texts | None:
    """Return the values of a column of the leads, one for each row; None without the column."""
    column = rows.history.columns.get(name)
    if column is None:
        return None
    texts = np.full(len(rows.position), "", dtype=object)
    accepted = rows.position >= 0
    texts[accepted] = np.asarray(column, dtype=object)[rows.position[accepted]]
    return texts
