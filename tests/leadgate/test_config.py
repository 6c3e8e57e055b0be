"""The configuration: keys that need each other."""

import pytest

from leadgate import Config
from leadgate.errors import ConfigError


def test_whole_accounts_need_accounts_and_activities():
    data = {"leads": "leads.csv", "outcomes": "deals.csv", "whole_accounts": True}
    columns = {"lead_id": "Id", "created_at": "Created"}
    with pytest.raises(ConfigError, match=r"needs columns\.account_id; .*needs data\.activities"):
        Config.from_dict({"data": data, "columns": columns})
    data["activities"] = [{"path": "acts.csv"}]
    config = Config.from_dict({"data": data, "columns": {**columns, "account_id": "Company"}})
    assert config.data.whole_accounts
