"""The command line: the composition root, which may import everything and is imported by nothing.

Exit codes: 0 done, 1 a refusal that the message explains, 2 wrong usage, 130 interrupted.
"""

from leadgate.cli.entry import main, run

__all__ = ["main", "run"]
