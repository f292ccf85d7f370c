"""Devices that are on record and Home Assistant does not have any more: noticed, named, forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started

from .archive import async_reset
from .const import DOMAIN, ISSUE_DEVICES_GONE
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator
from .entity import loss_unique_id
from .issues import raise_issue, settle_issue

# Integrations take their time to come up, and one that is set up anew is gone for a moment.
WAIT_SECONDS: Final = 600


@callback
def async_watch_devices(hass: HomeAssistant, entry: SmartGuardConfigEntry) -> CALLBACK_TYPE:
    """Look for devices that are gone some time after the start and after each removal, until taken back."""
    due: CALLBACK_TYPE | None = None

    @callback
    def look(_now: datetime) -> None:
        nonlocal due
        due = None
        async_tell_gone(hass, entry.runtime_data)

    @callback
    def look_later(_hass: HomeAssistant) -> None:
        nonlocal due
        if due is None:
            due = async_call_later(hass, WAIT_SECONDS, look)

    @callback
    def changed(event: Event[Any]) -> None:
        if event.data["action"] == "remove":
            look_later(hass)

    stops = [
        async_at_started(hass, look_later),
        hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, changed),
        hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, changed),
    ]

    @callback
    def stop() -> None:
        for take_back in (*stops, *((due,) if due else ())):
            take_back()

    return stop


@callback
def async_tell_gone(hass: HomeAssistant, coordinator: SmartGuardCoordinator) -> None:
    """Raise the issue with the names of what is gone, or take it back."""
    if gone := gone_devices(hass, coordinator):
        raise_issue(hass, ISSUE_DEVICES_GONE, {"devices": ", ".join(sorted(gone.values()))})
    else:
        settle_issue(hass, ISSUE_DEVICES_GONE)


@callback
def gone_devices(hass: HomeAssistant, coordinator: SmartGuardCoordinator) -> dict[str, str]:
    """Return the devices on record that Home Assistant does not have, key → what they were called."""
    names = coordinator.names
    return {
        device: _former_name(hass, coordinator, device)
        for device, entities in coordinator.live.firsts.entities.items()
        if names.device_id(device) is None and not any(map(names.is_known, entities))
    }


async def async_forget(
    hass: HomeAssistant, coordinator: SmartGuardCoordinator, devices: Iterable[str]
) -> None:
    """Delete what devices did and the sensors of their losses, and learn without them.

    Raises HomeAssistantError if the journal can not be written.
    """
    registry = er.async_get(hass)
    for device in devices:
        await async_reset(coordinator, device)
        if sensor := _loss_sensor(hass, coordinator, device):
            registry.async_remove(sensor)


def _former_name(hass: HomeAssistant, coordinator: SmartGuardCoordinator, device: str) -> str:
    """Return the name under which its loss was shown; nothing else remembers what it was called."""
    entity_id = _loss_sensor(hass, coordinator, device)
    entry = er.async_get(hass).async_get(entity_id) if entity_id else None
    return (entry and (entry.name or entry.original_name)) or device


def _loss_sensor(hass: HomeAssistant, coordinator: SmartGuardCoordinator, device: str) -> str | None:
    unique_id = loss_unique_id(coordinator.config_entry.entry_id, device)
    return er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
