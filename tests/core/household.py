"""A small regular home for the tests of what learns and judges: the same day, lived a little differently.

6      8            17:30  19         22
├──────┼──────────────┼─────┼──────────┤
lamps, │              │stove│   tv     │ lamp
coffee │    locked    │     │          │ locked
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.learn import Learned, LearnOptions, learn
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.model import Model
from custom_components.smartguard.core.policy import Change, Policy
from custom_components.smartguard.core.training_options import TrainingOptions

from .examples import MONDAY

DAY, HOUR, MINUTE = 86_400.0, 3600.0, 60.0
DAYS = 28

# Entity, its begin and end, local hour of the begin, minutes that it lasts.
USES = (
    ("bedroom_lamp", "turn_on", "turn_off", 6.5, 25),
    ("coffee", "turn_on", "turn_off", 6.7, 10),
    ("kitchen_lamp", "turn_on", "turn_off", 6.8, 40),
    ("shower_fan", "turn_on", "turn_off", 7.1, 15),
    ("lock", "unlock", "lock", 7.75, 18),
    ("front_door", "open", "close", 7.87, 1),
    ("lock", "unlock", "lock", 17.45, 280),
    ("front_door", "open", "close", 17.55, 1),
    ("kitchen_lamp", "turn_on", "turn_off", 17.7, 80),
    ("stove", "turn_on", "turn_off", 17.9, 30),
    ("radio", "turn_on", "turn_off", 18.0, 25),
    ("tv", "turn_on", "turn_off", 19.2, 160),
    ("bedroom_lamp", "turn_on", "turn_off", 22.3, 25),
)
QUICK = LearnOptions("UTC", training=TrainingOptions(epochs=2, batch=64, learning_rate=2e-3, mask_step=1))
# What the channels learn does not depend on the network; some tests need no more of it than that it is there.
HASTY = replace(QUICK, windows=40, folds=2, training=replace(QUICK.training, epochs=1))


def use(hour: float, entity: str, control: str, day: float = DAYS) -> Behavior:
    """Return a behavior at an hour of a day; the first day that was not learned where none is given."""
    return Behavior(MONDAY + day * DAY + hour * HOUR, f"{entity}_device", entity, control)


def live(days: int = DAYS, seed: int = 0, first: int = 0) -> list[Behavior]:
    """Return some days of the home, from day `first` on, in time order."""
    behaviors = []
    for day in range(first, first + days):
        rng = np.random.default_rng([seed, day])
        late = np.random.default_rng([seed, day, 1]).normal(0, 0.1)
        for entity, begin, end, hour, minutes in USES:
            start = hour + late + rng.normal(0, 0.02)
            length = minutes / 60 * float(np.exp(rng.normal(0, 0.08)))
            behaviors += [use(start, entity, begin, day), use(start + length, entity, end, day)]
    return sorted(behaviors, key=lambda b: b.time)


@cache
def learned() -> Learned:
    """Return what is learned from four weeks of the home."""
    return learn(live(), QUICK)


def guard() -> Guard:
    """Return the guard of the home."""
    return learned().guard


def watch(
    past: list[Behavior],
    lived: list[Behavior],
    until: float | None = None,
    budget: float = 1.0,
    policy: Policy | None = None,
    judge: Guard | None = None,
) -> list[Change]:
    """Live through behaviors with a tick every minute, as Home Assistant does; return what was told.

    until: UTC seconds; ten minutes after the newest behavior where none are given.
    """
    memory, policy, judge = Memory.replay(past), policy or Policy.with_budget(budget), judge or guard()
    end = lived[-1].time + 10 * MINUTE if until is None else until
    ticks = np.arange(past[-1].time, end + 1, MINUTE).tolist()
    changes: list[Change] = []
    for time, behavior in sorted(
        [*((t, None) for t in ticks), *((b.time, b) for b in lived)], key=lambda m: m[0]
    ):
        if behavior is None:
            changes += policy.observe(judge.judge_open(memory, time))
        else:
            memory.observe(behavior)
            changes += policy.observe(judge.judge(memory))
    return changes


def of_another_size(usual: Guard) -> Guard:
    """Return a guard that judges the same by a larger network, which no training here can go on from."""
    model = usual.sequence.model
    options = replace(model.options, feed_forward=2 * model.options.feed_forward)
    arrays = {}
    for name, shape in options.shapes().items():
        arrays[name] = np.zeros(shape, np.float32)
        arrays[name][tuple(slice(size) for size in model.parameters[name].shape)] = model.parameters[name]
    larger = Model.from_parameters(options, arrays)
    return replace(usual, sequence=replace(usual.sequence, model=larger))
