"""What all simulated entities share: their rules, their status, surviving a restart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity

from .config_flow import DOMAIN

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

# What house.json holds: devices with key, name, area and entities.
House = list[dict[str, Any]]
# States in which nothing adjustable is shown.
RESTING = ("off", "unknown")


@dataclass(frozen=True, slots=True)
class Status:
    """What an entity is at: its state as Home Assistant writes it, and the attributes that change."""

    state: str
    attributes: Mapping[str, Any]


class StoredStatus(ExtraStoredData):
    """The status as it is kept over a restart."""

    def __init__(self, status: Status) -> None:
        """Take the status to keep."""
        self._status = status

    def as_dict(self) -> dict[str, Any]:
        """Return what is written to disk."""
        return {"state": self._status.state, "attributes": dict(self._status.attributes)}


class DemoEntity(RestoreEntity):
    """One simulated entity; its status is all it knows."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, device: dict[str, Any], spec: dict[str, Any]) -> None:
        """Take the device and the entity as house.json describes them."""
        self.spec = spec
        self.status = Status(spec["state"], spec["attributes"])
        self._attr_unique_id = spec["key"]
        self._attr_name = None if len(device["entities"]) == 1 else spec["name"]
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, device["key"])})
        self._prepare()

    def _prepare(self) -> None:
        """Set what the domain needs to know of the specification."""

    async def async_added_to_hass(self) -> None:
        """Take up the status of before the restart and become reachable for `operate`."""
        await super().async_added_to_hass()
        if (stored := await self.async_get_last_extra_data()) is not None:
            kept = stored.as_dict()
            self.status = Status(kept["state"], kept["attributes"])
        self.hass.data[DOMAIN][self.entity_id] = self

    async def async_will_remove_from_hass(self) -> None:
        """Be no longer reachable."""
        self.hass.data[DOMAIN].pop(self.entity_id, None)

    @property
    def extra_restore_state_data(self) -> StoredStatus:
        """Return what must survive a restart."""
        return StoredStatus(self.status)

    async def async_operate(self, state: str, attributes: Mapping[str, Any]) -> None:
        """Be brought to a state from outside of Home Assistant."""
        self._show(Status(state, attributes))

    def _go(self, state: str) -> None:
        """Take another state: attributes appear when it is turned on and vanish when it is turned off."""
        if state in RESTING:
            self._show(Status(state, self.spec["rest"]))
        elif self.status.state in RESTING:
            self._show(Status(state, self.spec["active"] or self.spec["rest"]))
        else:
            self._show(Status(state, self.status.attributes))

    def _set(self, **attributes: Any) -> None:
        """Show other values of attributes."""
        self._show(Status(self.status.state, {**self.status.attributes, **attributes}))

    def _show(self, status: Status) -> None:
        self.status = status
        self.async_write_ha_state()


def add_entities(
    entry: ConfigEntry[House],
    add: AddConfigEntryEntitiesCallback,
    domain: str,
    make: Callable[[dict[str, Any], dict[str, Any]], DemoEntity],
) -> None:
    """Add every entity of a domain that the house has."""
    add(
        make(device, spec)
        for device in entry.runtime_data
        for spec in device["entities"]
        if spec["domain"] == domain
    )
