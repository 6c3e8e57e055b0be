from pathlib import Path

import pandas as pd
import pytest

from features.parsing.times import iso, iso_array, micros
from features.tables import load_tables
from leadgate.config import Config
from leadgate.errors import ConfigError, DataError
from tests.features.exports import Export, lead, lost, visit, won

DATASETS = Path(__file__).parents[2] / "experiments" / "datasets"


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def reasons(tables):
    return {reason: count for _, reason, count in tables.quarantine.summary()}


def test_tables_have_canonical_names_and_types(export):
    visits = export.write("visits.csv", [visit("a", value="2"), visit("b")])
    config = export.config(
        [won("a", Size=" 3.0 ", Score=7), lost("b"), lead("c")],
        {"activities": [{"path": visits, "value": "value"}]},
        own_score="Score",
    )
    tables = load_tables(config)
    assert tables.leads.columns.tolist() == ["lead_id", "created_at", "Industry", "Size", "Score"]
    assert tables.leads["Size"].tolist() == ["3", "", ""]
    assert tables.leads["Score"].tolist() == ["7", "", ""]
    assert tables.activities.columns.tolist() == [
        "lead_id", "occurred_at", "recorded_at", "type", "value", "channel", "content"
    ]  # fmt: skip
    assert tables.activities["value"].tolist()[0] == 2.0
    times = [tables.leads["created_at"], tables.activities["occurred_at"]]
    times += [tables.outcomes["closed_at"], tables.handoffs["handed_off_at"]]
    assert {str(column.dtype) for column in times} == {"datetime64[us, UTC]"}
    assert tables.outcomes["lead_id"].tolist() == ["a", "b"]
    assert tables.outcomes["outcome"].tolist() == ["won", "lost"]
    assert tables.quarantine.count == 0
    assert tables.dated
    assert tables.has_clock


def test_tables_become_a_history(export):
    history = load_tables(export.config([won("a"), lead("b")])).history()
    assert history.won.tolist() == [True, False]
    assert iso(history.until) == "2026-01-05T12:00:00Z"


def test_the_end_of_the_data_can_be_given(export):
    config = export.config([won("a"), lead("b")], {"until": "2026-01-03"})
    history = load_tables(config).history()
    assert not history.won.any()
    assert iso(history.until) == "2026-01-03T00:00:00Z"


def test_leads_without_dates_keep_their_order(export):
    rows = [won("a", No="3"), lost("b", No="1"), lead("c", No="")]
    tables = load_tables(export.config(rows, created_at=None, closed_at=None, order="No"))
    assert not tables.dated
    assert not tables.has_clock
    assert tables.leads["order"].tolist() == [3.0, 1.0]
    assert reasons(tables) == {"No is no number": 1}


def test_leads_without_ids_and_dates_are_their_rows(export):
    config = export.config(
        [won("x"), lost("x"), lead("x")],
        created_at=None,
        closed_at=None,
        lead_id="row",
        order="row",
    )
    tables = load_tables(config)
    assert tables.leads["lead_id"].tolist() == ["1", "2", "3"]
    assert tables.leads["order"].tolist() == [1.0, 2.0, 3.0]
    assert tables.outcomes["lead_id"].tolist() == ["1", "2"]


def test_columns_that_are_never_features_stay_out_of_the_leads(export):
    row = lead("a", Email="a@example.org", Reason="bored", Rating="hot", Fax="12")
    config = export.config(
        [row], personal=["Email"], after_outcome=["Reason"], unknown=["Rating"], segments=["Fax"]
    )
    assert load_tables(config).leads.columns.tolist() == [
        "lead_id", "created_at", "Industry", "Fax"
    ]  # fmt: skip


def test_a_list_of_creation_columns_leaves_the_others_out(export):
    config = export.config(
        [lead("a", Size=1, Region="North", Note="x")], creation=["Size"], segments=["Region"]
    )
    assert load_tables(config).leads.columns.tolist()[2:] == ["Size", "Region"]


def test_words_for_missing_are_missing_everywhere(export):
    rows = [lead("a", Industry="Select"), lead("b", Created="Select")]
    tables = load_tables(export.config(rows, {"missing": ["Select"]}))
    assert tables.leads["Industry"].tolist() == [""]
    assert reasons(tables) == {"Created is missing": 1}


# The end of the data


def test_planned_closings_do_not_move_the_end_of_the_data(export):
    rows = [
        lead("a", Created="2025-03-05T12:00:00Z"),
        won("b", Closed="2026-02-01T12:00:00Z"),
        lost("c", Closed="2026-01-20T12:00:00Z"),
        lost("d", Closed="2026-02-21T12:00:00Z"),
        lost("e", Closed="2026-03-01T12:00:00Z"),
        lead("f", Closed="2026-05-01T12:00:00Z"),
    ]
    tables = load_tables(export.config(rows))
    assert iso(tables.until) == "2026-02-01T12:00:00Z"
    assert tables.notes == [
        "2 closing times lie after the newest record (2026-02-01T12:00:00Z) by up to 28 days: is "
        "Closed a forecast? When these leads were lost counts as unknown. Set data.until if the "
        "data end later."
    ]
    history = tables.history()
    assert history.until == tables.until
    assert history.lost.tolist() == [False, False, True, True, True, False]
    closes = iso_array(history.closes).tolist()
    assert closes[2:5] == ["2026-01-20T12:00:00Z", *["2026-02-01T12:00:00Z"] * 2]


def test_a_lost_lead_may_be_planned_to_close_in_the_future(export):
    rows = [won("a"), lost("b", Closed="2199-01-01"), lead("c", Closed="2199-01-01")]
    tables = load_tables(export.config(rows))
    assert tables.quarantine.count == 0
    assert tables.outcomes["closed_at"].isna().tolist() == [False, True]


def test_an_end_that_is_stated_keeps_the_closings_before_it(export):
    rows = [won("a"), lost("b", Closed="2026-02-01T12:00:00Z"), lost("c", Closed="")]
    history = load_tables(export.config(rows, {"until": "2026-03-01"})).history()
    assert history.lost.tolist() == [False, True, True]
    assert iso_array(history.closes[1:]).tolist() == [
        "2026-02-01T12:00:00Z", "2026-03-01T00:00:00Z"
    ]  # fmt: skip


def test_an_outcome_that_is_an_activity_ends_the_data_whatever_it_is(export):
    declined = visit("a", type="declined", occurred_at="2026-01-09T12:00:00Z")
    data = {
        "activities": [{"path": export.write("visits.csv", [declined])}],
        "outcome_activities": {"won": ["signed"], "lost": ["declined"]},
    }
    plain = dict.fromkeys(("outcome", "won", "lost", "unworked", "closed_at"))
    tables = load_tables(export.config([lead("a"), lead("b")], data, **plain))
    assert iso(tables.until) == "2026-01-09T12:00:00Z"
    assert iso(tables.history().closed[0]) == "2026-01-09T12:00:00Z"


# What bad rows get


def test_rejected_leads_are_named_by_row_and_reason_and_nothing_is_lost(export):
    future = iso(micros(pd.Series([pd.Timestamp.now("UTC") + pd.Timedelta(days=2)]))[0])
    rows = [
        won("a"),
        lead(""),
        lead("a", Industry="Other"),
        lead("c", Created="soon"),
        lead("d", Created=""),
        lead("e", Created=future),
        lead("f"),
    ]
    tables = load_tables(export.config(rows))
    frame = tables.quarantine.frame()
    assert frame.to_dict("split")["data"] == [
        ["leads.csv", 2, "", "it has no lead id"],
        ["leads.csv", 4, "c", "Created cannot be read as a time"],
        ["leads.csv", 5, "d", "Created is missing"],
        ["leads.csv", 6, "e", "Created is in the future"],
        ["leads.csv", 3, "a", "its lead id is a duplicate"],
    ]
    assert len(tables.leads) + len(frame) == len(rows)
    assert "leads.csv: 1 row was rejected: it has no lead id." in tables.notes


def test_a_lead_with_no_fields_is_a_lead(export):
    tables = load_tables(export.config([lead("a"), lead("b", Industry="", Stage="")]))
    assert tables.leads["Industry"].tolist() == ["Retail", ""]
    assert tables.quarantine.count == 0


def test_a_lead_that_closes_before_it_was_created_is_rejected_with_its_activities(export):
    visits = export.write("visits.csv", [visit("a"), visit("b")])
    rows = [won("a", Closed="2026-01-01"), lead("b")]
    tables = load_tables(export.config(rows, {"activities": [{"path": visits}]}))
    assert tables.leads["lead_id"].tolist() == ["b"]
    assert tables.activities["lead_id"].tolist() == ["b"]
    assert tables.outcomes.empty
    assert tables.quarantine.summary() == [
        ("leads.csv", "it closes before its lead was created", 1),
        ("visits.csv", "its lead was rejected", 1),
    ]


@pytest.mark.parametrize(
    ("closed", "reason"),
    [("soon", "Closed cannot be read as a time"), ("2199-01-01", "Closed is in the future")],
)
def test_a_closing_time_that_cannot_be_rejects_its_lead(export, closed, reason):
    tables = load_tables(export.config([won("a", Closed=closed), lead("b", Closed=closed)]))
    assert tables.leads["lead_id"].tolist() == ["b"], "an open lead's planned closing matters not"
    assert tables.quarantine.summary() == [("leads.csv", reason, 1)]


def test_rows_about_strangers_are_rejected(export):
    data = {
        "activities": [{"path": export.write("visits.csv", [visit("a"), visit("z")])}],
        "handoffs": export.write(
            "handoffs.csv",
            [{"lead_id": i, "handed_off_at": "2026-01-03T12:00:00Z"} for i in ("a", "z", "")],
        ),
        "field_changes": export.write(
            "changes.csv",
            [
                {"lead_id": i, "field": "Industry", "value": "Retail", "changed_at": "2026-01-03"}
                for i in ("a", "z")
            ],
        ),
    }
    tables = load_tables(export.config([lead("a")], data))
    for frame in (tables.activities, tables.handoffs, tables.field_changes):
        assert frame["lead_id"].tolist() == ["a"]
    assert tables.quarantine.summary() == [
        ("visits.csv", "its lead is not among the leads", 1),
        ("changes.csv", "its lead is not among the leads", 1),
        ("handoffs.csv", "it has no lead id", 1),
        ("handoffs.csv", "its lead is not among the leads", 1),
    ]


def test_notes_name_early_activities_and_empty_columns(export):
    visits = export.write("visits.csv", [visit("a", occurred_at="2026-01-01"), visit("a")])
    config = export.config([lead("a", Fax="")], {"activities": [{"path": visits}]})
    tables = load_tables(config)
    assert len(tables.activities) == 2
    assert tables.notes == [
        "Empty in every row: Fax.",
        "Activities before their lead was created, which count like others: 1.",
    ]


def test_changes_of_columns_that_are_never_features_stay_out(export):
    changes = [
        {"lead_id": "a", "field": field, "value": "x", "changed_at": "2026-01-03"}
        for field in ("Industry", "Stage", "Email")
    ]
    data = {"field_changes": export.write("changes.csv", changes)}
    tables = load_tables(export.config([lead("a", Email="a@b.org")], data, personal=["Email"]))
    assert tables.field_changes["field"].tolist() == ["Industry"]


def test_ten_thousand_categories_and_an_empty_column_are_read(export):
    rows = [lead(str(i), City=f"town {i}", Fax="") for i in range(10_000)]
    tables = load_tables(export.config(rows))
    assert tables.leads["City"].nunique() == 10_000
    assert (tables.leads["Fax"] == "").all()


def test_mixed_time_zones_are_one_clock(export):
    rows = [
        lead("a", Created="2026-07-01T12:00:00+02:00"),
        lead("b", Created="2026-07-01T10:00:00Z"),
        lead("c", Created="2026-07-01 12:00"),
    ]
    tables = load_tables(export.config(rows, {"timezone": "Europe/Berlin"}))
    assert set(iso_array(micros(tables.leads["created_at"]))) == {"2026-07-01T10:00:00Z"}


def test_semicolons_latin_1_and_a_byte_order_mark_are_read(export, tmp_path):
    config = export.config([lead("a")])
    text = pd.DataFrame([lead("a", Industry="Möbel")]).to_csv(index=False, sep=";")
    for encoding in ("latin-1", "utf-8-sig"):
        (tmp_path / "leads.csv").write_bytes(text.encode(encoding))
        assert load_tables(config).leads["Industry"].tolist() == ["Möbel"]


# What bad files get


def test_all_faulty_files_and_columns_are_reported_together(export, tmp_path):
    (tmp_path / "empty.csv").write_text("")
    data = {
        "activities": [
            {"path": "gone.csv"},
            {"path": "empty.csv"},
            {"path": export.write("visits.csv", [visit("a")]), "type": "kind"},
        ],
        "handoffs": export.write("handoffs.csv", [{"lead_id": "a"}]),
    }
    config = export.config([lead("a")], data, personal=["E-Mail"], after_outcome=["Industri"])
    with pytest.raises(DataError, match=r"^6 faults: ") as refusal:
        load_tables(config)
    for fault in (
        "gone.csv (data.activities 1): there is no such file",
        "empty.csv (data.activities 2): the file is empty",
        "visits.csv: there is no column kind",
        "handoffs.csv: there is no column handed_off_at",
        "leads.csv: there is no column E-Mail",
        "leads.csv: there is no column Industri",
    ):
        assert fault in refusal.value.message
    assert "Did you mean Industry?" in refusal.value.hint


def test_one_faulty_file_keeps_its_own_code(export):
    with pytest.raises(DataError, match=r"leads.csv: there is no column Stage\.") as refusal:
        load_tables(export.config([{"Id": "a", "Created": "2026-01-02", "Closed": ""}]))
    assert refusal.value.code == "missing_column"


def test_leads_without_rows_are_refused(export, tmp_path):
    config = export.config([lead("a")])
    (tmp_path / "leads.csv").write_text("Id,Created,Stage,Closed\n")
    with pytest.raises(DataError, match=r"leads.csv: there is no row below the header"):
        load_tables(config)


def test_a_file_none_of_whose_rows_can_be_used_is_refused(export):
    rows = [lead("a", Created="soon"), lead("b", Created="later"), lead("")]
    message = r"leads.csv: all 3 rows were rejected: it has no lead id; Created cannot be read"
    with pytest.raises(DataError, match=message) as refusal:
        load_tables(export.config(rows))
    assert refusal.value.code == "all_rows_refused"
    assert "soon" not in str(refusal.value)


def test_ambiguous_dates_ask_for_their_format(export):
    rows = [lead("a", Created="01/02/2026"), lead("b", Created="03/04/2026")]
    with pytest.raises(DataError, match=r"leads.csv, column Created: .*data.date_format"):
        load_tables(export.config(rows))
    tables = load_tables(export.config(rows, {"date_format": "%d/%m/%Y"}))
    assert iso_array(micros(tables.leads["created_at"])).tolist() == [
        "2026-02-01T00:00:00Z",
        "2026-04-03T00:00:00Z",
    ]


def test_a_column_of_times_beside_an_order_is_refused(export):
    rows = [lead("a", No="1", created_at="2026-01-02")]
    columns = {"created_at": None, "closed_at": None, "order": "No"}
    with pytest.raises(DataError, match="leadgate needs the column name created_at for itself"):
        load_tables(export.config(rows, **columns))
    assert (
        "created_at"
        not in load_tables(export.config(rows, **columns, unknown=["created_at"])).leads
    )


@pytest.mark.parametrize("name", ["table", "row", "order", "outcome", "type", "lead"])
def test_a_column_may_be_called_what_it_likes(export, name):
    visits = export.write("visits.csv", [visit("a"), visit("z")])
    config = export.config([won("a", **{name: "7"}), lead("b")], {"activities": [{"path": visits}]})
    tables = load_tables(config)
    assert tables.leads[name].tolist() == ["7", ""]
    assert tables.history().columns[name].tolist() == ["7", ""]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"timezone": "Mars/Olympus"}, r"data.timezone: there is no time zone Mars/Olympus"),
        ({"date_format": "%Q"}, r"data.date_format is no strptime format"),
        ({"until": "soon"}, r"data.until cannot be read as a time"),
    ],
)
def test_settings_that_cannot_be_are_refused(export, data, message):
    with pytest.raises(DataError, match=message):
        load_tables(export.config([lead("a")], data))


def test_a_path_with_an_unset_variable_names_it(export):
    config = export.config([lead("a")], {"leads": "${LEADGATE_NOWHERE}/leads.csv"})
    with pytest.raises(ConfigError, match="needs the environment variable LEADGATE_NOWHERE"):
        load_tables(config)


def test_files_of_one_name_in_two_folders_are_told_apart(export, tmp_path):
    for folder in ("web", "mail"):
        (tmp_path / folder).mkdir()
        export.write(f"{folder}/log.csv", [visit("a", type=folder), visit("z")])
    data = {"activities": [{"path": "web/log.csv"}, {"path": "mail/log.csv"}]}
    tables = load_tables(export.config([lead("a")], data))
    assert tables.activities["type"].tolist() == ["web", "mail"]
    assert tables.activities["type"].cat.categories.tolist() == ["mail", "web"]
    assert [table for table, _, _ in tables.quarantine.summary()] == ["log.csv", "mail/log.csv"]


# Real exports


@pytest.mark.parametrize("path", sorted(DATASETS.glob("*.toml")), ids=lambda path: path.stem)
def test_configurations_of_real_exports_are_valid_without_the_data(path):
    assert "${LEADGATE_DATA}" in Config.load(path).data.leads


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "leads", "won", "lost", "rejected"),
    [
        ("bank", 41_188, 4_640, 36_548, 0),
        ("bpi2012", 13_087, 2_246, 10_442, 0),
        ("marketstar", 43_033, 1_061, 29_673, 0),
        ("olist", 7_999, 841, 7_158, 2),
        ("x_education", 9_240, 3_561, 5_679, 0),
    ],
)
def test_real_exports_are_read_whole(name, leads, won, lost, rejected):
    tables = load_tables(Config.load(DATASETS / f"{name}.toml"))
    kinds = tables.outcomes["outcome"].value_counts()
    assert (len(tables.leads), kinds["won"], kinds["lost"]) == (leads, won, lost)
    assert tables.quarantine.count == rejected
