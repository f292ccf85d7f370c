"""Simulated fans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.fan import FanEntity, FanEntityFeature

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
    """Add the fans of the house."""
    add_entities(entry, async_add_entities, "fan", DemoFan)


class DemoFan(DemoEntity, FanEntity):
    """A fan, with speeds where the house says so."""

    _attr_supported_features = FanEntityFeature.TURN_ON | FanEntityFeature.TURN_OFF
    _attr_speed_count = 3

    def _prepare(self) -> None:
        if "percentage" in self.spec["active"]:
            self._attr_supported_features |= FanEntityFeature.SET_SPEED

    @property
    def is_on(self) -> bool:
        """Say whether it runs."""
        return self.status.state == "on"

    @property
    def percentage(self) -> int:
        """Return the speed in percent."""
        return int(self.status.attributes.get("percentage", 0))

    async def async_turn_on(
        self,
        percentage: int | None = None,
        preset_mode: str | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """Turn it on."""
        self._go("on")
        if percentage is not None:
            await self.async_set_percentage(percentage)

    async def async_turn_off(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Turn it off."""
        self._go("off")

    async def async_set_percentage(self, percentage: int) -> None:
        """Set the speed."""
        self._set(percentage=percentage)
