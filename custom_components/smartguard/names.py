"""What keys are called: entity-registry ids and device ids become names at the moment they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .core.phrases import Phrases
from .core.states import GAPS
from .phrases import phrases_at_hand


class Names:
    """Looks up the present name of an entity or a device; a key that is gone is its own name."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take the registries of this home."""
        self._hass = hass
        self._entities = er.async_get(hass)
        self._devices = dr.async_get(hass)

    @property
    def phrases(self) -> Phrases:
        """Return the phrases of the home's language, for sentences with these names."""
        return phrases_at_hand(self._hass)

    @callback
    def entity_id(self, key: str) -> str:
        """Return the entity_id of an entity's key."""
        entry = self._entities.async_get(key)
        return entry.entity_id if entry else key

    @callback
    def is_known(self, key: str) -> bool:
        """Say whether Home Assistant still has an entity."""
        return self._entities.async_get(key) is not None or self._hass.states.get(key) is not None

    @callback
    def unseen(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of some entities whose state nobody knows at present."""
        states = self._hass.states
        found = {key: states.get(self.entity_id(key)) for key in keys}
        return frozenset(key for key, state in found.items() if state is None or state.state in GAPS)

    @callback
    def entity(self, key: str) -> str:
        """Return the name that a person knows an entity by."""
        entity_id = self.entity_id(key)
        if state := self._hass.states.get(entity_id):
            return state.name
        entry = self._entities.async_get(entity_id)
        return (entry and (entry.name or entry.original_name)) or entity_id

    @callback
    def device(self, key: str) -> str:
        """Return the name of a device; an entity without a device is its own."""
        if device := self._devices.async_get(key):
            return device.name_by_user or device.name or key
        return self.entity(key)

    @callback
    def device_id(self, key: str) -> str | None:
        """Return the id of a device that Home Assistant has; None for an entity that is its own."""
        return key if self._devices.async_get(key) else None
