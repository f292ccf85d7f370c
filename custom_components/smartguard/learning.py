"""Learning: when to train, and what becomes of a candidate.

The work itself is `child.TrainingProcess`, driven by a thread of the executor.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change

from .answers import episodes_of, failure
from .child import TrainingProcess
from .const import (
    CONF_NIGHT_HOUR,
    CONF_RETENTION_DAYS,
    DAY,
    DEFAULT_NIGHT_HOUR,
    DOMAIN,
    ISSUE_TOO_LITTLE_HISTORY,
    RETENTION_DAYS,
)
from .core.behavior import Behavior
from .core.drift import CHANGED_SECONDS
from .core.episode import Episode
from .core.errors import NotEnoughDataError, SmartGuardError, StoppedError
from .core.evidence import local_day
from .core.feedback import Corrections
from .core.learn import LEAST_BEHAVIORS, LEAST_DAYS, LearnOptions
from .issues import raise_issue
from .journal import KEPT_EPISODES, Journal, JournalError
from .model_store import ModelStore, Stored
from .phrases import phrases_at_hand

if TYPE_CHECKING:
    from .coordinator import SmartGuardConfigEntry

_LOGGER = logging.getLogger(__name__)

NIGHT_MINUTE, JITTER_MINUTES = 10, 30
ENOUGH_BEHAVIORS = 50
ENOUGH_SECONDS = DAY / 2
"""Nights are a day apart: what was used in the second half of it is reason enough to learn."""
MOST_BEHAVIORS = 200_000
"""The newest are learned: two years of a busy home, and what a small computer holds in memory."""
PROGRESS_STEP = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is to be seen of learning.

    percent: None while nothing is trained. reason: why the last training gave no new model, None when
    it did. failed: that reason is a failure, not a refusal or a history that is still too short.
    """

    percent: float | None = None
    reason: str | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Job:
    """What one training learns from, as it was when it began (UTC seconds)."""

    started: float
    watched: frozenset[str]
    corrections: Corrections | None
    options: LearnOptions


class _ShortageError(NotEnoughDataError):
    """There is too little to learn from: so many uses on so many days."""

    def __init__(self, message: str, uses: int, days: int) -> None:
        """Take what was expected and got, and what a person is told of it."""
        super().__init__(message)
        self.counts = {
            "uses": str(uses),
            "days": str(days),
            "least_uses": str(LEAST_BEHAVIORS),
            "least_days": str(LEAST_DAYS),
        }


class Learning:
    """Trains when it is time, one training at a time, and hands an accepted model over."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: SmartGuardConfigEntry,
        *,
        folder: Path,
        journal: Journal,
        store: ModelStore,
        options: Callable[[], LearnOptions],
        watched: Callable[[], frozenset[str]],
        corrections: Callable[[], Corrections | None],
        changed: Callable[[], None],
        swap: Callable[[Stored], None],
    ) -> None:
        """Take what to learn from, where to keep it, and what is asked and told in the event loop.

        watched: the entities that are guarded now; what others did is not learned. corrections: what people
        said of alerts; what was told as strange is not learned unless it was called normal.
        """
        self._hass = hass
        self._entry = entry
        self._folder = folder
        self._journal = journal
        self._store = store
        self._options = options
        self._watched = watched
        self._corrections = corrections
        self._changed = changed
        self._swap = swap
        self._process: TrainingProcess | None = None
        self._task: asyncio.Task[dict[str, Any]] | None = None
        self._night: asyncio.Task[None] | None = None
        self._unsub: CALLBACK_TYPE | None = None
        self._attempted = 0.0
        self._next: str | None = None
        self.progress = Progress()

    @property
    def _night_hour(self) -> int:
        return int(self._entry.options.get(CONF_NIGHT_HOUR, DEFAULT_NIGHT_HOUR))

    @property
    def _kept_seconds(self) -> float:
        return DAY * float(self._entry.options.get(CONF_RETENTION_DAYS, RETENTION_DAYS))

    @callback
    def async_start(self, trained: float | None) -> None:
        """Train every night from now on, and at once when there is no model, or none to be gone on from.

        trained: UTC seconds of the training of the model in use, None without a model.
        """
        self._attempted = trained or 0.0
        minute = (
            NIGHT_MINUTE + int(hashlib.sha256(self._entry.entry_id.encode()).hexdigest(), 16) % JITTER_MINUTES
        )
        self._unsub = async_track_time_change(
            self._hass, self._night_came, hour=self._night_hour, minute=minute, second=0
        )
        if trained is None:
            self._begin("first")
        elif self._store.is_disowned:
            self._begin("reset")

    async def async_stop(self) -> None:
        """Stop a training that runs, and train no more."""
        if self._unsub is not None:
            self._unsub()
            self._unsub = None
        await self.async_cancel()

    async def async_cancel(self) -> None:
        """Stop a training that runs, and wait until its thread has let go of the journal."""
        self._next = None
        if self._process is not None:
            self._process.stop()
        if running := [task for task in (self._task, self._night) if task is not None]:
            await asyncio.wait(running)

    @callback
    def async_begin(self, reason: str) -> None:
        """Begin to train unless a training runs; what comes of it is to be seen."""
        if self._task is None and self._unsub is not None:
            self._begin(reason)

    @callback
    def async_begin_anew(self, reason: str) -> None:
        """Begin to train since the record has changed, which a training that runs knows nothing of.

        It begins as soon as that one is over.
        """
        if self._task is None:
            self.async_begin(reason)
        elif self._unsub is not None:
            self._next = reason

    @callback
    def async_home_changed(self) -> bool:
        """Learn before the night, since the home lives otherwise than was learned; say whether that begins.

        Not soon after another training, which had little less to learn from.
        """
        now = time.time()
        if now - self._learned_until(now) < CHANGED_SECONDS or self._task is not None or self._unsub is None:
            return False
        self.async_begin("drift")
        return True

    async def async_train(self, reason: str) -> dict[str, Any]:
        """Train, or join the training that runs, and return its report; raises HomeAssistantError."""
        if self._unsub is None:
            raise failure("not_ready")
        task = self._task or self._begin(reason)
        # One caller that gives up does not stop the training of another.
        report = await asyncio.shield(task)
        if "error" in report:
            raise failure(report["error"], report["reason"])
        return report

    @callback
    def _night_came(self, _now: datetime) -> None:
        if self._task is None and self._night is None:
            self._night = self._entry.async_create_background_task(
                self._hass, self._async_night(), f"{DOMAIN} night"
            )

    async def _async_night(self) -> None:
        """Prune the journal, and train if enough is new."""
        try:
            is_enough = await self._hass.async_add_executor_job(self._tidy_and_ask, time.time())
        except JournalError as err:
            _LOGGER.warning("The journal was not looked through tonight: %s", err)
            return
        finally:
            self._night = None
        if is_enough:
            self.async_begin("nightly")

    def _tidy_and_ask(self, now: float) -> bool:
        """Drop what is too old and say whether there is enough new to learn (in the executor).

        Without a model anything is enough: it may be what was missing. A model that is to begin anew needs
        nothing new.
        """
        self._journal.prune(now - self._kept_seconds)
        try:
            self._journal.keep_copy()
        except JournalError as err:
            _LOGGER.warning("The copy of the journal was not renewed: %s", err)
        if self._store.is_disowned:
            return True
        since = self._learned_until(now)
        new = self._journal.behaviors(start=since, end=now)
        if self._store.in_use is None:
            return bool(new)
        return len(new) >= ENOUGH_BEHAVIORS or bool(new and new[-1].time - since >= ENOUGH_SECONDS)

    def _learned_until(self, now: float) -> float:
        """Return when the last training began; one of the future, by a clock that was wrong, says nothing."""
        return self._attempted if self._attempted <= now else 0.0

    @callback
    def _begin_next(self, task: asyncio.Task[dict[str, Any]]) -> None:
        """Begin what was asked for while a training ran, unless it was cancelled: all ends then."""
        following, self._next = self._next, None
        if following is not None and not task.cancelled():
            self.async_begin_anew(following)

    @callback
    def _begin(self, reason: str) -> asyncio.Task[dict[str, Any]]:
        _LOGGER.info("Training begins (%s)", reason)
        self._process = TrainingProcess(self._folder)
        self._tell(replace(self.progress, percent=0.0))
        self._task = self._entry.async_create_background_task(
            self._hass, self._async_run(self._process, reason), f"{DOMAIN} training"
        )
        self._task.add_done_callback(self._begin_next)
        return self._task

    async def _async_run(self, process: TrainingProcess, reason: str) -> dict[str, Any]:
        """Train in a thread and make of the result what is due; never raises what training raises."""
        self._attempted = time.time()
        job = _Job(self._attempted, self._watched(), self._corrections(), self._options())
        try:
            report, stored = await self._hass.async_add_executor_job(self._work, process, job)
        except StoppedError as err:
            return self._ended("training_stopped", err, self._phrase("learn_stopped"))
        except _ShortageError as err:
            self._tell_shortage(err)
            return self._ended("not_enough_data", err, self._phrase("learn_too_little", **err.counts))
        except (SmartGuardError, OSError) as err:
            return self._ended("training_failed", err)
        finally:
            # Home Assistant cancels background tasks before it says that it stops; the thread would go on.
            process.stop()
            self._process = self._task = None
        if stored is None:
            _LOGGER.info("The new model was refused: %s", report.get("reason"))
            self._tell(Progress(reason=self._phrase("learn_worse")))
            return {**report, "trigger": reason}
        _LOGGER.info(
            "Model %s is in use, learned from %s behaviors", stored.version.name, stored.version.behaviors
        )
        # Model and status are shown in one step, which the swap does.
        self.progress = Progress()
        self._swap(stored)
        return {**report, "trigger": reason, "version": stored.version.name}

    def _work(self, process: TrainingProcess, job: _Job) -> tuple[dict[str, Any], Stored | None]:
        """Do all that blocks: read, train, store (in the executor)."""
        told = episodes_of(self._journal.episodes(KEPT_EPISODES))
        behaviors = self._learnable(job, told)
        incumbent = self._incumbent(job, told)
        try:
            result = process.run(behaviors, job.options, incumbent, self._from_thread)
        except NotEnoughDataError as err:
            days = {local_day(behavior.time, ZoneInfo(job.options.zone)) for behavior in behaviors}
            raise _ShortageError(str(err), len(behaviors), len(days)) from err
        if not result.report["accepted"]:
            return result.report, None
        version = self._store.add(result.guard, job.started, len(behaviors))
        # Days that nobody judged while they were lived can be looked at as well.
        self._journal.note_losses(result.losses)
        with suppress(JournalError):
            self._journal.flush()
        return result.report, Stored(result.guard, version)

    def _incumbent(self, job: _Job, told: Sequence[Episode]) -> Path | None:
        """Return the model to go on from and to measure by, None where the present one is not to be kept.

        A network does not forget: one that learned what was then to be forgotten, or confirmed as an alarm,
        is not gone on from.
        """
        current, said = self._store.in_use, job.corrections
        if current is None or self._store.is_disowned:
            return None
        if said is not None and said.disowns(current.trained, told):
            return None
        return self._store.path(current.number)

    def _learnable(self, job: _Job, told: Sequence[Episode]) -> list[Behavior]:
        """Return what guarded entities did, without what was told as strange (in the executor)."""
        lived = self._journal.behaviors(start=job.started - self._kept_seconds, most=MOST_BEHAVIORS)
        behaviors = [behavior for behavior in lived if behavior.entity in job.watched]
        if job.corrections is None:
            return behaviors
        return job.corrections.learnable(behaviors, told, job.started)

    def _from_thread(self, share: float) -> None:
        self._hass.loop.call_soon_threadsafe(self._progressed, share)

    @callback
    def _progressed(self, share: float) -> None:
        """Show progress in steps, so that a training writes few states."""
        percent = 100.0 * share // PROGRESS_STEP * PROGRESS_STEP
        if self._task is not None and percent != self.progress.percent:
            self._tell(replace(self.progress, percent=percent))

    @callback
    def _tell_shortage(self, shortage: _ShortageError) -> None:
        """Offer to read further back, unless an earlier model guards."""
        if self._store.in_use is None:
            raise_issue(self._hass, ISSUE_TOO_LITTLE_HISTORY, shortage.counts)

    @callback
    def _ended(self, error: str, reason: Exception, said: str | None = None) -> dict[str, Any]:
        """Tell that there is no model; said: why, as a person is told, None for a failure."""
        _LOGGER.log(logging.INFO if said else logging.ERROR, "Training gave no model: %s", reason)
        self._tell(Progress(reason=said or str(reason), failed=said is None))
        return {"error": error, "reason": str(reason)}

    @callback
    def _phrase(self, key: str, **given: str) -> str:
        """Say why nothing was learned in the home's language."""
        return phrases_at_hand(self._hass)[key].format(**given)

    @callback
    def _tell(self, progress: Progress) -> None:
        self.progress = progress
        self._changed()
