from pathlib import Path

import yaml

from leadgate.config import Serving
from serving import timeouts

ROOT = Path(__file__).resolve().parents[2]


def test_each_wait_ends_before_whoever_waits_for_it_gives_up():
    of_store = timeouts.LOCK < timeouts.STATEMENT < timeouts.REPLY < timeouts.STORE
    # A call that asks once more at the end of its time waits for that statement too.
    of_answer = timeouts.CONNECT + timeouts.STORE + timeouts.REPLY < timeouts.ANSWER
    of_request = timeouts.BODY + timeouts.ANSWER < timeouts.STOP < timeouts.ORPHANS
    assert of_store
    assert timeouts.HEAD < timeouts.BODY
    assert of_answer
    assert of_request
    assert timeouts.BODY + timeouts.ANSWER < timeouts.BENTOML


def test_a_container_is_given_the_time_to_drain_and_stop():
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
    grace = float(compose["services"]["leadgate"]["stop_grace_period"].removesuffix("s"))
    assert grace > Serving().drain_seconds + timeouts.STOP


def test_a_container_is_restarted_when_it_is_dead_and_not_when_it_is_not_ready():
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    assert "/livez" in dockerfile.split("HEALTHCHECK")[1]
    assert "/readyz" not in dockerfile
