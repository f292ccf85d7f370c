"""What becomes of an episode: a notification, a bus event, the event entity, a row of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.components import persistent_notification as notification
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import (
    ALERT_CLEARED,
    ALERT_DETECTED,
    DOMAIN,
    EPISODE_RESUMED,
    EVENT_ALERT,
    signal_alert,
    signal_episode,
)
from .core.behavior import Behavior
from .core.explain import Words, sentence
from .core.policy import Change, Episode, Expected
from .core.severity import severity
from .journal import Journal
from .names import Names

EPISODE = "episode"
_PUT_AWAY: HassKey[set[str]] = HassKey(f"{DOMAIN}_put_away")
"""Notifications that people put away or saw to; a reload shows none of them again."""


class Alerts:
    """Tells one home of its episodes: once when one is detected, once when it is over."""

    def __init__(self, hass: HomeAssistant, entry_id: str, names: Names, journal: Journal) -> None:
        """Take where to tell and where to keep it."""
        self._hass = hass
        self._entry_id = entry_id
        self._names = names
        self._journal = journal
        self._shown: set[str] = set()
        self._put_away = hass.data.setdefault(_PUT_AWAY, set())

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Notice which notifications a person puts away; they are not shown again."""
        return notification.async_register_callback(self._hass, self._notifications_changed)

    @callback
    def handle(self, change: Change) -> None:
        """Tell of a change and keep it."""
        data = self._data(change)
        self._journal.save_episode({**data, EPISODE: change.episode.to_json()})
        self._tell(change, data)

    @callback
    def handle_test(self, change: Change) -> None:
        """Tell of a change as of any other, and keep nothing."""
        self._tell(change, self._data(change))

    @callback
    def acknowledge(self, kind: str, episode: Episode) -> None:
        """Tell that a person has seen to an episode, and put its notification away for good."""
        self._shown.discard(identity := _notification_id(episode))
        self._put_away.add(identity)
        notification.async_dismiss(self._hass, identity)
        self._announce(kind, alert_data(kind, episode, self._names))

    @callback
    def resume(self, episode: Episode) -> None:
        """Show the notification of an episode that outlived a restart; it was told before.

        What was put away stays away over a reload. A restart of Home Assistant takes all notifications off
        the page, so that this says nothing of them.
        """
        if (identity := _notification_id(episode)) not in self._put_away:
            self._shown.add(identity)
            self._notify(episode)
        async_dispatcher_send(self._hass, signal_episode(self._entry_id), Change(EPISODE_RESUMED, episode))

    @callback
    def _notify(self, episode: Episode) -> None:
        """Write the episode's one notification, unless a person has put it away."""
        if (identity := _notification_id(episode)) not in self._shown:
            return
        words = Words(self._names.entity, self._names.phrases)
        title = words.say("alert_title" if episode.end is None else "alert_over_title")
        notification.async_create(self._hass, message(episode, words), title, identity)
        if episode.end is not None:
            self._shown.discard(identity)

    def _data(self, change: Change) -> dict[str, Any]:
        kind = ALERT_CLEARED if change.kind == ALERT_CLEARED else ALERT_DETECTED
        return alert_data(kind, change.episode, self._names)

    @callback
    def _tell(self, change: Change, data: dict[str, Any]) -> None:
        if change.kind == ALERT_DETECTED:
            self._shown.add(_notification_id(change.episode))
        self._notify(change.episode)
        async_dispatcher_send(self._hass, signal_episode(self._entry_id), change)
        if change.kind in (ALERT_DETECTED, ALERT_CLEARED):
            self._announce(change.kind, data)

    @callback
    def _announce(self, kind: str, data: dict[str, Any]) -> None:
        self._hass.bus.async_fire(EVENT_ALERT, data)
        async_dispatcher_send(self._hass, signal_alert(self._entry_id), kind, data)

    @callback
    def _notifications_changed(
        self, change: notification.UpdateType, changed: Mapping[str, notification.Notification]
    ) -> None:
        if change is notification.UpdateType.REMOVED:
            self._put_away |= self._shown & changed.keys()
            self._shown.difference_update(changed)


@callback
def put_away(hass: HomeAssistant, episodes: Iterable[str]) -> None:
    """Take the notifications of episodes off the page; those that are not there do not matter."""
    for episode_id in episodes:
        notification.async_dismiss(hass, f"{DOMAIN}_{episode_id}")


def alert_data(kind: str, episode: Episode, names: Names) -> dict[str, Any]:
    """Return what the bus event and the event entity carry, with the names of the moment."""
    # Whom the alert is about; what else weighs in its window is told below, but accused of nothing.
    about = episode.reasons[0].behaviors
    entities = list(dict.fromkeys(b.entity for b in about))
    devices = dict.fromkeys(names.device_id(b.device) for b in about)
    losses = dict(episode.losses)
    return {
        "type": kind,
        "episode_id": episode.id,
        "time": _iso(episode.end if kind == ALERT_CLEARED and episode.end is not None else episode.start),
        "score": round(episode.score, 3),
        "threshold": round(episode.threshold, 3),
        "severity": severity(episode),
        "kind": episode.reasons[0].channel,
        "summary": sentence(episode, names.entity, names.phrases),
        "devices": [device for device in devices if device is not None],
        "entities": [names.entity_id(key) for key in entities],
        "names": [names.entity(key) for key in entities],
        "behaviors": [behavior_data(b, names, losses.get(b)) for b in episode.behaviors],
        "expected": expected_data(episode.expected, names),
    }


def behavior_data(behavior: Behavior, names: Names, loss: float | None) -> dict[str, Any]:
    """Return a behavior as a person would want to read it; loss is None where it was not judged."""
    return {
        "time": _iso(behavior.time),
        "entity_id": names.entity_id(behavior.entity),
        "name": names.entity(behavior.entity),
        "control": behavior.control,
        "actor": behavior.actor,
        "loss": None if loss is None else round(loss, 3),
    }


def expected_data(expected: Iterable[Expected], names: Names) -> list[dict[str, Any]]:
    """Return what would have been usual instead, likeliest first."""
    return [
        {
            "entity_id": names.entity_id(e.entity),
            "name": names.entity(e.entity),
            "control": e.control,
            "probability": round(e.probability, 3),
        }
        for e in expected
    ]


def _notification_id(episode: Episode) -> str:
    return f"{DOMAIN}_{episode.id}"


def message(episode: Episode, words: Words) -> str:
    """Return the sentence, the behaviors that weigh most, and what was expected instead."""
    lines = [sentence(episode, words.name_of, words.phrases), ""]
    for behavior in episode.behaviors:
        event = words.event(behavior.entity, behavior.control)
        lines.append("- " + words.say("alert_line", clock=_clock(behavior.time), event=event))
    if episode.expected:
        usual = episode.expected[0]
        lines += ["", words.say("alert_usual", event=words.event(usual.entity, usual.control))]
    if episode.end is not None:
        lines += ["", words.say("alert_over", clock=_clock(episode.end))]
    return "\n".join(lines)


def _iso(time: float) -> str:
    return dt_util.utc_from_timestamp(time).isoformat()


def _clock(time: float) -> str:
    return dt_util.as_local(dt_util.utc_from_timestamp(time)).strftime("%H:%M:%S")
