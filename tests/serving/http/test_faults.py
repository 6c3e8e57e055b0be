"""A small part of what the benchmarks probes/faults and probes/hostile do."""

import json
import logging
import random

import pytest

from benchmarks.inputs.hostile_requests import SECRET, requests
from benchmarks.probes import faults, replica_faults
from benchmarks.probes.hostile import PROBLEM
from serving.decisions.erasure import spool_folder
from serving.http.lead_routes import LeadRoutes
from serving.http.settings import API_KEYS
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.scoring.scorer import Scorer
from serving.store import Store


@pytest.mark.slow
def test_promotions_fail_no_request_and_a_damaged_version_changes_nothing(tmp_path):
    assert faults.promotions(tmp_path, 2, random.Random(0)) == []


@pytest.mark.slow
def test_a_service_that_is_killed_whole_loses_nothing_and_starts_again(tmp_path, monkeypatch):
    monkeypatch.setenv(API_KEYS, "mine")
    assert faults.crashes(tmp_path, 1, random.Random(0)) == []


@pytest.mark.slow
@pytest.mark.postgres
def test_two_replicas_whose_connections_are_cut_lose_nothing_and_keep_the_capacity():
    assert replica_faults.run(cases=("cut",), repeats=1)["cut"]["what"] == ""


def test_what_nobody_should_send_is_the_clients_fault(client_of, bundle, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    availability = Availability(
        Store(f"sqlite:///{tmp_path / 'leadgate.db'}"), Spool(spool_folder(tmp_path))
    )
    availability.look()
    client = client_of(lambda: Scorer.load(bundle), lead_routes=LeadRoutes(availability, tmp_path))
    for hostile in requests(1_000, seed=1):
        path = hostile.target.split("?")[0]
        if not path.startswith("/static_content"):
            answer = client.call(hostile.method, path, hostile.body, hostile.headers)
            assert answer.status < 500, hostile
            if answer.status >= 400:
                problem = json.loads(answer.content)
                assert set(problem) == PROBLEM
                assert problem["request_id"] == answer.headers["x-request-id"]
                assert SECRET.encode() not in answer.content
    availability.store.connection.close()
    assert SECRET not in caplog.text
    assert not [r for r in caplog.records if r.name == "leadgate.error" or r.exc_info]
