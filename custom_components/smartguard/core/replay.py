"""Replay: days gone by, lived through once more by the objects that judge and tell live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .behavior import Behavior
from .episode import Change, Episode
from .errors import StoppedError
from .memory import Memory
from .policy import Policy
from .watch import Watch

TICK, SLOW_TICK, SLOW_AFTER = 5.0, 30.0, 60.0
"""Seconds between two looks at what is still on: in the first minute after a behavior as often as live, and
then less often, since all that changes is for how long."""


def moments(
    behaviors: Sequence[Behavior], begin: float, end: float
) -> Iterator[tuple[float, Behavior | None]]:
    """Yield behaviors in time order, and None at each tick between them, from `begin` to `end`."""
    newest = begin
    for behavior in behaviors:
        yield from ((tick, None) for tick in _ticks(newest, min(behavior.time, end)))
        newest = behavior.time
        yield newest, behavior
    yield from ((tick, None) for tick in _ticks(newest, end))


def replay(
    watch: Watch,
    policy: Policy,
    memory: Memory,
    behaviors: Sequence[Behavior],
    begin: float,
    end: float,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[Episode]:
    """Live from `begin` to `end` (UTC seconds) and return what would have been told, oldest first.

    memory and the watch's first times hold what was before, and take in what is lived through. Raises
    StoppedError soon after should_stop says so.
    """
    told: dict[str, Episode] = {}
    for moment, behavior in moments(behaviors, begin, end):
        if should_stop():
            raise StoppedError("the replay was stopped")
        for change in _step(watch, policy, memory, moment, behavior):
            told[change.episode.id] = change.episode
    return list(told.values())


def _step(
    watch: Watch, policy: Policy, memory: Memory, moment: float, behavior: Behavior | None
) -> tuple[Change, ...]:
    if behavior is None:
        return policy.observe(watch.judge_open(memory, moment))
    memory.observe(behavior)
    watch.firsts.observe(behavior)
    return policy.observe(watch.judge(memory), behavior)


def _ticks(newest: float, end: float) -> Iterator[float]:
    """Yield the ticks between a behavior and `end`."""
    tick = newest + TICK
    while tick < end:
        yield tick
        tick += TICK if tick < newest + SLOW_AFTER else SLOW_TICK
