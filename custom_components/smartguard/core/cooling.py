"""Thermal back-off: a processor that runs hot rests before training goes on.

A Raspberry Pi slows everything down at 80 °C, Home Assistant too. Where the kernel tells no temperature
(virtual machines, other systems) there is no rest.
"""

from __future__ import annotations

import time
from pathlib import Path

ZONES = Path("/sys/class/thermal")
HOT, COOL = 78.0, 70.0
"""°C at which a rest begins and ends."""
LOOK_SECONDS, REST_SECONDS = 5.0, 5.0
MOST_SECONDS = 1800.0
"""In all: one who lives in a hot place learns, too."""
_PROCESSOR = ("cpu", "soc", "pkg")


class Cooling:
    """Looks at the processor's temperature every few seconds; rested: seconds of rest so far."""

    def __init__(self, zones: Path = ZONES) -> None:
        """Take the folder in which the kernel keeps its thermal zones."""
        self._sensors = [zone / "temp" for zone in sorted(zones.glob("thermal_zone*")) if _is_processor(zone)]
        self._looked = time.monotonic()
        self.rested = 0.0

    def rest(self) -> None:
        """Wait until the processor is cool again, if it is hot."""
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        limit = HOT
        while self.rested < MOST_SECONDS and self._hottest() >= limit:
            time.sleep(REST_SECONDS)
            self.rested += REST_SECONDS
            limit = COOL
        self._looked = time.monotonic()

    def _hottest(self) -> float:
        """Return the highest temperature in °C, minus infinity where none can be read."""
        return max((_degrees(sensor) for sensor in self._sensors), default=float("-inf"))


def _is_processor(zone: Path) -> bool:
    try:
        kind = (zone / "type").read_text(encoding="ascii")
    except (OSError, ValueError):
        return False
    return any(part in kind.lower() for part in _PROCESSOR)


def _degrees(sensor: Path) -> float:
    try:
        return int(sensor.read_text(encoding="ascii")) / 1000
    except (OSError, ValueError):
        return float("-inf")
