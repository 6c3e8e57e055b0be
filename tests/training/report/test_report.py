"""The report says what the run found, in one page that stands alone."""

from __future__ import annotations

import dataclasses
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from playwright.sync_api import expect

from leadgate.metrics import METRICS
from leadgate.policy import Policy
from tests.browser import DESK, PHONE, chromium, look
from tests.training.promotion.contests import beside
from training.evaluation.evaluated import Metric
from training.evaluation.summary import summarise
from training.promotion.refresh import Refresh
from training.promotion.since import Level
from training.report.about import About
from training.report.asked import asked_of
from training.report.earlier import Earlier
from training.report.formats import day, figure, interval, percent
from training.report.plots import Drawing
from training.report.report import make_report
from training.report.windows import without_holes

CARD = """# Model card

For *handing over* leads, not for judging people.

| figure | value |
|---|---|
| AUC | 0.74 |

<img src=x> [a link](http://example.com)
"""
POLICY = Policy.learn(np.linspace(0.05, 0.6, 50), base_rate=0.2, leads_per_week=60)
ABOUT = About(
    version="3", run_id="f00d" * 8, author="ann", commit="c0ffee" * 6, champion="2", policy=POLICY
)
VOID = {"meta", "br", "img", "hr", "input", "link"}


def report_of(trained, about=ABOUT):
    summary = None if trained.evaluation is None else summarise(trained.evaluation)
    return make_report(trained, CARD, summary, about)


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
            made[key] = report_of(trained)
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


def test_report_shows_the_whole_run(trained, runs):
    text = Page(runs(trained).html).text
    shown = [trained.why, trained.digest, "10,640", "2022-03-01", "within 90 days", *trained.notes]
    shown += [name for name in trained.importance] + [tried.name for tried in trained.tried]
    shown += [part for pair in trained.left_out.items() for part in pair]
    shown += [reason for _, reason, _ in trained.quarantine]
    shown += [
        "send everything",
        "newest first",
        "current CRM score",
        "2024-07",
        "fold 1",
        "0.0 to ",
    ]
    assert [words for words in shown if words not in text] == []


def test_report_says_first_how_many_leads_and_wins_it_rests_on(trained, runs):
    text = Page(runs(trained).html).text
    first = text.index("Evaluated on 2,000 leads, 380 of them won")
    assert first < text.index("Share of wins captured")


def test_report_says_which_run_of_which_version_it_is(trained, runs):
    text = Page(runs(trained).html).text
    shown = [
        "version 3, challenger when this was written", "champion version 2", ABOUT.run_id, "ann",
        ABOUT.commit, "weekly capacity", "a handoff costs", "threshold",
    ]  # fmt: skip
    assert [words for words in shown if words not in text] == []


def test_report_shows_what_changed_since_earlier_versions(trained):
    metrics = {"auc": Metric(0.7, 0.6, 0.8)}
    earlier = Earlier("2", ("champion",), "2025-01-01", "better", metrics, frozenset({"Region"}))
    html = report_of(trained, dataclasses.replace(ABOUT, earlier=[earlier])).html
    text = Page(html).text
    assert "0.600 to 0.800" in text
    assert "Features since version 2: new: Employees, Industry; gone: Region." in text
    assert "What changed" not in Page(report_of(trained).html).text


def decision_of(html):
    return re.findall(r'data-asked="(\w+)"', html)


def test_report_asks_for_one_decision_with_its_reason(trained, trained_without_signal):
    nobody = dataclasses.replace(ABOUT, champion="")
    assert decision_of(report_of(trained, nobody).html) == ["promote"]
    assert asked_of(trained, ABOUT.champion, ABOUT.version).command == "leadgate promote 3"
    kept = dataclasses.replace(trained, verdict="not_better_than_champion")
    assert asked_of(kept, ABOUT.champion, ABOUT.version).decision == "wait"
    harmed = Refresh("2", Level(None, 12, "12 wins"), segments=[], falls=[], first_reasons=0.2)
    refused = asked_of(dataclasses.replace(trained, verdict="refresh", evidence=harmed), "2", "3")
    assert (refused.decision, "first reason" in refused.reason) == ("mend", True)
    quiet = dataclasses.replace(harmed, first_reasons=0.9)
    fresh = asked_of(dataclasses.replace(trained, verdict="refresh", evidence=quiet), "2", "3")
    assert fresh.decision == "promote"
    assert "Not checked: level on what matured" in fresh.reason
    waits = dataclasses.replace(quiet, reason_asked="The past reads otherwise.")
    waiting = dataclasses.replace(trained, verdict="not_better_than_champion", evidence=waits)
    asked = asked_of(waiting, "2", "3")
    assert (asked.decision, asked.reason) == ("wait", "The past reads otherwise.")
    assert asked.command == 'leadgate promote 3 --reason "..."'
    assert decision_of(report_of(trained_without_signal).html) == ["wait"]
    weak = dataclasses.replace(trained, verdict="no_signal")
    assert asked_of(weak, ABOUT.champion, ABOUT.version).decision == "mend"


def test_a_window_that_could_not_be_evaluated_leaves_no_hole(trained):
    first, _, *rest = trained.evaluation.windows
    evaluation = dataclasses.replace(trained.evaluation, windows=[first, *rest])
    text = Page(report_of(dataclasses.replace(trained, evaluation=evaluation)).html).text
    assert text.count("not evaluated: too few outcomes were known when it began") == 1
    rows = without_holes([first, *rest])
    assert [(row.start, row.end) for row in rows] == [
        (window.start, window.end) for window in trained.evaluation.windows
    ]


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
    assert sorted(report.plots) == [
        "gain", "lift", "over_time", "reliability", "score_distribution", "shape_1", "shape_2",
    ]  # fmt: skip
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


def test_report_shows_the_shrinkage_of_each_segment(trained, runs):
    html = runs(trained).html
    text = Page(html).text
    (rates,) = trained.segments
    assert f"shrinkage towards the overall rate ({percent(rates.pooled.overall)})" in text
    web = rates.rows[0]
    ends = f"{100 * web['low']:.1f} to {percent(web['high'])}"
    shown = f"web 900 leads 20.0 % {percent(web['rate'])} {ends} {round(100 * web['shrinkage'])} %"
    assert shown in text
    assert len(rates.rows) == 2
    assert "A lead gets the adjusted rate" not in text


def test_report_says_which_base_rate_a_lead_gets(trained_without_signal, undrawn):
    shipped = dataclasses.replace(trained_without_signal.shipped, base_rates_of=("Source",))
    text = Page(report_of(dataclasses.replace(trained_without_signal, shipped=shipped)).html).text
    assert "A lead gets the adjusted rate of its segment" in text
    assert "the model holds base rates only" in text


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the figures empty: drawing them takes most of the time of a report."""
    names = ("gain", "lift", "over_time", "reliability", "score_distribution")
    empty = {name: Drawing("<svg ></svg>", b"") for name in (*names, "shape_1", "shape_2")}
    monkeypatch.setattr("training.report.report.draw_all", lambda *_: empty)
    monkeypatch.setattr("training.report.report.draw_shapes", lambda _: empty)


@pytest.mark.usefixtures("undrawn")
def test_report_says_in_words_that_a_gain_is_not_certain(trained):
    doubtful = dataclasses.replace(trained.evaluation, gain=Metric(0.004, -0.002, 0.009))
    run = dataclasses.replace(trained, evaluation=doubtful)
    assert "(-0.002 to 0.009) reaches zero" in Page(report_of(run).html).text
    assert "reaches zero" not in report_of(trained).html


@pytest.mark.usefixtures("undrawn")
def test_report_does_not_promise_what_the_newest_window_does_not_show(trained):
    metrics = {**trained.evaluation.metrics, "auc": Metric(0.51, 0.48, 0.53, 0.5)}
    gone = dataclasses.replace(trained.evaluation, metrics=metrics)
    text = Page(report_of(dataclasses.replace(trained, evaluation=gone)).html).text
    assert "discriminated on earlier leads, and it is not shown that it still does" in text
    assert "may become champion" not in text


@pytest.mark.usefixtures("undrawn")
def test_report_of_an_export_without_dates(trained, undated):
    evaluation = dataclasses.replace(trained.evaluation, evaluated=undated)
    columns = trained.config.columns.model_copy(update={"created_at": None})
    config = trained.config.model_copy(update={"columns": columns})
    run = dataclasses.replace(trained, evaluation=evaluation, config=config)
    text = Page(report_of(run).html).text
    assert "fifths of the rows" in text
    assert "fifth 5" in text
    assert "1970" not in text


def test_report_is_the_same_twice_but_for_its_date(trained, runs):
    dated = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    again = report_of(trained).html
    assert re.sub(dated, "", again) == re.sub(dated, "", runs(trained).html)


def test_what_is_not_defined_is_a_dash():
    nothing = Metric(math.nan, math.nan, math.nan)
    assert {figure(math.nan), percent(math.nan), interval(nothing), day(-(2**63))} == {"–"}


def test_report_puts_the_champion_beside_it(trained, runs):
    theirs = np.full(trained.evaluation.evaluated.y.size, 0.19)
    evidence = beside("3", trained.evaluation, theirs)
    text = Page(runs(dataclasses.replace(trained, evidence=evidence, why="beside")).html).text
    assert "Champion version 3 on the same" in text
    assert f"{evidence.contest.log_loss.gain:+.4f}" in text
    assert all(f"{s.column}: {s.name}" in text for s in evidence.segments)
    assert "Beside the champion" not in Page(runs(trained).html).text


def test_report_shows_each_check_of_a_refresh(trained, runs):
    level = Level(None, 12, "12 wins matured since, and 50 are needed")
    refresh = Refresh("3", level, segments=[], falls=[], first_reasons=0.87)
    shown = runs(dataclasses.replace(trained, verdict="refresh", evidence=refresh, why="beside"))
    text = Page(shown.html).text
    assert (
        "Champion version 3, fitted again on newer data. Nothing that was checked is worse." in text
    )
    assert all(finding in text for check in refresh.checks() for finding in check)
    harmed = dataclasses.replace(refresh, first_reasons=0.2)
    shown = runs(dataclasses.replace(trained, verdict="refresh", evidence=harmed, why="harm"))
    assert "It is refused for harm: only 20% of the leads" in Page(shown.html).text


@pytest.mark.usefixtures("undrawn")
def test_report_says_whether_readiness_is_off_by_more_than_random_variation(trained):
    assert "differ by no more than random variation gives" in Page(report_of(trained).html).text
    evaluated = trained.evaluation.evaluated
    bold = dataclasses.replace(evaluated, readiness=np.minimum(2 * evaluated.readiness, 0.99))
    wrong = dataclasses.replace(trained.evaluation, evaluated=bold)
    text = Page(report_of(dataclasses.replace(trained, evaluation=wrong)).html).text
    assert re.search(r"readiness is off by \d+\.\d points", text)


@pytest.mark.usefixtures("undrawn")
def test_report_says_how_stable_the_first_reason_is(trained):
    stable = dataclasses.replace(trained, first_reason_kept=0.846)
    text = Page(report_of(stable).html).text
    assert 0 < text.index("For 85 % of the leads") < text.index("What is asked of you")
    assert "same first reason" not in Page(report_of(trained).html).text


def test_report_begins_with_links_to_every_section(trained, runs):
    html = runs(trained).html
    linked = re.findall(r'<a href="#([^"]+)"', html)
    assert linked == [
        "about", "glance", "handed-off", "figures", "conversion", "time", "segments", "features",
        "tried", "data", "left-out", "card", "glossary",
    ]  # fmt: skip
    assert re.findall(r'<section id="([^"]+)"', html) == linked


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_report_can_be_read_on_the_screen(trained, runs, tmp_path, size):
    """Nothing sticks out, nothing is asked for, nothing is pale, every figure has a size."""
    file = tmp_path / "report.html"
    file.write_text(runs(trained).html, encoding="utf-8")
    with chromium() as browser:
        opened = look(browser, file, size)
        assert opened.overflow == 0
        assert opened.complaints == []
        assert opened.requests == [file.as_uri()]
        assert opened.pale == []
        assert opened.unnamed == 0
        boxes = [svg.bounding_box() for svg in opened.page.locator("svg").all()]
        assert len(boxes) == len(runs(trained).plots)
        assert all(box["width"] > 200 and box["height"] > 100 for box in boxes)
        assert all(box["x"] + box["width"] <= size[0] for box in boxes)
        hidden = "box => box.scrollWidth - box.clientWidth"
        for section in ("handed-off", "figures", "card"):
            boxes = opened.page.locator(f"#{section} :is(.scroll, .paper)")
            assert [box.evaluate(hidden) for box in boxes.all()] == [0] * boxes.count()
        for link in opened.page.locator("nav a").all():
            link.click()
            target = opened.page.locator(link.get_attribute("href"))
            expect(target).to_be_in_viewport()
