"""Simulated climate devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.climate import ClimateEntity, ClimateEntityFeature, HVACMode
from homeassistant.const import UnitOfTemperature

from .entity import DemoEntity, House, Status, add_entities

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001
    entry: ConfigEntry[House],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the climate devices of the house."""
    add_entities(entry, async_add_entities, "climate", DemoClimate)


class DemoClimate(DemoEntity, ClimateEntity):
    """A thermostat or an air conditioner."""

    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_target_temperature_step = 0.5
    _attr_supported_features = (
        ClimateEntityFeature.TARGET_TEMPERATURE | ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF
    )

    def _prepare(self) -> None:
        self._attr_hvac_modes = [HVACMode(mode) for mode in self.spec["options"]]

    @property
    def hvac_mode(self) -> HVACMode:
        """Return the mode."""
        return HVACMode(self.status.state)

    @property
    def target_temperature(self) -> float | None:
        """Return the set-point in degrees Celsius."""
        return self.status.attributes.get("temperature")

    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Set the mode."""
        self._show(Status(hvac_mode, self.status.attributes))

    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Set the set-point."""
        self._set(temperature=kwargs["temperature"])
