"""Which history the home has and which day it lives now: two seeds, joined where everybody sleeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

# Home Assistant's package comes first: newer releases replace some libraries when it is imported.
import homeassistant  # noqa: F401

# isort: split
from custom_components.smartguard.core.behavior import Behavior
from trainer.simulate import Action, Held, Home, simulate, simulate_day
from trainer.simulate.effects import rest

HISTORY_DAYS = 30
# Live days are drawn from seeds that no history uses.
LIVE_SEEDS = 1_000_000
CANDIDATES = 100


@dataclass(frozen=True)
class Evening:
    """A home at `begin` (UTC seconds): what happened before and what is going to happen.

    before: what everything was at when the past begins. past: what the recorder holds. live: the rest of
    the day, from another seed than the past's days; seed and date are that day's.
    """

    seed: int
    date: datetime
    begin: float
    before: dict[str, Held]
    past: tuple[Action, ...]
    live: tuple[Action, ...]

    @property
    def learned(self) -> list[Behavior]:
        """Return the past as behaviors with the simulation's keys."""
        return behaviors(self.past)

    def held(self, time: float) -> dict[str, Held]:
        """Return what every entity is at when nothing but this happened up to `time`."""
        held = dict(self.before)
        for action in (*self.past, *self.live):
            if action.time <= time:
                held[action.entity] = Held(action.state, action.attributes)
        return held


def behaviors(actions: Iterable[Action]) -> list[Behavior]:
    """Return actions as behaviors; a change that is no use of a control is none."""
    return [Behavior(a.time, a.device, a.entity, a.control, a.actor) for a in actions if a.control]


def evening(home: Home, seed: int, begin: datetime, days: int = HISTORY_DAYS, busy: int = 0) -> Evening:
    """Return `days` days drawn from `seed` and, from 04:00 of the day of `begin`, a day of another seed.

    The days of different seeds agree at 04:00 only, while everybody sleeps; so the recorder also holds
    the hours of the live day before `begin`. busy: the least number of behaviors in the three hours from
    `begin` on; quieter days are passed over.
    """
    today = begin - timedelta(hours=4)
    past = simulate(home, seed, today - timedelta(days=days + 1), days + 1)
    moment = begin.timestamp()
    for live_seed in live_seeds(seed):
        day = simulate_day(home, live_seed, today)
        if sum(bool(a.control) and 0 < a.time - moment < 3 * 3600 for a in day) >= busy:
            break
    everything = [*past, *day]
    first = moment - days * 86400
    before = {key: rest(spec) for key, spec in home.entities.items()}
    before |= {a.entity: Held(a.state, a.attributes) for a in everything if a.time <= first}
    return Evening(
        seed=live_seed,
        date=today,
        begin=moment,
        before=before,
        past=tuple(a for a in everything if first < a.time <= moment),
        live=tuple(a for a in day if a.time > moment),
    )


def live_seeds(seed: int) -> Iterator[int]:
    """Yield the seeds from which the live days beside a history of `seed` are drawn."""
    yield from range(LIVE_SEEDS + seed * CANDIDATES, LIVE_SEEDS + (seed + 1) * CANDIDATES)
