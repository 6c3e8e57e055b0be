"""A finished training run, made up, in which the readiness is the truth."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from features.aggregation.definitions import Feature
from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.config import Config, Tracking
from leadgate.model import Blend, Calibration, Model
from leadgate.policy import Policy
from leadgate.policy.ranking import ranked
from leadgate.registry.mlflow_store import connect
from training.dataset.settings import Settings
from training.ensemble.fitted import Fitted
from training.evaluation.evaluated import Evaluated, Evaluation, Metric, WindowResult
from training.evaluation.importance import Shape
from training.evaluation.signal import Signal
from training.promotion.recipe import Recipe
from training.result import TrainingResult, Tried
from training.segments.segments import SegmentRates
from training.statistics import metrics
from training.statistics.pooling import pool

YEAR = 366 * 86_400_000_000


@pytest.fixture(scope="session")
def new_database(tmp_path_factory):
    """An MLflow database without a run; making one takes seconds."""
    folder = tmp_path_factory.mktemp("tracking")
    connect(Tracking(), folder, create=True)
    return folder / "mlflow.db"


@pytest.fixture(scope="session")
def evaluated():
    """2,000 leads of 900 accounts over a leap year; the own score is the readiness, blurred."""
    rng = np.random.default_rng(7)
    n = 2000
    readiness = rng.beta(1.2, 5, n)
    start = np.datetime64("2024-01-01", "us").astype(np.int64)
    as_of = start + rng.integers(0, YEAR, n)
    own = readiness + rng.normal(0, 0.3, n)
    own[:100] = np.nan
    return Evaluated(
        lead_id=np.array([f"L{i:05d}" for i in range(n)], dtype=object),
        account=rng.integers(0, 900, n),
        as_of=as_of,
        order=as_of,
        age_days=np.zeros(n),
        y=(rng.random(n) < readiness).astype(float),
        weight=rng.choice([0.5, 1.0, 1.5], n),
        readiness=readiness,
        own_score=own,
        segments={"Source": rng.choice(["web", "fair", "", "<b>&"], n).astype(object)},
    )


@pytest.fixture(scope="session")
def undated(evaluated):
    n = len(evaluated.y)
    return dataclasses.replace(
        evaluated, as_of=np.full(n, NAT), order=np.arange(n), own_score=None, segments={}
    )


@pytest.fixture(scope="session")
def evaluation(evaluated):
    y, p, w = evaluated.y, evaluated.readiness, evaluated.weight
    best_first = ranked(p, evaluated.lead_id)
    values = {
        "log_loss": (metrics.log_loss(y, p, w), 0.49),
        "auc": (metrics.auc(y, p, w), 0.5),
        "brier": (metrics.brier(y, p, w), 0.155),
        "lift_10": (metrics.lift_at(y, best_first, w, 0.1), 1.0),
        "precision_at_capacity": (metrics.precision_at(y, best_first, w, 0.4), 0.189),
        "calibration_slope": (metrics.calibration_slope(y, p, w), math.nan),
        "calibration_in_the_large": (metrics.calibration_in_the_large(y, p, w), 1.01),
    }
    figures = {
        name: Metric(float(v), float(v) - 0.03, float(v) + 0.03, base)
        for name, (v, base) in values.items()
    }
    day = 86_400_000_000
    years = [
        WindowResult(i * 90 * day, (i + 1) * 90 * day, f"fold {i}", 500, 480, 90, 0.7 + i / 100)
        for i in range(3)
    ]
    return Evaluation(
        metrics=figures,
        baselines={
            "base_rate": {"log_loss": 0.49, "brier": 0.155, "auc": 0.5, "lift_10": 1.0},
            "newest_first": {"auc": 0.497},
            "own_score": {"auc": 0.621},
        },
        evaluated=evaluated,
        base_rate=0.19,
        capacity_share=0.4,
        windows=[
            *years,
            WindowResult(270 * day, 636 * day, "test", 2000, 2000, 380, figures["auc"].value),
        ],
        signal=Signal(0.72, 0.018, 300.0, 700.0),
        gain=Metric(0.051, 0.041, 0.062, 0.0),
    )


@pytest.fixture(scope="session")
def config(tmp_path_factory):
    values = {
        "data": {"leads": "leads.csv", "sales_types": ["call"]},
        "columns": {
            "lead_id": "Lead Id",
            "created_at": "Created",
            "outcome": "Stage",
            "won": ["Won"],
            "closed_at": "Closed",
            "personal": ["Email"],
            "unknown": ["Rating"],
        },
        "target": {"horizon_days": 90},
        "policy": {"capacity_per_week": 25},
    }
    return Config.from_dict(values, folder=tmp_path_factory.mktemp("config"))


def feature_set():
    return FeatureSet.from_dict(
        {
            "exclude": ["Email", "Rating"],
            "windows_days": [7, 30, 90],
            "sales_types": ["call"],
            "features": [
                Feature("Industry", "category", "Industry").to_dict(),
                Feature("Employees", "number", "Employees").to_dict(),
            ],
            "vocabularies": {"Industry": ["other", "retail", "steel"]},
            "accounts": False,
            "engagement": {},
            "left_out": {"Comment": "text: nearly every lead has its own"},
        }
    )


def segment_rates_of(name, values, leads, wins):
    """The win rates of a segment column, from counts."""
    leads, wins = np.array(leads), np.array(wins)
    return SegmentRates(name, values, leads, wins / leads, pool(wins * 1.0, leads * 1.0))


@pytest.fixture(scope="session")
def trained(config, evaluation):
    """A run that found a model better than chance."""
    model = Model(Blend([], [], -1.4), Calibration(0.0, 1.0))
    fitted = Fitted(feature_set(), model, np.zeros(2), np.ones(2))
    day = np.datetime64("2022-03-01", "us").astype(np.int64)
    created = pd.DataFrame({"lead_id": ["a"], "created_at": [pd.Timestamp("2022-03-01", tz="UTC")]})
    return TrainingResult(
        config=config,
        history=LeadHistory.from_tables(created),
        policy=Policy.learn([0.1, 0.9], base_rate=0.5),
        shipped=fitted,
        evaluated=fitted,
        evaluation=evaluation,
        tried=[
            Tried("additive, strong shrinkage", 0.62, 0.441, 0.744, 0.4, 2_310),
            Tried("boosted, small", 0.38, 0.446, 0.741, 1.9, 2_310),
            Tried("boosted, medium", 0.0, 0.452, 0.735, 3.2, 2_310),
        ],
        verdict="better",
        why="AUC 0.74 (0.71 to 0.77) on leads it had not seen, and no champion to beat.",
        settings=Settings.of(config),
        recipe=Recipe.of(config),
        rows={"train": 8000, "test": 2000, "open": 640, "quarantined": 12},
        leads={"all": 10640, "won": 1900, "lost": 8100, "open": 640, "unworked": 0},
        data_from=int(day),
        data_until=int(day) + 3 * YEAR,
        importance={"Industry": 0.62, "pricing_view": 0.41, "Employees": 0.2, "lead age": 0.05},
        column_importance={"Industry": 0.6, "Employees": 0.2},
        shapes=[
            Shape(
                "Industry",
                ["steel", "retail"],
                np.arange(2.0),
                np.array([0.6, -0.2]),
                np.array([0.5, -0.3]),
                np.array([0.7, -0.1]),
                -0.4,
            ),
            Shape(
                "Employees",
                [],
                np.array([5.0, 80.0, 900.0]),
                np.array([-0.3, 0.1, 0.2]),
                np.array([-0.4, 0.0, 0.1]),
                np.array([-0.2, 0.2, 0.5]),
                math.nan,
            ),
        ],
        left_out={"Comment": "text: nearly every lead has its own", "Rating": "listed in unknown"},
        quarantine=[("leads", "duplicate lead id", 9), ("activities", "unknown lead", 3)],
        notes=["412 activities happened before their lead was created; they count."],
        digest="9f" * 32,
        seconds=41.7,
        segments=[segment_rates_of("Source", ["web", "fair", "<b>&"], [900, 60, 4], [180, 20, 2])],
    )


@pytest.fixture(scope="session")
def trained_without_signal(trained):
    """A run with too few outcomes to judge anything."""
    return dataclasses.replace(
        trained,
        evaluated=None,
        evaluation=None,
        tried=[],
        verdict="no_signal",
        why="31 closed leads, 6 of them won: at least 40 and 10 of either kind are needed.",
        importance={},
        shapes=[],
        data_from=NAT,
        data_until=NAT,
        rows={"train": 31, "test": 0, "open": 5, "quarantined": 0},
        quarantine=[],
        notes=[],
    )
