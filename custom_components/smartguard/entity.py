"""What every entity of SmartGuard has in common: one service device and a key."""

from __future__ import annotations

from typing import Any

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN, unique_id
from .coordinator import SmartGuardCoordinator


def loss_unique_id(entry_id: str, device: str) -> str:
    """Return the unique id of the sensor of a device's loss."""
    return unique_id(entry_id, f"loss_{device}")


class SmartGuardEntity(CoordinatorEntity[SmartGuardCoordinator]):
    """An entity of the service device; its state follows the coordinator's snapshot."""

    _attr_has_entity_name = True
    _shown: tuple[Any, ...] | None = None

    def __init__(self, coordinator: SmartGuardCoordinator, description: EntityDescription) -> None:
        """Take the unique id from the entry and the description's key."""
        super().__init__(coordinator)
        entry_id = coordinator.config_entry.entry_id
        self.entity_description = description
        self._attr_unique_id = unique_id(entry_id, description.key)
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            name="SmartGuard",
        )

    @callback
    def _handle_coordinator_update(self) -> None:
        """Write what has changed: a behavior changes little of what is shown, and writing takes its time."""
        shown = (self.available, self.state, self.state_attributes, self.extra_state_attributes)
        if shown != self._shown:
            self._shown = shown
            self.async_write_ha_state()
