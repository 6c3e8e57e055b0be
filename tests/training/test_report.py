"""The report says what the run found, in one page that stands alone."""

from __future__ import annotations

import dataclasses
import math
import re
import shutil
import subprocess
from html import escape
from html.parser import HTMLParser

import pytest

from training.page import day, figure, interval, percent
from training.plots import Drawing
from training.report import make_report
from training.result import METRICS, Metric

CARD = """# Model card

For *handing over* leads, not for judging people.

| figure | value |
|---|---|
| AUC | 0.74 |

<img src=x> [a link](http://example.com)
"""
VOID = {"meta", "br", "img", "hr", "input", "link"}


class Page(HTMLParser):
    """What a page holds: the open elements, its figures, its text, its attributes."""

    def __init__(self, html) -> None:
        super().__init__()
        self.open, self.attributes, self.words, self.figures = [], [], [], {}
        self.metric = ""
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attributes):
        self.attributes += attributes
        values = dict(attributes)
        self.metric = values.get("data-metric", self.metric if tag != "tr" else "")
        if tag == "data" and self.metric:
            self.figures[self.metric] = float(values["value"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.attributes += attributes

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data.strip())


@pytest.fixture(scope="module")
def runs():
    """The report of a run, made once for each."""
    made = {}

    def report(trained):
        key = (trained.verdict, trained.evaluation is None, trained.why)
        if key not in made:
            made[key] = make_report(trained, CARD)
        return made[key]

    return report


def test_report_is_balanced_and_points_nowhere(trained, runs):
    html = runs(trained).html
    page = Page(html)
    assert page.open == []
    assert "<script" not in html
    assert "http" not in html.replace("[a link](http://example.com)", "")
    links = [v for k, v in page.attributes if k in ("href", "src", "action")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not [k for k, _ in page.attributes if k.startswith("on")]


def test_report_names_no_id_twice(trained, runs):
    ids = [v for k, v in Page(runs(trained).html).attributes if k == "id"]
    assert len(ids) == len(set(ids))


def test_report_holds_the_figures_of_the_evaluation(trained, runs):
    page = Page(runs(trained).html)
    assert page.figures.keys() == set(METRICS)
    for name, metric in trained.metrics.items():
        assert page.figures[name] == metric.value
        assert figure(metric.value) in page.text
        assert interval(metric) in page.text
    for figures in trained.evaluation.baselines.values():
        assert all(figure(value) in page.text for value in figures.values())


def test_report_tells_the_whole_run(trained, runs):
    text = Page(runs(trained).html).text
    told = [trained.why, trained.digest, "10,640", "2022-03-01", "within 90 days", *trained.notes]
    told += [name for name in trained.importance] + [one.name for one in trained.tried]
    told += [part for pair in trained.left_out.items() for part in pair]
    told += [reason for _, reason, _ in trained.quarantine]
    told += ["send everything", "newest first", "own score", "2024-07", "fold 1", "0.0 to "]
    assert [words for words in told if words not in text] == []


def test_report_escapes_what_comes_from_the_data(trained, runs):
    html = runs(trained).html
    assert "<b>&<" not in html
    assert "&lt;b&gt;&amp;" in html
    assert "<img" not in html


def test_report_shows_the_model_card(trained, runs):
    html = runs(trained).html
    assert "<h1>Model card</h1>" in html
    assert "<td>0.74</td>" in html


def test_report_gives_the_plots_as_png_too(trained, runs):
    report = runs(trained)
    assert sorted(report.plots) == ["gain", "over_time", "reliability", "score_distribution"]
    assert all(png.startswith(b"\x89PNG") for png in report.plots.values())
    assert report.html.count("<svg ") == len(report.plots)


def test_report_without_enough_outcomes_says_so(trained_without_signal, runs):
    report = runs(trained_without_signal)
    page = Page(report.html)
    assert page.open == []
    assert page.figures == {}
    assert report.plots == {}
    assert "every lead still goes to sales" in page.text
    assert trained_without_signal.why in page.text
    assert "base rate only" in page.text


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the figures empty: drawing them takes most of the time of a report."""
    names = ("gain", "over_time", "reliability", "score_distribution")
    empty = {name: Drawing("<svg ></svg>", b"") for name in names}
    monkeypatch.setattr("training.report.draw_all", lambda *_: empty)


@pytest.mark.usefixtures("undrawn")
def test_report_says_in_words_that_a_gain_is_not_certain(trained, runs):
    doubtful = dataclasses.replace(trained.evaluation, gain=Metric(0.004, -0.002, 0.009))
    run = dataclasses.replace(trained, evaluation=doubtful)
    assert "(-0.002 to 0.009) reaches zero" in Page(make_report(run, CARD).html).text
    assert "reaches zero" not in runs(trained).html


@pytest.mark.usefixtures("undrawn")
def test_report_of_an_export_without_dates(trained, undated):
    evaluation = dataclasses.replace(trained.evaluation, judged=undated)
    columns = trained.config.columns.model_copy(update={"created_at": None})
    config = trained.config.model_copy(update={"columns": columns})
    run = dataclasses.replace(trained, evaluation=evaluation, config=config)
    text = Page(make_report(run, CARD).html).text
    assert "fifths of the rows" in text
    assert "fifth 5" in text
    assert "1970" not in text


def test_report_is_the_same_twice_but_for_its_date(trained, runs):
    dated = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    again = make_report(trained, CARD).html
    assert re.sub(dated, "", again) == re.sub(dated, "", runs(trained).html)


def test_what_is_not_defined_is_a_dash():
    nothing = Metric(math.nan, math.nan, math.nan)
    assert {figure(math.nan), percent(math.nan), interval(nothing), day(-(2**63))} == {"–"}


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_report_fits_the_screen(trained, runs, tmp_path, width):
    """Nothing sticks out sideways, and every figure has a size, on a desk and on a phone."""
    measure = """<script>
      const wide = document.documentElement.scrollWidth <= window.innerWidth;
      const drawn = [...document.querySelectorAll("svg")].map(s => s.getBoundingClientRect());
      const sized = drawn.length === 4 && drawn.every(r => r.width > 200 && r.height > 150);
      parent.document.title = `measured ${window.innerWidth} ${wide} ${sized}`;
    </script>"""
    # The browser has no window as narrow as a phone: a frame has.
    inner = escape(runs(trained).html.replace("</body>", measure + "</body>"))
    page = tmp_path / "report.html"
    style = f"border:0;width:{width}px;height:3000px"
    page.write_text(f'<title></title><iframe style="{style}" srcdoc="{inner}"></iframe>')
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,3000"]
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    done = subprocess.run(
        [shutil.which("chromium"), *options, profile, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert re.search("<title>(.*)</title>", done.stdout)[1] == f"measured {width} true true"
