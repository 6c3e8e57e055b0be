import pytest

from features.parsing.times import iso_array, micros
from features.tables import load_tables
from leadgate.errors import DataError
from tests.features.exports import Export, lead, lost, visit, won

PLAIN = dict.fromkeys(("outcome", "won", "lost", "unworked", "closed_at"))


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def outcomes_of(tables, *columns):
    """Return the outcome of each lead, or the columns asked for."""
    outcomes = tables.outcomes.set_index("lead_id")
    if columns == ():
        return outcomes["outcome"].to_dict()
    return outcomes[list(columns)].to_dict("index")


def closings(tables):
    return dict(
        zip(
            tables.outcomes["lead_id"],
            iso_array(micros(tables.outcomes["closed_at"])),
            strict=True,
        )
    )


def test_values_mean_won_lost_open_and_never_worked(export):
    rows = [won("a"), lost("b"), lead("c"), lead("d", Stage="New"), lead("e", Stage="")]
    tables = load_tables(export.config(rows))
    assert outcomes_of(tables) == {"a": "won", "b": "lost", "d": ""}
    assert outcomes_of(tables, "worked")["d"] == {"worked": False}
    assert outcomes_of(tables, "worked")["a"] == {"worked": True}


def test_outcome_words_are_compared_in_canonical_text(export):
    rows = [lead("a", Stage=True), lead("b", Stage=False)]
    config = export.config(rows, won=["True"], lost=["FALSE"], closed_at=None)
    assert outcomes_of(load_tables(config)) == {"a": "won", "b": "lost"}


def test_the_rest_is_lost_but_leads_never_worked_are_not(export):
    rows = [won("a"), lead("b"), lead("c", Stage=""), lead("d", Stage="New")]
    tables = load_tables(export.config(rows, lost="rest"))
    assert outcomes_of(tables) == {"a": "won", "b": "lost", "c": "lost", "d": ""}
    assert closings(tables)["b"] == ""


def test_leads_that_have_not_ended_are_open_whatever_the_flag_of_wins_says(export):
    rows = [lead(i, Stage=s, Ended=e) for i, s, e in [("a", 1, "Ja"), ("b", 0, "ja"), ("c", 0, "")]]
    ended = {"column": "Ended", "values": ["Ja"]}
    config = export.config(rows, won=["1"], lost=["0"], closed_at=None, closed=ended)
    assert outcomes_of(load_tables(config)) == {"a": "won", "b": "lost"}
    config = export.config(rows, won=["1"], lost="rest", closed_at=None, closed=ended)
    assert outcomes_of(load_tables(config)) == {"a": "won", "b": "lost"}


def test_a_flag_of_the_end_that_is_not_there_is_a_fault(export):
    with pytest.raises(DataError, match="there is no column Gone"):
        load_tables(export.config([won("a"), lost("b")], closed={"column": "Gone"}))


def test_a_table_of_wins_only_names_the_wins(export):
    deals = export.write("deals.csv", [{"Id": "a", "Closed": "2026-01-05", "Id of deal": 1}])
    config = export.config(
        [lead("a"), lead("b")],
        {"outcomes": deals},
        outcome=None,
        won=None,
        unworked=None,
        lost="rest",
    )
    tables = load_tables(config)
    assert outcomes_of(tables) == {"a": "won", "b": "lost"}
    assert "Id of deal" not in tables.leads


def test_a_table_of_outcomes_may_have_canonical_names(export):
    rows = [
        {"lead_id": "a", "outcome": "won", "closed_at": "2026-01-05T12:00:00Z", "amount": "9,5",
         "recorded_at": "2026-01-07T00:00:00Z", "worked": ""},
        {"lead_id": "b", "outcome": "lost", "closed_at": "", "amount": "", "recorded_at": "",
         "worked": ""},
        {"lead_id": "c", "outcome": "open", "closed_at": "", "amount": "", "recorded_at": "",
         "worked": "false"},
    ]  # fmt: skip
    config = export.config(
        [lead(i) for i in "abcd"], {"outcomes": export.write("deals.csv", rows)}, **PLAIN
    )
    tables = load_tables(config)
    assert outcomes_of(tables) == {"a": "won", "b": "lost", "c": ""}
    assert outcomes_of(tables, "amount", "worked")["a"] == {"amount": 9.5, "worked": True}
    assert outcomes_of(tables, "worked")["c"] == {"worked": False}
    assert iso_array(micros(tables.outcomes["recorded_at"])).tolist() == [
        "2026-01-07T00:00:00Z", "", ""
    ]  # fmt: skip


def test_a_table_of_outcomes_without_the_named_column_is_refused(export):
    deals = export.write("deals.csv", [{"Id": "a", "Closed": "2026-01-05"}])
    with pytest.raises(DataError, match=r"deals.csv: there is no column Stage or outcome"):
        load_tables(export.config([lead("a")], {"outcomes": deals}))


def test_several_outcomes_are_one_the_first_win_else_the_last_loss(export):
    deals = [
        ("a", "Lost", "2026-01-03"),
        ("a", "Won", "2026-01-06"),
        ("a", "Won", "2026-01-05"),
        ("b", "Lost", "2026-01-03"),
        ("b", "Lost", "2026-01-04"),
    ]
    rows = [{"Id": i, "Stage": stage, "Closed": f"{day}T12:00:00Z"} for i, stage, day in deals]
    data = {"outcomes": export.write("deals.csv", rows)}
    tables = load_tables(export.config([lead("a"), lead("b")], data))
    assert outcomes_of(tables) == {"a": "won", "b": "lost"}
    assert closings(tables) == {"a": "2026-01-05T12:00:00Z", "b": "2026-01-04T12:00:00Z"}
    assert tables.notes == [
        "Further outcomes of leads that have one (the first win counts, else the last loss): 3."
    ]


def test_the_first_activity_that_is_an_outcome_decides(export):
    visits = [
        visit("a", type="declined", occurred_at="2026-01-06T10:00:00Z"),
        visit("a", type="signed", occurred_at="2026-01-05T10:00:00Z", recorded_at="2026-01-08"),
        visit("b", type="declined", occurred_at="2026-01-05T10:00:00Z"),
        visit("b", type="signed", occurred_at="2026-01-05T10:00:00Z"),
        visit("c", type="declined", occurred_at="2026-01-05T10:00:00Z"),
        visit("c"),
    ]
    path = export.write("visits.csv", visits)
    data = {
        "activities": [{"path": path, "recorded_at": "recorded_at"}],
        "outcome_activities": {"won": ["signed"], "lost": ["declined"]},
    }
    tables = load_tables(export.config([lead(i) for i in "abcd"], data, **PLAIN))
    assert outcomes_of(tables) == {"a": "won", "b": "won", "c": "lost"}
    assert tables.activities["type"].tolist() == ["visit"]
    first = tables.outcomes.set_index("lead_id").loc[["a"]]
    assert iso_array(micros(first["closed_at"])).tolist() == ["2026-01-05T10:00:00Z"]
    assert iso_array(micros(first["recorded_at"])).tolist() == ["2026-01-08T00:00:00Z"]


def test_a_closing_day_ends_at_its_end_where_leads_have_a_time_of_day(export):
    tables = load_tables(export.config([won("a", Closed="2026-01-02")]))
    assert closings(tables) == {"a": "2026-01-02T23:59:59.999999Z"}
    assert tables.has_clock
    assert tables.notes == [
        "Closing times have no time of day: a lead counts as closed when the day ends."
    ]


def test_days_without_times_of_day_stay_days(export):
    tables = load_tables(export.config([won("a", Created="2026-01-02", Closed="2026-01-02")]))
    assert closings(tables) == {"a": "2026-01-02T00:00:00Z"}
    assert not tables.has_clock
    assert tables.quarantine.count == 0


def test_one_closing_with_a_time_of_day_leaves_the_others_days(export):
    """Each closing is a day or an instant by itself: no win of the creation day is lost."""
    rows = [won(f"w{i}", Closed="2026-01-02") for i in range(20)]
    tables = load_tables(export.config([*rows, won("x", Closed="2026-01-03T08:00:00Z")]))
    assert tables.quarantine.count == 0
    assert set(closings(tables).values()) == {"2026-01-02T23:59:59.999999Z", "2026-01-03T08:00:00Z"}
    assert tables.notes[0].startswith("20 of the closing times have no time of day")


def test_one_creation_with_a_time_of_day_leaves_the_other_wins_of_that_day(export):
    rows = [won(f"w{i}", Created="2026-01-02", Closed="2026-01-02") for i in range(20)]
    tables = load_tables(export.config([*rows, won("x", Created="2026-01-02T08:00:00Z")]))
    history = tables.history()
    assert tables.quarantine.count == 0
    assert (history.closed > history.created).all()


@pytest.mark.parametrize(
    ("zone", "day"), [("America/Santiago", "2024-09-08"), ("Africa/Cairo", "2024-04-26")]
)
def test_days_whose_midnight_is_skipped_are_days(export, zone, day):
    rows = [won("a", Created=day, Closed=day), won("b", Created="2024-01-02", Closed="2024-01-02")]
    tables = load_tables(export.config(rows, {"timezone": zone}))
    assert not tables.has_clock
    assert tables.quarantine.count == 0
    mixed = [*rows, won("c", Created=f"{day} 09:00", Closed=day)]
    history = load_tables(export.config(mixed, {"timezone": zone})).history()
    assert history.has_clock
    assert (history.closed > history.created).all()


def test_wins_without_a_closing_time_are_refused_where_a_horizon_is_set(export):
    rows = [won("a", Closed=""), won("b"), lost("c", Closed="")]
    assert outcomes_of(load_tables(export.config(rows)))["a"] == "won"
    with pytest.raises(DataError, match="1 won leads have no closing time") as refusal:
        load_tables(export.config(rows, target={"horizon_days": 90}))
    assert refusal.value.code == "no_closing_times"


def test_a_rejected_outcome_of_another_table_takes_its_lead_along(export):
    rows = [{"Id": "a", "Stage": "Won", "Closed": "2026-01-01"}]
    rows += [{"Id": "b", "Stage": "Won", "Closed": "soon"}, {"Id": "z", "Stage": "Won"}]
    data = {"outcomes": export.write("deals.csv", rows)}
    tables = load_tables(export.config([lead("a"), lead("b"), lead("c")], data))
    assert tables.leads["lead_id"].tolist() == ["c"]
    assert tables.quarantine.summary() == [
        ("deals.csv", "Closed cannot be read as a time", 1),
        ("deals.csv", "its lead is not among the leads", 1),
        ("deals.csv", "it closes before its lead was created", 1),
        ("leads.csv", "its outcome was rejected", 2),
    ]


def test_an_export_without_any_closed_lead_is_read(export):
    tables = load_tables(export.config([lead("a"), lead("b")]))
    assert tables.outcomes.empty
    assert str(tables.outcomes["closed_at"].dtype) == "datetime64[us, UTC]"


def canonical(export, rows, ids="abcdefgh"):
    """Read outcomes under canonical names."""
    return load_tables(
        export.config(
            [lead(i) for i in ids], {"outcomes": export.write("deals.csv", rows)}, **PLAIN
        )
    )


@pytest.mark.parametrize("word", ["No", "NO", "N", "nein", "non", "nee", "não", "False", "0"])
def test_leads_that_were_not_worked_are_no_negatives_in_any_language(export, word):
    rows = [{"lead_id": "a", "outcome": "lost", "worked": word}, {"lead_id": "b", "outcome": "won"}]
    tables = canonical(export, rows)
    assert outcomes_of(tables, "worked") == {"a": {"worked": False}, "b": {"worked": True}}
    history = tables.history()
    assert history.unworked.tolist() == [True, *[False] * 7]


def test_what_is_neither_yes_nor_no_is_rejected(export):
    rows = [{"lead_id": i, "outcome": "lost", "worked": word} for i, word in ("ax", "by")]
    tables = canonical(export, rows)
    assert ("deals.csv", "worked is neither yes nor no", 1) in tables.quarantine.summary()
    assert "a" not in set(tables.leads["lead_id"])


def test_canonical_outcomes_are_words_and_other_words_are_rejected(export):
    words = {"a": "Won", "b": "LOST", "c": "Closed Won"}
    rows = [{"lead_id": lead_id, "outcome": word} for lead_id, word in words.items()]
    tables = canonical(export, rows)
    assert outcomes_of(tables) == {"a": "won", "b": "lost"}
    rejected = ("deals.csv", "outcome is none of won, lost, open", 1)
    assert rejected in tables.quarantine.summary()
