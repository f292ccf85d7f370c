"""What is guarded: areas, labels and entities of the options become entities with their keys.

The default selection (all that the options do not list by name goes through it) leaves out what nobody
uses: configuration and diagnostic entities, hidden and disabled ones, SmartGuard's own, kinds that give no
behaviors, sensors that chatter by nature, groups whose members are guarded and the trackers of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_ENTITY_ID, ATTR_FRIENDLY_NAME
from homeassistant.core import HomeAssistant, State, callback, split_entity_id
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er

from .const import CONF_AREAS, CONF_DEVICES, CONF_ENTITIES, CONF_EXCLUDED, CONF_LABELS, DOMAIN
from .core.control_tables import DOMAINS, table_of
from .core.patience import is_patient

_PEOPLE: Final = frozenset({"device_tracker", "person"})
CHATTERING: Final = frozenset({"moving", "sound", "vibration"})
_SENSE_PEOPLE: Final = frozenset(
    {"door", "garage_door", "glass_break", "lock", "motion", "moving", "occupancy", "opening"}
    | {"presence", "sound", "tamper", "vibration", "window"}
)
# A scene or script lists the entities that it sets in the attribute in which a group lists its members.
_NO_GROUPS: Final = frozenset({"scene", "script"})
_ATTR_DEVICE_TRACKERS: Final = "device_trackers"


@dataclass(frozen=True, slots=True)
class Key:
    """How the journal names an entity and its device; a rename changes neither."""

    device: str
    entity: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What is guarded: entity_id → key. left_out: entity_ids that could be, but are not by default."""

    entities: Mapping[str, Key]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An entity that could give behaviors, from the registry or, without an entry, from its state."""

    entity_id: str
    entry: er.RegistryEntry | None
    state: State | None


def tracks_somebody(entity_ids: Iterable[str]) -> bool:
    """Say whether anybody is guarded who comes home."""
    return any(split_entity_id(entity_id)[0] in _PEOPLE for entity_id in entity_ids)


@callback
def resolve(hass: HomeAssistant, options: Mapping[str, Any]) -> dict[str, Key]:
    """Return the guarded entities of these options, entity_id → key."""
    return dict(select(hass, options).entities)


@callback
def select(hass: HomeAssistant, options: Mapping[str, Any]) -> Selection:
    """Apply the options; without areas, labels, devices and entities they mean the whole home.

    An entity without a registry entry is found by its state: before Home Assistant has started, some
    are not there yet.
    """
    areas, labels, devices = (set(options.get(key) or ()) for key in (CONF_AREAS, CONF_LABELS, CONF_DEVICES))
    excluded = _listed(hass, options.get(CONF_EXCLUDED) or ())
    listed = _listed(hass, options.get(CONF_ENTITIES) or ()) - excluded
    candidates = _candidates(hass)
    if areas or labels or devices or options.get(CONF_ENTITIES):
        candidates = [c for c in candidates if _is_in(hass, c, areas, labels, devices)]
    chosen = {c.entity_id for c in candidates if _is_used(c)} - excluded
    chosen -= _represented(hass, candidates, chosen)
    entities = {entity_id: key_of(hass, entity_id) for entity_id in sorted(chosen | listed)}
    left_out = sorted(c.entity_id for c in candidates if c.entity_id not in entities)
    return Selection(entities, tuple(left_out))


@callback
def key_of(hass: HomeAssistant, entity_id: str) -> Key:
    """Return an entity's key: ids of the registries, the entity_id only where there is no entry."""
    entry = er.async_get(hass).async_get(entity_id)
    if entry is None:
        return Key(entity_id, entity_id)
    return Key(entry.device_id or entry.id, entry.id)


def _listed(hass: HomeAssistant, entities: Iterable[str]) -> set[str]:
    """Return the entity_ids of what is listed by entity_id or registry id, SmartGuard's own never."""
    registry = er.async_get(hass)
    found = {er.async_resolve_entity_id(registry, entity) for entity in entities}
    return {
        entity_id
        for entity_id in found
        if entity_id and not ((entry := registry.async_get(entity_id)) and entry.platform == DOMAIN)
    }


def _candidates(hass: HomeAssistant) -> list[_Candidate]:
    """Return every enabled entity of a kind that gives behaviors."""
    registry = er.async_get(hass)
    ids = {entry.entity_id for entry in registry.entities.values() if entry.domain in DOMAINS}
    ids.update(hass.states.async_entity_ids(DOMAINS))
    found = [_Candidate(i, registry.async_get(i), hass.states.get(i)) for i in sorted(ids)]
    return [
        candidate
        for candidate in found
        if not (candidate.entry and (candidate.entry.disabled or candidate.entry.platform == DOMAIN))
        and table_of(split_entity_id(candidate.entity_id)[0], _device_class(candidate)) is not None
    ]


def _device_class(candidate: _Candidate) -> object:
    entry, state = candidate.entry, candidate.state
    if entry and (device_class := entry.device_class or entry.original_device_class):
        return device_class
    return state.attributes.get(ATTR_DEVICE_CLASS) if state else None


def _is_in(
    hass: HomeAssistant, candidate: _Candidate, areas: set[str], labels: set[str], chosen: set[str]
) -> bool:
    """Say whether an entity, its device or its area is chosen."""
    entry = candidate.entry
    if entry is None:
        return False
    devices = _devices(hass, entry)
    area_id = next((place for place in (entry.area_id, *(d.area_id for d in devices)) if place), None)
    area = ar.async_get(hass).async_get_area(area_id) if area_id else None
    carried = entry.labels.union(*(device.labels for device in devices), area.labels if area else ())
    of_device = not chosen.isdisjoint(device.id for device in devices)
    return of_device or area_id in areas or not labels.isdisjoint(carried)


def _devices(hass: HomeAssistant, entry: er.RegistryEntry) -> list[Any]:
    """Return an entity's device and, in newer versions, the one that it is a part of."""
    registry, found = dr.async_get(hass), list[Any]()
    device_id = entry.device_id
    while device_id and (device := registry.async_get(device_id)):
        found.append(device)
        device_id = getattr(device, "parent_device_id", None)
    return found


def _is_used(candidate: _Candidate) -> bool:
    """Say whether the default selection takes an entity, groups aside."""
    entry = candidate.entry
    if entry and (entry.hidden or entry.entity_category):
        return False
    return _device_class(candidate) not in CHATTERING


def _represented(hass: HomeAssistant, candidates: Iterable[_Candidate], chosen: set[str]) -> set[str]:
    """Return who says again what others say: groups of chosen entities, trackers of a chosen person."""
    found: set[str] = set()
    for candidate in candidates:
        if candidate.entity_id not in chosen:
            continue
        if split_entity_id(candidate.entity_id)[0] == "person":
            found.update(_names(candidate.state, _ATTR_DEVICE_TRACKERS))
        elif not chosen.isdisjoint(_members(hass, candidate)):
            found.add(candidate.entity_id)
    return found


def _members(hass: HomeAssistant, candidate: _Candidate) -> list[str]:
    """Return the members of a group, from its state or, before it has one, from its entry's options."""
    if split_entity_id(candidate.entity_id)[0] in _NO_GROUPS:
        return []
    entry = candidate.entry
    if entry and entry.platform == "group" and entry.config_entry_id:
        group = hass.config_entries.async_get_entry(entry.config_entry_id)
        registry = er.async_get(hass)
        members = group.options.get("entities", []) if group else []
        return [member for item in members if (member := er.async_resolve_entity_id(registry, item))]
    return _names(candidate.state, ATTR_ENTITY_ID)


def _names(state: State | None, attribute: str) -> list[str]:
    value = state.attributes.get(attribute) if state else None
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []


@callback
def patient_keys(hass: HomeAssistant, keys: Mapping[str, Key]) -> tuple[str, ...]:
    """Return the keys of entities that do no harm by staying on or open, sorted."""
    return tuple(
        sorted(
            key
            for key, candidate in _by_key(hass, keys).items()
            if is_patient(candidate.entity_id, _device_class(candidate), *_called(candidate))
        )
    )


@callback
def blind_keys(hass: HomeAssistant, keys: Mapping[str, Key]) -> frozenset[str]:
    """Return the keys of sensors that sense no people and nothing that people use."""
    return frozenset(
        key
        for key, candidate in _by_key(hass, keys).items()
        if split_entity_id(candidate.entity_id)[0] == "binary_sensor"
        and _device_class(candidate) not in _SENSE_PEOPLE
    )


def _by_key(hass: HomeAssistant, keys: Mapping[str, Key]) -> dict[str, _Candidate]:
    registry = er.async_get(hass)
    return {
        key.entity: _Candidate(entity_id, registry.async_get(entity_id), hass.states.get(entity_id))
        for entity_id, key in keys.items()
    }


def _called(candidate: _Candidate) -> list[str]:
    """Return what people call an entity."""
    entry, state = candidate.entry, candidate.state
    names = [
        state and state.attributes.get(ATTR_FRIENDLY_NAME),
        entry and (entry.name or entry.original_name),
    ]
    return [name for name in names if isinstance(name, str) and name]
