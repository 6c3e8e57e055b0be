"""The configuration: keys that need each other."""

import pytest

from leadgate import Config
from leadgate.config import Columns, PolicySettings
from leadgate.errors import ConfigError


def test_whole_accounts_need_accounts_and_activities():
    data = {"leads": "leads.csv", "outcomes": "deals.csv", "whole_accounts": True}
    columns = {"lead_id": "Id", "created_at": "Created"}
    with pytest.raises(ConfigError, match=r"needs columns\.account_id; .*needs data\.activities"):
        Config.from_dict({"data": data, "columns": columns})
    data["activities"] = [{"path": "acts.csv"}]
    config = Config.from_dict({"data": data, "columns": {**columns, "account_id": "Company"}})
    assert config.data.whole_accounts


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"targets": {}}, r"targets: there is no such key; perhaps target is meant"),
        ({"columns": {"lead_id": "Id", "outcom": "S"}}, r"columns\.outcom: .*outcome is meant"),
        ({"target": {"xyz": 1}}, r"target\.xyz: .*; there are horizon_days, snapshot_ages_days"),
        ({"policy": {"people": [{"name": "a", "capacity_per_week": 1, "x": 2}]}},
         r"policy\.people\.0\.x: there is no such key"),
    ],
)  # fmt: skip
def test_a_key_that_does_not_exist_is_named_beside_those_that_do(changed, fault):
    columns = {"lead_id": "Id", "outcome": "S", "won": ["w"]}
    with pytest.raises(ConfigError, match=fault):
        Config.from_dict({"data": {"leads": "leads.csv"}, "columns": columns} | changed)


@pytest.mark.parametrize(
    ("given", "people", "capacity"),
    [(None, [], None), (None, [20, 30], 50), (40, [20, 30], 40), (40, [], 40)],
)
def test_the_people_are_the_capacity_where_none_is_given(given, people, capacity):
    listed = [{"name": f"team {n}", "capacity_per_week": n} for n in people]
    settings = PolicySettings.model_validate({"capacity_per_week": given, "people": listed})
    assert settings.capacity == capacity


def test_what_says_deleted_or_merged_is_never_a_feature():
    columns = Columns(
        lead_id="Id", deleted={"column": "IsDeleted"}, merged_into="Master", merged_from="Merged"
    )
    assert columns.deleted.values == ["true", "1", "yes"]
    assert columns.never_features() == {"Id", "IsDeleted", "Master", "Merged"}


def rules_of(columns=None, **rules):
    given = {
        "lead_id": "Id",
        "outcome": "S",
        "won": ["w"],
        "personal": ["Email"],
        **(columns or {}),
    }
    return Config.from_dict(
        {"data": {"leads": "leads.csv"}, "columns": given, "policy": {"rules": rules}}
    )


def test_a_rule_needs_a_column_that_is_read_as_known_at_creation():
    rule = {"values": ["x"]}
    with pytest.raises(ConfigError, match=r"rules\.customer\.column: .* S .*free_mail.* Email "):
        rules_of(customer={"column": "S", **rule}, free_mail={"column": "Email", **rule})
    with pytest.raises(ConfigError, match="the column Type is not read as known at creation"):
        rules_of({"creation": ["Kind"]}, student={"column": "Type", **rule})
    chosen = {"creation": ["Kind"], "segments": ["Type"]}
    rules = rules_of(chosen, student={"column": "Type", **rule}).policy.rules
    assert [*rules.stated] == ["student"]


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ({"rival": {"column": "T", "values": ["x"]}}, r"rules\.rival: there is no such key"),
        ({"student": {"column": "T", "values": []}}, r"rules\.student\.values"),
        ({"student": {"column": "T", "values": [" "]}}, r"rules\.student\.values"),
        (
            {"student": {"column": "T", "values": ["x"], "decision": "hand_off"}},
            r"student\.decision",
        ),
        (
            {"objection": {"column": "T", "values": ["x"], "decision": "disqualify"}},
            r"objection\.dec",
        ),
    ],
)
def test_a_rule_that_says_nothing_is_refused(rules, fault):
    with pytest.raises(ConfigError, match=fault):
        rules_of(**rules)


@pytest.mark.parametrize("name", ["Berlin", "", "../etc/passwd"])
def test_a_time_zone_that_there_is_not_is_named(name):
    assert PolicySettings(timezone="Europe/Berlin").timezone == "Europe/Berlin"
    with pytest.raises(ValueError, match=r'there is no time zone ".*"; give a name such as'):
        PolicySettings(timezone=name)
