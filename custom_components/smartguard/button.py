"""The buttons: train at once, and see what an alert does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import corrections
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator
from .entity import SmartGuardEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SmartGuardButtonDescription(ButtonEntityDescription):
    """A button and what pressing it does."""

    press_fn: Callable[[SmartGuardCoordinator], Awaitable[Any]]


BUTTONS: tuple[SmartGuardButtonDescription, ...] = (
    SmartGuardButtonDescription(
        key="train_now",
        translation_key="train_now",
        entity_category=EntityCategory.CONFIG,
        press_fn=lambda coordinator: coordinator.async_train("button"),
    ),
    SmartGuardButtonDescription(
        key="test_alert",
        translation_key="test_alert",
        entity_category=EntityCategory.CONFIG,
        press_fn=corrections.async_test_alert,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartGuardConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""
    async_add_entities(SmartGuardButton(entry.runtime_data, description) for description in BUTTONS)


class SmartGuardButton(SmartGuardEntity, ButtonEntity):
    """A button that asks something of the coordinator."""

    entity_description: SmartGuardButtonDescription

    async def async_press(self) -> None:
        """Do what the description says."""
        await self.entity_description.press_fn(self.coordinator)
