"""What happens in a home of 1,000 entities: sensors that report, and people who use 60 devices."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any, Final

from homeassistant.core import HomeAssistant

from . import homes
from .clock import HomeClock

SENSORS: Final = tuple(f"sensor.meter_{n}" for n in range(1000 - len(homes.ENTITIES)))
STORM_STEP: Final = 0.002
_ATTRIBUTES: Final = {"unit_of_measurement": "W"}


def resting() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return all entities as they are before anything happens, entity_id → state, attributes."""
    used = {name: (homes.resting(name), dict(homes.attributes(name))) for name in homes.ENTITIES}
    return used | {name: ("0", dict(_ATTRIBUTES)) for name in SENSORS}


class Traffic:
    """Makes state changes; returns the seconds of processor that this thread, the loop's, spent on them."""

    def __init__(self, hass: HomeAssistant, clock: HomeClock, midnight: datetime) -> None:
        """Begin the days at a midnight; the clock is moved from behavior to behavior."""
        self._hass = hass
        self._clock = clock
        self._reports = count(1)
        self._uses = self._days(midnight)
        self._storm = count()
        self.behaviors = 0

    def report(self, number: int) -> float:
        """Let sensors report, which is no behavior of anybody."""
        changes = [(SENSORS[n % len(SENSORS)], str(n)) for n in islice(self._reports, number)]
        begun = time.thread_time()
        for entity_id, state in changes:
            self._hass.states.async_set(entity_id, state, _ATTRIBUTES)
        return time.thread_time() - begun

    def use(self, number: int) -> float:
        """Let people use devices."""
        changes = [(*use, homes.attributes(use[1])) for use in islice(self._uses, number)]
        begun = time.thread_time()
        for moment, entity_id, state, attributes in changes:
            self._clock.now = moment
            self._hass.states.async_set(entity_id, state, attributes)
        self.behaviors += number
        return time.thread_time() - begun

    def storm(self) -> float:
        """Let a device be used, the next one at each call, 2 ms after the one before."""
        entity_id = homes.ENTITIES[next(self._storm) % len(homes.ENTITIES)]
        states = homes.states(entity_id)
        state = self._hass.states.get(entity_id)
        self._clock.now += STORM_STEP
        self.behaviors += 1
        begun = time.thread_time()
        other = states[0] if state is None or state.state == states[1] else states[1]
        self._hass.states.async_set(entity_id, other, homes.attributes(entity_id))
        return time.thread_time() - begun

    def _days(self, midnight: datetime) -> Iterator[tuple[float, str, str]]:
        """Yield time, entity and state of every change, day after day, without end."""
        held = {name: homes.resting(name) for name in homes.ENTITIES}
        for number in count():
            for moment, entity_id, state, _ in homes.day(midnight + timedelta(days=number), number):
                if held[entity_id] != state:
                    held[entity_id] = state
                    yield moment.timestamp(), entity_id, state
