"""The page of a backtest marks the capacity that brings most."""

import math
from types import SimpleNamespace

from experiments.backtest.page import best_profit
from experiments.backtest.result import GATE, WhatIf
from training.evaluation.evaluated import Metric


def row(capacity, profit):
    figures = SimpleNamespace(profit=Metric(profit, profit, profit))
    return WhatIf(capacity, {GATE: figures})


def test_best_profit_is_the_highest_and_of_equals_the_smallest_capacity():
    curve = [row(5, 10.0), row(10, 30.0), row(15, 30.0), row(20, -4.0)]
    assert best_profit(SimpleNamespace(curve=curve)).capacity == 10


def test_best_profit_is_none_of_those_that_are_not_known():
    curve = [row(5, math.nan), row(10, 30.0), row(15, math.nan)]
    assert best_profit(SimpleNamespace(curve=curve)).capacity == 10
