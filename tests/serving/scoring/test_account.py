"""What the other people of an account did: the same in training, in a file and in a request."""

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import load_tables
from features.parsing.times import US_PER_DAY, iso, micros
from leadgate import Config
from leadgate.bundle.bundle import load_bundle, write_bundle
from leadgate.errors import LeadError
from leadgate.model import AdditiveMember, Blend, Calibration, Model, Shape
from leadgate.policy import Policy
from serving.decisions.replay import replay
from serving.http import requests
from serving.http.lead_routes import LeadRoutes
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.scoring.lead_request import OTHERS_UNKNOWN, ScoreRequest
from serving.scoring.scorer import Scorer
from serving.store import Store, read_tables
from training.dataset.settings import Settings

N = 90
DAY0 = pd.Timestamp("2026-01-01T00:00:00Z")
CONFIG = {
    "data": {
        "leads": "leads.csv",
        "outcomes": "outcomes.csv",
        "activities": [{"path": "acts.csv", "recorded_at": "recorded_at"}],
        "whole_accounts": True,
    },
    "columns": {"lead_id": "Id", "account_id": "Company", "created_at": "Created"},
}


def _iso(days):
    return (DAY0 + pd.to_timedelta(days, unit="D")).strftime("%Y-%m-%dT%H:%M:%SZ")


def _export(export_folder):
    """Write leads of thirty accounts, some of none, with activities and outcomes."""
    rng = np.random.default_rng(0)
    created = rng.integers(0, 40, N)
    ids = np.array([f"L{i:02d}" for i in rng.permutation(N)])
    company = np.where(rng.random(N) < 0.1, "", rng.integers(0, 30, N).astype(str))
    source = rng.choice(["Web", "Fair"], N)
    leads = {"Id": ids, "Created": _iso(created), "Company": company, "Source": source}
    which, at = rng.integers(0, N, 600), rng.random(600) * 40
    acts = {
        "lead_id": ids[which],
        "type": rng.choice(["visit", "call"], 600),
        "occurred_at": _iso(created[which] + at),
        "recorded_at": _iso(created[which] + at + rng.choice([0, 5], 600)),
    }
    closed = rng.choice(N, 40, replace=False)
    outcomes = {
        "lead_id": ids[closed],
        "outcome": rng.choice(["won", "lost"], 40),
        "closed_at": _iso(created[closed] + 20),
        "recorded_at": _iso(created[closed] + 22),
    }
    tables = {"leads": leads, "acts": acts, "outcomes": outcomes}
    for name, table in tables.items():
        pd.DataFrame(table).to_csv(export_folder / f"{name}.csv", index=False)
    return {name: pd.DataFrame(table) for name, table in tables.items()}


@pytest.fixture(scope="module")
def export_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("account")


@pytest.fixture(scope="module")
def raw(export_folder):
    return _export(export_folder)


@pytest.fixture(scope="module")
def export(raw, export_folder):
    return load_tables(Config.from_dict(CONFIG, export_folder))


@pytest.fixture(scope="module")
def scorer(export, export_folder):
    config, history = Config.from_dict(CONFIG, export_folder), export.history()
    features = Settings.of(config).feature_set().fit(history, history.snapshots([0, 20]))
    rng = np.random.default_rng(1)
    shapes = [
        Shape.table(rng.normal(size=len(features.vocabularies_[f.source]) + 1))
        if f.source in features.vocabularies_
        else Shape([0, 5, 50], rng.normal(size=3), rng.normal())
        for f in features.features_
    ]
    model = Model(Blend([AdditiveMember(shapes, 0.0)], [1.0]), Calibration(0, 0.1, np.eye(2)))
    readiness = np.linspace(0.1, 0.9, 20)
    path = write_bundle(
        export_folder / "bundle",
        features=features.to_dict(),
        model=model,
        policy=Policy.learn(readiness, base_rate=0.3, leads_per_week=9.0, key="k"),
        meta={"export": config.model_dump(mode="json", include={"columns", "data"})},
        card="",
        low=np.zeros(len(features.names_)),
        high=np.ones(len(features.names_)),
    )
    return Scorer(load_bundle(path))


def _activities(raw, lead_id):
    acts = raw["acts"]
    return acts[acts["lead_id"] == lead_id].drop(columns="lead_id").to_dict("records")


def _request(raw, lead_id):
    """Return a lead and the others of its account, as a CRM sends them."""
    leads = raw["leads"].set_index("Id", drop=False)
    lead = leads.loc[lead_id]
    others = leads[(leads["Company"] == lead["Company"]) & (leads["Id"] != lead_id)]
    closed = raw["outcomes"].set_index("lead_id").to_dict("index")
    sent = [
        {
            "lead_id": other["Id"],
            "created_at": other["Created"],
            **closed.get(other["Id"], {}),
            "activities": _activities(raw, other["Id"]),
        }
        for other in others.to_dict("records")
    ]
    return lead.to_dict(), _activities(raw, lead_id), sent if lead["Company"] else None


@given(st.integers(0, 80 * 24), st.lists(st.integers(0, N - 1), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_training_file_and_request_see_the_same_account(raw, export, scorer, hours, chosen):
    history, model = export.history(), scorer.model
    as_of = int(micros(pd.Series([DAY0]))[0]) + hours * US_PER_DAY // 24
    rows = raw["leads"].iloc[sorted(set(chosen))]
    rows = rows[rows["Created"] <= iso(as_of)]
    position = history.index_of(rows["Id"])
    X = scorer.feature_set.matrix(history, position, np.full(len(rows), as_of))
    wanted = model.readiness(X)
    acts = raw["acts"][raw["acts"]["lead_id"].isin(rows["Id"])]
    scored = scorer.score(rows, acts, as_of=as_of, export=export)
    assert scored["readiness"].to_numpy(np.float64) == pytest.approx(wanted, abs=1e-12)
    for lead_id, readiness in zip(rows["Id"], wanted, strict=True):
        lead, own, others = _request(raw, lead_id)
        answer = scorer.score_one(lead, own, as_of, others)
        assert answer["readiness"] == pytest.approx(readiness, abs=1e-12)
        assert answer["warnings"] == ""


def test_the_others_change_the_answer(raw, scorer):
    lead, own, others = _request(raw, _of_large_account(raw))
    as_of = int(micros(pd.Series([DAY0]))[0]) + 60 * US_PER_DAY
    alone, beside = (scorer.score_one(lead, own, as_of, o) for o in ([], others))
    assert alone["readiness"] != beside["readiness"]


def test_an_account_that_is_not_given_is_warned_of(raw, scorer):
    lead, own, _ = _request(raw, _of_large_account(raw))
    as_of = int(micros(pd.Series([DAY0]))[0]) + 60 * US_PER_DAY
    assert scorer.score_one(lead, own, as_of)["warnings"] == OTHERS_UNKNOWN
    scored = scorer.score(raw["leads"], raw["acts"], as_of=as_of)
    assert OTHERS_UNKNOWN in scored.attrs["notes"]
    X = scorer.feature_set.matrix(
        scorer.reader.read(ScoreRequest(lead, own, as_of)).history, *_at(as_of)
    )
    unknown = [f.name for f, x in zip(scorer.feature_set.features_, X[0], strict=True)
               if f.scope == "account" and not np.isnan(x)]  # fmt: skip
    assert unknown == []


def _at(as_of):
    return np.zeros(1, dtype=np.int64), np.array([as_of])


def _of_large_account(raw):
    company = raw["leads"]["Company"]
    largest = company[company != ""].value_counts().index[0]
    return raw["leads"]["Id"][company == largest].iloc[0]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"created_at": "2026-01-01T00:00:00Z"}, "others[0].lead_id"),
        ({"lead_id": "me", "created_at": "2026-01-01T00:00:00Z"}, "others[0].lead_id"),
        ({"lead_id": "a"}, "others[0].created_at"),
        (
            {"lead_id": "a", "created_at": "2026-01-01T00:00:00Z", "activities": [{"type": "x"}]},
            "others[0].activities[0].occurred_at",
        ),
        (
            {
                "lead_id": "a",
                "created_at": "2026-01-01T00:00:00Z",
                "outcome": "won",
                "closed_at": "yesterday",
            },
            "others[0].closed_at",
        ),
    ],
)
def test_a_fault_of_another_lead_names_its_field(scorer, other, field):
    lead = {"Id": "me", "Created": "2026-01-01T00:00:00Z", "Company": "c"}
    with pytest.raises(LeadError, match="others") as error:
        scorer.score_one(lead, [], None, [other])
    assert error.value.field == field
    assert error.value.message.startswith(field)


@pytest.mark.parametrize(
    ("others", "field"),
    [
        ({"lead_id": "a"}, "others"),
        (["a"], "others[0]"),
        ([{"lead_id": ["a"]}], "others[0].lead_id"),
        ([{"activities": "x"}], "others[0].activities"),
        ([{"activities": [{"type": {}}]}], "others[0].activities[0].type"),
    ],
)
def test_others_that_are_no_list_of_leads_are_refused(others, field):
    with pytest.raises(LeadError, match="others") as error:
        requests.score_request({"lead_id": "me", "others": others})
    assert error.value.field == field


def test_others_are_taken_apart():
    sent = [{"lead_id": "a", "activities": [{"type": "visit"}]}, {"lead_id": "b"}]
    request = requests.score_request({"lead_id": "me", "others": sent})
    assert request.others == [sent[0], {"lead_id": "b", "activities": []}]
    assert request.lead == {"lead_id": "me"}
    assert requests.score_request({"lead_id": "me"}).others is None


def test_the_store_holds_what_the_others_did(
    raw, export_folder, scorer, client_of, availability, tmp_path
):
    client = client_of(lambda: scorer, lead_routes=LeadRoutes(availability, tmp_path))
    for lead in raw["leads"].to_dict("records"):
        assert client.post("/v1/score", {**lead, "as_of": lead["Created"]}).status == 200
    for name, key in (("acts", "activities"), ("outcomes", "outcomes")):
        rows = raw[name].to_dict("records")
        for start in range(0, len(rows), 200):
            answer = client.post(f"/v1/{key}", {key: rows[start : start + 200]})
            assert {r["status"] for r in answer.json()["results"]} <= {200, 201}
    # The store counts an outcome from when it was reported.
    recorded_at = read_tables(availability.store).outcomes.set_index("lead_id")["recorded_at"]
    later = tmp_path / "later"
    shutil.copytree(export_folder, later)
    outcomes = raw["outcomes"].assign(recorded_at=raw["outcomes"]["lead_id"].map(recorded_at))
    outcomes.to_csv(later / "outcomes.csv", index=False)
    export = load_tables(Config.from_dict(CONFIG, later))
    as_of = pd.Timestamp.now("UTC").floor("s") + pd.Timedelta(days=1)
    wanted = scorer.score(raw["leads"], raw["acts"], as_of=as_of, export=export)
    sent = {"as_of": as_of.strftime("%Y-%m-%dT%H:%M:%SZ")}
    for lead, readiness in zip(raw["leads"].to_dict("records"), wanted["readiness"], strict=True):
        for more in ({}, {"Company": lead["Company"]}):
            answer = client.post("/v1/score", {"lead_id": lead["Id"], **more, **sent}).json()
            assert answer["readiness"] == pytest.approx(readiness, abs=1e-12)
            assert answer["warnings"] == ""
    (again,) = replay(availability.store, answer["request_id"], lambda *kept: scorer.bundle)
    assert again.differences == []
    # What is sent counts, not what is stored.
    lead, own, others = _request(raw, _of_large_account(raw))
    assert others
    alone = client.post("/v1/score", {"lead_id": lead["Id"], "others": [], **sent}).json()
    assert alone["readiness"] == pytest.approx(
        scorer.score_one(lead, own, int(micros(pd.Series([as_of]))[0]), [])["readiness"], abs=1e-12
    )


def test_an_account_that_the_store_does_not_hold_is_warned_of(raw, scorer, client_of, tmp_path):
    availability = Availability(
        Store(f"sqlite:///{tmp_path / 'away' / 'x.db'}"), Spool(tmp_path / "spool")
    )
    availability.look()
    client = client_of(lambda: scorer, lead_routes=LeadRoutes(availability, tmp_path))
    lead, _, _ = _request(raw, _of_large_account(raw))
    assert OTHERS_UNKNOWN in client.post("/v1/score", lead).json()["warnings"]
