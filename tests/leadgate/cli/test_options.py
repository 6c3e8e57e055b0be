"""What the options of commands mean."""

from pathlib import Path

from leadgate.cli.options import flags


def test_the_next_command_can_be_copied_whatever_the_path():
    assert flags(Path("my leads/leadgate.toml")) == " --config 'my leads/leadgate.toml'"
    assert flags(None) == ""
