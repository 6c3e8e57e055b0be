"""Columns of leads that are no features: personal, from after the outcome, or overwritten."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from features.crm.crm_object import CrmObject
from features.crm.match import known_after_outcome, looks_overwritten
from features.crm.personal import personal
from features.profiling.column_profile import ColumnProfile
from features.profiling.fill_pattern import other_form, revealed_by_filling
from features.profiling.readings.identity import Identity
from leadgate.arrays import Bools


@dataclass(frozen=True)
class LeftOut:
    """Columns that are no features, by name with the reason.

    Attributes
    ----------
    personal
        Personal data.
    after_outcome
        What is known only after the outcome.
    unknown
        What may have been overwritten since the lead came in.
    """

    personal: Mapping[str, str] = field(default_factory=dict)
    after_outcome: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """All of them."""
        return {*self.personal, *self.after_outcome, *self.unknown}

    @classmethod
    def of(
        cls,
        profiles: Sequence[ColumnProfile],
        crm_object: CrmObject,
        ended: Mapping[str, Bools],
        identity: Identity,
        changed: Collection[str],
    ) -> LeftOut:
        """Sort out the columns that mean nothing else.

        Parameters
        ----------
        profiles, crm_object
            The columns, and whose export it is.
        ended
            Which leads ended how, by words for them.
        identity
            What identifies a lead.
        changed
            The fields whose changes are dated: what they hold today does no harm.
        """
        private = _reasons(profiles, lambda p: personal(p.name, p.values))
        rest = [p for p in profiles if p.name not in private]
        after = _reasons(
            rest,
            lambda p: (
                known_after_outcome(p.name, crm_object) or revealed_by_filling(p.filled, ended)
            ),
        )
        rest = [p for p in rest if p.name not in {*after, *changed}]
        unknown = _reasons(
            rest, lambda p: crm_object.why_overwritten(p.name) or _unknown(p, identity)
        )
        forms = [p for p in rest if p.name in unknown]
        rest = [p for p in rest if p.name not in unknown]
        return cls(private, after, unknown | _reasons(rest, lambda p: other_form(p, forms)))


def _reasons(
    profiles: Sequence[ColumnProfile], why: Callable[[ColumnProfile], str]
) -> dict[str, str]:
    return {p.name: reason for p in profiles if (reason := why(p))}


def _unknown(profile: ColumnProfile, identity: Identity) -> str:
    if profile.is_time:
        return "a date that may be set after creation"
    if looks_overwritten(profile.name):
        return "by its name it holds what is true today"
    if profile.name in identity.damaged:
        return "ids that a spreadsheet has rounded"
    if profile.is_own_text:
        return "nearly every lead has a text of its own here, which may name people"
    return ""
