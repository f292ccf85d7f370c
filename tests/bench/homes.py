"""A home of 60 devices for the measurements: who does what when, day by day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from custom_components.smartguard.core.behavior import Behavior

ENTITIES: Final = (
    *(f"light.lamp_{n}" for n in range(20)),
    *(f"switch.plug_{n}" for n in range(14)),
    *(f"binary_sensor.motion_{n}" for n in range(10)),
    *(f"binary_sensor.door_{n}" for n in range(6)),
    *(f"cover.blind_{n}" for n in range(4)),
    *(f"fan.fan_{n}" for n in range(3)),
    *(f"lock.lock_{n}" for n in range(2)),
    "valve.garden",
)
BEHAVIORS_A_DAY: Final = 300
_ROOMS: Final = 10
# state and control of begin and end, by domain; device classes of the binary sensors
_USES: Final = {
    "light": (("on", "turn_on"), ("off", "turn_off")),
    "switch": (("on", "turn_on"), ("off", "turn_off")),
    "binary_sensor": (("on", "detect"), ("off", "clear")),
    "cover": (("open", "open"), ("closed", "close")),
    "fan": (("on", "turn_on"), ("off", "turn_off")),
    "lock": (("unlocked", "unlock"), ("locked", "lock")),
    "valve": (("open", "open"), ("closed", "close")),
}


def attributes(entity_id: str) -> dict[str, str]:
    """Return the attributes that tell what kind of sensor an entity is."""
    kind = entity_id.split(".")[1].rpartition("_")[0]
    return {"device_class": kind} if kind in {"motion", "door"} else {}


def states(entity_id: str) -> tuple[str, str]:
    """Return the states of an entity in use and left alone."""
    (used, _), (alone, _) = _USES[entity_id.split(".", maxsplit=1)[0]]
    return used, alone


def resting(entity_id: str) -> str:
    """Return the state in which an entity is left alone."""
    return states(entity_id)[1]


def day(midnight: datetime, seed: int) -> Iterator[tuple[datetime, str, str, str]]:
    """Yield (time, entity_id, state, control) of one day in order: visits to rooms, each a few minutes long.

    The routine of a day is the same every day; the seed moves it by some minutes and leaves parts of it out.
    """
    routine, whim = random.Random(0), random.Random(seed)
    found: list[tuple[datetime, str, str, str]] = []
    while len(found) < BEHAVIORS_A_DAY:
        hour = routine.choice((6.5, 7, 7.5, 8, 12, 12.5, 13, 17, 18, 18.5, 19, 20, 21, 22, 22.5))
        start = midnight + timedelta(hours=hour, minutes=routine.uniform(0, 30) + whim.uniform(-8, 8))
        in_room = ENTITIES[routine.randrange(_ROOMS) :: _ROOMS]
        for entity_id in routine.sample(in_room, 3):
            start += timedelta(seconds=whim.uniform(5, 60))
            begin, end = _USES[entity_id.split(".", maxsplit=1)[0]]
            length = timedelta(minutes=routine.choice((1, 3, 10, 40)) * whim.uniform(0.8, 1.2))
            found += [(start, entity_id, *begin), (start + length, entity_id, *end)]
    return iter(sorted(found))


def past(before: datetime, days: int) -> list[Behavior]:
    """Return the days that end at a midnight, as the journal keeps them."""
    lived = [
        Behavior(time.timestamp(), entity_id, entity_id, control)
        for number in range(days, 0, -1)
        for time, entity_id, _, control in day(before - timedelta(days=number), number)
    ]
    return sorted(lived, key=lambda behavior: behavior.time)
