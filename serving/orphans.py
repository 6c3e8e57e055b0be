"""No process is left behind: each ends when the one that started it is gone, however it ended."""

from __future__ import annotations

import os
import signal
import threading
import time

from serving import timeouts

# Names the process that started this one, for the supervisor and for its workers.
STARTER = "LEADGATE_STARTER"
LOOK_SECONDS = 0.2


def end_with_starter() -> None:
    """End this process in order once the one that `STARTER` names is no longer its parent.

    Where the variable is not set nothing is watched.
    """
    starter = os.environ.get(STARTER)
    if starter:
        name = "leadgate-starter"
        threading.Thread(target=_watch, args=[int(starter)], name=name, daemon=True).start()


def _watch(starter: int) -> None:
    while os.getppid() == starter:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    # Who has not ended by then hangs.
    time.sleep(timeouts.ORPHANS)
    os._exit(1)
