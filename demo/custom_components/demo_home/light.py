"""Simulated lights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.light import ColorMode, LightEntity

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
    """Add the lights of the house."""
    add_entities(entry, async_add_entities, "light", DemoLight)


class DemoLight(DemoEntity, LightEntity):
    """A light, dimmable where the house says so."""

    def _prepare(self) -> None:
        dims = "brightness" in self.spec["active"]
        self._attr_color_mode = ColorMode.BRIGHTNESS if dims else ColorMode.ONOFF
        self._attr_supported_color_modes = {self._attr_color_mode}

    @property
    def is_on(self) -> bool:
        """Say whether it shines."""
        return self.status.state == "on"

    @property
    def brightness(self) -> int | None:
        """Return the brightness, 1 to 255."""
        return self.status.attributes.get("brightness")

    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on, or make it brighter or darker."""
        if not self.is_on:
            self._go("on")
        if "brightness" in kwargs:
            self._set(brightness=kwargs["brightness"])

    async def async_turn_off(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Turn it off."""
        self._go("off")
