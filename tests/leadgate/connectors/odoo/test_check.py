"""One sentence for each fault: rights, fields, clock; and no key in any."""

from datetime import timedelta

import pytest

from experiments.fakes.odoo.database import DATABASE
from leadgate.connectors.connect import connect
from leadgate.errors import ConfigError, CrmError


def looked_at(firm):
    connector = firm.connect()
    return connector.check(list(connector.fields().values()))


def faults(firm):
    return {fault.subject: fault.words for fault in looked_at(firm) if not fault.ok}


@pytest.fixture
def ready(odoo):
    odoo.make_fields()
    return odoo


def test_nothing_is_wrong_once_the_fields_are_there(ready):
    assert faults(ready) == {}


def test_fields_that_are_missing_are_named_with_what_makes_them(odoo):
    words = faults(odoo)["fields of the lead"]
    assert words.startswith("not there or hidden: x_leadgate_readiness, x_leadgate_grade")
    assert words.endswith("push --create-fields makes them")


def test_a_field_that_nobody_may_edit_is_named(ready):
    ready.leads.fields["x_leadgate_grade"]["readonly"] = True
    assert faults(ready)["fields of the lead"] == "nobody may edit x_leadgate_grade"


def test_without_the_rights_of_an_administrator_it_says_what_is_lost(ready):
    ready.database.administrator = False
    said = {fault.subject: fault for fault in looked_at(ready)}
    assert said["mail.tracking.value"].ok
    assert "no handoffs and no field changes" in said["mail.tracking.value"].words


@pytest.mark.parametrize(("seconds", "apart"), [(120, False), (121, True)])
def test_clocks_that_are_two_minutes_apart_are_a_fault(ready, seconds, apart):
    now = ready.database.now
    ready.database.now = lambda: now() + timedelta(seconds=seconds)
    assert ("clock" in faults(ready)) == apart


def test_a_neutralized_copy_is_not_one_that_people_work_in(odoo):
    assert odoo.connect().production
    parameters = odoo.database.models["ir.config_parameter"]
    parameters.fill([{"id": 1, "key": "database.is_neutralized", "value": "true"}])
    assert not odoo.connect().production
    odoo.database.administrator = False
    assert odoo.connect().production


def test_a_key_that_is_wrong_is_in_no_message(odoo):
    odoo.environment["LEADGATE_ODOO_KEY"] = "hidden"
    with pytest.raises(CrmError, match=r"search_read: 401 \(werkzeug\.exceptions\.Unauth") as no:
        odoo.connect()
    assert "hidden" not in str(no.value)


def test_a_database_is_named_where_there_are_several(odoo):
    odoo.database.several = True
    with pytest.raises(CrmError, match="404"):
        odoo.connect()
    odoo.environment["LEADGATE_ODOO_DATABASE"] = DATABASE
    assert odoo.connect().org == "firm.odoo.com/firm"


def test_only_what_is_needed_is_asked_of_the_environment():
    with pytest.raises(ConfigError, match="2 faults: LEADGATE_ODOO_URL is not set; LEADGATE_ODO"):
        connect("odoo", {})
