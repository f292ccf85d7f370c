"""A simulated home: the devices of the folder's house.json, with real entities and services."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import voluptuous as vol
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import area_registry as ar, config_validation as cv, device_registry as dr

from .config_flow import DOMAIN
from .entity import DemoEntity, House

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.helpers.typing import ConfigType

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = (
    "binary_sensor",
    "button",
    "camera",
    "climate",
    "cover",
    "device_tracker",
    "fan",
    "light",
    "lock",
    "media_player",
    "switch",
    "vacuum",
    "valve",
)
OPERATE = vol.Schema(
    {
        vol.Required("entity_id"): cv.entity_ids,
        vol.Required("state"): cv.string,
        vol.Optional("attributes", default=dict): dict,
        vol.Optional("actor", default="device"): vol.In(["device", "automation"]),
    }
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:  # noqa: ARG001
    """Offer the action that uses a device as a hand on the device would."""
    entities: dict[str, DemoEntity] = {}
    hass.data[DOMAIN] = entities

    async def operate(call: ServiceCall) -> None:
        by_automation = call.data["actor"] == "automation"
        for entity_id in call.data["entity_id"]:
            if (entity := entities.get(entity_id)) is None:
                raise ServiceValidationError(f"expected an entity of demo_home, got {entity_id}")
            # Nobody is logged in at a wall switch; what an automation does has a parent.
            entity.async_set_context(Context(parent_id=Context().id if by_automation else None))
            await entity.async_operate(call.data["state"], call.data["attributes"])

    hass.services.async_register(DOMAIN, "operate", operate, OPERATE)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry[House]) -> bool:
    """Create the devices in their rooms, then their entities."""
    path = Path(hass.config.path("house.json"))
    entry.runtime_data = json.loads(await hass.async_add_executor_job(path.read_text))
    devices, areas = dr.async_get(hass), ar.async_get(hass)
    for device in entry.runtime_data:
        created = devices.async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={(DOMAIN, device["key"])},
            name=device["name"],
            manufacturer="SmartGuard",
            model="Simulated device",
        )
        if device["area"] and created.area_id is None:
            area: Any = areas.async_get_area_by_name(device["area"]) or areas.async_create(device["area"])
            devices.async_update_device(created.id, area_id=area.id)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry[House]) -> bool:
    """Take the entities away."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
