"""The command line: the composition root, which may import everything and is imported by nothing.

Exit codes: 0 done, 1 a refusal that the message explains, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadgate.cli.entry import run

__all__ = ["main", "run"]


def main() -> None:
    """Run the command line of this process and exit with its code."""
    try:
        # Here, so that an interrupt while modules load ends in a sentence, too.
        from leadgate import telemetry

        telemetry.off()
        from leadgate.cli.entry import main as start

        start()
    except KeyboardInterrupt:
        from leadgate.cli.output import refuse_interrupted

        sys.exit(refuse_interrupted(as_json="--json" in sys.argv))


def __getattr__(name: str) -> object:
    if name == "run":
        from leadgate.cli.entry import run

        return run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
