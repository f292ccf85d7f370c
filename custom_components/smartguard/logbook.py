"""Lines of the logbook: what was noticed, in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import Platform
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN, EVENT_ALERT, unique_id
from .phrases import phrases_at_hand

NAME = "SmartGuard"


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event[Any]], dict[str, Any]]], None],
) -> None:
    """Say how an alert reads."""

    @callback
    def describe(event: Event[Any]) -> dict[str, Any]:
        # Anybody may fire an event of this name; a line that can not be told would break the whole logbook.
        template = phrases_at_hand(hass).get(f"log_{event.data.get('type')}", "{summary}")
        line = {
            LOGBOOK_ENTRY_NAME: NAME,
            LOGBOOK_ENTRY_MESSAGE: template.format(summary=event.data.get("summary", "")),
        }
        if sensor := _anomaly_sensor(hass):
            line[LOGBOOK_ENTRY_ENTITY_ID] = sensor
        return line

    async_describe_event(DOMAIN, EVENT_ALERT, describe)


def _anomaly_sensor(hass: HomeAssistant) -> str | None:
    """Return the anomaly sensor, below which the line is shown too."""
    registry = er.async_get(hass)
    for entry in hass.config_entries.async_entries(DOMAIN):
        own = unique_id(entry.entry_id, "anomaly")
        return registry.async_get_entity_id(Platform.BINARY_SENSOR, DOMAIN, own)
    return None
