"""Features hold what was known at the moment, and are the same on every path."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from features import FeatureSet, LeadHistory
from features.aggregation.catalogue import FAMILIES
from features.explanation.wording import SENTENCES
from features.history.snapshots import Snapshots, plan
from features.parsing.times import US_PER_DAY
from leadgate.errors import DataError
from tests.features.plain_loop import expected
from tests.features.worlds import (
    EXAMPLES,
    START,
    World,
    activity,
    change,
    lead,
    moments,
    training_world,
    worlds,
)

AGES = (0, 7, 30, 60)


@pytest.fixture(scope="module")
def trained():
    history = training_world().history()
    feature_set = FeatureSet(sales_types=("call",), accounts=True)
    return feature_set.fit(history, plan(history, AGES))


def at(world, as_of):
    """Return the history of a world and every lead of it at an instant."""
    history = world.history()
    return history, np.arange(len(history)), np.full(len(history), as_of)


def equal(first, second):
    np.testing.assert_array_equal(first, second)
    return True


# What was known


@given(worlds(), worlds(), moments())
@EXAMPLES
def test_what_comes_later_changes_no_feature(trained, world, other, as_of):
    """On either clock: whatever else happens after `as_of`, the features stay the same."""
    ids = {row["lead_id"] for row in world.leads}
    past, future = world.known_at(as_of), other.known_at(as_of)
    activities = [a for a in other.activities if a not in future.activities and a["lead_id"] in ids]
    changes = [c for c in other.changes if c not in future.changes and c["lead_id"] in ids]
    closed = {row["lead_id"] for row in past.outcomes}
    outcomes = [
        o for o in other.outcomes if o not in future.outcomes and o["lead_id"] in ids - closed
    ]
    changed = replace(
        past,
        activities=past.activities + activities,
        changes=past.changes + changes,
        outcomes=past.outcomes + outcomes,
    )
    wanted = trained.matrix(*at(past, as_of))
    assert equal(trained.matrix(*at(world, as_of)), wanted)
    assert equal(trained.matrix(*at(changed, as_of)), wanted)


def test_what_comes_later_changes_no_choice_of_features():
    world = training_world(200)
    frame = plan(world.history(), [30]).frame(world.history())
    later = max(row["created_at"] for row in world.leads) + 31 * US_PER_DAY
    ids = [row["lead_id"] for row in world.leads]
    late = [activity(i, START, "late_import", delay=later - START) for i in ids]
    more = replace(
        world,
        activities=world.activities + late + [activity(i, later, "closing_call") for i in ids],
        changes=world.changes + [change(i, "Source", "Won", later) for i in ids],
    )
    before, after = (FeatureSet().fit(w.history(), frame) for w in (world, more))
    assert before.to_dict() == after.to_dict()


@given(worlds(), moments())
@EXAMPLES
def test_features_equal_a_plain_loop(trained, world, as_of):
    rows = sorted(world.leads, key=lambda row: row["lead_id"])
    wanted = [expected(trained, world, row, as_of) for row in rows]
    np.testing.assert_allclose(trained.matrix(*at(world, as_of)), wanted, rtol=1e-12, atol=1e-12)


def test_training_world_has_every_kind_of_feature(trained):
    kinds = {feature.kind for feature in trained.features_}
    assert kinds == {"number", "category", "flag", *SENTENCES}
    assert {(f.kind, f.scope) for f in trained.features_ if not f.of_attribute} == {
        (family.kind, family.scope) for family in FAMILIES
    }
    assert trained.engagement_.types == ("newsletter", "pricing_view", "webinar")
    assert trained.engagement_.rare_types == ("rare_one", "rare_two")
    assert trained.engagement_.channels == ("email", "web")


# The same on every path


@given(worlds(), moments())
@EXAMPLES
def test_a_single_lead_equals_its_row_in_bulk(trained, world, as_of):
    bulk = trained.matrix(*at(world, as_of))
    of_account = [feature.scope == "account" for feature in trained.features_]
    bulk[:, of_account] = math.nan
    leads, activities, changes, _ = world.records()
    for row, record in enumerate(sorted(leads, key=lambda record: record["lead_id"])):
        alone = LeadHistory.from_records([record], activities, changes)
        assert equal(trained.matrix(alone, np.array([0]), np.array([as_of])), bulk[[row]])


@given(worlds(), moments())
@EXAMPLES
def test_whole_accounts_from_records_equal_the_tables(trained, world, as_of):
    history = LeadHistory.from_records(*world.records(), whole_accounts=True)
    matrix = trained.matrix(history, np.arange(len(history)), np.full(len(history), as_of))
    assert equal(matrix, trained.matrix(*at(world, as_of)))


def test_many_rows_equal_few(trained):
    """Beyond a few rows, and beyond one row a lead, attributes are read in another way."""
    history = training_world(60, seed=1).history()
    lead = np.tile(np.arange(len(history)), 3)
    as_of = np.repeat(START + np.array([20, 50, 90]) * US_PER_DAY, len(history))
    bulk = trained.matrix(history, lead, as_of)
    alone = [trained.matrix(history, lead[[i]], as_of[[i]])[0] for i in range(len(lead))]
    assert equal(bulk, np.array(alone))
    assert equal(trained.matrix(history, lead[:40], as_of[:40]), bulk[:40])


@given(worlds(), moments(), st.randoms(use_true_random=False))
@EXAMPLES
def test_the_order_of_rows_changes_nothing(trained, world, as_of, random):
    shuffled = World(*([*random.sample(rows, len(rows))] for rows in vars(world).values()))
    assert equal(trained.matrix(*at(shuffled, as_of)), trained.matrix(*at(world, as_of)))


def test_the_order_of_columns_changes_nothing():
    world = training_world(150)
    tables = world.tables()
    mirrored = [table[table.columns[::-1]] for table in tables]
    fitted = []
    for given_tables in (tables, mirrored):
        history = LeadHistory.from_tables(*given_tables)
        fitted.append(FeatureSet().fit_transform(history, history.snapshots(AGES)))
    pd.testing.assert_frame_equal(*fitted)


def test_json_brings_the_feature_set_back(trained):
    again = FeatureSet.from_dict(json.loads(json.dumps(trained.to_dict())))
    history = training_world(80, seed=2).history()
    snapshots = history.snapshots(AGES)
    wanted = trained.transform(history, snapshots)
    pd.testing.assert_frame_equal(again.transform(history, snapshots), wanted)
    assert again.to_dict() == trained.to_dict()
    assert again.features_ == trained.features_


# The interface


def test_transform_keeps_the_order_and_index_of_the_snapshots(trained):
    history = training_world(50, seed=3).history()
    frame = history.snapshots(AGES)
    frame.index = pd.RangeIndex(10, 10 + len(frame))
    shuffled = frame.sample(frac=1, random_state=0)
    result = trained.transform(history, frame)
    assert list(result.columns) == trained.names_
    assert (result.dtypes == np.float64).all()
    pd.testing.assert_frame_equal(trained.transform(history, shuffled), result.loc[shuffled.index])


def test_feature_set_is_a_scikit_learn_estimator():
    features = FeatureSet(exclude=["Source"], windows_days=[3])
    copy = clone(features.set_params(sales_types=["call"]))
    assert copy.get_params() == {
        "exclude": ["Source"],
        "windows_days": [3],
        "sales_types": ["call"],
        "accounts": False,
    }


def test_excluded_columns_and_sales_types_are_no_features():
    history = training_world().history()
    fitted = FeatureSet(exclude=["Source"], sales_types=["call", "webinar"]).fit(
        history, plan(history, AGES)
    )
    sources = {feature.source for feature in fitted.features_}
    assert sources.isdisjoint({"Source", "call", "webinar"})
    assert "Employees" in sources


def test_a_feature_set_without_columns_is_the_same_in_the_others(trained):
    history = training_world().history()
    lead, as_of = np.arange(len(history)), np.full(len(history), history.until)
    name = next(f.source for f in trained.features_ if f.of_attribute)
    fewer = trained.without([name])
    stays = [feature.name in fewer.names_ for feature in trained.features_]
    assert name not in fewer.names_
    assert len(fewer.names_) == len(trained.names_) - 1
    X = trained.matrix(history, lead, as_of)
    np.testing.assert_array_equal(fewer.matrix(history, lead, as_of), X[:, stays])


def test_a_flat_history_has_attributes_only():
    world = training_world()
    history = replace(world, activities=[], changes=[]).history()
    fitted = FeatureSet().fit(history, history.snapshots())
    assert fitted.names_ == ["Asked", "Employees", "Source"]


def test_undated_leads_have_attributes():
    leads = pd.DataFrame(training_world().leads).drop(columns="created_at")
    history = LeadHistory.from_tables(leads)
    fitted = FeatureSet().fit(history, history.snapshots())
    assert fitted.transform(history, history.snapshots())["Employees"].notna().all()


def test_unseen_values_are_other_or_missing(trained):
    world = World([lead("A", START, Source="Unheard of", Asked="perhaps", Employees="many")])
    row = dict(zip(trained.names_, trained.matrix(*at(world, START))[0], strict=True))
    assert row["Source"] == 0
    assert math.isnan(row["Asked"])
    assert math.isnan(row["Employees"])


def test_unseen_values_and_types_are_named_without_the_value(trained):
    world = World(
        [lead("A", START, Source="Unheard of", Asked="perhaps", Employees="many")],
        [activity("A", START, "never_trained")],
        [change("A", "Stage", "Secret", START)],
    )
    assert trained.unseen(world.history()) == [
        "Asked: 1 value is rare in training or new",
        "Employees: 1 value is no number",
        "Source: 1 value is rare in training or new",
        "Stage: 1 value is rare in training or new",
        "activities that training has not seen count nowhere: never_trained",
    ]
    assert trained.unseen(training_world(30, seed=4).history()) == []


def test_columns_that_a_lead_does_not_have_are_missing(trained):
    few = LeadHistory.from_records([{"lead_id": "A"}])
    many = LeadHistory.from_records([{"lead_id": f"{i:02d}"} for i in range(40)])
    for history in (few, many):
        as_of = np.full(len(history), START)
        X = trained.matrix(history, np.arange(len(history)), as_of)
        named = dict(zip(trained.names_, X[0], strict=True))
        assert math.isnan(named["Source"])
        assert math.isnan(named["age of the lead"])
        assert named["activities ever"] == 0
        assert equal(X, np.tile(X[0], (len(X), 1)))


def test_no_snapshot_is_refused():
    history = training_world(20).history()
    none = plan(history, AGES).take(np.zeros(0, dtype=np.int64))
    with pytest.raises(DataError, match="no snapshot"):
        FeatureSet().fit(history, none)


def test_snapshots_of_unknown_leads_are_refused(trained):
    history = training_world(20).history()
    frame = pd.DataFrame({"lead_id": ["0001", "nobody"], "as_of": ["2026-01-01", "2026-01-01"]})
    with pytest.raises(DataError, match="1 of 2 lead ids"):
        trained.transform(history, frame)
    assert len(Snapshots.of_frame(history, frame.head(1))) == 1
