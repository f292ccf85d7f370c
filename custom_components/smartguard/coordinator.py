"""The live path of one home, and the face that entities and actions see."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .alarm import Alarm
from .answers import failure, refusal
from .const import (
    CONF_ALERTS_PER_WEEK,
    CONF_GUARDING,
    CONF_HISTORY_DAYS,
    CONF_MODE,
    DEFAULT_HISTORY_DAYS,
    DOMAIN,
    ISSUE_MODEL_UNREADABLE,
    ISSUE_TOO_LITTLE_HISTORY,
    MODE_HOME,
    MODE_VACATION,
    STATUS_COLLECTING,
    STATUS_FAILED,
    STATUS_GUARDING,
    STATUS_IMPORTING,
    STATUS_PAUSED,
    STATUS_TRAINING,
)
from .core.behavior import Behavior
from .core.drift import Drift
from .core.episode import nothing
from .core.errors import ArtifactError
from .core.feedback import Corrections
from .core.guard import Guard
from .core.learn import LearnOptions
from .core.novelty import FirstTimes
from .core.vocabulary import UNKNOWN
from .core.watch import Watch
from .gap import async_fill
from .issues import settle_issue
from .journal import COMMIT_SECONDS, JournalError
from .learning import Learning, Progress
from .live import Live, Verdict
from .model_store import NoSuchVersionError, Stored
from .names import Names
from .observer import Observer
from .recall import Recall, newest_use, recall
from .selection import Key, blind_keys, patient_keys, resolve, tracks_somebody
from .snapshot import Snapshot
from .stopping import once_at_stop
from .storage import TRAINING, Storage

_LOGGER = logging.getLogger(__name__)

TICK = timedelta(seconds=5)

__all__ = ["SmartGuardConfigEntry", "SmartGuardCoordinator", "Snapshot"]

type SmartGuardConfigEntry = ConfigEntry[SmartGuardCoordinator]


class SmartGuardCoordinator(DataUpdateCoordinator[Snapshot]):
    """Holds what one home's guard knows; pushes a Snapshot whenever it changes."""

    config_entry: SmartGuardConfigEntry

    def __init__(self, hass: HomeAssistant, entry: SmartGuardConfigEntry, storage: Storage) -> None:
        """Take the open storage, which is closed again by `async_shutdown`; nothing runs yet."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=DOMAIN)
        self.journal = storage.journal
        self.store = storage.store
        self.names = Names(hass)
        self._stored: Stored | None = storage.loaded.stored
        self._count = 0
        self._drift = Drift()
        self.replaying = asyncio.Lock()
        self.stopping = threading.Event()
        self._import: float | None = None
        self._is_filled = False
        self._has_broken_off = False
        self._stops: list[CALLBACK_TYPE] = []
        self._commit: CALLBACK_TYPE | None = None
        self._observer: Observer | None = None
        self._starting: asyncio.Task[None] | None = None
        self._shutting_down: asyncio.Future[None] | None = None
        self.options: Mapping[str, Any] = entry.options
        self.alarm = Alarm(hass, entry, names=self.names, journal=self.journal, changed=self._push)
        self.live = Live(
            hass,
            entry,
            watch=lambda firsts: self.watch(firsts) if self.alarm.guarding else None,
            gone=self._gone,
            unseen=self.names.unseen,
            judged=self._judged,
        )
        self._learning = Learning(
            hass,
            entry,
            folder=storage.folder / TRAINING,
            journal=self.journal,
            store=self.store,
            options=self._learn_options,
            watched=self._watched,
            corrections=lambda: self.alarm.corrections,
            changed=self._push,
            swap=self._use,
        )
        self.data = self._snapshot()

    @property
    def guard(self) -> Guard | None:
        """Return the guard in use; it is swapped by one assignment of the version that holds it."""
        stored = self._stored
        return stored.guard if stored else None

    def watch(self, firsts: FirstTimes) -> Watch | None:
        """Return who judges now, by these first times; None while there is no guard."""
        if (guard := self.guard) is None:
            return None
        said = self.alarm.corrections
        watch = Watch(guard, firsts, is_confirmed=said.is_confirmed if said else nothing)
        if self.alarm.mode != MODE_VACATION:
            return watch
        return replace(watch, is_vacation=True, blind=blind_keys(self.hass, self.keys))

    @property
    def device_losses(self) -> Mapping[str, float]:
        """Return the newest reconstruction loss of each device that behaved."""
        return self.alarm.device_losses

    @property
    def devices(self) -> tuple[str, ...]:
        """Return the keys of the devices that the guard in use knows."""
        guard = self.guard
        return guard.vocabulary.devices if guard else ()

    @property
    def keys(self) -> Mapping[str, Key]:
        """Return what is guarded now, entity_id → key; nothing before Home Assistant has started."""
        return self._observer.keys if self._observer else {}

    @callback
    def async_begin_training(self, reason: str) -> None:
        """Begin to train, after the training that runs if one does; nobody waits for it."""
        self._learning.async_begin_anew(reason)

    async def async_stop_training(self) -> None:
        """Stop a training that runs; the next one comes when it is due."""
        await self._learning.async_cancel()

    @callback
    def async_start(self) -> None:
        """Begin as soon as Home Assistant has started: what entities report before is no behavior."""
        self._stops += [self.alarm.async_start(), async_at_started(self.hass, self._started)]
        self._stops.append(once_at_stop(self.hass, self.async_shutdown))

    async def async_shutdown(self) -> None:
        """Stop everything, write what is left, close the journal; asked twice, wait for the first."""
        if self._shutting_down is None:
            self._shutting_down = asyncio.ensure_future(self._async_shut_down())
        await asyncio.shield(self._shutting_down)

    async def async_set_budget(self, alerts_per_week: float) -> None:
        """Accept another number of alerts a week; holds at once and is kept in the options."""
        self.alarm.async_keep({CONF_ALERTS_PER_WEEK: alerts_per_week})

    async def async_set_guarding(self, guarding: bool) -> None:
        """Pause or resume judging; behaviors are recorded either way."""
        self.alarm.async_keep({CONF_GUARDING: guarding})

    async def async_set_mode(self, mode: str) -> None:
        """Say who is in the house; holds at once and is kept in the options."""
        self.alarm.async_keep({CONF_MODE: mode})

    @callback
    def async_apply_options(self) -> None:
        """Take the options that need no reload, wherever they were changed."""
        self.alarm.async_apply_options()

    async def async_train(self, reason: str) -> dict[str, Any]:
        """Train now and return the report; joins a training that already runs."""
        return await self._learning.async_train(reason)

    async def async_roll_back(self, version: str | int | None) -> dict[str, Any]:
        """Return to a stored version, the previous one when None.

        A number is refused: it need not be what was written, since 0012 without quotes is 10 to YAML.
        """
        if isinstance(version, int):
            raise refusal("version_not_quoted", str(version))
        number = None if version is None else int(version) if version.isdecimal() else 0
        try:
            stored = await self.hass.async_add_executor_job(self.store.roll_back, number)
        except NoSuchVersionError as err:
            raise refusal("no_such_version", str(err)) from err
        except (ArtifactError, OSError) as err:
            raise failure("version_unreadable", str(err)) from err
        self._use(stored)
        trained = dt_util.utc_from_timestamp(stored.version.trained).isoformat()
        return {"version": stored.version.name, "trained": trained, "behaviors": stored.version.behaviors}

    @callback
    def _started(self, hass: HomeAssistant) -> None:
        """Observe from now on; what was missed is filled in and remembered in the background."""
        self._observer = Observer(hass, resolve(hass, self.config_entry.options), self._record)
        self._observer.async_start()
        begin = self._async_begin(self._observer, dt_util.utcnow())
        self._starting = self.config_entry.async_create_background_task(hass, begin, f"{DOMAIN} start")
        self._starting.add_done_callback(self._begun)

    @callback
    def _begun(self, task: asyncio.Task[None]) -> None:
        """Say so if the start broke off: nobody awaits its task, and silence would look like an import."""
        if not task.cancelled() and (error := task.exception()):
            _LOGGER.error("The start of SmartGuard broke off", exc_info=error)
            self._has_broken_off = True
            self._imported(None)

    async def _async_begin(self, observer: Observer, since: datetime) -> None:
        """Fill the journal from the recorder, remember, and begin to judge and to learn."""
        days = float(self.config_entry.options.get(CONF_HISTORY_DAYS, DEFAULT_HISTORY_DAYS))
        self._imported(0.0)
        self.live.go_on_from(await self.hass.async_add_executor_job(newest_use, self.journal))
        self._is_filled = await async_fill(
            self.hass, observer, self.journal, days=days, end=since, progress=self._imported
        )
        self._import = None
        known = await self.async_remember()
        self.alarm.resume(known.episodes)
        self._stops.append(async_track_time_interval(self.hass, self._ticked, TICK))
        self._learning.async_start(self._stored.version.trained if self._stored else None)
        self._push()

    @callback
    def _imported(self, share: float | None) -> None:
        self._import = None if share is None else 100.0 * share
        self._push()

    async def async_remember(self) -> Recall:
        """Take the journal for the memory of this home, also after an import or a reset changed it."""
        zone, said = self.hass.config.time_zone, self.alarm.corrections
        async with self.live.held:
            try:
                known = await self.hass.async_add_executor_job(recall, self.journal, self._watched(), zone)
            except JournalError as err:
                _LOGGER.warning("The journal can not be read, going on without a memory: %s", err)
                known = Recall(Corrections(await self.hass.async_add_executor_job(ZoneInfo, zone)))
            self._count = known.count
            # Words may be said while it is read; without any, it may not have been readable before.
            if self.alarm.corrections is said and not (said and said.words):
                self.alarm.async_correct(known.corrections)
            await self.live.async_start(known.past, known.firsts, self._is_over)
        for behavior in known.past:
            self.alarm.recorded(behavior)
        self._push()
        return known

    @callback
    def _watched(self) -> frozenset[str]:
        """Return the keys of the entities that are guarded now; removals are followed."""
        return frozenset(key.entity for key in self.keys.values())

    @callback
    def _is_over(self, entity: str) -> bool:
        return self._observer is not None and self._observer.tracker.is_over(entity)

    def _learn_options(self) -> LearnOptions:
        patient = patient_keys(self.hass, self.keys)
        return LearnOptions(zone=self.hass.config.time_zone, patient=patient)

    @callback
    def _gone(self, entities: Iterable[str]) -> list[str]:
        watched = self._watched()
        return [entity for entity in entities if entity not in watched or not self.names.is_known(entity)]

    @callback
    def _record(self, behavior: Behavior) -> None:
        """Take a behavior from the observer: keep it and queue it, no more."""
        self.journal.add([behavior])
        self._count += 1
        if self._commit is None:
            self._commit = async_call_later(self.hass, COMMIT_SECONDS, self._commit_due)
        self.alarm.recorded(behavior)
        self.live.record(behavior)

    @callback
    def _commit_due(self, _now: datetime) -> None:
        self._commit = None
        self.journal.request_commit()

    @callback
    def _ticked(self, now: datetime) -> None:
        self.live.tick(now.timestamp())
        self.alarm.tick(now.timestamp(), tracks_somebody(self.keys))

    @callback
    def _judged(self, verdicts: Sequence[Verdict]) -> None:
        """Tell what is strange; when too much is, and the household is at home, learn anew soon."""
        self.alarm.judged(verdicts)
        if (guard := self.guard) is None or self.alarm.mode != MODE_HOME:
            return
        for verdict in verdicts:
            if verdict.behavior is not None:
                self._drift.observe(verdict.behavior, guard.vocabulary.id_of(verdict.behavior) != UNKNOWN)
            self._drift.judged(verdict.judgement)
        if self._drift.has_changed and self._learning.async_home_changed():
            self._drift = Drift()

    @callback
    def _use(self, stored: Stored) -> None:
        """Guard with another version from the next behavior on."""
        self._stored = stored
        self._drift.learned()
        settle_issue(self.hass, ISSUE_MODEL_UNREADABLE, ISSUE_TOO_LITTLE_HISTORY)
        self._push()

    @callback
    def _push(self) -> None:
        """Show what has changed, if anything has."""
        snapshot = self._snapshot()
        if snapshot != self.data:
            self.async_set_updated_data(snapshot)

    def _snapshot(self) -> Snapshot:
        stored, learning = self._stored, self._learning.progress
        version = stored.version if stored else None
        now = dt_util.utcnow().timestamp()
        return Snapshot(
            status=self._status(learning),
            budget=self.alarm.budget,
            guarding=self.alarm.guarding,
            mode=self.alarm.mode,
            snoozed=self.alarm.snooze.shown,
            score=self.alarm.score if self.alarm.guarding else None,
            threshold=self.alarm.threshold,
            episode=self.alarm.episode,
            progress=learning.percent if self._import is None else self._import,
            behaviors=self._count,
            last_trained=dt_util.utc_from_timestamp(version.trained) if version else None,
            version=version.name if version else None,
            reason=learning.reason,
            alerts_this_week=self.alarm.account.this_week(now),
            account=self.alarm.shown_account(now, stored.guard if stored else None),
        )

    def _status(self, learning: Progress) -> str:
        if self._import is not None:
            return STATUS_IMPORTING
        if self._has_broken_off:
            return STATUS_FAILED
        if learning.percent is not None:
            return STATUS_TRAINING
        if not self.alarm.guarding:
            return STATUS_PAUSED
        if self._stored is None:
            return STATUS_FAILED if learning.failed else STATUS_COLLECTING
        return STATUS_GUARDING

    async def _async_shut_down(self) -> None:
        self.stopping.set()
        await super().async_shutdown()
        while self._stops:
            self._stops.pop()()
        if self._commit is not None:
            self._commit()
        await self._async_stop_observing()
        await self._learning.async_stop()
        await self.live.async_stop()
        self.alarm.async_stop()
        await self.hass.async_add_executor_job(self.journal.close)

    async def _async_stop_observing(self) -> None:
        """Stop observing; where the past was filled in, the journal is complete until now."""
        if self._observer is None or self._starting is None:
            return
        self._observer.async_stop()
        if self._is_filled:
            now = dt_util.utcnow().timestamp()
            self.journal.set_high_water({key.entity: now for key in self._observer.keys.values()})
        if not self._starting.done():
            self._starting.cancel()
            await asyncio.wait([self._starting])
