"""What PostgreSQL is asked for, and how long a call waits for what it answers."""

from __future__ import annotations

import time

from serving import timeouts
from serving.store.pool import Raw

OPTIONS = {
    "connect_timeout": int(timeouts.CONNECT),
    "tcp_user_timeout": int(timeouts.STATEMENT * 1e3),
    "options": f"-c statement_timeout={timeouts.STATEMENT * 1e3:.0f} "
    f"-c lock_timeout={timeouts.LOCK * 1e3:.0f} -c timezone=UTC",
}


def hang_up_when_silent(raw: Raw) -> None:
    """Let a connection end itself where an answer is overdue.

    The server's own timeouts reach nobody once the network swallows what it says, and the operating
    system waits for hours: every thread that asks would be gone until then.
    """
    wait = raw.wait

    def bounded(*args: object, **options: object) -> object:
        began = time.monotonic()
        try:
            return wait(*args, **{"timeout": timeouts.REPLY, **options})
        except Exception:
            if time.monotonic() - began >= timeouts.REPLY:
                # Or the end of the transaction would be waited for as long once more.
                raw.close()
            raise

    raw.wait = bounded
