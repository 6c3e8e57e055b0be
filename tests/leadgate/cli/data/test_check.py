"""What `leadgate check` says of leaks."""

from leadgate.cli.data.check import _of_leaks
from training.leakage.suspect import Suspect

SHARED = "by these 2 columns (Stage date, Lost reason) fewer open leads look lost"


def test_a_reason_that_columns_share_is_said_once():
    suspects = [
        Suspect("Stage date", "column", (SHARED, "it is filled later")),
        Suspect("Lost reason", "column", (SHARED,)),
        Suspect("Notes", "column", ("its name says so",)),
    ]
    lines = list(_of_leaks(suspects))
    assert len(lines) == 4
    assert lines[0].endswith(": reason 1 below; it is filled later.")
    assert lines[1].endswith(": reason 1 below.")
    assert lines[2].endswith(": its name says so.")
    assert lines[3] == f"Reason 1, of Stage date, Lost reason: {SHARED}."


def test_without_shared_reasons_nothing_is_below():
    (line,) = _of_leaks([Suspect("Notes", "column", ("its name says so",))])
    assert line == (
        "Leak, suspected: Notes looks known only after the outcome (left out unless --keep Notes): "
        "its name says so."
    )
