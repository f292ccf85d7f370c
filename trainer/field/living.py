"""Living through behaviors as Home Assistant does: each is judged, and between them a clock ticks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Change, Episode, Judgement
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.policy import Policy
from custom_components.smartguard.core.replay import moments

from .model import Watch


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
    for moment, behavior in moments(behaviors, begin, end):
        if behavior is None:
            life.moments.append(Moment(watch.judge_open(memory, moment), None))
            continue
        memory.observe(behavior)
        watch.observe(behavior)
        before = time.perf_counter()
        life.moments.append(Moment(watch.judge(memory), behavior))
        life.milliseconds.append(1000 * (time.perf_counter() - before))
    return life


def episodes(changes: Iterable[Change]) -> list[Episode]:
    """Return each episode that was told, as it ended or as it last was."""
    last: dict[str, Episode] = {}
    for change in changes:
        last[change.episode.id] = change.episode
    return list(last.values())


def told(policy: Policy, lived: Iterable[Moment]) -> list[Change]:
    """Let the policy speak."""
    return [change for m in lived for change in policy.observe(m.judgement, m.behavior)]
