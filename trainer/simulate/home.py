"""A household: its devices and the habits of its three residents; the same for every seed of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from .devices import CATALOG, DeviceSpec, EntitySpec, person

# What a household may do without; the devices of the paper's Table 2 are never among them.
_OPTIONAL = (
    "doorbell",
    "thermostat",
    "reading_lamp",
    "speaker",
    "living_room_blind",
    "vacuum",
    "coffee_maker",
    "kettle",
    "dishwasher",
    "extractor_hood",
    "bathroom_fan",
    "bedroom_blind",
    "game_console",
    "garden_motion",
    "garage_door",
    "kitchen_motion",
)


@dataclass(frozen=True, slots=True)
class Outing:
    """A regular absence: on which weekdays (Monday is 0), local hours of leaving and return."""

    weekdays: tuple[int, ...]
    leave: float
    back: float


@dataclass(frozen=True, slots=True)
class Habits:
    """How one resident lives. Hours are local hours of the day; bed may be past 24.

    bedroom: the room in which they sleep. drives: takes the car. cooks: share of dinners that they
    cook. showers: in the "morning" or the "evening". pace: mean minutes between two things done.
    fancy: how much they like each pastime (relative weight).
    """

    key: str
    name: str
    bedroom: str
    wake: float
    bed: float
    weekend_wake: float
    weekend_bed: float
    outings: tuple[Outing, ...]
    showers: str
    drives: bool = False
    cooks: float = 0.0
    pace: float = 17.0
    fancy: Mapping[str, float] = field(default_factory=dict)


_PARENT_A = Habits(
    key="alex",
    name="Alex",
    bedroom="bedroom",
    wake=6.25,
    bed=22.9,
    weekend_wake=8.1,
    weekend_bed=23.5,
    outings=(Outing((0, 1, 2, 3, 4), 7.45, 17.4),),
    showers="morning",
    drives=True,
    cooks=0.35,
    fancy={"watch": 3.0, "music": 0.5, "read": 1.0, "garage": 0.7, "tea": 0.6, "coffee": 1.0},
)
_PARENT_B = Habits(
    key="maria",
    name="Maria",
    bedroom="bedroom",
    wake=6.6,
    bed=23.1,
    weekend_wake=8.5,
    weekend_bed=23.7,
    outings=(Outing((0, 1, 2, 3), 8.15, 13.3),),
    showers="morning",
    cooks=0.65,
    fancy={"watch": 2.0, "music": 0.8, "read": 2.0, "plants": 0.7, "tea": 1.5, "coffee": 0.6},
)
_TEEN = Habits(
    key="noah",
    name="Noah",
    bedroom="teen_room",
    wake=6.85,
    bed=22.3,
    weekend_wake=9.6,
    weekend_bed=23.2,
    outings=(Outing((0, 1, 2, 3, 4), 7.6, 14.2), Outing((1, 3), 16.5, 18.2)),
    showers="evening",
    pace=20.0,
    fancy={"watch": 1.2, "music": 0.6, "game": 3.0, "snack": 1.5},
)
_NAMES = (("alex", "Alex"), ("maria", "Maria"), ("noah", "Noah"))


@dataclass(frozen=True)
class Home:
    """Devices, residents and the habits they share; `seed` names the household.

    later: hours by which what has no hour of its own in the habits is done later than usual.
    """

    seed: int
    zone: str
    latitude: float
    devices: tuple[DeviceSpec, ...]
    residents: tuple[Habits, ...]
    dinner: float = 18.6
    laundry: float = 0.75
    outing: float = 0.4
    later: float = 0.0

    @classmethod
    def demonstration(cls, zone: str = "Europe/Berlin") -> Home:
        """Return the demonstration home: every device of the catalog, three residents."""
        residents = (_PARENT_A, _PARENT_B, _TEEN)
        return cls(0, zone, 52.0, CATALOG + tuple(person(*name) for name in _NAMES), residents)

    @classmethod
    def other(cls, household_seed: int, zone: str = "Europe/Berlin") -> Home:
        """Return another household: some devices are missing, everybody lives by another clock."""
        rng = np.random.default_rng([household_seed, 77])
        missing = {key for key in _OPTIONAL if rng.random() < 0.3}
        devices = tuple(device for device in CATALOG if device.key not in missing)
        residents = tuple(_varied(habits, rng) for habits in (_PARENT_A, _PARENT_B, _TEEN))
        return cls(
            seed=household_seed,
            zone=zone,
            latitude=float(rng.uniform(38, 58)),
            devices=devices + tuple(person(*name) for name in _NAMES),
            residents=residents,
            dinner=float(rng.uniform(17.8, 19.6)),
            laundry=float(rng.uniform(0.6, 0.9)),
            outing=float(rng.uniform(0.2, 0.6)),
        )

    @cached_property
    def entities(self) -> Mapping[str, EntitySpec]:
        """Every entity by its key."""
        return {entity.key: entity for device in self.devices for entity in device.entities}

    @cached_property
    def device_of(self) -> Mapping[str, str]:
        """The device key of every entity key."""
        return {entity.key: device.key for device in self.devices for entity in device.entities}


def _varied(habits: Habits, rng: np.random.Generator) -> Habits:
    """Return the same kind of person with hours and likings of their own."""
    early = float(rng.uniform(-0.7, 0.7))
    late = float(rng.uniform(-0.5, 0.5))
    work = float(rng.uniform(-0.5, 0.7))
    return replace(
        habits,
        wake=habits.wake + early,
        bed=habits.bed + late,
        weekend_wake=habits.weekend_wake + early + float(rng.uniform(-0.5, 0.7)),
        weekend_bed=habits.weekend_bed + late + float(rng.uniform(-0.2, 0.3)),
        outings=tuple(
            replace(outing, leave=outing.leave + early, back=outing.back + work) for outing in habits.outings
        ),
        showers=str(rng.choice(["morning", "evening"])),
        drives=bool(rng.random() < 0.5),
        pace=float(rng.uniform(15.0, 21.0)),
        fancy={name: weight * float(rng.uniform(0.4, 1.8)) for name, weight in habits.fancy.items()},
    )
