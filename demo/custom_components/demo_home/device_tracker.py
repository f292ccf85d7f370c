"""Simulated telephones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeassistant.components.device_tracker import SourceType, TrackerEntity

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
    """Add the telephones of the house."""
    add_entities(entry, async_add_entities, "person", DemoPhone)


class DemoPhone(DemoEntity, TrackerEntity):
    """The telephone of a resident; the person follows it."""

    def _prepare(self) -> None:
        self._attr_name = "Phone"

    @property
    def source_type(self) -> SourceType:
        """Return how it is found."""
        return SourceType.ROUTER

    @property
    def location_name(self) -> str:
        """Return where it is."""
        return self.status.state
