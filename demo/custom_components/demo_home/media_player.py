"""Simulated media players."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeassistant.components.media_player import (
    MediaPlayerDeviceClass,
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
)

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
    """Add the media players of the house."""
    add_entities(entry, async_add_entities, "media_player", DemoMediaPlayer)


FEATURES = (
    MediaPlayerEntityFeature.TURN_ON
    | MediaPlayerEntityFeature.TURN_OFF
    | MediaPlayerEntityFeature.PLAY
    | MediaPlayerEntityFeature.PAUSE
    | MediaPlayerEntityFeature.STOP
    | MediaPlayerEntityFeature.VOLUME_SET
)


class DemoMediaPlayer(DemoEntity, MediaPlayerEntity):
    """A television or a speaker."""

    _attr_supported_features = FEATURES

    def _prepare(self) -> None:
        self._attr_device_class = MediaPlayerDeviceClass(self.spec["device_class"])
        if self.spec["options"]:
            self._attr_source_list = list(self.spec["options"])
            self._attr_supported_features |= MediaPlayerEntityFeature.SELECT_SOURCE

    @property
    def state(self) -> MediaPlayerState:
        """Return what it does."""
        return MediaPlayerState(self.status.state)

    @property
    def volume_level(self) -> float | None:
        """Return the volume, 0 to 1."""
        return self.status.attributes.get("volume_level")

    @property
    def source(self) -> str | None:
        """Return what is watched."""
        return self.status.attributes.get("source")

    async def async_turn_on(self) -> None:
        """Turn it on."""
        self._go("on")

    async def async_turn_off(self) -> None:
        """Turn it off."""
        self._go("off")

    async def async_media_play(self) -> None:
        """Play."""
        self._go("playing")

    async def async_media_pause(self) -> None:
        """Pause."""
        self._go("paused")

    async def async_media_stop(self) -> None:
        """Stop."""
        self._go("idle")

    async def async_set_volume_level(self, volume: float) -> None:
        """Set the volume."""
        self._set(volume_level=volume)

    async def async_select_source(self, source: str) -> None:
        """Watch something else."""
        self._set(source=source)
