"""Simulated valves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeassistant.components.valve import ValveDeviceClass, ValveEntity, ValveEntityFeature

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
    """Add the valves of the house."""
    add_entities(entry, async_add_entities, "valve", DemoValve)


class DemoValve(DemoEntity, ValveEntity):
    """A water valve."""

    _attr_reports_position = False
    _attr_supported_features = ValveEntityFeature.OPEN | ValveEntityFeature.CLOSE

    def _prepare(self) -> None:
        self._attr_device_class = ValveDeviceClass(self.spec["device_class"])

    @property
    def is_closed(self) -> bool:
        """Say whether it is closed."""
        return self.status.state == "closed"

    async def async_open_valve(self) -> None:
        """Open it."""
        self._go("open")

    async def async_close_valve(self) -> None:
        """Close it."""
        self._go("closed")
