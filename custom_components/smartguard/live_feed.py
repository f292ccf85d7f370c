"""The subscription of card and panel: what is so now, then every change, over reloads of the entry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import voluptuous as vol
from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import DOMAIN, signal_alert, unique_id
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator
from .judged import Judged, signal_judged
from .panel_data import Rows
from .panel_types import SCHEMA, Status


@callback
@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/subscribe"})
@websocket_api.require_admin
def subscribe(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Answer a subscription: events `status`, `behavior`, `alarms`."""
    feed = Feed(hass, connection, message["id"])
    connection.subscriptions[message["id"]] = feed.stop
    connection.send_result(message["id"])
    feed.start()


class Feed:
    """One subscription, which outlives the entry that it tells of."""

    def __init__(self, hass: HomeAssistant, connection: ActiveConnection, number: int) -> None:
        """Take where to send, and under which number."""
        self._hass = hass
        self._connection = connection
        self._number = number
        self._entry: SmartGuardConfigEntry | None = None
        self._stops: list[CALLBACK_TYPE] = []
        self._unsub: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> None:
        """Tell what is so, and follow the entry from now on."""
        self._unsub = async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed)
        self._look()

    @callback
    def stop(self) -> None:
        """Tell nothing any more."""
        if self._unsub is not None:
            self._unsub()
            self._unsub = None
        self._leave()

    @callback
    def _entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN:
            self._look()

    @callback
    def _look(self) -> None:
        """Follow the entry that is loaded now, if there is one."""
        self._leave()
        loaded: list[SmartGuardConfigEntry] = self._hass.config_entries.async_loaded_entries(DOMAIN)
        self._entry = loaded[0] if loaded else None
        if self._entry is not None:
            entry_id = self._entry.entry_id
            self._stops = [
                self._entry.runtime_data.async_add_listener(self._tell_status),
                async_dispatcher_connect(self._hass, signal_judged(entry_id), self._tell_behavior),
                async_dispatcher_connect(self._hass, signal_alert(entry_id), self._tell_alarms),
            ]
        self._tell_status()

    @callback
    def _leave(self) -> None:
        while self._stops:
            self._stops.pop()()

    @callback
    def _tell_status(self) -> None:
        home = self._entry.runtime_data if self._entry else None
        self._send("status", status_of(self._hass, home) if home else _not_loaded())

    @callback
    def _tell_behavior(self, judged: Judged) -> None:
        if self._entry is not None:
            rows = Rows(self._hass, self._entry.runtime_data.names)
            row = rows.behavior(judged.behavior, judged.loss, strange=False)
            self._send("behavior", {"row": row, "score": round(judged.score, 3)})

    @callback
    def _tell_alarms(self, _kind: str, _data: dict[str, Any]) -> None:
        self._send("alarms", {})

    @callback
    def _send(self, kind: str, data: Any) -> None:
        self._connection.send_message(websocket_api.event_message(self._number, {"kind": kind, "data": data}))


def status_of(hass: HomeAssistant, home: SmartGuardCoordinator) -> Status:
    """Return what is so now in a loaded home."""
    data = home.data
    score = unique_id(home.config_entry.entry_id, "score")
    return {
        "schema": SCHEMA,
        "loaded": True,
        "status": data.status,
        "score": None if data.score is None else round(data.score, 3),
        "threshold": None if data.threshold is None else round(data.threshold, 3),
        "budget": data.budget,
        "progress": data.progress,
        "behaviors": data.behaviors,
        "last_trained": data.last_trained.timestamp() if data.last_trained else None,
        "reason": data.reason,
        "snoozed": data.snoozed.timestamp() if isinstance(data.snoozed, datetime) else data.snoozed,
        "alarm": Rows(hass, home.names, home.alarm.corrections).alarm(data.episode) if data.episode else None,
        "score_entity": er.async_get(hass).async_get_entity_id("sensor", DOMAIN, score),
    }


def _not_loaded() -> Status:
    return {
        "schema": SCHEMA,
        "loaded": False,
        "status": None,
        "score": None,
        "threshold": None,
        "budget": None,
        "progress": None,
        "behaviors": 0,
        "last_trained": None,
        "reason": None,
        "snoozed": None,
        "alarm": None,
        "score_entity": None,
    }
