"""Conditions of the service device: something is unusual or nothing is; SmartGuard guards or is paused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import voluptuous as vol
from homeassistant.const import (
    CONF_CONDITION,
    CONF_DEVICE_ID,
    CONF_DOMAIN,
    CONF_ENTITY_ID,
    CONF_FOR,
    CONF_TYPE,
    STATE_OFF,
    STATE_ON,
    Platform,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import condition, config_validation as cv, entity_registry as er
from homeassistant.helpers.typing import ConfigType, TemplateVarsType

from .const import DOMAIN, unique_id


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: the entity that it looks at, by domain and key, and the state that it asks for."""

    domain: str
    key: str
    state: str


CONDITIONS: Final = {
    "is_unusual": Condition(Platform.BINARY_SENSOR, "anomaly", STATE_ON),
    "is_normal": Condition(Platform.BINARY_SENSOR, "anomaly", STATE_OFF),
    "is_guarding": Condition(Platform.SWITCH, "guarding", STATE_ON),
    "is_paused": Condition(Platform.SWITCH, "guarding", STATE_OFF),
}

CONDITION_SCHEMA: Final = cv.DEVICE_CONDITION_BASE_SCHEMA.extend(
    {
        vol.Required(CONF_ENTITY_ID): cv.entity_id_or_uuid,
        vol.Required(CONF_TYPE): vol.In(CONDITIONS),
        vol.Optional(CONF_FOR): cv.positive_time_period_dict,
    }
)


async def async_get_conditions(hass: HomeAssistant, device_id: str) -> list[dict[str, str]]:
    """List the conditions of SmartGuard's device."""
    entries = er.async_entries_for_device(er.async_get(hass), device_id)
    return [
        {
            CONF_CONDITION: "device",
            CONF_DOMAIN: DOMAIN,
            CONF_DEVICE_ID: device_id,
            CONF_ENTITY_ID: entry.id,
            CONF_TYPE: kind,
        }
        for kind, row in CONDITIONS.items()
        for entry in entries
        if entry.platform == DOMAIN
        and entry.domain == row.domain
        and entry.unique_id == unique_id(str(entry.config_entry_id), row.key)
    ]


@callback
def async_condition_from_config(
    hass: HomeAssistant,  # noqa: ARG001
    config: ConfigType,
) -> condition.ConditionCheckerType:
    """Return what tests a condition."""
    wanted = CONDITIONS[config[CONF_TYPE]].state

    @callback
    def is_so(hass: HomeAssistant, variables: TemplateVarsType = None) -> bool:  # noqa: ARG001
        entity_id = er.async_resolve_entity_id(er.async_get(hass), config[CONF_ENTITY_ID])
        return entity_id is not None and condition.state(hass, entity_id, wanted, config.get(CONF_FOR))

    return is_so


async def async_get_condition_capabilities(
    hass: HomeAssistant,  # noqa: ARG001
    config: ConfigType,  # noqa: ARG001
) -> dict[str, vol.Schema]:
    """Return the field that every condition has: since how long it must hold."""
    return {"extra_fields": vol.Schema({vol.Optional(CONF_FOR): cv.positive_time_period_dict})}
