"""The event entity that says when an alert begins and when it is over."""

from __future__ import annotations

from typing import Any

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import ALERT_TYPES, signal_alert
from .coordinator import SmartGuardConfigEntry
from .entity import SmartGuardEntity

PARALLEL_UPDATES = 0

EVENTS: tuple[EventEntityDescription, ...] = (
    EventEntityDescription(key="alert", translation_key="alert", event_types=ALERT_TYPES),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartGuardConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the event entity."""
    async_add_entities(SmartGuardEvent(entry.runtime_data, description) for description in EVENTS)


class SmartGuardEvent(SmartGuardEntity, EventEntity):
    """Repeats the alerts of the coordinator; the bus event carries the same data."""

    async def async_added_to_hass(self) -> None:
        """Listen to the alerts."""
        await super().async_added_to_hass()
        signal = signal_alert(self.coordinator.config_entry.entry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._alerted))

    @callback
    def _alerted(self, kind: str, data: dict[str, Any]) -> None:
        self._trigger_event(kind, data)
        self.async_write_ha_state()

    @callback
    def _handle_coordinator_update(self) -> None:
        """Write nothing: only an alert changes this entity."""
