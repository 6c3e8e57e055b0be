"""One lead of a request: flat fields under the export's names or the canonical ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from features.feature_set import FeatureSet
from features.history.from_records import Activity, Other, activity
from features.history.lead_history import LeadHistory
from features.parsing.ids import canonical_id
from features.parsing.number_format import plain_number
from features.parsing.time_format import TimeFormat
from features.parsing.times import NAT, now
from features.parsing.values import to_text
from leadgate.config import Columns, Data
from leadgate.errors import LeadError
from serving.problems import cut
from serving.scoring.account import Others, read_others
from serving.scoring.earlier_calls import (
    NO_EARLIER_CALLS,
    Additions,
    EarlierCalls,
    checked_instant,
    identity,
)
from serving.scoring.lead_id import LONGEST_ID, checked_id
from serving.scoring.request_times import RequestTimes

# A lead created "after now" by less than this was created just now, on a clock that is ahead.
_CLOCK_SKEW_US = 300_000_000
_MANY = 5
OTHERS_UNKNOWN = "what the other leads of the account did is not given: taken as missing"


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """One lead to score.

    Attributes
    ----------
    lead
        ``lead_id``, ``created_at`` and the attributes, by their names in the export or the
        canonical ones; each text, number, bool or None. None and "" are missing.
    activities
        Known at `as_of`: ``type, occurred_at, recorded_at?, value?``. Times are ISO 8601 with an
        offset or epoch milliseconds (`features.parsing.times.parse_instant`).
    as_of
        Microseconds since the epoch, UTC; None for now.
    others
        All other leads of its account: ``lead_id, created_at``, ``outcome, closed_at,
        recorded_at`` of those that are closed, and their ``activities``. None: not known.
    against
        Whether the strongest reasons against it are asked for as well.
    """

    lead: Mapping[str, object]
    activities: Sequence[Mapping[str, object]] = ()
    as_of: int | None = None
    others: Others = None
    against: bool = False


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """A lead as it was sent, joined to what earlier calls reported.

    Attributes
    ----------
    lead_id
        Text.
    history
        Of this lead, and of the others of its account where the model looks at them.
    position
        Of the lead in it.
    as_of
        When to look at it, microseconds since the epoch, UTC.
    warnings
        Warnings for the answer.
    unknown
        The names of the fields that the model does not know.
    additions
        What no earlier call reported.
    account_id
        "" for none.
    against
        As in `ScoreRequest`.
    """

    lead_id: str
    history: LeadHistory
    position: int
    as_of: int
    warnings: list[str]
    unknown: list[str]
    additions: Additions
    account_id: str = ""
    against: bool = False

    @property
    def created_at(self) -> int | None:
        """When the lead was created, microseconds since the epoch, UTC; None without dates."""
        created = int(self.history.created[self.position])
        return None if created == NAT else created


class RecordReader:
    """Reads leads for one model.

    Parameters
    ----------
    feature_set
        Its attributes are what is read of a lead.
    columns, data
        What the export's columns mean and how it is written.
    also
        Other columns that are read: the value of winning the lead, its segments.
    times
        How columns of times are written, by name.
    """

    def __init__(
        self,
        feature_set: FeatureSet,
        columns: Columns,
        data: Data,
        also: Collection[str] = (),
        times: Mapping[str, TimeFormat] | None = None,
    ) -> None:
        self._missing = frozenset(data.missing)
        self._times = RequestTimes(data, times or {})
        self._dated = columns.order is None
        self._id_names = _names(columns.lead_id, "lead_id")
        self._created_names = _names(columns.created_at, "created_at")
        self._account_names = _names(columns.account_id, "account_id")
        self.attributes = {f.source for f in feature_set.features_ if f.of_attribute}
        self._read = self.attributes | set(also)
        named = {*self._id_names, *self._created_names, *self._account_names}
        ignored = {*feature_set.left_out_, *feature_set.exclude, *columns.never_features()}
        self._whole_accounts = feature_set.whole_accounts
        self._read -= named
        self._ignored = (named | ignored) - self._read
        # Columns that taught nothing this time are kept for the next training.
        never = {*columns.never_features(), *named}
        self._kept = self._read | (set(feature_set.left_out_) - never)
        signs = {name: data.decimal_of(name) for name in self._kept}
        self._decimals = {name: sign for name, sign in signs.items() if sign != "auto"}

    @property
    def names(self) -> frozenset[str]:
        """The names that a lead of a request may have."""
        return frozenset(self._kept | self._ignored)

    def lead_id(self, lead: object) -> str:
        """Return the id of anything that was sent as a lead; "" where it has none."""
        if not isinstance(lead, Mapping):
            return ""
        return _id(lead, self._id_names)

    def account_id(self, lead: Mapping[str, object]) -> str:
        """Return the account that a lead names; "" where it names none."""
        return _id(lead, self._account_names)

    def read(self, request: ScoreRequest, earlier: EarlierCalls = NO_EARLIER_CALLS) -> LeadRecord:
        """Read one lead, and join what earlier calls reported of it.

        Raises
        ------
        LeadError
            Naming the field at fault.
        """
        lead = request.lead
        lead_id = checked_id(self.lead_id(lead), "lead_id")
        sent, unknown = self._fields(lead)
        field, created = _first(lead, self._created_names)
        has_created = created is not None and created != ""
        if not (earlier.revision or has_created or request.activities or self._says_anything(lead)):
            raise _unknown_lead(unknown)
        warnings = _unknown(unknown)
        at = now() if request.as_of is None else checked_instant(request.as_of, "as_of")
        created_at = earlier.created_at
        if has_created:
            created_at, note = self._times.read(created, field)
            warnings += note
        if created_at is None:
            created_at = min(at, earlier.first_heard(at))
            if self._dated:
                warnings.append("created_at is missing: scored as created at as_of")
        if self._dated:
            at = _not_before(created_at, at, field or "as_of", request.as_of)
        account = self._checked_account(lead)
        before = earlier.fields(at)
        activities, new = _activities(request.activities, lead_id, earlier)
        additions = Additions(
            lead_id,
            at,
            "" if account == earlier.account_id else account,
            None if created_at == earlier.created_at else created_at,
            {name: text for name, text in sent.items() if text != before.get(name, "")},
            new,
        )
        others = self._others(lead_id, request.others, earlier, account)
        if others is None and self._whole_accounts:
            warnings.append(OTHERS_UNKNOWN)
        created = created_at if self._dated else NAT
        history = LeadHistory.of_one(lead_id, created, {**before, **sent}, activities, others)
        position = int(history.index_of([lead_id])[0]) if others else 0
        account = account or earlier.account_id
        return LeadRecord(
            lead_id, history, position, at, warnings, unknown, additions, account, request.against
        )

    def _checked_account(self, lead: Mapping[str, object]) -> str:
        account_id = self.account_id(lead)
        if len(account_id) > LONGEST_ID:
            field = _first(lead, self._account_names)[0]
            message = f"{field} has more than {LONGEST_ID} characters."
            raise LeadError(message, field=field, code="bad_value")
        return account_id

    def _others(
        self, lead_id: str, others: Others, earlier: EarlierCalls, account: str
    ) -> Sequence[Other] | None:
        """Return the other leads of its account: as sent, as stored, or None for not known."""
        if not self._whole_accounts:
            return None
        if others is not None:
            return read_others(lead_id, others)
        return earlier.others if account or earlier.account_id else []

    def _fields(self, lead: Mapping[str, object]) -> tuple[dict[str, str], list[str]]:
        """Return the fields that are read or kept, in canonical text, and the unknown names."""
        sent, unknown = {}, []
        for name, value in lead.items():
            if name in self._kept:
                sent[name] = self._text(name, value)
            elif name not in self._ignored:
                unknown.append(name)
        return sent, unknown

    def _text(self, name: str, value: object) -> str:
        if value is None or isinstance(value, str | int | float):
            text = to_text(value, self._missing)
            decimal = self._decimals.get(name)
            return text if decimal is None else plain_number(text, decimal)
        raise LeadError(
            f"{name} is neither text nor a number, true, false or null.",
            field=name,
            code="bad_value",
        )

    def _says_anything(self, lead: Mapping[str, object]) -> bool:
        names = (self._read | self._ignored) - {*self._id_names}
        return any(value not in (None, "") for name, value in lead.items() if name in names)


def _names(*names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _first(lead: Mapping[str, object], names: Collection[str]) -> tuple[str, object]:
    """Return the first of the names that the lead has, with its value."""
    for name in names:
        if name in lead:
            return name, lead[name]
    return "", None


def _id(lead: Mapping[str, object], names: Collection[str]) -> str:
    value = _first(lead, names)[1]
    return canonical_id(value) if isinstance(value, str | int | float) else ""


def _unknown(names: list[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return [f"unknown fields: {', '.join(map(cut, names[:_MANY]))}{more}"]


def _unknown_lead(names: list[str]) -> LeadError:
    message = "Nothing is known of this lead_id: send created_at, fields or activities."
    if names:
        message += " No field that was sent is a column of the model; /openapi.json lists those."
    return LeadError(message, field="lead_id", code="unknown_lead")


def _not_before(created: int, at: int, field: str, as_of: int | None) -> int:
    if created <= at:
        return at
    if as_of is None and created - at <= _CLOCK_SKEW_US:
        return created
    raise LeadError(f"{field} is later than as_of.", field=field, code="created_after_as_of")


def _activities(
    sent: Sequence[Mapping[str, object]], lead_id: str, earlier: EarlierCalls
) -> tuple[list[Activity], dict[str, Activity]]:
    """Return all activities of the lead, and those of them that are new by identity."""
    new: dict[str, Activity] = {}
    for row, record in enumerate(sent):
        of = record.get("lead_id")
        if of is not None and canonical_id(of) not in ("", lead_id):
            field = f"activities[{row}].lead_id"
            raise LeadError(f"{field} is another lead.", field=field, code="other_lead")
        item = activity(record, row)
        checked_instant(max(item.occurred_at, item.recorded_at), f"activities[{row}]")
        key = identity(lead_id, item)
        if key not in earlier.activities:
            new.setdefault(key, item)
    return [*earlier.activities.values(), *new.values()], new
