"""Simulated covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.cover import CoverDeviceClass, CoverEntity, CoverEntityFeature

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
    """Add the covers of the house."""
    add_entities(entry, async_add_entities, "cover", DemoCover)


class DemoCover(DemoEntity, CoverEntity):
    """A blind or a garage door."""

    _attr_supported_features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE

    def _prepare(self) -> None:
        self._attr_device_class = CoverDeviceClass(self.spec["device_class"])

    @property
    def is_closed(self) -> bool:
        """Say whether it is closed."""
        return self.status.state == "closed"

    async def async_open_cover(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Open it."""
        self._go("open")

    async def async_close_cover(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Close it."""
        self._go("closed")
