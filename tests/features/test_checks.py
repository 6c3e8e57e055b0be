import json

import pytest

from features.checks import check
from tests.features.exports import Export, lead, lost, visit, won


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def test_a_check_counts_what_is_there_and_what_was_refused(export):
    rows = [won("a"), lost("b"), lead("c"), lead("d", Stage="New"), lead("a"), won("e", Closed="x")]
    visits = export.write("visits.csv", [visit("a"), visit("z")])
    report = check(export.config(rows, {"activities": [{"path": visits}]}))
    assert (report.rows, report.leads) == (6, 4)
    assert report.outcomes == {"won": 1, "lost": 1}
    assert (report.open, report.unworked) == (2, 1)
    assert report.activities == 1
    assert report.data_from == "2026-01-02T12:00:00Z"
    assert report.data_until == "2026-01-05T12:00:00Z"
    assert report.quarantined == 3
    assert sum(refusal["rows"] for refusal in report.quarantine) == 3


def test_a_kind_of_outcome_that_is_missing_is_noted(export):
    report = check(export.config([won("a"), lead("b")]))
    assert report.notes[0].startswith("No lead is lost. See which values columns.lost names")


def test_an_export_without_a_feature_is_noted(export):
    rows, sentence = [won("a"), lost("b")], "Nothing distinguishes the leads"
    bare = check(export.config(rows, unknown=["Industry"]))
    assert any(sentence in note for note in bare.notes)
    assert not any(sentence in note for note in check(export.config(rows)).notes)


def test_numbers_whose_separators_may_mean_two_things_are_noted(export):
    rows = [won("a", Revenue="1.250.000"), lost("b", Revenue="80.000"), lost("c", Revenue="1,250")]
    (note,) = [n for n in check(export.config(rows)).notes if n.startswith("Revenue")]
    assert note.startswith("Revenue: 2 values are no number here")
    assert "250.000" not in note
    plain = [won("a", Revenue="1.250.000,50"), lost("b", Revenue="80,5")]
    assert not any("Revenue" in note for note in check(export.config(plain)).notes)


def test_a_report_is_plain_json(export):
    report = check(export.config([won("a"), lost("b")]))
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()


def test_an_export_without_dates_has_no_window(export):
    rows = [won("a"), lost("b")]
    report = check(export.config(rows, created_at=None, closed_at=None, order="row"))
    assert (report.data_from, report.data_until) == ("", "")


def test_features_that_look_like_leaks_are_suspects(export):
    columns = {"IsConverted": "1", "Email": "a@example.org", "Last Visit": "2", "Rating": "5"}
    report = check(export.config([won("a", **columns), lost("b")], own_score="Rating"))
    assert [suspect.split(" is a feature, but ") for suspect in report.suspects] == [
        [
            "IsConverted",
            "it is set when a lead converts (Salesforce): list it in columns.after_outcome.",
        ],
        ["Email", "looks personal (it holds e-mail addresses): list it in columns.personal."],
        [
            "Last Visit",
            "by its name holds what is true today: list it in columns.unknown unless it is as it "
            "was at creation.",
        ],
    ]


def test_a_column_with_dated_changes_is_no_suspect(export):
    changes = [{"lead_id": "a", "field": "Last Visit", "value": "1", "changed_at": "2026-01-03"}]
    data = {"field_changes": export.write("changes.csv", changes)}
    assert check(export.config([won("a", **{"Last Visit": "2"})], data)).suspects == []


def test_a_column_filled_for_wins_only_is_a_suspect(export):
    rows = [won(f"w{i}", Contract=f"c{i}") for i in range(30)]
    rows += [lost(f"l{i}", Contract="") for i in range(30)]
    (suspect,) = check(export.config(rows)).suspects
    assert suspect.startswith("Contract is a feature, but it is filled for won leads")


def test_what_was_decided_is_no_suspect(export):
    row = won("a", IsConverted="1", Email="a@example.org")
    config = export.config([row], after_outcome=["IsConverted"], personal=["Email"])
    assert check(config).suspects == []


def test_a_check_never_tells_a_field_value(export):
    rows = [won("a", Email="ada@example.org"), lead("b", Created="ada")]
    assert "ada" not in json.dumps(check(export.config(rows)).to_dict())
