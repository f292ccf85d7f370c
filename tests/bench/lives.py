"""Homes of any size for the measurements: so many devices, uses and days."""

from __future__ import annotations

import random
from collections.abc import Iterator

from custom_components.smartguard.core.behavior import Behavior

DAY = 86_400.0
NOW = 1_772_600_000.0
"""Where every life ends, UTC seconds."""
_LENGTHS = (60.0, 300.0, 1800.0)


def life(devices: int, per_day: int, days: int) -> list[Behavior]:
    """Return what a home did: a routine of uses, each day some minutes earlier or later, in time order.

    Every device is used: what is not used on one day is on another.
    """
    routine = random.Random(0)
    uses = [(routine.triangular(6, 23, 19) * 3600, routine.choice(_LENGTHS)) for _ in range(per_day // 2)]
    found = [behavior for day in range(days) for behavior in _day(day - days, uses, devices)]
    return sorted(found, key=lambda behavior: behavior.time)


def _day(day: int, uses: list[tuple[float, float]], devices: int) -> Iterator[Behavior]:
    """Yield one day; day 0 begins now."""
    whim = random.Random(day)
    for number, (hour, length) in enumerate(uses):
        begin = NOW + day * DAY + hour + whim.gauss(0, 420)
        name = f"light.lamp_{(number + day * len(uses)) % devices}"
        yield Behavior(begin, name, name, "turn_on")
        yield Behavior(begin + length * whim.uniform(0.7, 1.3), name, name, "turn_off")
