"""A synthetic home: devices, three residents with habits, automations; any number of days of it.

The household (devices, habits) belongs to the `Home`; `seed` draws the days. A day depends on the
household, the seed and its date alone, so that days of different seeds can be joined at 04:00.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from .almanac import almanac
from .automations import install
from .devices import ROOMS, DeviceSpec, EntitySpec
from .effects import Action, Held, effect, leading_to, rest
from .home import Habits, Home, Outing
from .residents import Resident, duties
from .world import World, day_start, holding, settle

__all__ = [
    "ROOMS",
    "Action",
    "DeviceSpec",
    "EntitySpec",
    "Habits",
    "Held",
    "Home",
    "Outing",
    "effect",
    "holding",
    "leading_to",
    "rest",
    "settle",
    "simulate",
    "simulate_day",
]


def simulate(home: Home, seed: int, start: datetime, days: int) -> list[Action]:
    """Return what happens in the home from 04:00 of a local date on, in time order.

    start: a moment of the first local date, with its zone. Raises ValueError without a zone.
    """
    if start.tzinfo is None:
        raise ValueError("expected a start with a time zone, got one without")
    actions: list[Action] = []
    for index in range(days):
        actions += simulate_day(home, seed, start + timedelta(days=index))
    return actions


def simulate_day(home: Home, seed: int, day: datetime) -> list[Action]:
    """Return one day, from 04:00 of its local date to 04:00 of the next."""
    rng = np.random.default_rng([home.seed, seed, day.toordinal()])
    world = World(home, almanac(home, day.date(), rng), rng, day_start(day))
    install(world)
    shared = duties(world)
    for habits in home.residents:
        plan = world.almanac.plans[habits.key]
        world.at(plan.wake, Resident(world, habits, plan, shared[habits.key]).day())
    return world.run()
