import pandas as pd

from features.profiling.preview import Preview

DAYS = pd.date_range("2026-01-05", periods=90, freq="D", tz="UTC").as_unit("us")


def tables(ids):
    leads = pd.DataFrame({"lead_id": ids, "created_at": DAYS, "account_id": "Firm"})
    outcomes = pd.DataFrame(
        {
            "lead_id": ids[:60],
            "outcome": ["won", "lost"] * 30,
            "closed_at": DAYS[:60] + pd.Timedelta(days=10),
        }
    )
    return leads, outcomes


def test_ten_leads_the_months_and_the_days_to_a_win():
    preview = Preview.of(*tables([f"l{i}" for i in range(90)]))
    assert len(preview.leads) == 10
    assert preview.leads[0] == {
        "lead_id": "l0",
        "created": "2026-01-05",
        "outcome": "won",
        "closed": "2026-01-15",
        "account": "Firm",
    }
    assert preview.leads[-1]["outcome"] == "open"
    assert preview.months[0] == {"month": "2026-01", "leads": 27, "won": 14, "lost": 13, "open": 0}
    assert sum(month["leads"] for month in preview.months) == 90
    assert preview.days_to_win == {"q25": 10.0, "q50": 10.0, "q75": 10.0, "q90": 10.0}


def test_a_preview_shows_nothing_personal():
    preview = Preview.of(*tables([f"p{i}@example.org" for i in range(90)]))
    assert {row["lead_id"] for row in preview.leads} == {"(personal)"}


def test_an_export_without_dates_has_no_months():
    leads = pd.DataFrame({"lead_id": ["a", "b"], "order": [1.0, 2.0]})
    outcomes = pd.DataFrame(
        {"lead_id": ["a"], "outcome": ["won"], "closed_at": pd.to_datetime([None], utc=True)}
    )
    preview = Preview.of(leads, outcomes)
    assert (preview.months, preview.days_to_win) == ([], {})
    assert [row["outcome"] for row in preview.leads] == ["won", "open"]
