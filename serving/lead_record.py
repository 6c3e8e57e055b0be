"""One lead of a request: flat fields under the export's names or the canonical ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from features.feature_set import FeatureSet
from features.history import LeadHistory
from features.times import iso, now, parse_instant
from features.values import to_text
from leadgate.config import Columns, Data
from leadgate.errors import LeadError

# A lead created "after now" by less than this was created just now, on a clock that is ahead.
_CLOCK_SKEW_US = 300_000_000
_MANY = 5


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """A lead as it was sent: its history (this lead only), when to look at it, what was odd."""

    lead_id: str
    history: LeadHistory
    as_of: int
    warnings: list[str]


class RecordReader:
    """Reads leads for one model.

    Parameters
    ----------
    feature_set
        Its attributes are what is read of a lead.
    columns, data
        What the export's columns mean and how it is written.
    also
        Other columns that are read: what winning the lead brings, its segments.
    """

    def __init__(
        self, feature_set: FeatureSet, columns: Columns, data: Data, also: Collection[str] = ()
    ) -> None:
        self._missing = frozenset(data.missing)
        self._dated = columns.order is None
        self._id_names = _names(columns.lead_id, "lead_id")
        self._created_names = _names(columns.created_at, "created_at")
        self._account_names = _names(columns.account_id, "account_id")
        self.attributes = {f.source for f in feature_set.features_ if f.of_attribute}
        self._read = self.attributes | set(also)
        named = {*self._id_names, *self._created_names, *self._account_names}
        ignored = {*feature_set.left_out_, *feature_set.exclude, *columns.never_features()}
        self._read -= named
        self._ignored = (named | ignored) - self._read

    def lead_id(self, lead: object) -> str:
        """Return the id of anything that was sent as a lead; "" where it has none."""
        if not isinstance(lead, Mapping):
            return ""
        value = _first(lead, self._id_names)[1]
        return to_text(value) if isinstance(value, str | int | float) else ""

    def read(
        self,
        lead: Mapping[str, object],
        activities: Sequence[Mapping[str, object]] = (),
        as_of: int | None = None,
    ) -> LeadRecord:
        """Read one lead.

        Parameters
        ----------
        lead
            Text, numbers, booleans or None by field; None and "" are missing.
        activities
            ``type, occurred_at, recorded_at?, value?``; times as in `features.times.parse_instant`.
        as_of
            Microseconds since the epoch, UTC; None for now.

        Raises
        ------
        LeadError
            Naming the field at fault.
        """
        lead_id = self.lead_id(lead)
        if not lead_id:
            raise LeadError("lead_id is missing.", field="lead_id", code="missing_lead_id")
        record: dict[str, object] = {}
        unknown = []
        for name, value in lead.items():
            if name in self._read:
                record[name] = self._text(name, value)
            elif name not in self._ignored:
                unknown.append(name)
        field, created = _first(lead, self._created_names)
        has_created = created is not None and created != ""
        if not (has_created or activities or self._says_anything(lead)):
            raise LeadError(
                "Nothing is known of this lead_id: send created_at, fields or activities.",
                field="lead_id",
                code="unknown_lead",
            )
        warnings = _unknown(unknown)
        at = now() if as_of is None else as_of
        if self._dated:
            if has_created:
                at = _not_before(parse_instant(created, field=field), at, field, as_of)
            else:
                created = iso(at)
                warnings.append("created_at is missing: scored as created at as_of")
            record["created_at"] = created
        record["lead_id"] = lead_id
        record["account_id"] = _first(lead, self._account_names)[1]
        history = LeadHistory.from_records([record], _of_lead(activities, lead_id))
        return LeadRecord(lead_id, history, at, warnings)

    def _text(self, name: str, value: object) -> str:
        if value is None or isinstance(value, str | int | float):
            return to_text(value, self._missing)
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


def _unknown(names: list[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return [f"unknown fields: {', '.join(names[:_MANY])}{more}"]


def _not_before(created: int, at: int, field: str, as_of: int | None) -> int:
    if created <= at:
        return at
    if as_of is None and created - at <= _CLOCK_SKEW_US:
        return created
    raise LeadError(f"{field} is later than as_of.", field=field, code="created_after_as_of")


def _of_lead(
    activities: Sequence[Mapping[str, object]], lead_id: str
) -> list[Mapping[str, object]]:
    result: list[Mapping[str, object]] = []
    for row, activity in enumerate(activities):
        of = to_text(activity.get("lead_id"))
        if of not in ("", lead_id):
            field = f"activities[{row}].lead_id"
            raise LeadError(f"{field} is another lead.", field=field, code="other_lead")
        result.append({**activity, "lead_id": lead_id})
    return result
