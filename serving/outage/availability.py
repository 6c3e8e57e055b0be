"""Whether the store is there: the spool while it is away, and the way back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Callable, Sequence
from functools import partial

from features.io.erased import erased_digest
from features.parsing.times import US_PER_DAY, now
from leadgate.errors import BadRecordError, StoreBusyError, StoreError
from serving import metrics
from serving.outage import spool_records
from serving.outage.lines import Record
from serving.outage.spool import Spool
from serving.outage.week_share import WeekShare
from serving.problems import RETRY, HttpError
from serving.store import Store
from serving.store.patience import patiently
from serving.store.said import forget_said

LOOK_SECONDS = 1.0
_WAITS = "decisions, activities and outcomes wait on the disk"
# A transaction on the way back ends after this long, so that the others get their turn.
_PART_SECONDS = 0.05
# How long a decision waits while what was spooled is written: at first, and at most.
_FIRST_HOLD_SECONDS, _LONGEST_HOLD_SECONDS = 0.01, 1.0
_CLOCKS_US = US_PER_DAY
THERE, BEHIND, AWAY = "there", "behind", "away"

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
    share
        This replica's share of the week's capacity while the store is away, up to 1.
    forget
        Erases from the files of this replica the leads of which it is given whether they were
        erased, by whichever replica.

    Attributes
    ----------
    week
        What this replica may hand off meanwhile.
    """

    def __init__(
        self,
        store: Store,
        spool: Spool,
        *,
        pause: float = LOOK_SECONDS,
        share: float = 1.0,
        forget: Callable[[Callable[[str], bool]], object] | None = None,
    ) -> None:
        self.store = store
        self.week = WeekShare(spool, share, store.timezone)
        self._spool = spool
        self._pause = pause
        self._trouble: StoreError | None = StoreError("The store has yet to be opened.")
        self._watch: asyncio.Task[None] | None = None
        self._behind_since: float | None = None
        self._refused = 0
        self._forget = forget
        self._forgotten: dict[str, int] = {}
        self._measured, self._waits_since = time.monotonic(), math.inf

    @property
    def away(self) -> bool:
        """Whether everything has to wait: without a store, or behind what waits already."""
        return self._trouble is not None or self._spool.waiting

    @property
    def state(self) -> str:
        """``there``; ``behind``, when what waits is being written to it; or ``away``."""
        if self._trouble is not None:
            return AWAY
        return BEHIND if self._spool.waiting else THERE

    def hold(self) -> float:
        """Return for how many seconds a decision should wait, so that the way back can end.

        Where decisions come in as fast as what waits is written, each would wait behind them for
        ever. The longer the store is behind, the longer each is held, twice as long each second.
        """
        if self.state != BEHIND:
            self._behind_since = None
            return 0.0
        behind = time.monotonic()
        self._behind_since = behind if self._behind_since is None else self._behind_since
        seconds = min(behind - self._behind_since, 60.0)
        return float(min(_LONGEST_HOLD_SECONDS, _FIRST_HOLD_SECONDS * 2.0**seconds))

    @property
    def warnings(self) -> str:
        """What the readiness probe warns of; "" when all is well."""
        warnings = []
        if self._trouble is not None:
            warnings.append(f"{self._trouble.code}: {_WAITS}")
        elif self._spool.waiting:
            warnings.append(f"store_behind: {_WAITS}")
        if self._refused:
            warnings.append(f"records_set_aside: {self._refused} in {self._spool.refused}")
        return "; ".join(warnings)

    def check(self) -> None:
        """Raise why nothing can be decided without the store: a newer leadgate changed it.

        Raises
        ------
        HttpError
            503 ``store_version``. A store that is only away comes back by itself; this one waits
            for the newer leadgate to be installed here, and decisions would pretend meanwhile.
        """
        if self._trouble is not None and self._trouble.code == "store_version":
            detail = f"{self._trouble} {self._trouble.hint}"
            raise HttpError(503, self._trouble.code, detail, headers=RETRY)

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
            As `serving.outage.spool_records` makes them.
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
        """See whether the store is there, tidy it and write what waits to it."""
        try:
            patiently(self._look, until=0.0)
        except StoreBusyError:
            # It is there; what waits is written in a moment.
            pass
        except StoreError as error:
            self.note_away(error)
        except OSError as error:
            log.error("The spool cannot be read (%s).", error.strerror)
        self._measure()

    def _look(self) -> None:
        if self.away:
            self._come_back()
        if not self.away:
            self.store.check_version()
            self._forget_erased()
            self.store.connection.tidy()
            self.week.note(now(), self.store.handoffs(now()))

    def _come_back(self) -> None:
        if self._trouble is not None:
            self.store.connection.open()
            log.info("The store is there.")
            self._trouble = None
        self._spool.drain(self._write)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            try:
                await asyncio.to_thread(self.look)
            except Exception as error:
                # A defect; without this task the way back would end with it.
                log.error("Looking after the store failed: %s.", type(error).__name__)

    def _write(self, records: Sequence[Record]) -> int:
        """Write the first of what waits in one small transaction; return how many that were.

        A record that the store does not take is set aside, and never tried again.
        """
        n = 0
        lead_ids = {str(record.get("lead_id")) for record in records}
        week = any("decision" in record for record in records)
        try:
            with self.store.transaction(lead_ids, durable=True, week=week) as transaction:
                # From here on: what waiting for the locks took writes nothing.
                until = time.monotonic() + _PART_SECONDS
                while n < len(records) and (n == 0 or time.monotonic() < until):
                    spool_records.write(transaction, records[n])
                    n += 1
        except StoreError:
            raise
        except Exception as error:
            if len(records) > 1:
                # Which it is shows in ever smaller parts.
                return self._write(records[: len(records) // 2])
            self._set_aside(records[0], error)
            n = 1
        self._measure()
        return n

    def _forget_erased(self) -> None:
        """Erase what the files of this replica hold of leads that any was asked to erase since."""
        with self.store.transaction() as transaction:
            salt, seen = transaction.salt, self._forgotten
            # Other replicas' clocks may be behind.
            erased = transaction.erased_since(max(seen.values(), default=0) - _CLOCKS_US)
            aside = {
                record["lead_id"]
                for record in (self._spool.set_aside() if self._refused else ())
                if spool_records.is_erased(transaction, record)
            }
        for lead_id in aside:
            self._spool.erase(lead_id)
        new = {digest for digest, at in erased.items() if seen.get(digest) != at}
        if new:
            self._spool.clean()
            forget_said(self.store, erased, partial(erased_digest, salt))
        if new and self._forget is not None:
            self._forget(lambda lead_id: erased_digest(salt, lead_id) in new)
        self._forgotten = erased or seen

    def _set_aside(self, record: Record, error: Exception) -> None:
        reason = str(error) if isinstance(error, BadRecordError) else type(error).__name__
        log.error(
            "A record that waited does not fit the store and is set aside in %s: %s",
            self._spool.refused,
            reason,
        )
        self._spool.refuse(record)

    def _measure(self) -> None:
        with contextlib.suppress(OSError):
            metrics.spooled.set(len(self._spool))
            self._refused = len(self._spool.set_aside())
            metrics.set_aside.set(self._refused)
        state, at = self.state, time.monotonic()
        metrics.store_there.set(state != AWAY)
        if state == AWAY:
            metrics.store_away.inc(at - self._measured)
        self._measured = at
        self._waits_since = min(at, self._waits_since) if state != THERE else math.inf
        metrics.spool_age.set(max(0.0, at - self._waits_since))


def away_problem() -> HttpError:
    """Return the answer to a client that needs the store while it is away."""
    detail = "The store is away; nothing was kept. Ask again later."
    return HttpError(503, "store_away", detail, headers=RETRY)
