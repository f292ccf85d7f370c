"""Alerts on phones: each person in their language, with buttons, until the alert is over or seen to."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import (
    ALERT_CLEARED,
    ALERT_DETECTED,
    CONF_NOTIFY,
    CONF_PUSH_DETAILS,
    DOMAIN,
    EPISODE_RESUMED,
    signal_alert,
    signal_episode,
    unique_id,
)
from .core.explain import Words
from .core.policy import Change, Episode
from .core.severity import CRITICAL, severity
from .messages import NORMAL, SNOOZE, begun, ended, withdrawn
from .names import Names
from .phrases import async_phrases
from .quiet import quiet_until
from .targets import NOTIFY, Reader, async_reader, is_app

if TYPE_CHECKING:
    from .coordinator import SmartGuardConfigEntry

_LOGGER = logging.getLogger(__name__)

EVENT_PRESSED: Final = "mobile_app_notification_action"
SNOOZED: Final = "1h"
# The panel is for administrators; everybody may see when it was unusual.
PANEL: Final = f"/{DOMAIN}"
HISTORY: Final = "/history?entity_id="

type Compose = Callable[[str, Words, str], dict[str, Any] | None]
"""Target, words of its reader and where they look → the data of the call, None for no call."""


_TOLD: HassKey[dict[str, set[str]]] = HassKey(f"{DOMAIN}_told_to_phones")
_SEEN_TO: HassKey[dict[str, deque[str]]] = HassKey(f"{DOMAIN}_seen_to")
_KEPT = 64
"""Episodes of which is known that they were seen to; only the latest can still go on."""


@dataclass(slots=True)
class _Held:
    """An episode that waits for the end of the quiet hours, as it is by now."""

    release: CALLBACK_TYPE
    episode: Episode


class Push:
    """Tells the phones of one home."""

    def __init__(self, hass: HomeAssistant, entry: SmartGuardConfigEntry, names: Names) -> None:
        """Take whose options say who is told; nothing is sent yet."""
        self._hass = hass
        self._entry = entry
        self._names = names
        # What was told and what was seen to is known over a reload.
        self._told = hass.data.setdefault(_TOLD, {}).setdefault(entry.entry_id, set())
        seen_to = hass.data.setdefault(_SEEN_TO, {})
        self._seen_to = seen_to.setdefault(entry.entry_id, deque(maxlen=_KEPT))
        # What went on critical before a reload is critical as it resumes.
        self._critical: set[str] = set()
        self._held: dict[str, _Held] = {}

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Begin to tell; the result stops it."""
        entry_id = self._entry.entry_id
        stops = [
            async_dispatcher_connect(self._hass, signal_episode(entry_id), self._changed),
            async_dispatcher_connect(self._hass, signal_alert(entry_id), self._alerted),
            self._hass.bus.async_listen(EVENT_PRESSED, self._pressed),
        ]

        @callback
        def stop() -> None:
            for undo in (*stops, *(held.release for held in self._held.values())):
                undo()

        return stop

    @callback
    def _changed(self, change: Change) -> None:
        """Follow an episode: tell when it begins, or when the quiet hours are over, and when it ends.

        What is critical waits for no hour, nor what becomes so.
        """
        episode = change.episode
        is_urgent = severity(episode) == CRITICAL
        if change.kind == EPISODE_RESUMED:
            self._go_on(episode, is_urgent)
        elif change.kind == ALERT_CLEARED:
            self._end(episode)
        elif is_urgent:
            self._tell_at_once(episode)
        elif change.kind == ALERT_DETECTED:
            self._tell_in_time(episode)
        elif held := self._held.get(episode.id):
            held.episode = episode

    @callback
    def _alerted(self, kind: str, data: Mapping[str, Any]) -> None:
        """Take a message back once somebody has seen to the alert."""
        if kind not in (ALERT_DETECTED, ALERT_CLEARED):
            self._withdraw(data["episode_id"])

    @callback
    def _tell_at_once(self, episode: Episode) -> None:
        """Tell of what is critical, told or held before it was so or not; once, and not if seen to."""
        if episode.id in self._critical or episode.id in self._seen_to:
            return
        self._critical.add(episode.id)
        self._release(episode.id)
        self._tell(episode)

    @callback
    def _tell_in_time(self, episode: Episode) -> None:
        """Tell now, or when the quiet hours are over."""
        if over := quiet_until(self._entry.options, dt_util.utcnow()):
            self._hold(episode, over)
        else:
            self._tell(episode)

    @callback
    def _tell(self, episode: Episode) -> None:
        self._told.add(episode.id)
        self._send(
            lambda target, words, show: begun(target, episode, words, show=show, details=self._details)
        )

    @callback
    def _go_on(self, episode: Episode, is_urgent: bool) -> None:
        """Go on with an episode after a restart: what began in quiet hours may not have been told yet."""
        if is_urgent:
            self._critical.add(episode.id)
        elif episode.id not in self._told and episode.id not in self._seen_to:
            began = dt_util.utc_from_timestamp(episode.start)
            if quiet_until(self._entry.options, began) is not None:
                self._tell_in_time(episode)

    @callback
    def _hold(self, episode: Episode, over: datetime) -> None:
        """Tell of it as it is when the quiet hours are over, unless the episode is over before."""

        @callback
        def is_due(_now: datetime) -> None:
            self._tell(self._held.pop(episode.id).episode)

        self._held[episode.id] = _Held(async_track_point_in_utc_time(self._hass, is_due, over), episode)

    @callback
    def _release(self, episode_id: str) -> None:
        """Let an episode wait no longer, if it does."""
        if held := self._held.pop(episode_id, None):
            held.release()

    @callback
    def _end(self, episode: Episode) -> None:
        """Rewrite what was told, and take back what a restart made forget that it was."""
        self._critical.discard(episode.id)
        if episode.id not in self._told:
            self._withdraw(episode.id)
            return
        self._told.discard(episode.id)
        self._send(
            lambda target, words, show: ended(target, episode, words, show=show, details=self._details)
        )

    @callback
    def _withdraw(self, episode_id: str) -> None:
        """Take back what was told, or waits to be: nobody needs to hear of it any more."""
        self._release(episode_id)
        self._told.discard(episode_id)
        self._seen_to.append(episode_id)
        self._send(lambda target, _words, _show: withdrawn(target, episode_id))

    @property
    def _details(self) -> bool:
        return bool(self._entry.options.get(CONF_PUSH_DETAILS, True))

    @callback
    def _send(self, compose: Compose) -> None:
        for target in self._entry.options.get(CONF_NOTIFY, ()):
            self._entry.async_create_task(self._hass, self._async_send(target, compose), f"{DOMAIN} push")

    async def _async_send(self, target: str, compose: Compose) -> None:
        """Send one target what is composed for it; what is wrong with one keeps nothing from the others."""
        reader = await async_reader(self._hass, target)
        words = Words(self._names.entity, await async_phrases(self._hass, reader.language))
        if (call := compose(target, words, self._place(reader))) is None:
            return
        action = target.removeprefix(f"{NOTIFY}.") if is_app(target) else "send_message"
        try:
            await self._hass.services.async_call(NOTIFY, action, call, blocking=True)
        except HomeAssistantError as err:
            _LOGGER.warning("%s could not be told: %s", target, err)

    @callback
    def _place(self, reader: Reader) -> str:
        """Return where a reader looks for more."""
        if reader.is_admin:
            return PANEL
        own = unique_id(self._entry.entry_id, "anomaly")
        anomaly = er.async_get(self._hass).async_get_entity_id("binary_sensor", DOMAIN, own)
        return f"{HISTORY}{anomaly}"

    @callback
    def _pressed(self, event: Event) -> None:
        """Do what a button says."""
        pressed = str(event.data.get("action"))
        if pressed.startswith(NORMAL):
            self._act("mark_normal", {"episode_id": pressed.removeprefix(NORMAL)}, event)
        elif pressed.startswith(SNOOZE):
            self._act("snooze", {"duration": SNOOZED}, event)
            self._withdraw(pressed.removeprefix(SNOOZE))

    @callback
    def _act(self, action: str, data: dict[str, Any], event: Event) -> None:
        acting = self._async_act(action, data, event)
        self._entry.async_create_task(self._hass, acting, f"{DOMAIN} {action}")

    async def _async_act(self, action: str, data: dict[str, Any], event: Event) -> None:
        try:
            await self._hass.services.async_call(DOMAIN, action, data, blocking=True, context=event.context)
        except HomeAssistantError as err:
            _LOGGER.warning("A button on a phone could not be followed: %s", err)
