"""Living through behaviors as Home Assistant does: each is judged, and between them a clock ticks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Change, Episode, Judgement
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.policy import Policy

from .model import Watch

TICK, SLOW_TICK, SLOW_AFTER = 5.0, 30.0, 60.0
"""Seconds between two looks at what is still on: in the first minute after a behavior as often as live, and
then less often, since all that changes is for how long."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A judgement and the behavior that asked for it; None where a tick did."""

    judgement: Judgement
    behavior: Behavior | None


@dataclass
class Life:
    """What was judged, in time order; milliseconds: what each behavior took."""

    moments: list[Moment] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def live(watch: Watch, memory: Memory, behaviors: Sequence[Behavior], begin: float, end: float) -> Life:
    """Live from `begin` to `end` (UTC seconds) through behaviors in time order; `memory` takes them in."""
    life = Life()
    for moment, behavior in _clock(behaviors, begin, end):
        if behavior is None:
            life.moments.append(Moment(watch.judge_open(memory, moment), None))
            continue
        memory.observe(behavior)
        watch.observe(behavior)
        before = time.perf_counter()
        life.moments.append(Moment(watch.judge(memory), behavior))
        life.milliseconds.append(1000 * (time.perf_counter() - before))
    return life


def _clock(
    behaviors: Sequence[Behavior], begin: float, end: float
) -> Iterator[tuple[float, Behavior | None]]:
    """Yield behaviors, and None at each tick, in time order."""
    newest = begin
    for behavior in behaviors:
        yield from ((tick, None) for tick in _ticks(newest, min(behavior.time, end)))
        newest = behavior.time
        yield newest, behavior
    yield from ((tick, None) for tick in _ticks(newest, end))


def _ticks(newest: float, end: float) -> Iterator[float]:
    """Yield the ticks between a behavior and `end`."""
    tick = newest + TICK
    while tick < end:
        yield tick
        tick += TICK if tick < newest + SLOW_AFTER else SLOW_TICK


def episodes(changes: Iterable[Change]) -> list[Episode]:
    """Return each episode that was told, as it ended or as it last was."""
    last: dict[str, Episode] = {}
    for change in changes:
        last[change.episode.id] = change.episode
    return list(last.values())


def told(policy: Policy, moments: Iterable[Moment]) -> list[Change]:
    """Let the policy speak."""
    return [change for m in moments for change in policy.observe(m.judgement, m.behavior)]
