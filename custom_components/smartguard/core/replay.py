"""Replay: days gone by, lived through once more by the objects that judge and tell live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .behavior import Behavior
from .episode import Episode, Judgement
from .errors import StoppedError
from .memory import Memory
from .policy import Policy
from .unseen import NOTHING_UNSEEN, Unseen
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
    policies: Sequence[Policy],
    memory: Memory,
    behaviors: Sequence[Behavior],
    begin: float,
    end: float,
    should_stop: Callable[[], bool] = lambda: False,
    unseen: Unseen = NOTHING_UNSEEN,
) -> list[list[Episode]]:
    """Live from `begin` to `end` (UTC seconds) and return what each policy would have told, oldest first.

    A moment is judged once, whatever the policies make of it. memory and the watch's first times hold what
    was before, and take in what is lived through. unseen: when nobody saw what is on. Raises StoppedError
    soon after should_stop says so.
    """
    told: list[dict[str, Episode]] = [{} for _ in policies]
    for moment, behavior in moments(behaviors, begin, end):
        if should_stop():
            raise StoppedError("the replay was stopped")
        memory.unseen = unseen.at(moment)
        judgement = _judge(watch, memory, moment, behavior)
        for policy, episodes in zip(policies, told, strict=True):
            for change in policy.observe(judgement, behavior):
                episodes[change.episode.id] = change.episode
    return [list(episodes.values()) for episodes in told]


def _judge(watch: Watch, memory: Memory, moment: float, behavior: Behavior | None) -> Judgement:
    if behavior is None:
        return watch.judge_open(memory, moment)
    memory.observe(behavior)
    watch.firsts.observe(behavior)
    return watch.judge(memory)


def _ticks(newest: float, end: float) -> Iterator[float]:
    """Yield the ticks between a behavior and `end`."""
    tick = newest + TICK
    while tick < end:
        yield tick
        tick += TICK if tick < newest + SLOW_AFTER else SLOW_TICK
