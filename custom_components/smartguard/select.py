"""The mode: who is in the house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import MODES
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator, Snapshot
from .entity import SmartGuardEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SmartGuardSelectDescription(SelectEntityDescription):
    """A choice: how to read it from a snapshot and how to make it."""

    value_fn: Callable[[Snapshot], str]
    set_fn: Callable[[SmartGuardCoordinator, str], Awaitable[None]]


SELECTS: tuple[SmartGuardSelectDescription, ...] = (
    SmartGuardSelectDescription(
        key="mode",
        translation_key="mode",
        options=MODES,
        value_fn=lambda data: data.mode,
        set_fn=lambda coordinator, mode: coordinator.async_set_mode(mode),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartGuardConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the choices."""
    async_add_entities(SmartGuardSelect(entry.runtime_data, description) for description in SELECTS)


class SmartGuardSelect(SmartGuardEntity, SelectEntity):
    """A choice over the coordinator's settings."""

    entity_description: SmartGuardSelectDescription

    @property
    def current_option(self) -> str:
        """Return what the snapshot says."""
        return self.entity_description.value_fn(self.coordinator.data)

    async def async_select_option(self, option: str) -> None:
        """Hand the new choice to the coordinator."""
        await self.entity_description.set_fn(self.coordinator, option)
