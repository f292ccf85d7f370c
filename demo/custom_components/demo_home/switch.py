"""Simulated switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.switch import SwitchEntity

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
    """Add the switches of the house."""
    add_entities(entry, async_add_entities, "switch", DemoSwitch)


class DemoSwitch(DemoEntity, SwitchEntity):
    """An appliance that is on or off."""

    @property
    def is_on(self) -> bool:
        """Say whether it runs."""
        return self.status.state == "on"

    async def async_turn_on(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Turn it on."""
        self._go("on")

    async def async_turn_off(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Turn it off."""
        self._go("off")
