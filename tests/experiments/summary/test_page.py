"""The page for leaders: counts only, whole, and its first screen fits a phone."""

import re
from dataclasses import replace

import pytest

from experiments.summary.page import make_summary
from tests.browser import DESK, PHONE, chromium, look
from tests.experiments.summary.summaries import ALL, PARTS, measured, summary
from tests.training.report.test_report import Page


def test_page_is_balanced_and_points_nowhere():
    html = make_summary(measured())
    page = Page(html)
    assert page.open == []
    assert "<script" not in html
    assert "http" not in html
    assert all(v.startswith("#") for k, v in page.attributes if k in ("href", "src"))


def test_page_answers_what_to_do_what_it_brings_what_is_lost_and_whether_it_is_healthy():
    text = Page(make_summary(measured())).text
    assert "To call now: 257 leads are ready and nobody has contacted them" in text
    assert "about 300,000 at stake (14 weeks of work)" in text
    assert "ready_now.csv" in text
    assert "would win about 14 more deals a quarter (90 %: 8 to 20)" in text
    assert "1,111 (55.5 %) fell through the cracks" in text
    assert "The model : healthy when trained." in text


def test_page_does_not_invent_what_the_export_does_not_say():
    unknown = replace(ALL, contacted=None, wait_days=None)
    parts = tuple(replace(part, contacted=None, wait_days=None) for part in PARTS)
    bare = summary(
        funnel=unknown, sources=parts, people=(), fell_through=None, ready=None, has_handoffs=False
    )
    text = Page(make_summary(bare)).text
    for word in ("fell through", "days", "To call now", "salesperson"):
        assert word not in text
    assert "handed off (every lead)" in text
    assert "who was contacted the export does not say" in text


def test_page_of_no_leads_divides_by_nothing():
    nobody = replace(ALL, handed_off=0, contacted=0, won=0, wait_days=None)
    text = Page(make_summary(summary(funnel=nobody, sources=(), people=(), fell_through=0))).text
    assert "nan" not in text


def test_page_escapes_what_comes_from_the_data():
    html = make_summary(summary(sources=tuple(replace(p, name="<b>&") for p in PARTS)))
    assert "<b>&<" not in html
    assert "&lt;b&gt;&amp;" in html


def test_columns_are_named_in_words():
    html = make_summary(summary())
    assert "by lead source" in html
    assert "LeadSource" not in html


def test_rows_beyond_the_first_screen_unfold_and_none_is_lost():
    html = make_summary(summary())
    first, _, folded = html.partition("<details>")
    assert [len(re.findall('<th scope="row">', part)) for part in (first, folded)] == [5, 6]


@pytest.mark.chromium
def test_the_first_screen_of_a_phone_holds_all_five_answers(tmp_path):
    file = tmp_path / "summary.html"
    file.write_text(make_summary(measured()), encoding="utf-8")
    with chromium() as browser:
        for size in (DESK, PHONE):
            seen = look(browser, file, size)
            assert (seen.overflow, seen.complaints, seen.pale, seen.unnamed) == (0, [], [], 0)
            for answer in ("header strong", ".steps", ".line >> nth=0", ".line >> nth=1"):
                box = seen.page.locator(answer).bounding_box()
                assert box["y"] + box["height"] <= size[1], answer
            box = seen.page.get_by_text("by salesperson").first.bounding_box()
            assert box["y"] < size[1]
