"""A Parquet file read part by part against the same leads in one piece."""

import datetime as dt
from dataclasses import replace

import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features import FeatureSet, LeadHistory
from leadgate.bundle.bundle import load_bundle, write_bundle
from leadgate.config import Columns, Data, PolicySettings
from leadgate.errors import DataError
from leadgate.model import Blend, BoostedMember, Calibration, Model
from leadgate.model.limits import Limits
from leadgate.policy import Policy
from leadgate.policy.wording import NOBODY
from serving.batch import lead_stream
from serving.batch.lead_stream import streamable
from serving.batch.score_file import score_file
from serving.scoring.scorer import Scorer

N = 900
EXPORT = {
    "columns": {"lead_id": "Id", "created_at": "Created", "personal": ["Email"]},
    "data": {"leads": "leads.csv", "missing": ["Select"]},
}


def _leads(n=N):
    rng = np.random.default_rng(0)
    source = np.array(["Web", "Fair", "Select", " List ", "none", None], dtype=object)
    return pd.DataFrame(
        {
            "Id": [f"00Q{i}" for i in range(n)],
            "Created": pd.Timestamp("2026-01-01", tz="UTC")
            + pd.to_timedelta(rng.integers(0, 9_000_000, n), unit="s"),
            "Email": "somebody@example.com",
            "Employees": np.where(rng.random(n) < 0.1, np.nan, rng.integers(1, 500, n)),
            "Budget": rng.gamma(2.0, 100.0, n).round(2),
            "Source": source[rng.integers(0, len(source), n)],
            "Region": pd.Categorical(rng.choice(["north", "south", "east"], n)),
            "Newsletter": rng.random(n) < 0.5,
            "Level": rng.integers(1, 4, n),
        }
    )


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    table = _leads().rename(columns={"Id": "lead_id", "Created": "created_at"})
    table = table.drop(columns="Email")
    history = LeadHistory.from_tables(table)
    features = FeatureSet().fit(history, history.snapshots([0]))
    X = features.transform(history, history.snapshots([0])).to_numpy()
    y = (np.nan_to_num(X[:, 0]) + np.random.default_rng(1).normal(size=N) > 100).astype(float)
    data = lightgbm.Dataset(X, y, params={"verbosity": -1})
    params = {"objective": "binary", "verbosity": -1, "num_leaves": 7, "num_threads": 1}
    booster = lightgbm.train(params, data, 20).model_to_string()
    model = Model(Blend([BoostedMember(booster)], [1.0]), Calibration(0.0, 1.0, np.eye(2) / 50))
    column = features.names_.index("Budget")
    high = [None] * X.shape[1]
    high[column] = 700.0
    path = write_bundle(
        tmp_path_factory.mktemp("model") / "bundle",
        features=features.to_dict(),
        model=model,
        policy=Policy.learn(model.readiness(X), base_rate=0.3, leads_per_week=50.0, key="k"),
        meta={"export": EXPORT, "horizon_days": 30.0},
        card="",
        low=np.nanmin(X, axis=0),
        high=np.nanmax(X, axis=0),
        limits=Limits(low=(None,) * X.shape[1], high=tuple(high)),
    )
    return Scorer(load_bundle(path), version="3", policy=PolicySettings(explore=0.1))


def _both(scorer, table, folder, monkeypatch, **given):
    """Score a Parquet file in parts of 200 rows, and the same rows in one piece."""
    monkeypatch.setattr(lead_stream, "PART", 200)
    source, output = folder / "leads.parquet", folder / "scores.parquet"
    if isinstance(table, pa.Table):
        pq.write_table(table, source)
    else:
        table.to_parquet(source, index=False)
    assert streamable(source, scorer.columns)
    scored = score_file(scorer, source, output, **given)
    frame = pq.read_table(source).to_pandas(integer_object_nulls=True, ignore_metadata=True)
    names = {"as_of", "age_days", "reasons"}
    whole = scorer.score(frame, **{k: v for k, v in given.items() if k in names})
    return scored, pd.read_parquet(output), whole


def _equal(streamed, whole):
    pd.testing.assert_frame_equal(
        streamed.astype({"readiness": float}), whole, check_dtype=False, rtol=0, atol=1e-12
    )


@pytest.mark.parametrize(
    "given",
    [{}, {"reasons": False}, {"as_of": "2026-05-01T00:00:00.5Z"}, {"age_days": 7}],
    ids=["at creation", "without reasons", "as of", "at an age"],
)
def test_answers_are_those_of_the_whole_table(scorer, tmp_path, monkeypatch, given):
    scored, streamed, whole = _both(scorer, _leads(), tmp_path, monkeypatch, **given)
    _equal(streamed, whole)
    assert scored.rows == N
    assert scored.decisions == whole["decision"].value_counts()[[*scored.decisions]].to_dict()
    assert scored.notes == whole.attrs["notes"]
    assert (streamed["decision"] == "review").any()


def test_a_control_group_is_drawn_by_account_in_both(scorer, tmp_path, monkeypatch):
    group = Scorer(scorer.bundle, policy=PolicySettings(explore=0.1, control=0.3))
    table = _leads().assign(account_id=[f"A{n // 3}" if n % 2 else None for n in range(N)])
    scored, streamed, whole = _both(group, table, tmp_path, monkeypatch)
    _equal(streamed, whole)
    assert scored.notes == whole.attrs["notes"]
    assert {"control", "gate"} == set(streamed["arm"])
    arms = streamed["arm"].groupby(table["account_id"]).nunique()
    assert set(arms) == {1}


def test_rules_decide_alike_in_both(scorer, tmp_path, monkeypatch):
    rules = {
        "objection": {"column": "Newsletter", "values": ["false"]},
        "competitor": {"column": "Kind", "values": ["rival"]},
        "student": {"column": "Title", "values": ["student"]},
    }
    settings = PolicySettings.model_validate({"explore": 0.1, "rules": rules})
    ruled = Scorer(scorer.bundle, policy=settings)
    kinds = np.array(["Rival", "partner", None], dtype=object)
    table = _leads().assign(Kind=kinds[np.arange(N) % 3])
    table.loc[[7, 400], "Id"] = None
    scored, streamed, whole = _both(ruled, table, tmp_path, monkeypatch)
    _equal(streamed, whole)
    assert scored.notes == whole.attrs["notes"]
    assert set(streamed["ruled_by"]) == {"", "objection", "competitor"}
    objects = streamed["ruled_by"] == "objection"
    assert streamed.loc[objects, "readiness"].isna().all()
    assert set(streamed.loc[[7, 400], "decision"]) == {"review"}


def test_who_takes_a_lead_is_read_part_by_part_too(scorer, tmp_path, monkeypatch):
    people = [
        {"name": name, "capacity_per_week": 25, "segments": [name]} for name in ("Web", "Fair")
    ]
    columns = {**EXPORT["columns"], "segments": ["Source"]}
    meta = {**scorer.bundle.meta, "export": {**EXPORT, "columns": columns}}
    bundle = replace(scorer.bundle, meta=meta)
    policy = PolicySettings.model_validate({"people": people})
    by_source = Scorer(bundle, version="3", policy=policy)
    _, streamed, whole = _both(by_source, _leads(), tmp_path, monkeypatch)
    _equal(streamed, whole)
    handed_off = streamed["decision"] == "hand_off"
    assert set(streamed["person"][handed_off]) == {"Web", "Fair"}
    assert set(streamed["person"][~handed_off]) == {""}
    assert NOBODY in set(streamed["why"])


def test_bad_rows_keep_their_place_and_say_why(scorer, tmp_path, monkeypatch):
    table = _leads()
    table.loc[700, "Id"] = table.loc[3, "Id"]
    table.loc[[5, 650], "Id"] = None
    table.loc[[7, 400], "Created"] = pd.NaT
    table.loc[8, "Created"] = pd.Timestamp("2199-01-01", tz="UTC")
    table.loc[9, "Budget"] = np.inf
    table.loc[10, "Source"] = "a new source"
    scored, streamed, whole = _both(scorer, table, tmp_path, monkeypatch)
    _equal(streamed, whole)
    assert streamed.loc[700, "warnings"] == "not scored: its lead id is a duplicate"
    assert streamed.loc[[5, 650], "warnings"].eq("not scored: it has no lead id").all()
    assert "rare in training or new" in " ".join(scored.notes)
    assert scored.notes == whole.attrs["notes"]


def test_a_refused_copy_of_a_lead_takes_no_other_along(scorer, tmp_path, monkeypatch):
    table = _leads()
    table.loc[[3, 5, 700, 710, 720], "Id"] = ["a", "b", "a", "b", "a"]
    table.loc[[3, 5], "Created"] = pd.Timestamp("2199-01-01", tz="UTC")
    _, streamed, whole = _both(scorer, table, tmp_path, monkeypatch)
    _equal(streamed, whole)
    assert streamed.loc[[700, 710], "warnings"].eq("").all()
    assert streamed.loc[720, "warnings"] == "not scored: its lead id is a duplicate"


def test_types_of_columns_change_nothing(scorer, tmp_path, monkeypatch):
    table = _leads().drop(columns="Level")
    table["Id"] = np.arange(N)
    table["Budget"] = table["Budget"].astype("float32")
    table["as_of"] = table["Created"] + dt.timedelta(days=2)
    table.to_parquet(tmp_path / "typed.parquet", index=False)
    arrow = pq.read_table(tmp_path / "typed.parquet")
    place = arrow.column_names.index("Employees")
    texts = ["" if np.isnan(v) else str(int(v)) for v in table["Employees"]]
    arrow = arrow.set_column(place, "Employees", pa.array(texts).dictionary_encode())
    scored, streamed, whole = _both(scorer, arrow, tmp_path, monkeypatch)
    _equal(streamed, whole)
    assert scored.notes == ["column Level is not there: taken as missing"]


def test_csv_gets_the_same_rows(scorer, tmp_path, monkeypatch):
    scored, streamed, _ = _both(scorer, _leads(), tmp_path, monkeypatch)
    output = tmp_path / "scores.csv.gz"
    score_file(scorer, tmp_path / "leads.parquet", output)
    written = pd.read_csv(output, keep_default_na=False, dtype={"lead_id": str})
    assert written["lead_id"].tolist() == streamed["lead_id"].tolist()
    assert written["reason_1"].tolist() == streamed["reason_1"].tolist()
    assert len(written) == scored.rows


def test_activities_that_were_forgotten_are_noted(scorer, tmp_path, monkeypatch):
    visits = tmp_path / "visits.csv"
    visits.write_text("lead_id,type,occurred_at\n1,visit,2026-01-02T00:00:00Z\n")
    data = {"leads": "leads.csv", "activities": [{"path": "visits.csv"}]}
    monkeypatch.setattr(scorer, "data", Data.model_validate(data))
    monkeypatch.setattr(scorer, "flat", False)
    _leads(30).to_csv(tmp_path / "leads.csv", index=False)
    said = "no activities are given (--activities): no lead has done anything"
    for given, noted in ({}, True), ({"activities": [visits]}, False):
        scored = score_file(scorer, tmp_path / "leads.csv", tmp_path / "scores.csv", **given)
        assert (said in scored.notes) == noted


@pytest.mark.parametrize("name", ["leads.csv", "leads.parquet"])
def test_a_file_without_a_lead_says_so(scorer, tmp_path, name):
    source, none = tmp_path / name, _leads(3).iloc[:0]
    if source.suffix == ".csv":
        none.to_csv(source, index=False)
    else:
        none.to_parquet(source, index=False)
    scored = score_file(scorer, source, tmp_path / "scores.csv")
    assert scored.rows == 0
    assert scored.notes[0] == f"{name} holds no lead below its header: there is nothing to score"


@pytest.mark.parametrize("place", ["leads.csv", "../data/leads.csv", "touches.csv"])
def test_scores_never_replace_a_file_that_is_read(scorer, tmp_path, place):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("leads.csv", "touches.csv"):
        (folder / name).write_text("Id\n1\n")
    touches = [folder / "touches.csv"]
    with pytest.raises(DataError, match=r"s\.csv: the scores would replace a file that is read"):
        score_file(scorer, folder / "leads.csv", folder / place, activities=touches)
    assert [path.read_text() for path in folder.iterdir()] == ["Id\n1\n"] * 2


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("leads.parquet/scores.csv", r"the folder .*leads\.parquet cannot be made"),
        ("folder.csv", "nothing can be written there"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_scored(scorer, tmp_path, place, why):
    _leads().to_parquet(tmp_path / "leads.parquet", index=False)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match=why) as refusal:
        score_file(scorer, tmp_path / "leads.parquet", tmp_path / place)
    assert "scores.csv" in refusal.value.hint


def test_leads_without_an_id_name_the_columns_there_are(scorer, tmp_path):
    (tmp_path / "leads.csv").write_text("Kunde,Quelle\n1,Web\n")
    with pytest.raises(DataError, match="the leads to score: there is no column Id") as refusal:
        score_file(scorer, tmp_path / "leads.csv", tmp_path / "scores.csv")
    assert refusal.value.hint == "Its columns: Kunde, Quelle."


def test_no_cell_begins_as_a_formula_of_a_spreadsheet_does(scorer, tmp_path):
    _leads().to_parquet(tmp_path / "leads.parquet", index=False)
    score_file(scorer, tmp_path / "leads.parquet", tmp_path / "scores.csv")
    written = pd.read_csv(tmp_path / "scores.csv", dtype=str, keep_default_na=False)
    assert written["reason_1"].str.startswith(("(+) ", "(-) ")).any()
    assert not written.drop(columns="lead_id").stack().str.match(r"[=+@\t\r-]").any()


def test_nothing_is_left_of_a_file_that_fails_half_way(scorer, tmp_path, monkeypatch):
    def fails(*_):
        raise DataError("the second part is damaged.")

    monkeypatch.setattr(lead_stream, "_among", fails)
    source = tmp_path / "leads.parquet"
    _leads().to_parquet(source)
    with pytest.raises(DataError, match="second part"):
        score_file(scorer, source, tmp_path / "out" / "scores.parquet")
    assert not [*(tmp_path / "out").iterdir()]


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.assign(Created=t["Created"].astype(str)),
        lambda t: t.rename(columns={"Source": " Source"}),
        lambda t: t.assign(Source=[["a"]] * len(t)),
        lambda t: t[:0],
    ],
    ids=["times as text", "a name with a blank", "lists", "no row"],
)
def test_what_is_not_plain_is_read_in_one_piece(tmp_path, change):
    source = tmp_path / "leads.parquet"
    change(_leads()).to_parquet(source, index=False)
    assert not streamable(source, Columns(lead_id="Id", created_at="Created"))


def test_what_is_no_parquet_file_is_read_elsewhere(tmp_path):
    source = tmp_path / "leads.parquet"
    source.write_bytes(b"no table")
    assert not streamable(source, Columns(lead_id="Id", created_at="Created"))
    assert not streamable(tmp_path / "leads.csv", Columns(lead_id="Id", created_at="Created"))
