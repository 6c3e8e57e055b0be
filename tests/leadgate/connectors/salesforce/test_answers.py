"""Answers that nobody expects: one sentence each, nothing lost, no secret in it."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadgate.connectors.pulled.folder import PulledFolder, Source
from leadgate.connectors.pulled.pull import pull
from leadgate.connectors.salesforce.answers import name_of
from leadgate.errors import CrmError, LeadgateError
from tests.leadgate.connectors.conftest import ENVIRONMENT, Firm

SECRET = ENVIRONMENT["LEADGATE_SALESFORCE_CLIENT_SECRET"]
BODIES = [
    b'{"records": [{"Id": "00Q1", "Sys',
    b"<html>Log in</html>",
    b"",
    b"[" * 100_000,
    b"null",
    b"7",
    b"[]",
    b"[7]",
    b"{}",
    b'{"access_token": "a\\nb"}',
    b'{"access_token": 7}',
    b'{"records": 7, "done": true}',
    b'{"records": [7], "done": true}',
    b'{"records": [{}], "done": true}',
    b'{"records": [{"Id": 7, "SystemModstamp": 8}], "done": true}',
    b'{"records": [{"Id": "00Q1", "SystemModstamp": "yesterday"}], "done": true}',
    b'{"records": [{"Id": "0\' OR 1", "SystemModstamp": "2026-01-01T00:00:00Z"}], "done": true}',
    b'{"records": [], "done": false}',
    b'{"records": [], "done": false, "nextRecordsUrl": "https://other.example.com/x"}',
    b'{"records": [], "done": false, "nextRecordsUrl": "/services/data/v64.0/query/1"}',
    b'{"fields": 7}',
    b'{"fields": [7]}',
    b'{"fields": [{"name": "Id FROM User", "type": "id"}]}',
    b'{"fields": [{"name": "Id"}]}',
    b'{"DailyApiRequests": {"Max": "many"}}',
    b'{"access_token": "ab", "id": []}',
]
PATHS = ["oauth2/token", "/query", "/queryAll", "/describe", "/limits", "/composite/sobjects/Lead"]
PATHS += ["/composite/sobjects", "CustomField", "/sobjects/PermissionSet"]


class Spoiled:
    """Answers with a body of its own where a path ends so."""

    def __init__(self, app, path, body, status=200) -> None:
        self.app, self.path, self.body, self.status = app, path, body, status

    async def __call__(self, scope, receive, send) -> None:
        if not scope["path"].endswith(self.path):
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": self.body})


def use(firm, folder):
    connector = firm.connect()
    fields = list(connector.fields().values())
    connector.check(fields)
    connector.create_fields(fields)
    leads = sorted(firm.leads.records)[:3]
    connector.current(leads, fields)
    connector.write({lead: {fields[0].name: 0.5} for lead in leads})
    held = PulledFolder(folder, Source(connector.name, connector.org))
    pull(connector, held, wanted=lambda _: True, clean=lambda _, t: t, say=lambda _: None)


def said_of(firm, folder):
    """Use a firm's org; return the refusal, which is one of ours."""
    try:
        use(firm, folder)
    except LeadgateError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("path", PATHS)
def test_any_answer_is_read_or_refused_in_words(small_world, tmp_path, path):
    for n, body in enumerate(BODIES):
        firm = Firm(small_world)
        firm.app = Spoiled(firm.app, path, body)
        assert SECRET not in said_of(firm, tmp_path / str(n))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["records", "done", "fields", "Id", "name", "type", "SystemModstamp"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=json_values, path=st.sampled_from(PATHS))
def test_generated_answers_are_read_or_refused_in_words(small_world, tmp_path_factory, value, path):
    firm = Firm(small_world)
    firm.app = Spoiled(firm.app, path, json.dumps(value).encode())
    assert SECRET not in said_of(firm, tmp_path_factory.mktemp("pulled"))


@pytest.mark.parametrize("code", [SECRET + "0" * 60, "a b", "\x1b[31m", 7, None])
def test_only_the_code_of_a_refusal_is_shown(firm, code):
    firm.app = Spoiled(firm.app, "oauth2/token", json.dumps({"error": code}).encode(), status=403)
    with pytest.raises(CrmError, match=r"^POST /services/oauth2/token: 403\. Give the user"):
        firm.connect()


def test_credentials_that_are_wrong_are_named_as_such(firm):
    body = b'{"error": "invalid_client_id", "error_description": "client identifier invalid"}'
    firm.app = Spoiled(firm.app, "oauth2/token", body, status=400)
    with pytest.raises(CrmError, match=r"400 \(invalid_client_id\)\. Check the credentials"):
        firm.connect()


def test_a_quota_that_is_used_up_is_no_matter_of_rights(firm):
    connector = firm.connect()
    body = b'[{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "other words"}]'
    firm.app.__init__(Spoiled(firm.app._app, "/limits", body, status=403), firm.weather)
    with pytest.raises(CrmError, match="quota is used up") as refused:
        connector.check(list(connector.fields().values()))
    assert refused.value.code == "crm_quota"


@pytest.mark.parametrize("sandbox", ["false", 0, None, "true"])
def test_an_org_that_does_not_say_that_it_is_a_sandbox_is_one_that_people_work_in(firm, sandbox):
    firm.org.extra["Organization"].records["00D000000000001AAA"]["IsSandbox"] = sandbox
    assert firm.connect().production


def test_two_orgs_of_one_name_are_two(firm):
    before = firm.connect().org
    organization = firm.org.extra["Organization"]
    record = organization.records.pop("00D000000000001AAA")
    organization.fill([record | {"Id": "00D000000000002AAA"}])
    assert firm.connect().org != before


@pytest.mark.parametrize("value", ["", "a b", "a'b", "a\n", 7, None, "é", "x" * 121])
def test_what_is_no_name_is_not_shown(value):
    assert name_of(value) == ""
