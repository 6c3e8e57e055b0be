"""Bins of about equal size."""

import numpy as np
import pytest

from training.statistics.bins import bin_of, quantile_edges, weighted_bins


def test_bins_of_distinct_values_are_of_equal_size():
    values = np.random.default_rng(0).permutation(100) * 1.0
    place = bin_of(values, quantile_edges(values, 4))
    assert np.bincount(place).tolist() == [25] * 4
    assert values[place == 0].max() < values[place == 1].min()


def test_equal_values_stay_together_and_edges_are_distinct():
    values = np.array([0.0] * 90 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0])
    edges = quantile_edges(values, 10)
    assert (np.diff(edges) > 0).all()
    assert np.unique(bin_of(values, edges)[:90]).size == 1


def test_missing_values_have_no_part_in_the_edges():
    values = np.array([1.0, 2.0, 3.0, 4.0, np.nan, np.inf])
    assert quantile_edges(values, 2).tolist() == [2.5]
    assert quantile_edges(np.array([np.nan]), 5).size == 0
    assert quantile_edges(values, 1).size == 0


def test_a_value_equal_to_an_edge_lies_on_the_side_that_is_asked_for():
    edges = np.array([2.0, 4.0])
    assert bin_of(np.array([2.0, 4.0]), edges).tolist() == [1, 2]
    assert bin_of(np.array([2.0, 4.0]), edges, side="left").tolist() == [0, 1]


def test_weighted_bins_hold_equal_weight_and_have_no_gap():
    values, weight = np.arange(8.0), np.array([4.0, 1.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0])
    place = weighted_bins(values, weight, 3)
    assert np.bincount(place, weight) == pytest.approx([4.0, 4.0, 4.0])
    assert weighted_bins(np.zeros(5), np.ones(5), 10).tolist() == [0] * 5
