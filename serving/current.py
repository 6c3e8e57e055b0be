"""The model that answers now, or the reason why there is none."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from leadgate.errors import LeadError, ModelError
from serving.problems import RETRY_AFTER_SECONDS, http_error

if TYPE_CHECKING:
    from serving.scorer import Scorer

# Collections of the young, the middle and the oldest objects, each after so many of the former.
GC_THRESHOLDS = (50_000, 20, 50)

log = logging.getLogger("leadgate.model")


class Current:
    """The model of one worker; while there is none, it is looked for every few seconds.

    Parameters
    ----------
    load
        Finds and loads the model; raises ModelError when there is none.
    pause
        Seconds between two looks.
    """

    def __init__(self, load: Callable[[], Scorer], *, pause: float = RETRY_AFTER_SECONDS) -> None:
        self._load = load
        self._pause = pause
        self._state: Scorer | ModelError = ModelError("The model is being loaded.", code="loading")
        self._watch: asyncio.Task[None] | None = None

    @property
    def refusal(self) -> ModelError | None:
        """Why there is no model, or None when there is one."""
        return self._state if isinstance(self._state, ModelError) else None

    def scorer(self) -> Scorer:
        """Return the model.

        Raises
        ------
        HttpError
            503 with the reason why there is none.
        """
        if isinstance(self._state, ModelError):
            raise http_error(self._state)
        return self._state

    async def start(self) -> None:
        """Look for the model once; if there is none, go on looking in the background."""
        await asyncio.to_thread(self.look)
        if self.refusal:
            self._watch = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Stop looking."""
        if self._watch:
            self._watch.cancel()
            await asyncio.wait([self._watch])

    def look(self) -> None:
        """Try to load the model; a reason for failing is logged when it is new."""
        try:
            scorer = self._load()
        except ModelError as error:
            self._refuse(error)
        except Exception as error:
            log.exception("The model cannot be loaded.")
            self._refuse(ModelError(f"The model cannot be loaded ({type(error).__name__})."))
        else:
            warm(scorer)
            settle()
            self._state = scorer
            log.info("Model version %s answers.", scorer.version)

    async def _keep_looking(self) -> None:
        while self.refusal:
            await asyncio.sleep(self._pause)
            await asyncio.to_thread(self.look)

    def _refuse(self, error: ModelError) -> None:
        if str(error) != str(self.refusal):
            log.error("%s: %s", error.code, error)
        self._state = error


def warm(scorer: Scorer) -> None:
    """Score a lead that nobody sent, so that the first one sent finds everything in place."""
    with suppress(LeadError):
        scorer.score_one({"lead_id": "warm-up", **dict.fromkeys(scorer.attributes, "0")})


def settle() -> None:
    """Keep the garbage collector away from everything loaded so far.

    A full collection walks some hundred megabytes of imported objects, 0.7 s in which nobody is
    answered; what is frozen is not walked again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
