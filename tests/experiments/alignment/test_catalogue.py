"""The catalogue of content: what is never used is counted, and suggestions fit the stage."""

import numpy as np
import pandas as pd
import pytest

from experiments.alignment.catalogue import Catalogue, content_of, suggestions
from experiments.alignment.ready import decide_now
from experiments.alignment.touches import Touch, Touches
from experiments.alignment.view import view_of
from experiments.figures.share import Share
from features import LeadHistory
from leadgate.config import Config
from leadgate.errors import ConfigError, DataError
from tests.experiments.alignment.conftest import states_of

CATALOGUE = Catalogue(("guide", "price list", "case", "old"), ("interest", "purchase", "", ""))


def config_of(folder, text, **content):
    (folder / "content.csv").write_text(text)
    activities = [{"path": "a.csv", "content": "page"}]
    data = {"leads": "leads.csv", "activities": activities}
    columns = {"lead_id": "id", "created_at": "at", "outcome": "o", "won": ["w"]}
    data["content"] = {"path": "content.csv", **content}
    return Config.from_dict({"data": data, "columns": columns}, folder)


def acts_of(**pieces):
    """Leads by id and what they used."""
    rows = [(lead, piece) for lead, used in pieces.items() for piece in used]
    leads = pd.DataFrame({"lead_id": [*pieces], "created_at": "2025-01-01"})
    acts = pd.DataFrame(rows, columns=["lead_id", "content"])
    acts = acts.assign(type="visit", occurred_at="2025-01-05")
    return states_of(LeadHistory.from_tables(leads, acts, until="2025-03-01"))


def kind(name, low, **stages):
    shares = {stage: Share(0, 9, value, value, 1.0) for stage, value in stages.items()}
    return Touch(name, Share(0, 9, low, low, 1.0), shares)


def test_catalogue_is_read_once_a_piece_with_its_stage(tmp_path):
    text = "name,for\nguide,Interest\ncase,\nguide,purchase\n,purchase\n"
    catalogue = Catalogue.of(config_of(tmp_path, text, key="name", stage="for"))
    assert catalogue == Catalogue(("guide", "case"), ("interest", ""))


def test_both_columns_at_fault_are_named(tmp_path):
    config = config_of(tmp_path, "a\n1\n", key="name", stage="for")
    with pytest.raises(DataError, match=r"no column name \(key\) and no column for \(stage\)"):
        Catalogue.of(config)


def test_a_stage_that_there_is_not_is_counted_and_not_repeated(tmp_path):
    config = config_of(tmp_path, "content,for\nguide,awareness\ncase,intent\n", stage="for")
    with pytest.raises(DataError, match="2 rows have a stage in for") as refusal:
        Catalogue.of(config)
    assert "awareness" not in str(refusal.value)


def test_a_catalogue_needs_activities_that_name_content(tmp_path):
    data = {"leads": "leads.csv", "content": {"path": "content.csv"}}
    columns = {"lead_id": "id", "outcome": "o", "won": ["w"]}
    with pytest.raises(ConfigError, match=r"data\.content needs the column content"):
        Config.from_dict({"data": data, "columns": columns}, tmp_path)


def test_without_a_catalogue_nothing_is_said():
    assert content_of(None, acts_of(a=["guide"]), None) is None


def test_never_used_is_what_no_lead_used_of_the_catalogue():
    content = content_of(CATALOGUE, acts_of(a=["guide", "elsewhere"], b=["case"]), None)
    assert content.unused == ("price list", "old")


def test_an_empty_catalogue_suggests_nothing():
    content = content_of(Catalogue((), ()), acts_of(a=["guide"]), None)
    assert content.unused == ()
    assert set(content.best.values()) == {()}


def test_the_best_for_a_stage_are_made_for_it_and_before_most_purchases():
    kinds = [kind("guide", 0.1), kind("case", 0.2, purchase=0.6), kind("price list", 0.5)]
    touches = Touches(kind("any of them", 0.2), kinds, [], [])
    content = content_of(CATALOGUE, acts_of(a=["guide", "case", "price list"]), touches)
    assert content.best == {
        "interest": ("case", "guide", "old"),
        "consideration": ("case", "old"),
        "purchase": ("case", "price list", "old"),
    }


def test_a_nurtured_lead_is_suggested_what_it_has_not_used(simulated):
    _config, learned = simulated
    states = states_of(learned.history)
    view = view_of(learned, states)
    decided = decide_now(view, states, learned.policy)
    names = [name for name in states.history.activities.content.texts if name]
    catalogue = Catalogue((*names[:2], "new"), ("", "", "consideration"))
    listed = suggestions(content_of(catalogue, states, None), decided, view, states)
    assert listed.columns.tolist() == ["lead_id", "stage", "content"]
    assert len(listed) == (decided.decision == "nurture").sum() > 0
    assert set(listed["content"]) <= {*catalogue.names, ""}
    assert not ((listed["content"] == "new") & (listed["stage"] != "consideration")).any()
    acts = states.history.activities
    used = set(
        zip(
            states.history.lead_ids[acts.owner].tolist(),
            np.array(acts.content.texts, dtype=object)[acts.content.codes].tolist(),
            strict=True,
        )
    )
    assert not used & set(zip(listed["lead_id"], listed["content"], strict=True))
