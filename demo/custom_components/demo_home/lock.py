"""Simulated locks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.lock import LockEntity

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
    """Add the locks of the house."""
    add_entities(entry, async_add_entities, "lock", DemoLock)


class DemoLock(DemoEntity, LockEntity):
    """A door lock."""

    @property
    def is_locked(self) -> bool:
        """Say whether it is locked."""
        return self.status.state == "locked"

    async def async_lock(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Lock it."""
        self._go("locked")

    async def async_unlock(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Unlock it."""
        self._go("unlocked")
