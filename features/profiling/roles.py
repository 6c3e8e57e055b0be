"""What the columns of an export mean, guessed from their names and from what they hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from features.crm.denylist import normalised
from features.crm.other_languages import COLUMNS
from features.profiling.column_profile import ColumnProfile

_FEW = 50


@dataclass(frozen=True)
class Role:
    """A meaning: the names that its columns bear, best first, and what they must hold."""

    names: str
    holds: Callable[[ColumnProfile], bool]

    def preferring(self, names: str) -> Role:
        """Return the same role with further names, which come first."""
        return replace(self, names=f"{names} {self.names}")

    def find(
        self, profiles: Sequence[ColumnProfile], taken: Collection[str | None] = ()
    ) -> str | None:
        """Return the name of the best column that is not taken, or None."""
        names = self.find_all(profiles, taken)
        return names[0] if names else None

    def find_all(
        self, profiles: Sequence[ColumnProfile], taken: Collection[str | None] = ()
    ) -> list[str]:
        """Return the names of all columns that fit and are not taken, best first."""
        rank: dict[str, int] = {}
        for place, name in enumerate(self.names.split()):
            rank.setdefault(normalised(name), place)
        named = [p for p in profiles if normalised(p.name) in rank and p.name not in taken]
        named.sort(key=lambda p: rank[normalised(p.name)])
        return [p.name for p in named if self.holds(p)]


def _identifies(profile: ColumnProfile) -> bool:
    return len(profile.values) > len(profile.texts) / 2 and not profile.is_time


def _is_time(profile: ColumnProfile) -> bool:
    return profile.is_time


def _is_number(profile: ColumnProfile) -> bool:
    return profile.is_number


def _groups(profile: ColumnProfile) -> bool:
    return 1 < len(profile.values) <= _FEW


LEAD_ID = Role(
    "lead_id id hs_object_id record_id contact_id prospect_id vid mql_id case_id person_id "
    "customer_id lead_number uuid guid " + COLUMNS["lead_id"],
    _identifies,
)
ACCOUNT_ID = Role(
    "account_id company_id associated_company_id organisation_id organization_id account company "
    "company_name organisation organization " + COLUMNS["account_id"],
    lambda profile: len(profile.values) > 1,
)
CREATED_AT = Role(
    "created_at created_date create_date created_on creation_date date_created created "
    "create_time first_contact_date registration_date reg_date signup_date received_date "
    "submitted_at submitted_date lead_date inquiry_date timestamp date " + COLUMNS["created_at"],
    _is_time,
)
ORDER = Role(
    "lead_number number sequence seq row_number index",
    lambda profile: profile.is_number and profile.unique,
)
CLOSED_AT = Role(
    "closed_at closed_date close_date date_closed closed_on actual_close_date won_date won_at "
    "converted_date conversion_date decision_date outcome_date " + COLUMNS["closed_at"],
    _is_time,
)
AMOUNT = Role(
    "amount deal_amount won_amount opportunity_amount deal_value contract_value "
    "recent_deal_amount actual_value " + COLUMNS["amount"],
    _is_number,
)
OWN_SCORE = Role(
    "lead_score score predictive_score hubspot_score score_hubspot "
    "hs_predictivecontactscore_v2 rating",
    _is_number,
)
OUTCOME = Role(
    "outcome stage lead_stage lead_status status deal_stage stage_name result lifecycle_stage "
    "hs_lead_status converted is_converted won is_won closed_won state_code target label y "
    + COLUMNS["outcome"],
    _groups,
)
SEGMENTS = Role(
    "lead_source source lead_origin origin channel hs_analytics_source lead_source_code segment "
    "industry industry_code region country " + COLUMNS["segments"],
    _groups,
)

ACTIVITY_ID = Role("activity_id event_id touch_id session_id message_id id", _identifies)
ACTIVITY_TYPE = Role(
    "type activity_type event_type touch_type event event_name activity action concept_name name",
    lambda profile: not profile.is_number and not profile.is_time,
)
OCCURRED_AT = Role(
    "occurred_at timestamp event_time time_timestamp touch_timestamp activity_date event_date "
    "datetime time date created_at created_date",
    _is_time,
)
RECORDED_AT = Role(
    "recorded_at imported_at ingested_at loaded_at synced_at inserted_at created_at created_date",
    _is_time,
)
VALUE = Role("value", _is_number)
CHANNEL = Role("channel medium lifecycle_transition", lambda profile: True)
CONTENT = Role("content subject page url campaign asset", lambda profile: True)
