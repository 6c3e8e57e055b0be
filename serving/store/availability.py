"""Whether the store is there: the spool while it is away, and the way back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from leadgate.errors import StoreError
from serving import metrics
from serving.problems import RETRY, HttpError
from serving.store import Store, spool_records
from serving.store.spool import Record, Spool

LOOK_SECONDS = 1.0
_WAITS = "decisions, activities and outcomes wait on the disk"

log = logging.getLogger("leadgate.store")


class Availability:
    """Knows whether the store is there, and writes to it what was spooled meanwhile.

    Parameters
    ----------
    store
        Where decisions, activities and outcomes belong.
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
        """Whether everything has to wait: without a store, or behind what waits already."""
        return self._trouble is not None or self._spool.waiting

    @property
    def warnings(self) -> str:
        """What the readiness probe warns of; "" when all is well."""
        if self._trouble is not None:
            return f"{self._trouble.code}: {_WAITS}"
        return f"store_behind: {_WAITS}" if self._spool.waiting else ""

    async def start(self) -> None:
        """Open the store and write what waits, then go on watching both."""
        await asyncio.to_thread(self.look)
        self._watch = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Stop looking, and close the store."""
        if self._watch:
            self._watch.cancel()
            await asyncio.wait([self._watch])
        self.store.connection.close()

    def note_away(self, error: StoreError) -> None:
        """Note that the store is away; logged when that is new."""
        if self._trouble is None or str(self._trouble) != str(error):
            log.error("%s: %s From now on, %s.", error.code, error, _WAITS)
        self._trouble = error

    def spool(self, records: Sequence[Record], *, durable: bool = False) -> bool:
        """Let records wait on the disk; return whether they could be written.

        Parameters
        ----------
        records
            As `serving.store.spool_records` makes them.
        durable
            Whether they have to survive a power cut, and not only the end of this process.
        """
        try:
            self._spool.add(records, durable=durable)
        except OSError as error:
            log.error("The spool cannot be written (%s).", error.strerror)
            return False
        return True

    def look(self) -> None:
        """Try to reach a store that is away, and write what waits to it; else tidy the store."""
        if self._trouble is None and not self._spool.waiting:
            self.store.connection.tidy()
            return
        try:
            self.store.connection.open()
            self._spool.drain(self._write)
        except StoreError as error:
            self.note_away(error)
            return
        except OSError as error:
            log.error("The spool cannot be read (%s).", error.strerror)
        finally:
            with contextlib.suppress(OSError):
                metrics.spooled.set(len(self._spool))
        if self._trouble is not None:
            log.info("The store is there.")
        self._trouble = None

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            await asyncio.to_thread(self.look)

    def _write(self, records: Sequence[Record]) -> None:
        """Write what waited; a record that the store does not take is put aside."""
        try:
            with self.store.transaction(durable=True) as transaction:
                for record in records:
                    spool_records.write(transaction, record)
        except StoreError:
            raise
        except Exception as error:
            if len(records) > 1:
                for record in records:
                    self._write([record])
                return
            log.error("A record that waited does not fit the store: %s.", type(error).__name__)
            self._spool.refuse(records[0])


def away_problem() -> HttpError:
    """Return the answer to a client that needs the store while it is away."""
    detail = "The store is away; nothing was kept. Ask again later."
    return HttpError(503, "store_away", detail, headers=RETRY)
