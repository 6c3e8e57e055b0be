"""The model card."""

from dataclasses import replace

from training.leakage.time_proxy import TimeProxies
from training.report.card import card


def test_the_card_says_what_was_evaluated_and_what_ships(trained):
    text = card(trained)
    assert "a win within 90 days" in text
    assert "| auc | 0.7" in text
    assert "those of the evaluation fit" in text
    assert "fitted again and calibrated again" in text
    assert trained.digest in text


def test_the_card_of_too_little_data_has_no_figures(trained_without_signal):
    text = card(trained_without_signal)
    assert "It was not evaluated" in text
    assert "| auc" not in text
    assert "without dates" in text
    assert "every lead gets the same readiness" in text


def test_the_card_of_pooled_base_rates_names_the_segments(trained_without_signal):
    shipped = replace(trained_without_signal.shipped, base_rates_of=("Source", "Region"))
    text = card(replace(trained_without_signal, shipped=shipped))
    assert "The base rate of each segment (Source, Region)" in text
    assert "no lead is held back" in text


def test_the_card_names_time_proxies(trained):
    assert "time prox" not in card(trained)
    text = card(replace(trained, proxies=TimeProxies({"euribor": 0.97, "month": 0.9})))
    assert "euribor (AUC 0.97), month (AUC 0.90) are time proxies" in text
