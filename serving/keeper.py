"""The keeper: the store while it is there, the spool while it is away, and the way back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any

from features.records import Activity
from leadgate.errors import StoreError
from serving import metrics
from serving.known import Additions
from serving.problems import RETRY_AFTER_SECONDS, HttpError
from serving.spool import Spool
from serving.store import Store

LOOK_SECONDS = 1.0

log = logging.getLogger("leadgate.store")


class Keeper:
    """Knows whether the store is there, and brings to it what was spooled meanwhile.

    Parameters
    ----------
    store
        Where decisions belong.
    spool
        Where they wait while it is away.
    pause
        Seconds between two attempts to reach a store that is away.
    """

    def __init__(self, store: Store, spool: Spool, *, pause: float = LOOK_SECONDS) -> None:
        self.store = store
        self._spool = spool
        self._pause = pause
        self._trouble: StoreError | None = StoreError("The store has yet to be opened.")
        self._watch: asyncio.Task[None] | None = None

    @property
    def away(self) -> bool:
        """Whether decisions have to wait: without a store, or behind others that wait."""
        return self._trouble is not None or self._spool.waiting

    @property
    def warnings(self) -> str:
        """What the readiness probe is told; "" when all is well."""
        if self._trouble is not None:
            return f"{self._trouble.code}: decisions wait on the disk"
        return "store_behind: decisions wait on the disk" if self._spool.waiting else ""

    async def start(self) -> None:
        """Open the store and write what waits, then go on looking after both."""
        await asyncio.to_thread(self.look)
        self._watch = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Stop looking, and close the store."""
        if self._watch:
            self._watch.cancel()
            await asyncio.wait([self._watch])
        self.store.link.close()

    def lost(self, error: StoreError) -> None:
        """Note that the store is away; logged when that is new."""
        if self._trouble is None or str(self._trouble) != str(error):
            log.error("%s: %s Decisions wait on the disk.", error.code, error)
        self._trouble = error

    def there(self) -> Store:
        """Return the store.

        Raises
        ------
        HttpError
            503: it is away, or has yet to be told of decisions that wait.
        """
        if not self.away:
            return self.store
        raise away_problem()

    def wait(self, record: dict[str, Any]) -> bool:
        """Let a decision wait on the disk; tell whether it could be written."""
        try:
            self._spool.add(record)
        except OSError as error:
            log.error("A decision was lost: the spool cannot be written (%s).", error.strerror)
            return False
        return True

    def look(self) -> None:
        """Try to reach a store that is away, and write what waits to it."""
        if self._trouble is None and not self._spool.waiting:
            return
        try:
            self.store.link.open()
            self._spool.drain(self._write)
        except StoreError as error:
            self.lost(error)
            return
        except OSError as error:
            log.error("The spool cannot be read (%s).", error.strerror)
        finally:
            with contextlib.suppress(OSError):
                metrics.spooled(len(self._spool))
        if self._trouble is not None:
            log.info("The store is there.")
        self._trouble = None

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            await asyncio.to_thread(self.look)

    def _write(self, records: Sequence[dict[str, Any]]) -> None:
        """Write decisions that waited; one that the store does not take is put aside."""
        try:
            self._keep_late(records)
        except StoreError:
            raise
        except Exception as error:
            if len(records) > 1:
                for record in records:
                    self._write([record])
                return
            log.error("A decision that waited is no row of the store: %s.", type(error).__name__)
            self._spool.refuse(records[0])

    def _keep_late(self, records: Sequence[dict[str, Any]]) -> None:
        with self.store.turn() as turn:
            for record in records:
                turn.keep_late(record["decision"], additions_of(record["additions"]))


def away_problem() -> HttpError:
    """Return what a client is told that needs the store while it is away."""
    return HttpError(
        503,
        "store_away",
        "The store is away; nothing was kept. Ask again later.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def additions_to(additions: Additions) -> dict[str, Any]:
    """Return additions as JSON values."""
    told = {name: getattr(additions, name) for name in _ADDITIONS}
    return {**told, "activities": {k: list(v) for k, v in additions.activities.items()}}


def additions_of(values: dict[str, Any]) -> Additions:
    """Read what `additions_to` gave."""
    activities = {key: Activity(*told) for key, told in values["activities"].items()}
    return Additions(**{**values, "activities": activities})


_ADDITIONS = ("lead_id", "at", "account_id", "created_at", "fields")
