"""Leads of a file that have ended: there is nothing to decide about them."""

from dataclasses import replace

import pandas as pd
import pytest

from leadgate.bundle.bundle import load_bundle
from serving.batch.score_file import score_file
from serving.scoring.scorer import Scorer
from tests.serving.bundles import small_bundle

TABLE = pd.DataFrame(
    {
        "lead_id": [f"t{i}" for i in range(60)],
        "created_at": pd.date_range("2024-01-01", periods=60, freq="D", tz="UTC"),
        "Source": ["Web", "Fair", "Phone"] * 20,
    }
)
STAGES = {
    "lead_id": "lead_id",
    "outcome": "Stage",
    "won": ["Won"],
    "lost": ["Lost"],
    "closed_at": "Closed",
}
WON, LOST = (f"not scored: it is closed already, as {kind}" for kind in ("won", "lost"))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return load_bundle(small_bundle(tmp_path_factory.mktemp("m") / "b", TABLE, None, STAGES))


def scorer_of(bundle, **columns):
    export = bundle.meta["export"]
    export = {**export, "columns": {**export["columns"], **columns}}
    return Scorer(replace(bundle, meta={**bundle.meta, "export": export}), version="1")


def leads(**columns):
    n = len(next(iter(columns.values())))
    made = {"lead_id": [f"L{i}" for i in range(n)], "created_at": "2024-03-01", "Source": "Web"}
    return pd.DataFrame({**made, **columns})


def said(bundle, table, *args, columns=None, **given):
    return scorer_of(bundle, **(columns or {})).score(table, *args, **given)["warnings"].tolist()


def test_closed_leads_keep_their_place_and_are_for_review(bundle):
    table = leads(Stage=["Open", "Won", "Lost", ""])
    answers = scorer_of(bundle).score(table, capacity=4)
    assert answers["warnings"].tolist() == ["", WON, LOST, ""]
    assert answers["readiness"].isna().tolist() == [False, True, True, False]
    assert answers["decision"].tolist() == ["hand_off", "review", "review", "hand_off"]


def test_a_lead_that_was_open_when_it_is_looked_at_is_scored(bundle):
    table = leads(Stage=["Won", "Won", "Won"], Closed=["2024-05-01", "2024-06-01", ""])
    assert said(bundle, table) == [WON] * 3
    assert said(bundle, table, as_of="2024-05-15") == [WON, "", WON]
    assert (
        said(bundle, table, as_of="2024-02-29T00:00:00Z")[:2]
        == ["not scored: it was created after as_of"] * 2
    )
    assert said(bundle, table, age_days=70) == [WON, "", WON]


def test_a_row_may_say_itself_when_it_is_looked_at(bundle):
    table = leads(Stage=["Won", "Won"], Closed=["2024-05-01"] * 2, as_of=["2024-04-01", ""])
    assert said(bundle, table) == ["", WON]


def test_what_is_not_won_yet_is_not_lost(bundle):
    table = leads(Stage=["1", "0"])
    assert said(bundle, table, columns={"won": ["1"], "lost": ["0"]}) == [WON, ""]
    assert said(bundle, table, columns={"won": ["1"], "lost": "rest"}) == [WON, ""]


def test_a_column_that_says_which_leads_have_ended_decides(bundle):
    table = leads(Stage=["1", "0", "0"], IsClosed=["true", "true", "false"])
    columns = {"won": ["1"], "lost": "rest", "closed": {"column": "IsClosed"}}
    assert said(bundle, table, columns=columns) == [WON, LOST, ""]


def test_canonical_words_need_no_list(bundle):
    table = leads(Stage=["Won", "LOST", "open"])
    assert said(bundle, table, columns={"won": [], "lost": []}) == [WON, LOST, ""]


def test_dates_of_closing_that_cannot_be_read_are_no_fault(bundle):
    table = leads(Stage=["Won", "Open"], Closed=["03/04/2024", "04/03/2024"])
    assert said(bundle, table) == [WON, ""]


@pytest.mark.parametrize("name", ["leads.csv", "leads.parquet"])
def test_a_file_counts_its_closed_leads(bundle, tmp_path, name):
    table = leads(Stage=["Open", "Won", "Lost", "Lost"])
    table["created_at"] = pd.to_datetime(table["created_at"], utc=True)
    if name.endswith("csv"):
        table.to_csv(tmp_path / name, index=False)
    else:
        table.to_parquet(tmp_path / name)
    scored = score_file(scorer_of(bundle), tmp_path / name, tmp_path / "scores.csv")
    assert (scored.rows, scored.closed, scored.to_dict()["closed"]) == (4, 3, 3)
    assert scored.decisions["review"] == 3
