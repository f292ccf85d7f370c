"""Simulated buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from homeassistant.components.button import ButtonEntity

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
    """Add the buttons of the house."""
    add_entities(entry, async_add_entities, "button", DemoButton)


class DemoButton(DemoEntity, ButtonEntity):
    """A button; Home Assistant itself keeps when it was pressed."""

    async def async_press(self) -> None:
        """Be pressed; nothing follows."""

    async def async_operate(self, state: str, attributes: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Be pressed by hand: the same as by the action."""
        await self._async_press_action()
