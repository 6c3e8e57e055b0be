"""The page: whole, self-contained, escaped, and readable on a phone and a desk."""

import dataclasses
import re

import numpy as np
import pytest

from experiments.alignment import Signs, align, make_page
from experiments.alignment.audiences import AccountList, AccountLists
from experiments.alignment.catalogue import Catalogue
from tests.browser import DESK, PHONE, chromium, look
from tests.training.report.test_report import Page
from training.report.formats import days

SECTIONS = [
    "What became of the leads",
    "When, and how fast",
    "Win rate: sending everything, and the gate",
    "How far along the journey",
    "Marketing's audience and sales' customers",
    "What comes before a purchase",
    "Fell through the cracks",
    "Glossary",
]


@pytest.fixture(scope="module")
def flat_page(flat):
    config, learned = flat
    return make_page(align(config, learned, Signs(config)))


@pytest.fixture(scope="module")
def whole_page(simulated):
    config, learned = simulated
    return make_page(align(config, learned, Signs(config)))


def test_page_is_balanced_and_points_nowhere(flat_page):
    page = Page(flat_page)
    assert page.open == []
    assert "<script" not in flat_page
    assert "http" not in flat_page
    links = [v for k, v in page.attributes if k in ("href", "src", "action")]
    assert all(link.startswith("#") for link in links)


def test_page_says_what_it_does_not_know(flat_page):
    text = Page(flat_page).text
    assert "does not say either which leads sales worked" in text
    assert "has no handoffs" in text
    assert "Fell through the cracks" not in text


def test_page_without_signal_claims_nothing(flat):
    config, learned = flat
    learned = dataclasses.replace(learned, verdict="no_signal", why="No signal: chance.")
    text = Page(make_page(align(config, learned, Signs(config)))).text
    assert "The gate claims nothing here. No signal: chance." in text
    assert "claims nothing more" in text
    assert "Nowhere near buying" not in text


def test_page_escapes_what_comes_from_the_data(flat):
    config, learned = flat
    columns = learned.history.columns
    named = {**columns, "Source": columns["Source"] + "<b>&"}
    history = dataclasses.replace(learned.history, columns=named)
    html = make_page(align(config, dataclasses.replace(learned, history=history), Signs(config)))
    assert "<b>&" not in html
    assert "web&lt;b&gt;&amp;" in html


def test_lengths_of_time_have_the_unit_that_suits_them():
    shown = [days(value) for value in (0.5 / 24, 0.5, 3.04, 40.2, float("nan"))]
    assert shown == ["30 min", "12.0 h", "3.0 days", "40 days", "–"]


def test_page_shows_what_the_lists_of_marketing_say(flat):
    config, learned = flat
    accounts = AccountList(np.unique(learned.history.account_hash)[:40], {})
    catalogue = Catalogue(("guide", "case <b>"), ("interest", ""))
    made = align(config, learned, Signs(config), catalogue, AccountLists(accounts, None))
    html = make_page(made)
    page = Page(html)
    assert page.open == []
    assert "Of 2 pieces, no lead ever used 2 (100.0 %)" in page.text
    assert "of the target accounts, accounts with a lead won" in page.text
    assert f"{made.audiences.hit.count} of 40" in page.text
    assert "case &lt;b&gt;" in html


@pytest.mark.slow
def test_page_shows_the_states_with_their_sum(whole_page, simulated):
    counts = dict(re.findall(r'data-state="(\w+)".*?<data value="(\d+)">', whole_page))
    assert sum(map(int, counts.values())) == len(simulated[1].history)
    assert {"won", "lost", "ignored"} <= counts.keys()


@pytest.mark.chromium
@pytest.mark.slow
def test_page_fits_the_screen(whole_page, tmp_path):
    file = tmp_path / "alignment.html"
    file.write_text(whole_page, encoding="utf-8")
    with chromium() as browser:
        for size in (DESK, PHONE):
            seen = look(browser, file, size)
            assert (seen.overflow, seen.complaints, seen.pale, seen.unnamed) == (0, [], [], 0)
            assert seen.requests == [file.as_uri()]
            assert seen.page.locator("h2").all_text_contents() == SECTIONS
            widths = seen.page.evaluate(
                "[...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect().width)"
            )
            assert len(widths) == 8
            assert all(250 < width <= size[0] for width in widths)
            seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert (seen.overflow, seen.pale) == (0, [])
