from dataclasses import replace

import pytest

from serving.decisions.erasure import spool_folder
from serving.http.lead_routes import LeadRoutes
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.scoring.scorer import Scorer

LEAD = {"CreatedDate": "2026-01-01T09:00:00Z", "Source": "Web", "as_of": "2026-01-05T09:00:00Z"}
LEADS = [{**LEAD, "lead_id": f"L{n}", "Employees": str(40 * n + 1)} for n in range(10)]


@pytest.fixture
def client(client_of, bundle, folder, store):
    """A client of a service whose salespeople take three leads a week."""

    def load():
        scorer = Scorer.load(bundle)
        scorer.policy = replace(
            scorer.policy, scores=(0.0,) * 1001, leads_per_week=None, capacity_per_week=3
        )
        return scorer

    availability = Availability(store, Spool(spool_folder(folder)))
    availability.look()
    return client_of(load, lead_routes=LeadRoutes(availability, folder))


def results(client, leads):
    return client.post("/v1/score/batch", {"leads": leads}).json()["results"]


def test_the_best_of_a_list_are_taken_and_the_order_is_kept(client):
    answers = results(client, LEADS)
    assert [answer["lead_id"] for answer in answers] == [lead["lead_id"] for lead in LEADS]
    taken = [a["lead_id"] for a in answers if a["decision"] == "hand_off"]
    assert taken == ["L7", "L8", "L9"]


def test_a_lead_at_fault_takes_nobodys_place(client):
    answers = results(client, [{**LEAD, "lead_id": "bad", "CreatedDate": "never"}, *LEADS[:2]])
    assert [answer["status"] for answer in answers] == [400, 200, 200]
    assert [answer.get("decision") for answer in answers] == [None, "hand_off", "hand_off"]
