"""The switch that pauses and resumes guarding."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator, Snapshot
from .entity import SmartGuardEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SmartGuardSwitchDescription(SwitchEntityDescription):
    """A switch: how to read it from a snapshot and how to turn it."""

    value_fn: Callable[[Snapshot], bool]
    set_fn: Callable[[SmartGuardCoordinator, bool], Awaitable[None]]


SWITCHES: tuple[SmartGuardSwitchDescription, ...] = (
    SmartGuardSwitchDescription(
        key="guarding",
        translation_key="guarding",
        value_fn=lambda data: data.guarding,
        set_fn=lambda coordinator, on: coordinator.async_set_guarding(on),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartGuardConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches."""
    async_add_entities(SmartGuardSwitch(entry.runtime_data, description) for description in SWITCHES)


class SmartGuardSwitch(SmartGuardEntity, SwitchEntity):
    """A switch over the coordinator's settings."""

    entity_description: SmartGuardSwitchDescription

    @property
    def is_on(self) -> bool:
        """Return what the snapshot says."""
        return self.entity_description.value_fn(self.coordinator.data)

    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn on."""
        await self.entity_description.set_fn(self.coordinator, True)

    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn off."""
        await self.entity_description.set_fn(self.coordinator, False)
