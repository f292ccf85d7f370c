"""The options of an entry: their defaults, as forms give them, as the entry keeps them, as forms show them.

A form groups options in sections; the entry keeps them flat. Entities are kept by registry id where they
have one, so that a rename loses none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import (
    CONF_ALERTS_PER_WEEK,
    CONF_AREAS,
    CONF_DEVICES,
    CONF_ENTITIES,
    CONF_EXCLUDED,
    CONF_HISTORY_DAYS,
    CONF_LABELS,
    CONF_NIGHT_HOUR,
    CONF_NOTIFY,
    CONF_PUSH_DETAILS,
    CONF_QUIET_END,
    CONF_QUIET_START,
    CONF_RETENTION_DAYS,
    DEFAULT_ALERTS_PER_WEEK,
    DEFAULT_HISTORY_DAYS,
    DEFAULT_NIGHT_HOUR,
    RETENTION_DAYS,
)

DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_AREAS: [],
    CONF_LABELS: [],
    CONF_DEVICES: [],
    CONF_ENTITIES: [],
    CONF_EXCLUDED: [],
    CONF_HISTORY_DAYS: DEFAULT_HISTORY_DAYS,
    CONF_NIGHT_HOUR: DEFAULT_NIGHT_HOUR,
    CONF_ALERTS_PER_WEEK: DEFAULT_ALERTS_PER_WEEK,
    CONF_QUIET_START: None,
    CONF_QUIET_END: None,
    CONF_NOTIFY: [],
    CONF_RETENTION_DAYS: RETENTION_DAYS,
    CONF_PUSH_DETAILS: True,
}
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "guard": (CONF_AREAS, CONF_LABELS, CONF_DEVICES, CONF_ENTITIES, CONF_EXCLUDED),
    "learning": (CONF_HISTORY_DAYS, CONF_NIGHT_HOUR),
    "alarms": (CONF_ALERTS_PER_WEEK, CONF_QUIET_START, CONF_QUIET_END),
    "notifications": (CONF_NOTIFY,),
    "privacy": (CONF_RETENTION_DAYS, CONF_PUSH_DETAILS),
}
_WHOLE: Final = (CONF_HISTORY_DAYS, CONF_NIGHT_HOUR, CONF_RETENTION_DAYS)
_BY_ID: Final = (CONF_ENTITIES, CONF_EXCLUDED)


@callback
def kept(hass: HomeAssistant, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every option as the entry keeps it; what is not given, an emptied field too, is its default."""
    options = {**DEFAULTS, **given}
    options |= {key: int(options[key]) for key in _WHOLE}
    options[CONF_ALERTS_PER_WEEK] = round(float(options[CONF_ALERTS_PER_WEEK]), 1)
    return options | {key: _ids(hass, options[key]) for key in _BY_ID}


@callback
def shown(hass: HomeAssistant, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as a form shows them: entities by their present name, those that are gone not at all."""
    return {**options} | {key: _names(hass, options.get(key) or ()) for key in _BY_ID}


def in_sections(options: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Group options as the form does; what has no value is left out."""
    return {
        section: {key: options[key] for key in keys if options.get(key) is not None}
        for section, keys in SECTIONS.items()
    }


def flat(sections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Undo `in_sections`."""
    return {key: value for options in sections.values() for key, value in options.items()}


def quiet_hours_are_odd(options: Mapping[str, Any]) -> bool:
    """Say whether quiet hours only begin or only end, or end as they begin."""
    start, end = options.get(CONF_QUIET_START), options.get(CONF_QUIET_END)
    return (start is None) != (end is None) or (start is not None and start == end)


def _ids(hass: HomeAssistant, entities: Iterable[str]) -> list[str]:
    registry = er.async_get(hass)
    return [entry.id if (entry := registry.async_get(entity)) else entity for entity in entities]


def _names(hass: HomeAssistant, entities: Iterable[str]) -> list[str]:
    registry = er.async_get(hass)
    return [name for entity in entities if (name := er.async_resolve_entity_id(registry, entity))]
