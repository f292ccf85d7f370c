"""The devices of a simulated home: what each is, where it is, and the state it rests in at night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """One entity: its local key, its Home Assistant domain and device class, and its state at rest.

    attributes: attributes at rest. active: attributes that it takes on when it is turned on.
    options: modes or sources that it can be set to.
    """

    key: str
    name: str
    domain: str
    state: str
    device_class: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    active: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    @property
    def entity_id(self) -> str:
        """Return what Home Assistant would call it."""
        return f"{self.domain}.{self.key}"


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """A device with its area (a room's name, empty for people) and its entities."""

    key: str
    name: str
    area: str
    entities: tuple[EntitySpec, ...]

    @property
    def domains(self) -> tuple[str, ...]:
        """Return the domains of its entities, each once."""
        return tuple(dict.fromkeys(entity.domain for entity in self.entities))


ROOMS: Mapping[str, str] = {
    "hall": "Hall",
    "living_room": "Living room",
    "kitchen": "Kitchen",
    "bathroom": "Bathroom",
    "bedroom": "Parents' bedroom",
    "teen_room": "Teen's room",
    "garden": "Garden and utility",
}

TV_SOURCES = ("Live TV", "Streaming", "Console")


def _one(room: str, key: str, name: str, domain: str, state: str, **more: Any) -> DeviceSpec:
    """Make a device with a single entity of the same key and name."""
    return DeviceSpec(key, name, ROOMS.get(room, ""), (EntitySpec(key, name, domain, state, **more),))


def _light(room: str, key: str, name: str) -> DeviceSpec:
    return _one(room, key, name, "light", "off")


def _switch(room: str, key: str, name: str) -> DeviceSpec:
    return _one(room, key, name, "switch", "off")


def _sensor(room: str, key: str, name: str, device_class: str) -> DeviceSpec:
    return _one(room, key, name, "binary_sensor", "off", device_class=device_class)


def _climate(
    room: str, key: str, name: str, state: str, modes: tuple[str, ...], degrees: float
) -> DeviceSpec:
    return _one(room, key, name, "climate", state, attributes={"temperature": degrees}, options=modes)


CATALOG: tuple[DeviceSpec, ...] = (
    _one("hall", "smart_lock", "Smart lock", "lock", "locked"),
    _sensor("hall", "front_door", "Front door", "door"),
    _one("hall", "doorbell", "Doorbell", "button", "unknown"),
    _sensor("hall", "hall_motion", "Hall motion", "motion"),
    _light("hall", "hall_light", "Hall light"),
    _one("hall", "hall_camera", "Hall camera", "camera", "streaming"),
    _climate("hall", "thermostat", "Thermostat", "heat", ("heat", "off"), 18.0),
    _light("living_room", "living_room_light", "Living room light"),
    _light("living_room", "reading_lamp", "Reading lamp"),
    _one(
        "living_room",
        "tv",
        "TV",
        "media_player",
        "off",
        device_class="tv",
        active={"volume_level": 0.3, "source": TV_SOURCES[0]},
        options=TV_SOURCES,
    ),
    _one("living_room", "speaker", "Speaker", "media_player", "idle", device_class="speaker"),
    _sensor("living_room", "living_room_window", "Living room window", "window"),
    _one("living_room", "living_room_blind", "Living room blind", "cover", "closed", device_class="blind"),
    _one("living_room", "vacuum", "Vacuum", "vacuum", "docked"),
    _light("kitchen", "kitchen_light", "Kitchen light"),
    _sensor("kitchen", "kitchen_motion", "Kitchen motion", "motion"),
    _switch("kitchen", "microwave", "Microwave"),
    _switch("kitchen", "coffee_maker", "Coffee maker"),
    _switch("kitchen", "kettle", "Kettle"),
    _switch("kitchen", "dishwasher", "Dishwasher"),
    _sensor("kitchen", "fridge_door", "Fridge door", "door"),
    _one("kitchen", "extractor_hood", "Extractor hood", "fan", "off", active={"percentage": 33}),
    _light("bathroom", "bathroom_light", "Bathroom light"),
    _switch("bathroom", "shower", "Shower"),
    _one("bathroom", "bathroom_fan", "Bathroom fan", "fan", "off"),
    _light("bedroom", "bedroom_light", "Bedroom light"),
    _sensor("bedroom", "bedroom_window", "Bedroom window", "window"),
    _one("bedroom", "bedroom_blind", "Bedroom blind", "cover", "closed", device_class="blind"),
    _climate("bedroom", "air_conditioner", "Air conditioner", "off", ("off", "heat", "cool"), 21.0),
    _light("teen_room", "teen_light", "Teen's light"),
    _switch("teen_room", "game_console", "Game console"),
    _light("garden", "garden_light", "Garden light"),
    _sensor("garden", "garden_motion", "Garden motion", "motion"),
    _one("garden", "garage_door", "Garage door", "cover", "closed", device_class="garage"),
    _switch("garden", "washing_machine", "Washing machine"),
    _one("garden", "water_valve", "Water valve", "valve", "closed", device_class="water"),
)


def person(key: str, name: str) -> DeviceSpec:
    """Return the presence of one resident."""
    return _one("", key, name, "person", "home")
