import tomllib
from pathlib import Path

import pandas as pd
import pytest

from features.profiling.handoffs import guess_handoffs
from leadgate.errors import DataError

IDS = pd.Series([f"MQL-{i}" for i in range(20)])
DAYS = pd.date_range("2026-01-05", periods=20, freq="D").strftime("%Y-%m-%d %H:%M").tolist()


def guessed(**columns):
    lines = guess_handoffs(pd.DataFrame(columns), Path("handoffs.csv"), IDS)
    return tomllib.loads("\n".join(lines)).get("data", {}).get("handoff_columns", {})


@pytest.mark.parametrize(
    ("lead", "handed", "worked", "person"),
    [
        ("Lead ID", "Assigned At", "First Contacted At", "Sales Rep"),
        ("contact_id", "sent_to_sales_at", "first_call_at", "agent"),
        ("Kontakt", "Zugewiesen am", "Erstkontakt", "Bearbeiter"),
        ("Piste", "Date d'attribution", "Premier contact", "Commercial"),
        ("Contacto", "Fecha de asignación", "Primer contacto", "Vendedor"),
        ("Deal ID", "Handed off", "First call", "Salesperson"),
        ("Lead", "Lead assignment date", "Contacted at", "Owner"),
    ],
)
def test_handoffs_are_known_by_their_labels(lead, handed, worked, person):
    columns = {lead: IDS, handed: DAYS, worked: ["", *DAYS[1:]], person: ["Ida", "Tom"] * 10}
    assert guessed(**columns) == {
        "lead_id": lead, "handed_off_at": handed, "first_worked_at": worked, "person": person,
    }  # fmt: skip


def test_the_declared_names_need_no_section():
    assert guessed(lead_id=IDS, handed_off_at=DAYS, rep=["Ida"] * 20) == {}


def test_columns_that_nothing_reads_are_named_in_a_comment():
    named = pd.DataFrame({"lead_id": IDS, "handed_off_at": DAYS, "Region\n": "x", "notes": "y"})
    comment = '# nothing reads these columns of handoffs.csv: "Region\\n", "notes"'
    assert guess_handoffs(named, Path("handoffs.csv"), IDS) == [comment]
    other = named.rename(columns={"handed_off_at": "Assigned on"})
    assert guess_handoffs(other, Path("handoffs.csv"), IDS)[-1] == comment
    all_read = guess_handoffs(other[["lead_id", "Assigned on"]], Path("handoffs.csv"), IDS)
    assert not any(line.startswith("#") for line in all_read)


def test_what_is_left_out_stays_out():
    assert guessed(lead_id=IDS, **{"Assigned on": DAYS}) == {"handed_off_at": "Assigned on"}


def test_a_table_without_times_of_handoffs_is_refused():
    with pytest.raises(DataError, match="no column of times is named like the handoff of a lead"):
        guessed(lead_id=IDS, rep=["Ida"] * 20)
    with pytest.raises(DataError, match="no column holds ids of the leads"):
        guessed(Lead=["x"] * 20, assigned_at=DAYS)
