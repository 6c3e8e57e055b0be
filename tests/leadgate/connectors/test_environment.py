"""Secrets come from the environment alone, and no message repeats them."""

import pytest

from leadgate.connectors.connect import connect
from leadgate.connectors.salesforce.config import Settings
from leadgate.errors import ConfigError
from tests.leadgate.connectors.conftest import ENVIRONMENT


def test_all_that_is_missing_is_named_at_once():
    with pytest.raises(ConfigError, match="3 faults: LEADGATE_SALESFORCE_URL is not set; LEAD"):
        Settings.read({})


@pytest.mark.parametrize(
    "url",
    [
        "firm.my.salesforce.com",
        "http://firm.my.salesforce.com",
        "https://user:hidden@firm.my.salesforce.com",
        "https://firm.my.salesforce.com/path",
        "https://",
    ],
)
def test_an_address_is_that_of_a_host_alone_over_https(url):
    environment = ENVIRONMENT | {"LEADGATE_SALESFORCE_URL": url}
    with pytest.raises(ConfigError, match="LEADGATE_SALESFORCE_URL is no address") as refused:
        Settings.read(environment)
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765", "https://firm.my.salesforce.com/"])
def test_an_address_may_end_in_a_slash_and_be_of_this_machine(url):
    settings = Settings.read(ENVIRONMENT | {"LEADGATE_SALESFORCE_URL": f" {url} "})
    assert settings.url == url.rstrip("/")


def test_a_crm_without_a_connector_is_refused_with_those_that_have_one():
    with pytest.raises(ConfigError, match=r"no connector for Excel\. There are: odoo, salesforce"):
        connect("Excel", ENVIRONMENT)
