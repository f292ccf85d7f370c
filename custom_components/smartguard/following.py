"""The selection follows the registries: what was removed leaves the options, what came is guarded.

Renames need nothing: the options name things by their ids. What was chosen last stays even when it is
removed, for an empty choice would mean the whole home. What comes into a chosen area, carries a chosen label
or is new in a home that is guarded as a whole is guarded from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started

from .const import (
    CONF_AREAS,
    CONF_DEVICES,
    CONF_ENTITIES,
    CONF_EXCLUDED,
    CONF_LABELS,
    ISSUE_NOTHING_GUARDED,
    STATUS_IMPORTING,
    STATUS_TRAINING,
)
from .coordinator import SmartGuardConfigEntry
from .issues import raise_issue, settle_issue
from .selection import resolve

# Registries change in bursts, when an integration is set up or a person sorts a home.
SETTLE_SECONDS: Final = 60
_CHOICES: Final = (CONF_AREAS, CONF_LABELS, CONF_DEVICES, CONF_ENTITIES)
_BUSY: Final = frozenset({STATUS_IMPORTING, STATUS_TRAINING})
_FOLLOWED: Final = (
    ar.EVENT_AREA_REGISTRY_UPDATED,
    dr.EVENT_DEVICE_REGISTRY_UPDATED,
    er.EVENT_ENTITY_REGISTRY_UPDATED,
    lr.EVENT_LABEL_REGISTRY_UPDATED,
)


@callback
def async_follow_selection(hass: HomeAssistant, entry: SmartGuardConfigEntry) -> CALLBACK_TYPE:
    """Follow the registries from the end of Home Assistant's start until taken back."""
    due: CALLBACK_TYPE | None = None
    stops: list[CALLBACK_TYPE] = []

    @callback
    def settle(_now: datetime) -> None:
        nonlocal due
        due = None
        if not _settle(hass, entry):
            later()

    @callback
    def later(_event: Event[Any] | None = None) -> None:
        nonlocal due
        if due is None:
            due = async_call_later(hass, SETTLE_SECONDS, settle)

    @callback
    def begin(_hass: HomeAssistant) -> None:
        stops.extend(hass.bus.async_listen(kind, later) for kind in _FOLLOWED)
        later()

    stops.append(async_at_started(hass, begin))

    @callback
    def stop() -> None:
        for take_back in (*stops, *((due,) if due else ())):
            take_back()

    return stop


@callback
def _settle(hass: HomeAssistant, entry: SmartGuardConfigEntry) -> bool:
    """Guard what the options mean by now; return False in the middle of an import or a training."""
    coordinator = entry.runtime_data
    if coordinator.data.status in _BUSY:
        return False
    options = without_gone(hass, entry.options)
    wanted = resolve(hass, options)
    if any(coordinator.names.is_known(key.entity) for key in wanted.values()):
        settle_issue(hass, ISSUE_NOTHING_GUARDED)
    else:
        raise_issue(hass, ISSUE_NOTHING_GUARDED)
    if options != entry.options:
        # The update listener reloads for another selection only; whether it is another is decided here.
        coordinator.options = options
        hass.config_entries.async_update_entry(entry, options=options)
    if wanted != dict(coordinator.keys):
        hass.config_entries.async_schedule_reload(entry.entry_id)
    return True


@callback
def without_gone(hass: HomeAssistant, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options without what the registries do not have any more; unchanged if none is left."""
    entities = er.async_get(hass)

    def is_entity(item: str) -> bool:
        """Say whether an entity is there, or is none of the registry's."""
        return "." in item or entities.async_get(item) is not None

    is_there: Mapping[str, Callable[[str], object]] = {
        CONF_AREAS: ar.async_get(hass).async_get_area,
        CONF_LABELS: lr.async_get(hass).async_get_label,
        CONF_DEVICES: dr.async_get(hass).async_get,
        CONF_ENTITIES: is_entity,
        CONF_EXCLUDED: is_entity,
    }
    left = {key: [i for i in options[key] if is_there[key](i)] for key in is_there if options.get(key)}
    if any(options.get(key) for key in _CHOICES) and not any(left.get(key) for key in _CHOICES):
        return dict(options)
    return {**options, **left}
