"""Live events of the guarded entities become behaviors; the callbacks record and never compute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, ENTITY_MATCH_ALL, EVENT_CALL_SERVICE
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
    split_entity_id,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.start import async_at_started

from .actors import BEGINNINGS, Actors
from .controls import Tracker, call_control
from .core.behavior import Behavior
from .selection import Key, key_of


class Observer:
    """Watches the guarded entities from the end of Home Assistant's start until it is stopped.

    tracker: the last settled states; `Tracker.fill` gives it what the recorder knows of entities that
    are unavailable at the start. keys: the entities that are watched now; renames and removals in the
    registry are followed.
    """

    def __init__(
        self, hass: HomeAssistant, keys: Mapping[str, Key], sink: Callable[[Behavior], None]
    ) -> None:
        """Take entity_id → key and who takes each behavior, in the event loop."""
        self._hass = hass
        self._keys = dict(keys)
        self._sink = sink
        self._actors = Actors()
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._unsubscribe_states: CALLBACK_TYPE | None = None
        self.tracker = Tracker()

    @property
    def keys(self) -> Mapping[str, Key]:
        """Return what is watched now, entity_id → key."""
        return MappingProxyType(self._keys)

    @callback
    def async_start(self) -> None:
        """Begin as soon as Home Assistant has started."""
        self._unsubscribe.append(async_at_started(self._hass, self._begin))

    @callback
    def async_stop(self) -> None:
        """End all subscriptions."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe.clear()
        self._unwatch()

    @callback
    def _begin(self, hass: HomeAssistant) -> None:
        for entity_id, key in self._keys.items():
            self.tracker.seed(key.entity, hass.states.get(entity_id))
        listen = hass.bus.async_listen
        self._unsubscribe += [
            *(listen(event_type, self._began) for event_type in BEGINNINGS),
            listen(EVENT_CALL_SERVICE, self._called),
            listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._registry_updated),
        ]
        self._watch()

    @callback
    def _watch(self) -> None:
        self._unwatch()
        self._unsubscribe_states = async_track_state_change_event(self._hass, self._keys, self._changed)

    @callback
    def _unwatch(self) -> None:
        if self._unsubscribe_states:
            self._unsubscribe_states()
            self._unsubscribe_states = None

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        key = self._keys.get(event.data["entity_id"])
        if state is None or key is None:
            return
        for control in self.tracker.observe(key.entity, state):
            actor = self._actors.of_state(state)
            self._sink(Behavior(state.last_updated_timestamp, key.device, key.entity, control, actor))

    @callback
    def _began(self, event: Event[Any]) -> None:
        self._actors.remember(event)

    @callback
    def _called(self, event: Event[Any]) -> None:
        self._actors.remember(event)
        domain, service_data = event.data["domain"], event.data["service_data"]
        control = call_control(domain, event.data["service"], service_data)
        if control is None:
            return
        actor = self._actors.of(event.context)
        for key in self._targets(domain, service_data):
            self._sink(Behavior(event.time_fired_timestamp, key.device, key.entity, control, actor))

    def _targets(self, domain: str, service_data: Mapping[str, Any]) -> list[Key]:
        """Return the guarded entities of a domain that a call names by entity or device."""
        entities = _as_set(service_data.get(ATTR_ENTITY_ID))
        devices = _as_set(service_data.get(ATTR_DEVICE_ID))
        return [
            key
            for entity_id, key in self._keys.items()
            if split_entity_id(entity_id)[0] == domain
            and (not entities.isdisjoint({entity_id, ENTITY_MATCH_ALL}) or key.device in devices)
        ]

    @callback
    def _registry_updated(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        data = event.data
        entity_id = data["entity_id"]
        if data["action"] == "remove":
            known = self._keys.pop(entity_id, None)
        elif data["action"] == "update":
            known = self._keys.pop(data.get("old_entity_id", entity_id), None)
            if known:
                self._keys[entity_id] = key_of(self._hass, entity_id)
        else:
            return
        if known:
            self._watch()


def _as_set(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    return {item for item in value if isinstance(item, str)} if isinstance(value, Iterable) else set()
