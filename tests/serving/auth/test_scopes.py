"""What a key for scores may write: the lead that it scores, and nothing else."""

from serving.auth.api_keys import Keys, hash_key
from serving.http.lead_routes import LeadRoutes
from serving.scoring.scorer import Scorer
from serving.store import read_tables

LEAD = {"lead_id": "1", "CreatedDate": "2026-01-01T00:00:00Z", "Source": "Web"}
VISIT = {"type": "visit", "occurred_at": "2026-01-02T00:00:00Z"}


def test_a_key_for_scores_writes_of_the_lead_that_it_scores_alone(
    client_of, bundle, availability, folder
):
    scorer, keys = Scorer.load(bundle), Keys(hashes=[f"score:{hash_key('key')}"])
    routes = LeadRoutes(availability, folder)
    client = client_of(lambda: scorer, key="key", keys=keys, lead_routes=routes)
    refused = client.post("/v1/score", {**LEAD, "activities": [{**VISIT, "lead_id": "2"}]})
    assert (refused.status, refused.json()["code"]) == (400, "other_lead")
    assert client.post("/v1/score", {**LEAD, "activities": [VISIT]}).status == 200
    for path in ("activities", "outcomes", "feedback", "overrides"):
        assert client.post(f"/v1/{path}", {}).json()["code"] == "wrong_scope"
    held = read_tables(availability.store)
    assert set(held.decisions["lead_id"]) == set(held.activities["lead_id"]) == {"1"}
    assert set(held.field_changes["lead_id"]) == {"1"}
    assert held.outcomes is None or held.outcomes.empty
