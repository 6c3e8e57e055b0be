"""The model that answers now, or the reason why there is none.

A worker follows the alias that it was given: it looks every few seconds which version that names,
loads a new one beside the one that answers, and swaps them in one step. Whatever goes wrong, the
one that answers goes on.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from leadgate.errors import LeadError, ModelError, RegistryError
from leadgate.registry.registry import Resolved
from serving import metrics
from serving.problems import http_error
from serving.scoring.answer import joined

if TYPE_CHECKING:
    from serving.models.source import ModelSource
    from serving.scoring.scorer import Scorer

LOOK_SECONDS = 2.0
# A look that takes longer hangs: it is left behind, and the next one is given twice the time.
PATIENCE_SECONDS = 30.0
LONGEST_PATIENCE_SECONDS = 3_600.0
# How long a version that was refused is left alone: someone may mend its files.
REFUSED_SECONDS = 10.0
# Collections of the young, the middle and the oldest objects, each after so many of the former.
GC_THRESHOLDS = (50_000, 20, 50)

log = logging.getLogger("leadgate.model")


class ActiveModel:
    """The model of one worker.

    Parameters
    ----------
    source
        Resolves and loads the model.
    pause
        Seconds between two looks.
    patience
        Seconds after which a look is left behind, at first.
    shadow
        Whether it decides beside another one, and nobody is answered with it.
    """

    def __init__(
        self,
        source: ModelSource,
        *,
        pause: float = LOOK_SECONDS,
        patience: float = PATIENCE_SECONDS,
        shadow: bool = False,
    ) -> None:
        self._source = source
        self._shadow = shadow
        self._pause = pause
        self._patience = patience
        self._scorer: Scorer | None = None
        self._resolved: Resolved | None = None
        self._refused: tuple[Resolved | None, float] = (None, 0.0)
        self._trouble: ModelError | None = ModelError("The model is being loaded.", code="loading")
        self._watch: asyncio.Task[None] | None = None
        self._look = 0
        self._lock = threading.Lock()

    @property
    def refusal(self) -> ModelError | None:
        """Why there is no model, or None when there is one."""
        return None if self._scorer else self._trouble

    def ready(self) -> dict[str, str]:
        """Return the version, and a warning of what kept another from answering.

        Raises
        ------
        HttpError
            As `scorer`.
        """
        version, trouble = self.scorer().version, self._trouble
        warning = "" if trouble is None else f"{trouble.code}: version {version} goes on"
        return {"model_version": version, "warnings": joined(warning, self.warning)}

    @property
    def warning(self) -> str:
        """What people should know of how the model came to answer, "" where nothing."""
        return "" if self._resolved is None else self._resolved.warning

    def scorer_or_none(self) -> Scorer | None:
        """Return the model, or None while there is none."""
        return self._scorer

    def scorer(self) -> Scorer:
        """Return the model.

        Raises
        ------
        HttpError
            503 with the reason why there is none.
        """
        if self._scorer is None:
            raise http_error(self._trouble or ModelError("There is no model."))
        return self._scorer

    async def start(self) -> None:
        """Look for the model once, then go on looking where it may change."""
        await self._look_within(self._patience)
        if self._scorer is None or self._source.follows:
            self._watch = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Stop looking."""
        if self._watch:
            self._watch.cancel()
            await asyncio.wait([self._watch])

    def look(self) -> None:
        """Look once which model should answer, and let it; otherwise log why not, when it is new.

        A look that is overtaken by a later one changes nothing.
        """
        with self._lock:
            self._look += 1
            look = self._look
        try:
            resolved = self._source.resolve(self._resolved)
            if resolved == self._resolved:
                self._conclude(look, None)
            elif not self._refused_lately(resolved):
                self._try(look, resolved)
        except Exception as error:
            self._conclude(look, _model_error(error))

    def _try(self, look: int, resolved: Resolved) -> None:
        try:
            scorer = self._source.load(resolved)
            warm(scorer)
        except Exception as error:
            self._refused = resolved, time.monotonic()
            raise _model_error(error) from error
        with self._lock:
            if look != self._look:
                return
            self._scorer, self._resolved, self._trouble = scorer, resolved, None
        settle()
        if self._shadow:
            log.info("Model version %s decides in the shadow.", scorer.version)
        else:
            metrics.champion(scorer.bundle.meta.get("created"))
            log.info("Model version %s answers.", scorer.version)
            if resolved.warning:
                log.warning("%s", resolved.warning)
        with suppress(OSError):
            self._source.remember(resolved)

    def _conclude(self, look: int, trouble: ModelError | None) -> None:
        """Keep what answers, and why it was not another."""
        with self._lock:
            if look != self._look:
                return
            before, self._trouble = self._trouble, trouble
        if trouble and str(trouble) != str(before):
            metrics.models_refused(trouble.code).inc()
            log.error("%s: %s", trouble.code, trouble)
        if trouble and trouble.code == RegistryError.code and self._scorer is None:
            self._resume(look, trouble)

    def _resume(self, look: int, trouble: ModelError) -> None:
        """Start with what answered last while the registry is away."""
        last = self._source.remembered()
        if last:
            with suppress(ModelError):
                self._try(look, last)
                with self._lock:
                    if look == self._look:
                        self._trouble = trouble

    def _refused_lately(self, resolved: Resolved) -> bool:
        refused, at = self._refused
        return refused == resolved and time.monotonic() - at < REFUSED_SECONDS

    async def _keep_looking(self) -> None:
        patience = self._patience
        while self._scorer is None or self._source.follows:
            await asyncio.sleep(self._pause)
            in_time = await self._look_within(patience)
            longer = min(2 * patience, LONGEST_PATIENCE_SECONDS)
            patience = self._patience if in_time else longer

    async def _look_within(self, seconds: float) -> bool:
        """Look in a thread that nobody has to wait for; return whether it ended in time."""
        done, loop = asyncio.Event(), asyncio.get_running_loop()

        def run() -> None:
            self.look()
            # The loop may be gone when a look that hung comes back.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(done.set)

        threading.Thread(target=run, name="leadgate-model", daemon=True).start()
        try:
            await asyncio.wait_for(done.wait(), seconds)
        except TimeoutError:
            with self._lock:
                self._look += 1
                look = self._look
            hangs = f"The registry did not answer within {seconds:g} seconds."
            self._conclude(look, RegistryError(hangs))
            return False
        return True


def _model_error(error: Exception) -> ModelError:
    if isinstance(error, ModelError):
        return error
    log.exception("The model cannot be loaded.")
    return ModelError(f"The model cannot be loaded ({type(error).__name__}).")


def warm(scorer: Scorer) -> None:
    """Score a lead that nobody sent, so that the first real one finds everything in place."""
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
