"""The one knob: how many alerts a week the household accepts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import MAX_ALERTS_PER_WEEK, MIN_ALERTS_PER_WEEK
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator, Snapshot
from .entity import SmartGuardEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SmartGuardNumberDescription(NumberEntityDescription):
    """A number: how to read it from a snapshot and how to set it."""

    value_fn: Callable[[Snapshot], float]
    set_fn: Callable[[SmartGuardCoordinator, float], Awaitable[None]]


NUMBERS: tuple[SmartGuardNumberDescription, ...] = (
    SmartGuardNumberDescription(
        key="alerts_per_week",
        translation_key="alerts_per_week",
        entity_category=EntityCategory.CONFIG,
        mode=NumberMode.BOX,
        native_min_value=MIN_ALERTS_PER_WEEK,
        native_max_value=MAX_ALERTS_PER_WEEK,
        native_step=0.1,
        value_fn=lambda data: data.budget,
        set_fn=lambda coordinator, value: coordinator.async_set_budget(value),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartGuardConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers."""
    async_add_entities(SmartGuardNumber(entry.runtime_data, description) for description in NUMBERS)


class SmartGuardNumber(SmartGuardEntity, NumberEntity):
    """A number over the coordinator's settings."""

    entity_description: SmartGuardNumberDescription

    @property
    def native_value(self) -> float:
        """Return what the snapshot says."""
        return self.entity_description.value_fn(self.coordinator.data)

    async def async_set_native_value(self, value: float) -> None:
        """Hand the new value to the coordinator."""
        await self.entity_description.set_fn(self.coordinator, value)
