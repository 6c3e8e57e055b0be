"""What a model does with an export that is written or named in another way than in training."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.parsing.export_format import ExportFormat
from features.parsing.time_format import TimeFormat
from leadgate.bundle.bundle import load_bundle
from leadgate.config import PolicySettings
from leadgate.errors import DataError, LeadError
from serving.scoring.scorer import Scorer
from tests.serving.bundles import small_bundle

DAYS = TimeFormat("dmy", clock=False, kinds=("numbers",))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    table = pd.DataFrame(
        {
            "lead_id": [f"t{i}" for i in range(60)],
            "created_at": pd.date_range("2024-01-01", periods=60, freq="D", tz="UTC"),
            "Source": ["Web", "Fair", "Phone"] * 20,
            "Employees": [str(5 + 37 * i) for i in range(60)],
        }
    )
    path = tmp_path_factory.mktemp("model") / "bundle"
    return load_bundle(small_bundle(path, table, None, {"won": ["Won"]}))


def scorer_of(bundle, policy=None, **written):
    """Return a scorer whose export was written in some way."""
    columns = {"created_at": "Created", "lead_id": "Id"}
    names = bundle.meta["export"]["columns"]
    export = {
        "columns": {**names, **columns},
        "data": {**bundle.meta["export"]["data"], "timezone": "Europe/Berlin"},
        "format": ExportFormat(**written).to_dict(),
    }
    importance = {"Source": 0.6, "Employees": 0.2}
    meta = {**bundle.meta, "export": export, "importance": importance}
    return Scorer(replace(bundle, meta=meta), version="1", policy=policy)


def leads(*created, **columns):
    ids = [f"L{i}" for i in range(len(created))]
    return pd.DataFrame(
        {"Id": ids, "Created": created, "Source": "Web", "Employees": "20", **columns}
    )


def test_a_nightly_file_is_read_as_the_training_file_was(bundle):
    scorer = scorer_of(bundle, times={"Created": DAYS})
    answers = scorer.score(leads("03-09-2024", "04-09-2024"))
    assert answers["as_of"].tolist() == ["2024-09-02T22:00:00Z", "2024-09-03T22:00:00Z"]
    # Not by its neighbours either.
    answers = scorer.score(leads("03-09-2024", "09-13-2024"))
    assert answers["as_of"][0] == "2024-09-02T22:00:00Z"
    why = "not scored: Created is a date with the month first (mdy), the model reads the day first"
    assert why in answers["warnings"][1]


def test_a_model_without_a_format_asks_as_ever(bundle):
    with pytest.raises(DataError, match="no date says which number is the day"):
        scorer_of(bundle).score(leads("03-09-2024"))


def test_a_single_lead_is_read_as_the_row_of_a_file(bundle):
    scorer = scorer_of(bundle, times={"Created": DAYS}, decimals={"Employees": ","})
    frame = leads("03-09-2024", Employees="1.250")
    row = scorer.score(frame).iloc[0]
    sent = frame.iloc[0].to_dict()
    answer = scorer.score_one(sent, as_of=1_725_314_400_000_000)
    assert answer["as_of"] == row["as_of"] == "2024-09-02T22:00:00Z"
    assert answer["readiness"] == pytest.approx(row["readiness"], abs=1e-12)
    assert answer["warnings"] == "Created has no offset from UTC: read in Europe/Berlin"
    number = scorer.score_one({**sent, "Employees": 1250}, as_of=1_725_314_400_000_000)
    assert answer["readiness"] == number["readiness"]


@pytest.mark.parametrize("sent", ["03-09-2024", "13-09-2024", "45538", 45538, "1725314400"])
def test_a_single_lead_is_not_read_in_a_way_that_training_has_not_seen(bundle, sent):
    with pytest.raises(LeadError, match="Created is no time"):
        scorer_of(bundle).score_one({"Id": "x", "Created": sent})


@pytest.mark.parametrize(
    ("kind", "sent"), [("serial", "45538"), ("serial", 45538), ("epoch", 1725314400)]
)
def test_a_single_lead_may_be_sent_as_the_export_has_it(bundle, kind, sent):
    scorer = scorer_of(bundle, times={"Created": TimeFormat("", clock=False, kinds=(kind,))})
    answer = scorer.score_one({"Id": "x", "Created": sent, "Source": "Web", "Employees": 5})
    assert answer["readiness"] is not None


def test_a_renamed_column_fills_the_warnings_of_each_row(bundle):
    scorer = scorer_of(bundle, columns=("Id", "Created", "Source", "Employees"))
    frame = leads("2024-09-03", "2024-09-04", "x").rename(columns={"Source": "source"})
    answers = scorer.score(frame)
    warning = "column Source is not there (is it source now?): taken as missing"
    assert answers["warnings"].str.startswith(warning).all()
    assert "not scored: Created cannot be read" in answers["warnings"][2]
    assert warning in answers.attrs["notes"]
    assert (answers["decision"] == "review").all()
    assert answers["readiness"].isna().all()
    assert answers["warnings"][0].endswith(
        "columns that carry 60% of what the model looks at are not there"
    )


def test_what_is_lost_decides_whether_a_lead_can_be_scored(bundle):
    frame = leads("2024-09-03").drop(columns="Employees")
    answers = scorer_of(bundle).score(frame)
    assert answers["warnings"][0].startswith("column Employees is not there")
    assert answers["readiness"].notna().all()
    strict = scorer_of(bundle, PolicySettings(review_lost_importance=0.2)).score(frame)
    assert strict["decision"].tolist() == ["review"]


def test_a_single_lead_without_columns_is_as_the_row_of_a_file_without_them(bundle):
    scorer = scorer_of(bundle, columns=("Id", "Created", "Source", "Employees"))
    frame = leads("2024-09-03T10:00:00Z").rename(columns={"Source": "source"})
    row = scorer.score(frame).iloc[0]
    answer = scorer.score_one(frame.iloc[0].to_dict(), as_of=1_725_357_600_000_000)
    assert answer["decision"] == row["decision"] == "review"
    assert answer["readiness"] is None
    assert "column Source is not there (is it source now?): taken as missing" in answer["warnings"]


def test_a_single_lead_of_a_crm_that_sends_no_empty_fields_is_scored(bundle):
    scorer = scorer_of(bundle, columns=("Id", "Created", "Source", "Employees"))
    sent = {"Id": "a", "Created": "2024-09-03T10:00:00Z", "Employees": "20"}
    answer = scorer.score_one(sent, as_of=1_725_357_600_000_000)
    assert answer["readiness"] is not None
    assert answer["warnings"] == "column Source is not there: taken as missing"


def test_a_parquet_file_is_answered_alike_part_by_part(bundle, tmp_path):
    from serving.batch.score_file import score_file

    scorer = scorer_of(bundle, decimals={"Employees": ","}, columns=("Source", "Employees"))
    frame = leads(*pd.to_datetime(["2024-09-03", "2024-09-04"], utc=True), Employees="1.250")
    frame = frame.rename(columns={"Source": "source"})
    frame.to_parquet(tmp_path / "leads.parquet")
    score_file(scorer, tmp_path / "leads.parquet", tmp_path / "out.parquet")
    streamed = pd.read_parquet(tmp_path / "out.parquet")
    whole = scorer.score(frame)
    for name in ("readiness", "decision", "warnings"):
        assert streamed[name].fillna(np.inf).tolist() == whole[name].fillna(np.inf).tolist()


def test_ids_that_a_spreadsheet_has_rounded_are_no_leads(bundle):
    frame = leads("2024-09-03", "2024-09-03").assign(Id=["5.80503E+18", "12"])
    answers = scorer_of(bundle).score(frame)
    assert (
        "its lead id looks like a number that a spreadsheet has rounded" in answers["warnings"][0]
    )
    assert answers["readiness"].notna().tolist() == [False, True]


def test_a_file_in_another_order_is_warned_of_in_every_row(bundle):
    scorer = scorer_of(bundle, times={"Created": DAYS})
    answers = scorer.score(leads("03-09-2024", "09-13-2024"))
    said = 'set date_format = { "Created" = "mdy" } under [data]'
    assert answers["warnings"].str.contains(said, regex=False).all()
    assert any(said in note for note in answers.attrs["notes"])
    # What is said now counts instead of what was learned.
    scorer.data = scorer.data.with_dates({"Created": "mdy"})
    answers = scorer.score(leads("03-09-2024", "09-13-2024"))
    assert answers["as_of"].tolist() == ["2024-03-08T23:00:00Z", "2024-09-12T22:00:00Z"]
    assert answers["warnings"].tolist() == ["", ""]
