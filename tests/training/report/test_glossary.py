"""One source of terms: the pages link to it, and the documentation is made of it."""

import re
from pathlib import Path

import pytest

from training.report.glossary import Terms, entries, markdown

ROOT = Path(__file__).parents[3]
TEMPLATES = [
    *ROOT.glob("training/report/templates/*.j2"),
    *ROOT.glob("experiments/*/templates/*.j2"),
]


def test_the_page_of_the_documentation_is_generated():
    page = (ROOT / "docs/reference/glossary.md").read_text(encoding="utf-8")
    assert page == markdown(), (
        "run: python -m training.report.glossary > docs/reference/glossary.md"
    )


def test_every_entry_is_a_term_and_a_plain_sentence_or_two():
    terms = [entry.term for entry in entries().values()]
    assert len(terms) == len({term.lower() for term in terms})
    assert terms == sorted(terms, key=str.lower)
    for entry in entries().values():
        assert re.fullmatch(r"[a-z_]+", entry.key)
        assert entry.meaning.endswith(".")
        assert len(entry.meaning) < 320, entry.key


def test_every_term_of_a_template_has_an_entry():
    used = {
        key
        for path in TEMPLATES
        for key in re.findall(r'terms\("(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert len(used) > 20
    assert used <= entries().keys()


def test_links_lead_to_the_entries_at_the_end_and_are_escaped():
    terms = Terms()
    assert terms.used == []
    assert terms("win_rate", "Win <rate>") == (
        '<a class="term" href="#term-win_rate">Win &lt;rate&gt;</a>'
    )
    terms("auc")
    terms("win_rate")
    assert [entry.key for entry in terms.used] == ["auc", "win_rate"]


def test_a_term_without_an_entry_is_an_error():
    with pytest.raises(KeyError, match="no_such_term"):
        Terms()("no_such_term")
