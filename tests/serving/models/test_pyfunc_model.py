"""The MLflow model gives what `leadgate score` and a single request give, activities and all."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import serving
from features.parsing.times import iso, micros
from serving import Scorer
from tests.serving.asgi import Client
from tests.serving.bundles import small_bundle

N = 30
NUMBERS = ["readiness", "readiness_low", "readiness_high", "propensity"]


@pytest.fixture(scope="module")
def leads(crm):
    """The newest leads of the simulated CRM, looked at in time for what they did."""
    leads = crm.tables.leads.sort_values("created_at").tail(N).reset_index(drop=True)
    leads["created_at"] = [iso(us) for us in micros(leads["created_at"])]
    return leads.assign(as_of=iso(crm.tables.history().until))


@pytest.fixture(scope="module")
def activities(crm, leads):
    rows = crm.tables.activities
    rows = rows[rows["lead_id"].isin(leads["lead_id"])].drop(columns=["channel", "content"])
    times = {
        name: [iso(us) for us in micros(rows[name])] for name in ("occurred_at", "recorded_at")
    }
    assert rows["lead_id"].nunique() > N / 2
    return rows.assign(**times)


@pytest.fixture(scope="module")
def bundle(crm, tmp_path_factory):
    columns = {"lead_id": "lead_id", "created_at": "created_at"}
    path = tmp_path_factory.mktemp("crm") / "bundle"
    return small_bundle(path, crm.tables.leads, crm.tables.activities, columns)


@pytest.fixture(scope="module")
def model(bundle, leads, tmp_path_factory):
    """MLflow's own way to the model and back; it warns of its type hints and asks for examples."""
    path = tmp_path_factory.mktemp("mlflow") / "model"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow.pyfunc
        from mlflow.models import ModelSignature
        from mlflow.types import ColSpec, Schema
        from mlflow.types.schema import AnyType

        takes = [ColSpec(AnyType(), n, required=False) for n in [*leads.columns, "activities"]]
        mlflow.pyfunc.save_model(
            path,
            python_model=str(Path(serving.__file__).parent / "models" / "pyfunc_model.py"),
            artifacts={"bundle": str(bundle)},
            pip_requirements=["leadgate"],
            signature=ModelSignature(Schema(takes)),
        )
        return mlflow.pyfunc.load_model(str(path))


def records(activities: pd.DataFrame, lead_id: str) -> list[dict[str, object]]:
    rows = activities[activities["lead_id"] == lead_id].drop(columns="lead_id")
    return [
        {name: value for name, value in row.items() if value == value}
        for row in rows.to_dict("records")
    ]


def with_activities(leads: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    cells = [json.dumps(records(activities, lead_id)) for lead_id in leads["lead_id"]]
    return leads.assign(activities=cells)


def as_read(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame as `pandas.read_csv` gives what it wrote."""
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


def test_activities_in_a_column_give_what_a_table_of_them_gives(bundle, model, leads, activities):
    expected = Scorer.load(bundle, version="").score(leads, activities)
    answers = model.predict(with_activities(leads, activities))
    pd.testing.assert_frame_equal(answers, expected, rtol=1e-12, atol=0)
    bare = model.predict(leads.drop(columns="as_of"))
    assert not np.allclose(bare["readiness"], expected["readiness"], rtol=0.1, atol=0)


def test_a_plain_frame_gives_what_single_requests_give(bundle, model, leads, activities):
    scorer = Scorer.load(bundle, version="")
    answers = model.predict(as_read(with_activities(leads, activities)))
    for row, answer in zip(
        as_read(leads).to_dict("records"), answers.to_dict("records"), strict=True
    ):
        fields = {name: value for name, value in row.items() if value == value}
        as_of = micros(pd.Series(pd.to_datetime([fields.pop("as_of")])))
        one = scorer.score_one(fields, records(activities, row["lead_id"]), int(as_of[0]))
        assert [answer[name] for name in NUMBERS] == pytest.approx(
            [one[name] for name in NUMBERS], rel=1e-12, abs=0
        )
        texts = [f"reason_{number}" for number in range(1, 6)]
        assert [answer[name] for name in texts] == [one[name] for name in texts]


def test_rows_without_activities_say_so(model, leads, activities):
    said = "no activities are given: scored as if the lead had done nothing"
    assert set(model.predict(leads)["warnings"]) == {said}
    assert set(model.predict(leads.assign(activities=None))["warnings"]) == {""}


def test_mlflows_own_server_gives_the_same(model, leads, activities):
    rows = with_activities(leads, activities)
    sent = {"dataframe_records": json.loads(as_read(rows).to_json(orient="records"))}
    from mlflow.pyfunc import scoring_server

    client = Client(scoring_server.init(model), key="")
    answer = client.call("POST", "/invocations", json.dumps(sent).encode())
    assert answer.status == 200, answer.content
    served = pd.DataFrame(answer.json()["predictions"])
    expected = model.predict(rows)
    np.testing.assert_allclose(served[NUMBERS], expected[NUMBERS], rtol=1e-12, atol=0)
    assert served["decision"].tolist() == expected["decision"].tolist()
