"""What a longer history costs, counted in calls and bytes, which are the same on a busy machine.

`scripts/bench growth` prints the seconds. Calls alone would not see one call on a matrix of all pairs; the
bytes would.
"""

from __future__ import annotations

import cProfile
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.calibration import cross_fit
from custom_components.smartguard.core.evidence import History
from custom_components.smartguard.core.guard import Guard
from custom_components.smartguard.core.history_csv import read
from custom_components.smartguard.core.learn import LearnOptions, learn
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.core.vocabulary import Vocabulary
from tests.bench.growth_case import rows
from tests.bench.lives import DAY, NOW, life

SHORT, LONG = 20, 100
TIMES = LONG / SHORT
JUDGED = 20


class Cost(NamedTuple):
    calls: int
    most_bytes: int


def cost_of(work: Callable[[], object]) -> Cost:
    profile = cProfile.Profile()
    tracemalloc.start()
    try:
        profile.runcall(work)
        most_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return Cost(sum(row.callcount for row in profile.getstats()), most_bytes)


@cache
def lived(days: int) -> Sequence[Behavior]:
    return life(devices=10, per_day=30, days=days)


@cache
def guard() -> Guard:
    return learn(lived(SHORT), LearnOptions("UTC", training=TrainingOptions(epochs=1))).guard


def imported(days: int) -> Cost:
    text = list(rows(lived(days)))
    return cost_of(lambda: read(text, UTC, NOW + DAY))


def calibrated(days: int) -> Cost:
    history = History.of(lived(days), Vocabulary.from_behaviors(lived(days)), ZoneInfo("UTC"))
    return cost_of(lambda: cross_fit(history, LearnOptions("UTC").folds))


def judged(days: int) -> Cost:
    memory = Memory.replay(lived(days)[:-JUDGED])

    def judge() -> None:
        for behavior in lived(days)[-JUDGED:]:
            memory.observe(behavior)
            guard().judge(memory)
            guard().judge_open(memory, behavior.time)

    return cost_of(judge)


def grown(work: Callable[[int], Cost]) -> tuple[Cost, Cost]:
    """Return the costs of a short history and of a long one; what is made at the first use is no cost."""
    work(SHORT)
    return work(SHORT), work(LONG)


def test_importing_and_calibrating_grow_in_step_with_the_days() -> None:
    for work in (imported, calibrated):
        short, long = grown(work)
        assert 0.5 * TIMES < long.calls / short.calls < 1.2 * TIMES, work.__name__
        assert long.most_bytes / short.most_bytes < 1.2 * TIMES, work.__name__


def test_judging_costs_the_same_after_a_long_life() -> None:
    short, long = grown(judged)
    assert short.calls > 100 * JUDGED
    assert long.calls / short.calls < 1.2
    assert long.most_bytes / short.most_bytes < 1.2
