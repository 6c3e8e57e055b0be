"""One lead and a file get the same answer; refused rows keep their place; reasons add up."""

import dataclasses
import json
from dataclasses import replace

import lightgbm
import numpy as np
import pandas as pd
import pytest

from features import FeatureSet, LeadHistory
from features.explanation.fact_groups import Facts
from features.explanation.wording import sentence
from features.parsing.times import NAT, US_PER_DAY, parse_instant
from features.schema.lookups import LookupTable
from leadgate.bundle.bundle import Bundle, load_bundle, write_bundle
from leadgate.config import PolicySettings
from leadgate.errors import BundleError, DataError, LeadError
from leadgate.model import AdditiveMember, Blend, BoostedMember, Calibration, Model, Shape
from leadgate.model.limits import Limits
from leadgate.policy import Policy
from serving.scoring.answer import AGAINST, COLUMNS, REASONS
from serving.scoring.lead_request import ScoreRequest
from serving.scoring.scorer import Scorer

N = 600
NUMBERS = ["readiness", "readiness_low", "readiness_high", "threshold", "propensity"]
EXPORT = {
    "columns": {
        "lead_id": "Id",
        "created_at": "CreatedDate",
        "account_id": "Company",
        "outcome": "Stage",
        "won": ["Won"],
        "personal": ["Email"],
    },
    "data": {"leads": "leads.csv", "activities": [{"path": "a.csv"}], "missing": ["Select"]},
}


def _export():
    """Leads and activities as a CRM writes them: text, some of it missing."""
    rng = np.random.default_rng(0)
    created = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 90 * 24, N), unit="h")
    leads = pd.DataFrame(
        {
            "Id": [f"L{i:03d}" for i in rng.permutation(N)],
            "CreatedDate": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Company": [f"c{i}" for i in rng.integers(0, 200, N)],
            "Email": "someone@example.org",
            "Stage": "",
            "Source": rng.choice(["Web", "Fair", "Phone", "Select", ""], N),
            "Employees": rng.choice(["5", "20.0", "250", ""], N),
            "Newsletter": rng.choice(["yes", "no", ""], N),
        }
    )
    which = rng.integers(0, N, 3 * N)
    hours = pd.to_timedelta(rng.integers(0, 60 * 24, 3 * N), unit="h")
    activities = pd.DataFrame(
        {
            "lead_id": leads["Id"].to_numpy()[which],
            "type": rng.choice(["visit", "pricing_view", "demo_request"], 3 * N),
            "occurred_at": (created[which] + hours).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )
    return leads, activities


def _fitted(leads, activities):
    """A feature set and its matrix over the export, as training would see it."""
    table = leads.rename(columns={"Id": "lead_id", "CreatedDate": "created_at"})
    table = table.drop(columns=["Company", "Email", "Stage"])
    table["created_at"] = pd.to_datetime(table["created_at"])
    table = table.replace("Select", "")
    history = LeadHistory.from_tables(table, activities)
    snapshots = history.snapshots(ages_days=[0, 14, 30])
    features = FeatureSet().fit(history, snapshots)
    return features, features.transform(history, snapshots).to_numpy()


def _model(features, X):
    rng = np.random.default_rng(1)
    shapes = [
        Shape.table(rng.normal(size=len(features.vocabularies_[f.source]) + 1))
        if f.source in features.vocabularies_
        else Shape([0, 2, 10], rng.normal(size=3) / 3, rng.normal())
        for f in features.features_
    ]
    y = (np.nan_to_num(X[:, 0]) + rng.normal(size=len(X)) > 0.5).astype(float)
    params = {"objective": "binary", "num_leaves": 7, "verbosity": -1, "num_threads": 1}
    booster = lightgbm.train(params, lightgbm.Dataset(X, y, params={"verbosity": -1}), 30)
    blend = Blend(
        [AdditiveMember(shapes, -1.0), BoostedMember(booster.model_to_string())], [1, 0.5]
    )
    return Model(blend, Calibration(-0.5, 0.8, [[0.01, 0.0], [0.0, 0.01]]))


@pytest.fixture(scope="module")
def export():
    return _export()


@pytest.fixture(scope="module")
def bundle(export, tmp_path_factory) -> Bundle:
    features, X = _fitted(*export)
    model = _model(features, X)
    path = write_bundle(
        tmp_path_factory.mktemp("model") / "bundle",
        features=features.to_dict(),
        model=model,
        policy=Policy.learn(model.readiness(X), base_rate=0.3, leads_per_week=50.0, key="k"),
        meta={"export": EXPORT, "horizon_days": 90.0, "metrics": {}, "created": "2026-06-01Z"},
        card="",
        low=np.nan_to_num(np.nanquantile(X, 0.01, axis=0)),
        high=np.nan_to_num(np.nanquantile(X, 0.99, axis=0)),
    )
    return load_bundle(path)


@pytest.fixture(scope="module")
def scorer(bundle):
    return Scorer(bundle, version="7", policy=PolicySettings(capacity_per_week=20, explore=0.05))


@pytest.fixture(scope="module")
def scored(scorer, export):
    return scorer.score(*export)


def _record(row):
    return {name: None if value == "" else value for name, value in row.items()}


def _answer(scorer, export, position, as_of):
    leads, activities = export
    row = leads.iloc[position].to_dict()
    own = activities[activities["lead_id"] == row["Id"]].to_dict("records")
    return scorer.score_one(_record(row), own, as_of=parse_instant(as_of, field="as_of"))


def test_table_has_the_columns_of_the_answer_and_a_row_for_each_lead(scored, export):
    assert tuple(scored.columns) == COLUMNS
    assert scored["lead_id"].tolist() == export[0]["Id"].tolist()
    assert set(scored["decision"]) == {"hand_off", "nurture"}
    assert (scored["model_version"] == "7").all()
    text = scored.drop(columns=[*NUMBERS, "explored"])
    assert (text.dtypes == "str").all()
    assert not text.isna().any(axis=None)


def test_readiness_lies_within_its_interval(scored):
    assert (scored["readiness_low"] < scored["readiness"]).all()
    assert (scored["readiness"] < scored["readiness_high"]).all()


def test_one_lead_gets_the_answer_of_the_file(scorer, export, scored):
    for position in range(0, N, 10):
        row = scored.iloc[position].to_dict()
        answer = _answer(scorer, export, position, row["as_of"])
        assert [name for name in answer if name in COLUMNS] == list(COLUMNS)
        for name in NUMBERS:
            assert answer[name] == pytest.approx(row[name], rel=0, abs=1e-12)
        rest = [name for name in COLUMNS if name not in [*NUMBERS, "warnings"]]
        assert [answer[name] for name in rest] == [row[name] for name in rest]


def test_answer_about_one_lead_is_json(scorer, export):
    answer = _answer(scorer, export, 0, "2026-06-01T00:00:00Z")
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_order_of_the_rows_and_canonical_names_change_nothing(scorer, export, scored):
    leads, activities = export
    renamed = leads.rename(
        columns={"Id": "lead_id", "CreatedDate": "created_at", "Company": "account_id"}
    )
    backwards = scorer.score(renamed[::-1], activities.sample(frac=1, random_state=0))
    pd.testing.assert_frame_equal(backwards[::-1].reset_index(drop=True), scored)


def test_typed_columns_give_the_same_as_text(scorer, export, scored):
    leads, activities = export
    typed = leads.assign(
        CreatedDate=pd.to_datetime(leads["CreatedDate"]),
        Employees=pd.to_numeric(leads["Employees"]),
        Newsletter=leads["Newsletter"].astype("category"),
    )
    pd.testing.assert_frame_equal(scorer.score(typed, activities), scored)


def test_reasons_are_the_strongest_facts_with_the_sign_of_their_share(scorer, export):
    history = scorer.reader.read(
        ScoreRequest({"lead_id": "x", "Source": "Web", "Employees": "5"})
    ).history
    as_of = np.array([history.created[0] + 30 * US_PER_DAY])
    X = scorer.feature_set.matrix(history, np.zeros(1, dtype=int), as_of)
    contributions = scorer.model.contributions(X)
    facts = Facts(scorer.feature_set.features_)
    shares = dict(zip(facts.names, facts.strengths(X, contributions)[0], strict=True))
    strongest = sorted(shares, key=lambda name: -abs(shares[name]))[:5]
    reasons = scorer.assessor.reasons.sentences(X, contributions)[0]
    for name, reason in zip(strongest, reasons, strict=True):
        assert reason.startswith("(+) " if shares[name] > 0 else "(-) ")
        sentences = [
            sentence(f, X[0, j], scorer.feature_set.vocabularies_.get(f.source, ()))
            for j, f in enumerate(scorer.feature_set.features_)
            if f.group == name
        ]
        # This lead did nothing: all of that is one fact, whatever it might have done.
        assert reason[4:] in (["no activity so far"] if name == "activity" else sentences)


def test_each_reason_has_its_size_and_those_against_are_asked_for(scorer):
    lead = {"lead_id": "x", "Source": "Web", "Employees": "5"}
    answer = scorer.score_one(lead, against=True)
    plain = scorer.score_one(lead)
    assert {name: answer[name] for name in plain if name != "as_of"} == {
        name: plain[name] for name in plain if name != "as_of"
    }
    for name in (*REASONS, *AGAINST):
        text, moved = answer[name], answer[f"{name}_log_odds"]
        percent = answer[f"{name}_odds_percent"]
        if not text:
            assert (moved, percent) == (None, None)
            continue
        assert text.startswith("(+) " if moved > 0 else "(-) ")
        assert percent == pytest.approx(100 * (np.exp(moved) - 1))
    against = [answer[name] for name in AGAINST if answer[name]]
    assert against == sorted(against, key=lambda text: -abs(_size(answer, text)))
    assert set(against) >= {answer[name] for name in REASONS if answer[name].startswith("(-)")}


def _size(answer, text):
    return next(answer[f"{name}_log_odds"] for name in AGAINST if answer[name] == text)


def test_reasons_can_be_left_out_without_changing_anything_else(scorer, export, scored):
    quick = scorer.score(*export, reasons=False)
    assert (quick[list(REASONS)] == "").all(axis=None)
    rest = [name for name in COLUMNS if name not in REASONS]
    pd.testing.assert_frame_equal(quick[rest], scored[rest])
    assert (scored["reason_5"] != "").all()


def test_personal_and_unknown_values_are_in_no_answer(scored):
    assert not scored.astype(str).apply(lambda c: c.str.contains("example.org")).any(axis=None)


def test_as_of_is_the_rows_own_then_the_callers_then_the_age_then_the_end(scorer, export):
    leads, activities = export
    leads = leads.iloc[:2].assign(as_of=["2026-05-01", ""])
    own = scorer.score(leads, activities, as_of="2026-05-02T00:00:00+02:00", age_days=3)
    assert own["as_of"].tolist() == ["2026-05-01T00:00:00Z", "2026-05-01T22:00:00Z"]
    aged = scorer.score(leads.drop(columns="as_of"), activities, age_days=1.5)
    ages = pd.to_datetime(aged["as_of"]) - pd.to_datetime(leads["CreatedDate"])
    assert (ages == pd.Timedelta(hours=36)).all()
    last = scorer.score(leads.drop(columns="as_of"), activities)
    assert pd.to_datetime(last["as_of"]).eq(pd.to_datetime(activities["occurred_at"]).max()).all()


def test_later_activities_change_nothing(scorer, export):
    leads, activities = export
    cut = "2026-02-15T00:00:00Z"
    early = leads[leads["CreatedDate"] < cut]
    before = activities[activities["occurred_at"] < cut]
    pd.testing.assert_frame_equal(
        scorer.score(early, activities, as_of=cut), scorer.score(early, before, as_of=cut)
    )


def test_several_activity_tables_count_as_one(scorer, export, scored):
    leads, activities = export
    parts = [activities[:500], activities[500:]]
    pd.testing.assert_frame_equal(scorer.score(leads, parts), scored)


def test_refused_rows_stay_in_place_for_review(scorer, export):
    leads, activities = export
    bad = leads.iloc[[0, 1, 2, 3, 4, 5]].reset_index(drop=True)
    bad.loc[1, "Id"] = ""
    bad.loc[2, "Id"] = bad.loc[0, "Id"]
    bad.loc[3, "CreatedDate"] = "yesterday"
    bad["as_of"] = ["", "", "", "", "soon", "2020-01-01"]
    result = scorer.score(bad, activities)
    assert result["lead_id"].tolist() == bad["Id"].tolist()
    assert result["decision"].tolist()[1:] == ["review"] * 5
    assert result["readiness"].isna().tolist() == [False] + [True] * 5
    assert result["warnings"].tolist() == [
        "",
        "not scored: it has no lead id",
        "not scored: its lead id is a duplicate",
        "not scored: CreatedDate cannot be read as a time",
        "not scored: as_of cannot be read as a time",
        "not scored: it was created after as_of",
    ]
    alone = scorer.score(leads.iloc[:1], activities)
    pd.testing.assert_frame_equal(result[:1], alone)


def test_file_of_refused_rows_only_is_answered(scorer, export):
    leads = export[0].iloc[:2].assign(Id="")
    assert scorer.score(leads)["decision"].tolist() == ["review", "review"]


def test_empty_file_has_no_answers(scorer, export):
    assert tuple(scorer.score(export[0].iloc[:0]).columns) == COLUMNS


def test_lead_without_creation_time_is_created_when_it_is_looked_at(scorer, export):
    leads, activities = export
    bare = leads.assign(CreatedDate="").iloc[:1]
    row = scorer.score(bare, as_of="2026-05-01T00:00:00Z").iloc[0]
    assert row["warnings"] == "created_at is missing: scored as created at as_of"
    answer = scorer.score_one(
        _record(bare.iloc[0].to_dict()), as_of=parse_instant("2026-05-01T00:00:00Z", field="")
    )
    assert answer["readiness"] == pytest.approx(row["readiness"], abs=1e-12)
    assert answer["warnings"] == row["warnings"]
    aged = scorer.score(bare, activities, age_days=7).iloc[0]
    assert aged["warnings"] == "not scored: there is no creation time to add the age to"


def test_notes_name_missing_columns_unseen_values_and_refused_activities(scorer, export):
    leads, activities = export
    odd = leads.drop(columns="Employees").assign(Source="Moon")
    result = scorer.score(odd, activities.assign(type=["", *activities["type"][1:]]))
    notes = "; ".join(result.attrs["notes"])
    assert "column Employees is not there" in notes
    assert "Source: 600 values are rare in training or new" in notes
    assert "1 activities or changes left out: it has no type" in notes
    assert "Moon" not in notes


def test_lookups_are_joined_to_a_file_as_they_were_in_training(bundle, export):
    leads, activities = export
    data = EXPORT["data"] | {"lookups": [{"path": "sizes.csv", "key": "Id"}]}
    scorer = Scorer(replace(bundle, meta=bundle.meta | {"export": EXPORT | {"data": data}}))
    bare = leads.drop(columns="Employees")
    whole = scorer.score(leads, activities)
    assert whole.attrs["notes"] == []
    sizes = LookupTable("sizes.csv", "sizes", "Id", leads[["Id", "Employees"]].iloc[::-1])
    joined = scorer.score(bare, activities, lookups=[sizes])
    pd.testing.assert_frame_equal(joined, whole)
    assert joined.attrs["notes"] == []
    alone = scorer.score(bare, activities).attrs["notes"]
    assert "the look-ups of the training are not given: only what the leads hold counts" in alone
    lead = {
        "lead_id": "1",
        "CreatedDate": "2026-03-01T09:00:00Z",
        **dict.fromkeys(scorer.attributes),
    }
    assert "look-ups" not in scorer.score_one(lead)["warnings"]
    del lead["Employees"]
    assert "the look-ups of the training are not given" in scorer.score_one(lead)["warnings"]
    firms = LookupTable("firms.csv", "firms", "Firm", leads[["Id"]].rename(columns={"Id": "Firm"}))
    unjoined = scorer.score(bare, activities, lookups=[firms]).attrs["notes"]
    assert "firms.csv: not joined, for the leads have no column Firm" in unjoined
    assert "column Employees is not there: taken as missing" in unjoined


def test_a_field_before_its_first_change_is_not_what_it_is_today(scorer, export):
    lead = export[0][export[0]["Source"] == "Web"].iloc[:1]
    created = pd.Timestamp(lead["CreatedDate"].iloc[0])
    change = {"lead_id": lead["Id"].iloc[0], "field": "Source", "value": "Web"}
    change |= {"changed_at": str(created + pd.Timedelta(days=5))}
    changes = pd.DataFrame([change])

    def readiness(of, changes=None, days=2.0):
        scored = scorer.score(of, export[1], changes, age_days=days, reasons=False)
        return scored["readiness"].tolist()

    with_old = changes.assign(old_value="Fair")
    assert readiness(lead, with_old) == readiness(lead.assign(Source="Fair"))
    assert readiness(lead, changes) == readiness(lead.assign(Source=""))
    assert readiness(lead, changes, days=9.0) == readiness(lead, days=9.0)
    assert readiness(lead) != readiness(lead, changes)


def test_capacity_ranks_the_file(scorer, export):
    result = scorer.score(*export, capacity=25)
    best = result.sort_values(["readiness", "lead_id"], ascending=[False, True])[:25]
    handed_off = result[result["decision"] == "hand_off"]
    assert set(handed_off["lead_id"]) == set(best["lead_id"])
    assert (result["threshold"] == best["readiness"].min()).all()


def test_policy_of_the_configuration_wins_where_it_says_anything(bundle):
    kept = Scorer(bundle, policy=PolicySettings())
    assert kept.policy == bundle.policy
    assert Scorer(bundle, policy=PolicySettings(capacity_per_week=1)).policy.capacity_per_week == 1


def test_value_column_moves_the_threshold_of_each_lead(bundle, export):
    settings = PolicySettings(cost_per_handoff=2.0, value_per_win="Employees")
    scorer = Scorer(bundle, policy=settings)
    leads, activities = export
    result = scorer.score(leads, activities)
    floor = scorer.policy.line()
    for size, line in (("5", 0.4), ("20.0", 0.1), ("250", 0.008), ("", floor)):
        assert result["threshold"][leads["Employees"] == size].eq(max(line, floor)).all()
    answer = _answer(scorer, export, 0, result["as_of"][0])
    assert answer["threshold"] == result["threshold"][0]


def test_lead_without_any_value_is_for_review(bundle):
    """Without activities every feature can be missing; a base rate is no decision then."""
    features = {**bundle.features, "types": [], "rare_types": []}
    features["features"] = [f for f in features["features"] if f["source"] == "Source"]
    model = Model(
        Blend([AdditiveMember([Shape.table([0.0] * 4 + [1.0])], 0.0)], [1.0]), Calibration()
    )
    flat = Scorer(replace(bundle, features=features, model=model), version="1")
    answer = flat.score_one({"lead_id": "x", "created_at": "2026-01-01T00:00:00Z", "Source": None})
    assert answer["decision"] == "review"
    assert answer["readiness"] is None
    assert answer["warnings"] == "nothing is known of the lead"
    empty = pd.DataFrame({"lead_id": ["x"], "created_at": "2026-01-01", "Source": None})
    row = flat.score(empty).iloc[0]
    assert (row["decision"], row["warnings"]) == (answer["decision"], answer["warnings"])
    assert row["as_of"] == "2026-01-01T00:00:00Z"


def test_without_signal_everyone_is_handed_off_without_a_reason(bundle, export):
    policy = replace(bundle.policy, signal=False)
    scorer = Scorer(replace(bundle, model=Model.base_rate(0.2), policy=policy))
    result = scorer.score(*export)
    assert (result["decision"] == "hand_off").all()
    assert (result["readiness"] == result["readiness"][0]).all()
    assert (result["reason_1"] == "").all()


def test_base_rates_of_segments_are_named_as_such_and_hold_nobody_back(bundle, export):
    policy = replace(bundle.policy, signal=False)
    scorer = Scorer(replace(bundle, policy=policy))
    result = scorer.score(*export)
    assert (result["decision"] == "hand_off").all()
    assert (result["grade"] == "").all()
    reasons = result["reason_1"][result["reason_1"] != ""]
    assert reasons.str.match(r"\([+-]\) base rate where ").all()
    assert len(reasons)


@pytest.mark.parametrize(
    ("lead", "field", "code"),
    [
        ({"Source": "Web"}, "lead_id", "missing_lead_id"),
        ({"lead_id": ["x"]}, "lead_id", "missing_lead_id"),
        ({"lead_id": "x"}, "lead_id", "unknown_lead"),
        ({"lead_id": "x", "Shoe size": 44}, "lead_id", "unknown_lead"),
        ({"lead_id": "x", "Source": {"a": 1}}, "Source", "bad_value"),
        ({"lead_id": "x", "CreatedDate": "01/02/2026"}, "CreatedDate", "bad_time"),
        ({"lead_id": "x", "CreatedDate": "46024"}, "CreatedDate", "bad_time"),
        ({"lead_id": "5.80503E+18", "CreatedDate": "2026-01-01"}, "lead_id", "bad_value"),
        ({"lead_id": "x", "created_at": True}, "created_at", "bad_time"),
        ({"lead_id": "x", "created_at": "2999-01-01T00:00:00Z"}, "created_at", "bad_time"),
        ({"lead_id": "x", "created_at": "2199-01-01T00:00:00Z"}, "created_at", "created_after"),
    ],
)
def test_bad_lead_is_refused_by_field(scorer, lead, field, code):
    with pytest.raises(LeadError, match=field) as refused:
        scorer.score_one(lead)
    assert refused.value.field == field
    assert refused.value.code.startswith(code)


def test_fields_that_the_model_does_not_read_are_why_a_lead_is_unknown(scorer):
    with pytest.raises(LeadError, match=r"No field that was sent is a column of the model"):
        scorer.score_one({"lead_id": "x", "Sorce": "Web"})
    with pytest.raises(LeadError, match=r"send created_at, fields or activities\.$"):
        scorer.score_one({"lead_id": "x"})


@pytest.mark.parametrize(
    ("activity", "field"),
    [
        ({"type": "visit"}, "activities[1].occurred_at"),
        ({"type": "visit", "occurred_at": "soon"}, "activities[1].occurred_at"),
        ({"type": "visit", "occurred_at": 1767225600000, "lead_id": "y"}, "activities[1].lead_id"),
    ],
)
def test_bad_activity_is_refused_by_place_and_field(scorer, activity, field):
    good = {"type": "visit", "occurred_at": "2026-01-01T00:00:00Z"}
    with pytest.raises(LeadError, match="activities") as refused:
        scorer.score_one({"lead_id": "x"}, [good, activity])
    assert refused.value.field == field


def test_unknown_fields_warn_and_count_for_nothing(scorer):
    lead = {"lead_id": "x", "created_at": "2026-01-01T00:00:00Z", "Source": "Web"}
    lead |= {"Employees": 250, "Newsletter": None}
    as_of = parse_instant("2026-02-01T00:00:00Z", field="as_of")
    plain = scorer.score_one(lead, as_of=as_of)
    more = {f"Extra {i}": i for i in range(7)}
    odd = scorer.score_one({**lead, **more, "Email": "a@example.org", "Stage": "Won"}, as_of=as_of)
    assert odd["warnings"] == "unknown fields: " + ", ".join([*more][:5]) + " and 2 more"
    assert {**odd, "warnings": ""} == plain


def test_missing_words_numbers_as_text_and_booleans_are_read(scorer):
    as_of = parse_instant("2026-02-01T00:00:00Z", field="as_of")

    def score(**fields):
        return scorer.score_one(
            {"lead_id": "x", "CreatedDate": 1767225600000, **fields}, as_of=as_of
        )

    assert score(Source="Select") == score(Source=None) == score(Source="")
    assert score()["readiness"] == score(Source="")["readiness"]
    assert score(Employees="250") == score(Employees=250) == score(Employees=250.0)
    assert "Employees: 1 value is no number" in score(Employees="many")["warnings"]


def test_lead_created_a_moment_ahead_of_this_clock_is_new(scorer):
    ahead = pd.Timestamp.now("UTC") + pd.Timedelta(minutes=2)
    answer = scorer.score_one({"lead_id": "x", "created_at": ahead.isoformat()})
    assert pd.Timestamp(answer["as_of"]) == ahead


def test_lead_id_is_read_from_anything(scorer):
    assert scorer.reader.lead_id({"Id": 12, "lead_id": "x"}) == "12"
    assert scorer.reader.lead_id({"lead_id": "x"}) == "x"
    assert [scorer.reader.lead_id(odd) for odd in (None, [], {"lead_id": {}}, {})] == [""] * 4


def test_description_names_the_facts_of_the_model(scorer):
    description = scorer.describe("lead-readiness")
    assert list(description) == [
        "model", "version", "created", "horizon_days", "data_from", "data_until", "metrics",
        "features",
    ]  # fmt: skip
    assert (description["model"], description["version"]) == ("lead-readiness", "7")
    assert scorer.attributes == {"Employees": "number", "Newsletter": "string", "Source": "string"}


def test_loading_names_the_version_after_the_directory(bundle):
    assert Scorer.load(bundle.path).version == "bundle"
    assert Scorer.load(bundle.path, version="3").version == "3"


@pytest.mark.parametrize("meta", [{}, {"export": {"columns": {}, "data": {}}}])
def test_bundle_without_its_export_is_refused(bundle, meta):
    with pytest.raises(BundleError, match=r"bundle\.json cannot be read"):
        Scorer(replace(bundle, meta=meta))


@pytest.mark.parametrize(
    ("change", "options", "fault"),
    [
        (lambda f: f.drop(columns="Id"), {}, "no column Id or lead_id"),
        (lambda f: f, {"as_of": "soon"}, "as_of cannot be read as a time"),
    ],
)
def test_file_that_cannot_be_used_is_refused(scorer, export, change, options, fault):
    with pytest.raises(DataError, match=fault):
        scorer.score(change(export[0]), **options)


def test_undated_export_is_scored_without_times(bundle, export):
    columns = {"lead_id": "Id", "order": "row", "outcome": "Stage", "won": ["Won"]}
    meta = {"export": {"columns": columns, "data": {"leads": "leads.csv"}}}
    features = {**bundle.features, "types": [], "rare_types": []}
    features["features"] = [f for f in features["features"] if f["source"] in ("Source",)]
    model = Model(
        Blend([AdditiveMember([Shape.table([0.1, 0.2, 0.3, 0.4, 0.5])], 0)], [1]), Calibration()
    )
    scorer = Scorer(replace(bundle, features=features, model=model, meta=meta))
    leads = export[0][["Id", "Source"]].replace("Select", "")
    result = scorer.score(leads)
    assert (result["as_of"] == "").all()
    has_source = leads["Source"] != ""
    assert result["readiness"].notna().eq(has_source).all()
    first = int(np.flatnonzero(has_source)[0])
    answer = scorer.score_one(_record(leads.iloc[first].to_dict()))
    assert answer["readiness"] == result["readiness"][first]
    assert answer["warnings"] == ""
    assert parse_instant(answer["as_of"], field="as_of") > NAT


def test_a_lead_in_doubt_gets_review_and_why_from_file_and_request_alike(bundle, export):
    names = FeatureSet.from_dict(bundle.features).names_
    column = names.index("Employees")
    low, high = ([None] * len(names) for _ in range(2))
    low[column], high[column] = 0.0, 60.0
    fields = tuple(j for j, name in enumerate(names) if name in ("Employees", "Source"))
    limits = Limits(fields=fields, understood=1, low=tuple(low), high=tuple(high))
    scorer = Scorer(dataclasses.replace(bundle, limits=limits), version="7")
    leads, activities = export
    employees = pd.to_numeric(leads["Employees"], errors="coerce")
    scored = scorer.score(leads, activities)
    doubted = scored["decision"] == "review"
    assert doubted[employees > 60].all()
    assert 0 < doubted.sum() < len(doubted)
    assert scored.loc[doubted, "readiness"].isna().all()
    assert (scored.loc[doubted, "reason_1"] == "").all()
    assert scored.loc[doubted, "warnings"].str.contains("outside|too little").all()
    for position in [*np.flatnonzero(doubted)[:3], *np.flatnonzero(~doubted)[:3]]:
        row = scored.iloc[position]
        answer = _answer(scorer, export, position, row["as_of"])
        assert answer["decision"] == row["decision"]
        for warning in filter(None, row["warnings"].split("; ")):
            assert warning in answer["warnings"]


def test_columns_of_one_name_are_refused(scorer, export):
    leads, activities = export
    for name in ("Id", "Source"):
        twice = pd.concat([leads, leads[[name]]], axis=1)
        with pytest.raises(
            DataError, match=f"the leads to score: several columns are called {name}"
        ):
            scorer.score(twice, activities)


@pytest.mark.parametrize("as_of", ["soon", np.datetime64("NaT", "us"), True])
def test_an_as_of_that_is_no_time_is_refused(scorer, export, as_of):
    with pytest.raises(DataError, match=r"as_of cannot be read as a time\. Give ISO 8601"):
        scorer.score(export[0].drop(columns="as_of", errors="ignore"), as_of=as_of)
