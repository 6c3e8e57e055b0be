"""The model card."""

from dataclasses import replace

from training.evaluation.summary import summarise
from training.leakage.time_proxy import TimeProxies
from training.report.card import card


def card_of(trained):
    return card(trained, None if trained.evaluation is None else summarise(trained.evaluation))


def test_the_card_says_what_was_evaluated_and_what_ships(trained):
    text = card_of(trained)
    assert "a win within 90 days" in text
    assert "| AUC | 0.7" in text
    assert "those of the evaluation fit" in text
    assert "fitted again and calibrated again" in text
    assert trained.digest in text
    assert "On 2,000 leads, 380 of them won" in text


def test_the_card_says_how_good_it_was_in_the_last_months_and_what_was_tried(trained):
    text = card_of(trained)
    last = summarise(trained.evaluation).periods[-1]
    assert f"| {last.name} | " in text
    assert "| boosted, small | 0.38 | 0.4460 | 0.7410 |" in text


def test_every_paragraph_of_the_card_is_one_line(trained):
    """MLflow's pages break a line wherever Markdown does."""
    blocks = [block.split("\n") for block in card_of(trained).strip().split("\n\n")]
    assert all(len(lines) == 1 or lines[0][0] in "|-" for lines in blocks)
    assert "" not in [line for lines in blocks for line in lines]


def test_the_card_of_too_little_data_has_no_figures(trained_without_signal):
    text = card_of(trained_without_signal)
    assert "It was not evaluated" in text
    assert "| AUC" not in text
    assert "without dates" in text
    assert "every lead gets the same readiness" in text


def test_the_card_of_pooled_base_rates_names_the_segments(trained_without_signal):
    shipped = replace(trained_without_signal.shipped, base_rates_of=("Source", "Region"))
    text = card_of(replace(trained_without_signal, shipped=shipped))
    assert "The base rate of each segment (Source, Region)" in text
    assert "no lead is held back" in text


def test_the_card_names_time_proxies(trained):
    assert "time prox" not in card_of(trained)
    text = card_of(replace(trained, proxies=TimeProxies({"euribor": 0.97, "month": 0.9})))
    assert "euribor (AUC 0.97), month (AUC 0.90) are time proxies" in text
