"""Triggers of the service device: an alert began, is over, was acknowledged or was marked as normal."""

from __future__ import annotations

from typing import Final

import voluptuous as vol
from homeassistant.components.device_automation import DEVICE_TRIGGER_BASE_SCHEMA
from homeassistant.components.homeassistant.triggers import event as event_trigger
from homeassistant.const import CONF_DEVICE_ID, CONF_DOMAIN, CONF_PLATFORM, CONF_TYPE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.helpers.trigger import TriggerActionType, TriggerInfo
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN, EVENT_ALERT
from .event import EVENTS

TRIGGER_TYPES: Final = tuple(kind for description in EVENTS for kind in description.event_types or ())

TRIGGER_SCHEMA: Final = DEVICE_TRIGGER_BASE_SCHEMA.extend({vol.Required(CONF_TYPE): vol.In(TRIGGER_TYPES)})


async def async_get_triggers(hass: HomeAssistant, device_id: str) -> list[dict[str, str]]:  # noqa: ARG001
    """List the triggers of SmartGuard's device."""
    return [
        {CONF_PLATFORM: "device", CONF_DOMAIN: DOMAIN, CONF_DEVICE_ID: device_id, CONF_TYPE: kind}
        for kind in TRIGGER_TYPES
    ]


async def async_attach_trigger(
    hass: HomeAssistant, config: ConfigType, action: TriggerActionType, trigger_info: TriggerInfo
) -> CALLBACK_TYPE:
    """Listen to the alerts of one kind; there is one SmartGuard, so each is of this device."""
    event = event_trigger.TRIGGER_SCHEMA(
        {
            "platform": "event",
            "event_type": EVENT_ALERT,
            "event_data": {"type": config[CONF_TYPE]},
        }
    )
    return await event_trigger.async_attach_trigger(hass, event, action, trigger_info, platform_type="device")
