"""Kills at random moments of a pull or a push."""

import random

from leadgate.connectors.pulled import folder


class Killed(BaseException):
    """What no code catches."""


def kills_at_writes(monkeypatch, seed):
    """Let ten of the writes of a pull, drawn from a seed, be its last; return which have been."""
    rng, kills = random.Random(seed), []

    def or_killed(name):
        write = getattr(folder, name)

        def written(*args):
            if len(kills) < 10 and rng.random() < 0.1:
                kills.append(name)
                raise Killed
            write(*args)

        monkeypatch.setattr(folder, name, written)

    or_killed("write_table")
    or_killed("write_state")
    return kills


def run_until_done(command):
    """Run a command again and again, until it is not killed; return what it returned."""
    while True:
        try:
            return command()
        except Killed:
            continue
