"""Simulated binary sensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity

from .entity import DemoEntity, House, add_entities

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001
    entry: ConfigEntry[House],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of the house."""
    add_entities(entry, async_add_entities, "binary_sensor", DemoBinarySensor)


class DemoBinarySensor(DemoEntity, BinarySensorEntity):
    """A contact or a motion sensor."""

    def _prepare(self) -> None:
        self._attr_device_class = BinarySensorDeviceClass(self.spec["device_class"])

    @property
    def is_on(self) -> bool:
        """Say whether it is open or sees motion."""
        return self.status.state == "on"
