"""A small regular home as a history export: the same day again and again, lived a little differently.

6:30  7     8            17:30  18       19:30     22:30
├─────┼─────┼──────────────┼─────┼─────────┼──────────┤
bed lamp, coffee, door     door  stove, fan, tv      bed lamp
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from custom_components.smartguard.core.history_csv import read
from trainer.field.log import Log, divide, zone_of

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
HEADER = "entity_id,state,last_changed"
# Entity, hour at which it is switched on, minutes until it is off.
USES = (
    ("light.bed", 6.5, 25),
    ("switch.coffee", 7.0, 10),
    ("binary_sensor.door", 8.0, 1),
    ("lock.front", 7.9, 8),
    ("binary_sensor.door", 17.5, 1),
    ("switch.stove", 18.0, 30),
    ("fan.hood", 18.1, 35),
    ("media_player.radio", 18.3, 20),
    ("switch.tv", 19.5, 150),
    ("light.bed", 22.5, 25),
)
TRAIN, CALIBRATE, DAYS = 14, 6, 30


def row(entity: str, is_on: bool, day: int, hour: float) -> str:
    domain = entity.partition(".")[0]
    on, off = {"lock": ("unlocked", "locked"), "media_player": ("playing", "off")}.get(domain, ("on", "off"))
    return f"{entity},{on if is_on else off},{moment(day, hour)}"


def moment(day: int, hour: float) -> str:
    return (FIRST + timedelta(days=day, hours=hour)).isoformat(timespec="milliseconds")


def rows(days: int = DAYS, seed: int = 0) -> list[str]:
    """Return the rows of some days in time order, each entity's first state before them."""
    lived = [row(entity, False, 0, 0.1) for entity in dict.fromkeys(use[0] for use in USES)]
    for day in range(days):
        rng = np.random.default_rng([seed, day])
        for entity, hour, minutes in USES:
            begin = hour + float(rng.uniform(-0.04, 0.04))
            lasts = minutes / 60 * float(rng.uniform(0.95, 1.05))
            lived += [row(entity, True, day, begin), row(entity, False, day, begin + lasts)]
    return sorted(lived, key=lambda line: line.split(",")[2])


def write(folder: Path, lines: Sequence[str] | None = None, header: str = HEADER) -> Path:
    path = folder / "home.csv"
    text = "\n".join([header, *(rows() if lines is None else lines)])
    path.write_text(text + "\n", encoding="utf-8")
    return path


def log(lines: Sequence[str] | None = None, train: int = TRAIN, calibrate: int = CALIBRATE) -> Log:
    zone = zone_of("UTC")
    export = read([f"{line}\n" for line in (HEADER, *(rows() if lines is None else lines))], zone, NOW)
    return divide("home", export, zone, train, calibrate)
