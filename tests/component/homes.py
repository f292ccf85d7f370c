"""A small home with habits: its past as behaviors, its folder, and a guard that learned it."""

from __future__ import annotations

import functools
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.learn import LearnOptions, learn
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.journal import Journal
from custom_components.smartguard.model_store import ModelStore

KETTLE, LAMP, VALVE = "switch.kettle", "light.lamp", "valve.garden"
STATES = {KETTLE: "off", LAMP: "off", VALVE: "closed"}

# Half past nine in the evening where the test home is (UTC - 8), after the last habit of the day.
NOW = datetime(2026, 3, 4, 5, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
TINY = LearnOptions(zone="US/Pacific", training=TrainingOptions(epochs=1))

# hour of day, minutes on, entity, begin, end
_HABITS = (
    (7.0, 4, KETTLE, "turn_on", "turn_off"),
    (7.2, 30, LAMP, "turn_on", "turn_off"),
    (12.5, 4, KETTLE, "turn_on", "turn_off"),
    (17.0, 20, VALVE, "open", "close"),
    (18.0, 4, KETTLE, "turn_on", "turn_off"),
    (19.0, 120, LAMP, "turn_on", "turn_off"),
)


@functools.cache
def days(count: int = 14, seed: int = 0) -> tuple[Behavior, ...]:
    """Live the `count` days that end before NOW, with some minutes of whim, in time order."""
    rng = random.Random(seed)
    lived = []
    for day in range(count):
        midnight = MIDNIGHT - timedelta(days=day)
        for hour, minutes, entity, begin, finish in _HABITS:
            start = (midnight + timedelta(hours=hour, minutes=rng.uniform(-10, 10))).timestamp()
            lived.append(Behavior(start, entity, entity, begin))
            lived.append(Behavior(start + 60 * minutes * rng.uniform(0.8, 1.0), entity, entity, finish))
    return tuple(sorted(lived, key=lambda b: b.time))


@functools.cache
def guard() -> Guard:
    """Learn the small home once, in this process."""
    return learn(days(), TINY).guard


def keep_past(folder: Path, behaviors: tuple[Behavior, ...] = ()) -> None:
    """Put a past into the journal of an entry that is not loaded, complete until NOW."""
    journal = Journal.open(folder / "journal.db")
    journal.add(behaviors or days())
    journal.set_high_water(dict.fromkeys(STATES, NOW.timestamp()))
    journal.close()


def keep_model(folder: Path, model: Guard | None = None, trained: datetime = NOW) -> None:
    """Put a guard, that of the small home if none is given, into the models of an unloaded entry."""
    ModelStore(folder / "models").add(model or guard(), trained.timestamp(), len(days()))
