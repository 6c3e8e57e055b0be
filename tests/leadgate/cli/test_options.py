"""What the options of commands mean."""

from pathlib import Path

import pytest
import typer

from leadgate.cli.options import flags, seconds


@pytest.mark.parametrize(
    ("text", "length"), [("45s", 45), ("2m", 120), ("1.5h", 5400), ("90", 90), (" 3 s ", 3)]
)
def test_lengths_of_time_are_read(text, length):
    assert seconds(text, "--budget") == length


@pytest.mark.parametrize("text", ["", "soon", "0s", "-3s", "4d", "1m30s"])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(typer.BadParameter, match="45s, 2m or 1h"):
        seconds(text, "--budget")


def test_the_next_command_can_be_copied_whatever_the_path():
    assert flags(Path("my leads/leadgate.toml")) == " --config 'my leads/leadgate.toml'"
    assert flags(None) == ""
