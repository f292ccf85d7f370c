"""Simulated vacuum cleaners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.vacuum import StateVacuumEntity, VacuumActivity, VacuumEntityFeature

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
    """Add the vacuum cleaners of the house."""
    add_entities(entry, async_add_entities, "vacuum", DemoVacuum)


class DemoVacuum(DemoEntity, StateVacuumEntity):
    """A robot vacuum cleaner."""

    _attr_supported_features = (
        VacuumEntityFeature.START
        | VacuumEntityFeature.PAUSE
        | VacuumEntityFeature.STOP
        | VacuumEntityFeature.RETURN_HOME
        | VacuumEntityFeature.STATE
    )

    @property
    def activity(self) -> VacuumActivity:
        """Return what it does."""
        return VacuumActivity(self.status.state)

    async def async_start(self) -> None:
        """Clean."""
        self._go("cleaning")

    async def async_pause(self) -> None:
        """Pause."""
        self._go("paused")

    async def async_stop(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Stop where it is."""
        self._go("idle")

    async def async_return_to_base(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Go home."""
        self._go("returning")
