"""Simulated cameras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.camera import Camera, CameraEntityFeature

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
    """Add the cameras of the house."""
    add_entities(entry, async_add_entities, "camera", DemoCamera)


class DemoCamera(DemoEntity, Camera):
    """A camera that streams while it is on; it has no picture."""

    _attr_supported_features = CameraEntityFeature.ON_OFF

    def __init__(self, device: dict[str, Any], spec: dict[str, Any]) -> None:
        """Take the specification."""
        Camera.__init__(self)
        DemoEntity.__init__(self, device, spec)

    @property
    def is_streaming(self) -> bool:
        """Say whether it is on."""
        return self.status.state == "streaming"

    @property
    def is_on(self) -> bool:
        """Say whether it is on."""
        return self.is_streaming

    async def async_turn_on(self) -> None:
        """Turn it on."""
        self._go("streaming")

    async def async_turn_off(self) -> None:
        """Turn it off."""
        self._go("idle")
