import pytest

from features.crm.data import in_any_language, table
from features.crm.sales_types import sales_types


@pytest.mark.parametrize(
    "name",
    [
        "call", "Outbound call", "Phone Call", "demo", "DemoHeld", "MEETING", "Proposal sent",
        "Anruf", "Persönliches Gespräch", "Réunion", "reunion", "Llamada", "Chiamata", "Afspraak",
        "Ligação",
    ],
)  # fmt: skip
def test_the_work_of_sales_is_recognised(name):
    assert sales_types([name]) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "visit", "Demo requested", "Inbound Call", "Meeting page viewed", "Webinar", "email_open",
        "form", "Angebot angefragt", "Demande de devis", "recall", "democracy", "",
    ],
)  # fmt: skip
def test_what_the_lead_begins_is_none(name):
    assert sales_types([name]) == []


def test_no_word_says_both():
    assert not {*in_any_language("sales_types")} & {*table("sales_types")["begun_by_the_lead"]}
